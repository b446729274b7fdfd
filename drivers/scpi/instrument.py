"""The base of the instrument drivers: an async face on a blocking link, one worker thread an instrument."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from math import isfinite, nan
from typing import ClassVar

from drivers.clock import Clock
from drivers.scpi.commands import CommandSet
from drivers.scpi.errors import (
    GarbledAnswerError,
    InstrumentError,
    InstrumentSilentError,
    OverRangeError,
    SettingError,
)
from drivers.scpi.link import ScpiLink
from drivers.scpi.measurement import Calibration, InstrumentIdentity, Measurement
from drivers.scpi.settings import InstrumentSetup, SafeState
from drivers.transport.tap import Tap

SafePurposes = Sequence[tuple[str, float | None]]

NO_READING = 9.9e37
"""From here on a number is no reading: 9.9E37 is infinity, 9.91E37 not a number (SCPI-99 volume 1, 7.2.1.4-5)."""


class ScpiInstrument:
    """An instrument that speaks SCPI. Subclasses name its commands and give it a role of `drivers.roles`.

    Exchanges run one after the other in a thread of their own; a call that is cancelled leaves no half exchange
    behind, since the thread ends it. ``tap`` (layer ``scpi``) sees every line that is sent and every answer, without
    the error queue.
    """

    safe_purposes: ClassVar[SafePurposes] = ()
    """What brings the instrument to its safe state: purposes of its command set, each with the value to fill in."""

    def __init__(self, setup: InstrumentSetup, clock: Clock, commands: CommandSet) -> None:
        self.setup = setup
        self.clock = clock
        self.commands = commands.replaced(setup.commands)
        self.tap = Tap("scpi", clock)
        self.readings = 0
        """Readings taken so far."""
        self._link = ScpiLink(setup, self.commands)
        self._worker: ThreadPoolExecutor | None = None
        self._gathered: list[str] | None = None
        self._brisk = False

    @property
    def name(self) -> str:
        """The instrument's name in the lab config."""
        return self.setup.name

    @property
    def identity(self) -> InstrumentIdentity:
        """Who answered ``*IDN?``; before ``open``, whom the lab config expects."""
        return self._link.identity

    @property
    def calibration(self) -> Calibration | None:
        """The declared calibration."""
        return self.setup.calibration

    @property
    def safe_state(self) -> SafeState:
        """Plain commands to the safe state; empty for an instrument that drives nothing."""
        return SafeState(self.setup.visa, tuple(self._safe_commands()))

    def _safe_commands(self) -> list[str]:
        offered = [(purpose, value) for purpose, value in self.safe_purposes if self.commands.offers(purpose)]
        return [
            self.commands.text(purpose) if value is None else self.commands.text(purpose, value=value)
            for purpose, value in offered
        ]

    async def open(self) -> None:
        """Open the resource and check who answers.

        Raises CannotReachInstrumentError, WrongInstrumentError and silence.
        """
        if self._worker is None:
            self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"scpi-{self.name}")
        await asyncio.get_running_loop().run_in_executor(self._worker, self._link.open)

    async def close(self) -> None:
        """Close, leaving outputs as they are. Closing twice is fine. Never raises."""
        worker, self._worker = self._worker, None
        if worker is not None:
            await asyncio.get_running_loop().run_in_executor(worker, self._link.close)
            worker.shutdown(wait=False)

    async def outputs_off(self) -> None:
        """Bring the instrument to its safe state: every command is tried; raises the first error afterwards."""
        failure: InstrumentError | None = None
        for line in self._safe_commands():
            try:
                await self._exchange(line)
            except InstrumentError as error:
                failure = failure or error
        if failure is not None:
            raise failure

    # -- for subclasses ------------------------------------------------------------------------------------------

    async def command(self, purpose: str, **values: float | str) -> None:
        """Send a command. Raises an InstrumentError, the instrument's own complaint included."""
        text = self.commands.text(purpose, **values)
        if self._gathered is None:
            await self._exchange(text)
        else:
            self._gathered.append(text)

    @asynccontextmanager
    async def together(self) -> AsyncIterator[None]:
        """The commands of the block go out as one message at its end, with one look for errors. No query in it."""
        self._gathered = gathered = list[str]()
        try:
            yield
        finally:
            self._gathered = None
        if gathered:
            await self._exchange(";:".join(gathered))

    @contextmanager
    def brisk(self) -> Iterator[None]:
        """Exchanges of the block run in the caller's thread, and a query that is answered makes no look for errors.

        It is for loops, where nothing else is to do meanwhile and a thread's hand-over would cost more than the answer.
        """
        self._brisk = True
        try:
            yield
        finally:
            self._brisk = False

    async def ask(self, purpose: str, **values: float | str) -> str:
        """Send a query; its answer."""
        line = self.commands.text(purpose, **values)
        answer = await self._exchange(line)
        if answer is None:
            raise InstrumentSilentError(f"{self.name}: no answer to {line!r} came through the tap")
        return answer

    async def ask_block(self, purpose: str, **values: float | str) -> bytes:
        """Send a query whose answer is a block of data (IEEE 488.2, 8.7.9); that data."""
        if self._worker is None:
            raise RuntimeError(f"{self.name} is not open")
        line, answer = self.commands.text(purpose, **values), b""
        for sent in await self.tap.outbound(line.encode("ascii")):
            exchange = asyncio.get_running_loop().run_in_executor(
                self._worker, self._link.exchange_block, sent.decode("ascii")
            )
            answer = await exchange or b""
        received = await self.tap.inbound(answer)
        return received[-1] if received else b""

    async def numbers(self, purpose: str, **values: float | str) -> list[float]:
        """The answer of a query as numbers, which are NaN where the instrument has no reading."""
        texts = (await self.ask(purpose, **values)).replace(";", ",").split(",")
        try:
            found = [float(text) for text in texts]
        except ValueError as error:
            raise GarbledAnswerError(f"{self.name}: {','.join(texts)[:60]!r} are no numbers ({purpose})") from error
        return [value if abs(value) < NO_READING else nan for value in found]

    async def number(self, purpose: str) -> float:
        """The answer of a query as a number. Raises GarbledAnswerError, OverRangeError."""
        return self.as_number(await self.ask(purpose), purpose)

    def as_number(self, text: str, purpose: str) -> float:
        """Raises GarbledAnswerError when ``text`` is no number, OverRangeError when it says that nothing was read."""
        try:
            value = float(text)
        except ValueError as error:
            raise GarbledAnswerError(f"{self.name}: {text[:60]!r} is no number ({purpose})") from error
        if not isfinite(value) or abs(value) >= NO_READING:
            raise OverRangeError(f"{self.name}: no reading ({purpose}): out of range or not measured")
        return value

    async def state(self, purpose: str) -> bool:
        """The answer of a query for a switch's position. Raises GarbledAnswerError."""
        answer = (await self.ask(purpose)).strip().upper()
        if answer in ("1", "ON"):
            return True
        if answer in ("0", "OFF"):
            return False
        raise GarbledAnswerError(f"{self.name}: {answer[:60]!r} is neither on nor off ({purpose})")

    async def setting(self, purpose: str, value: float, quantity: str) -> None:
        """Set ``quantity`` and wait until it has settled. Raises SettingError beyond the lab's limit."""
        limit = self.setup.limits.get(quantity)
        if not isfinite(value) or (limit is not None and abs(value) > limit):
            raise SettingError(f"{self.name}: {quantity} {value:g} lies beyond the lab's limit {limit}")
        await self.command(purpose, value=value)
        await self.settle()

    async def settle(self) -> None:
        """Let the declared settling time pass, then ask the instrument whether it has settled, where it can tell."""
        await self.clock.sleep_until(self.clock.now() + self.setup.settling_s)
        if self.commands.offers("settled"):
            await self.ask("settled")

    async def acquire(self) -> None:
        """Let one acquisition pass, so that the reading rests on nothing older than this call."""
        if self.setup.acquisition_s:
            await self.clock.sleep_until(self.clock.now() + self.setup.acquisition_s)

    async def reading(self, quantity: str, unit: str, range_value: float | None = None) -> Measurement:
        """A fresh reading of ``quantity``, asked for under its name.

        ``range_value``: the range in use, where it is known.
        """
        await self.acquire()
        value = await self.number(quantity)
        return self.measurement(quantity, value, unit, range_value)

    def measurement(self, quantity: str, value: float, unit: str, range_value: float | None) -> Measurement:
        """``value`` with its declared uncertainty.

        Raises OverRangeError, and InstrumentError where none is declared.
        """
        uncertainty = self.standard_uncertainty(quantity, value, range_value)
        self.readings += 1
        return Measurement(value, unit, uncertainty, self.clock.now(), self.identity, self.calibration)

    def standard_uncertainty(self, quantity: str, value: float, range_value: float | None = None) -> float:
        """The declared uncertainty of ``value``.

        Raises OverRangeError, and InstrumentError where none is declared.
        """
        model = self.setup.uncertainty.get(quantity)
        if model is None:
            raise InstrumentError(f"{self.name}: the lab config declares no uncertainty for {quantity!r}")
        try:
            return model.standard(value, range_value)
        except ValueError as error:
            raise OverRangeError(f"{self.name}: {quantity}: {error}") from error

    async def _exchange(self, line: str) -> str | None:
        if self._worker is None:
            raise RuntimeError(f"{self.name} is not open")
        answer: str | None = None
        for sent in await self.tap.outbound(line.encode("ascii")):
            if self._brisk:
                text = sent.decode("ascii")
                if line.endswith("?"):
                    answer = self._link.answer(text)
                else:
                    self._link.exchange_at_once(text)
                continue
            answer = await asyncio.get_running_loop().run_in_executor(
                self._worker, self._link.exchange, sent.decode("ascii")
            )
        if answer is None:
            return None
        received = await self.tap.inbound(answer.encode("ascii"))
        return received[-1].decode("ascii") if received else None
