"""One instrument's conversation, blocking: identity, commands with their look into the error queue, queries with a
deadline.

Every exchange is whole: the line, its answer and the error queue, within one answer time. After silence, garbage or a
broken connection the session is closed, so that a late answer can never be taken for the next one; the next exchange
opens it again and looks anew who answers.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import TypeVar

from drivers.scpi.commands import CommandSet
from drivers.scpi.errors import (
    GarbledAnswerError,
    InstrumentError,
    InstrumentReportedError,
    InstrumentSilentError,
    WrongInstrumentError,
)
from drivers.scpi.measurement import InstrumentIdentity
from drivers.scpi.settings import InstrumentSetup
from drivers.scpi.visa import VisaSession

Answer = TypeVar("Answer", str, bytes)

_QUEUE_ENTRY = re.compile(r'\s*([+-]?\d+)\s*,\s*"(.*)"\s*')
_LONGEST_QUEUE = 32
_SHARE_OF_ANSWER = 0.75  # of the answer time; the rest asks an instrument that stays silent for its error


class ScpiLink:
    """Used by one thread at a time. Every method but ``close`` may raise an InstrumentError.

    ``identity`` is who answered last; before the first ``open``, who is expected.
    """

    def __init__(self, setup: InstrumentSetup, commands: CommandSet) -> None:
        self.setup = setup
        self.commands = commands
        self._session = VisaSession(setup.visa)
        self.identity = setup.expected

    def open(self) -> None:
        """Open the session unless it is, check the identity, clear the error queue."""
        if self._session.is_open:
            return
        self._session.open()
        try:
            deadline = time.monotonic() + self.setup.visa.answer_timeout_s
            self._session.write(self.commands.text("identity"))
            seen = InstrumentIdentity.parse(self._session.read_line(deadline - time.monotonic()))
            if not seen.matches(self.setup.expected):
                raise WrongInstrumentError(self.setup.visa.resource_name, str(self.setup.expected), str(seen))
            for line in self.commands.greeting:
                self._session.write(line)
            if self.commands.offers("clear"):
                self._session.write(self.commands.text("clear"))
        except InstrumentError:
            self._session.close()
            raise
        self.identity = seen

    def exchange(self, line: str) -> str | None:
        """Send ``line``; the answer of a query, None for a command.

        Raises what the instrument put in its error queue.
        """
        return self._whole(line, lambda session, timeout_s: session.read_line(timeout_s))

    def answer(self, line: str) -> str | None:
        """As ``exchange``, without a look into the error queue unless the instrument stays silent."""
        return self._whole(line, lambda session, timeout_s: session.read_line(timeout_s), look=False)

    def exchange_at_once(self, line: str) -> None:
        """As ``exchange`` for commands, with the look into the error queue in the same message.

        An instrument that gives up a message at its first error says nothing then: it is asked for it after the wait.
        """
        if not self.commands.offers("next_error"):
            self.exchange(line)
            return
        answer = self._whole(
            f"{line};:{self.commands.text('next_error').lstrip(':')}",
            lambda session, timeout_s: session.read_line(timeout_s),
            look=False,
        )
        code, message = self._queue_entry(answer or "")
        if code != 0:
            raise InstrumentReportedError(self.setup.name, line, code, message)

    def exchange_block(self, line: str) -> bytes | None:
        """Send a query whose answer is a block of data; that data."""
        return self._whole(line, lambda session, timeout_s: session.read_block(timeout_s))

    def _whole(self, line: str, read: Callable[[VisaSession, float], Answer], look: bool = True) -> Answer | None:
        self.open()
        try:
            return self._exchange(line, read, time.monotonic() + self.setup.visa.answer_timeout_s, look)
        except InstrumentReportedError:
            raise
        except InstrumentError:
            self._session.close()
            raise

    def _exchange(
        self, line: str, read: Callable[[VisaSession, float], Answer], deadline: float, look: bool
    ) -> Answer | None:
        self._session.write(line)
        answer: Answer | None = None
        if line.rstrip().endswith("?") or "? " in line or "?;" in line:
            try:
                answer = read(self._session, _SHARE_OF_ANSWER * (deadline - time.monotonic()))
            except InstrumentSilentError:
                self._explain_silence(line, deadline)
                raise
        if look:
            self._look_for_errors(line, deadline)
        return answer

    def _explain_silence(self, line: str, deadline: float) -> None:
        """An instrument that refuses a query sends nothing: its queue says why, or the silence stands."""
        try:
            self._look_for_errors(line, deadline)
        except InstrumentReportedError:
            raise
        except InstrumentError:
            return

    def _look_for_errors(self, line: str, deadline: float) -> None:
        if not self.commands.offers("next_error"):
            return
        errors: list[tuple[int, str]] = []
        while len(errors) < _LONGEST_QUEUE:
            self._session.write(self.commands.text("next_error"))
            code, message = self._queue_entry(self._session.read_line(deadline - time.monotonic()))
            if code == 0:
                break
            errors.append((code, message))
        if errors:
            code, message = errors[0]
            more = "".join(f"; then {later}, {text}" for later, text in errors[1:])
            raise InstrumentReportedError(self.setup.name, line, code, message + more)

    def _queue_entry(self, answer: str) -> tuple[int, str]:
        found = _QUEUE_ENTRY.fullmatch(answer)
        if found is None:
            raise GarbledAnswerError(f"{self.setup.name}: {answer!r} is no entry of an error queue")
        return int(found[1]), found[2]

    def close(self) -> None:
        """Close; closing twice is fine. Never raises."""
        self._session.close()
