"""Asking a person in the lab: to press, to open, to hold a magnet, to cut the mains.

The question goes to the controlling terminal, whatever has become of standard input and output (Robot and pytest
catch them). A worker of ``amibench run`` has none, being in a session of its own: the command tells it by
`TERMINAL_VARIABLE` where it was started. Without a terminal there is nobody to ask, and the verdict of the test is
inconclusive.
"""

from __future__ import annotations

import asyncio
import os
import termios
from pathlib import Path
from typing import Protocol

from bench.lab.deadlines import Pauses
from bench.lab.errors import LabError

TERMINAL = Path("/dev/tty")
TERMINAL_VARIABLE = "AMIBENCH_TERMINAL"
"""Environment variable with the terminal at which somebody may be asked; the controlling one without it."""


def terminal_of_command() -> str:
    """The terminal at which this process was started; empty where nobody can answer there."""
    try:
        return os.ttyname(0)
    except OSError:
        return ""


class OperatorAbsentError(LabError):
    """A person is needed, and there is no terminal at which one could be asked."""


class OperatorRefusedError(LabError):
    """The operator answered that it cannot be done."""


class Operator(Protocol):
    """Somebody who can be asked to do something by hand."""

    async def ask(self, instruction: str) -> None:
        """Returns when it has been done. Raises OperatorAbsentError, OperatorRefusedError."""
        ...


class NoOperator:
    """A lab without one."""

    async def ask(self, instruction: str) -> None:
        """Raise OperatorAbsentError."""
        raise OperatorAbsentError(f"nobody can be asked to: {instruction}")


class TerminalOperator:
    """Asks at ``terminal``: Enter when done, ``n`` when it cannot be done. Deadlines stand still meanwhile."""

    def __init__(self, pauses: Pauses, terminal: Path | None = None) -> None:
        self._pauses = pauses
        self._terminal = terminal or Path(os.environ.get(TERMINAL_VARIABLE) or TERMINAL)

    async def ask(self, instruction: str) -> None:
        """Show the instruction and wait for the answer. Raises OperatorAbsentError, OperatorRefusedError."""
        try:
            descriptor = os.open(self._terminal, os.O_RDWR | os.O_NOCTTY)
        except OSError as error:
            why = f"no terminal: {error.strerror}"
            raise OperatorAbsentError(f"nobody can be asked to: {instruction} ({why})") from None
        try:
            with self._pauses.paused():
                termios.tcflush(descriptor, termios.TCIFLUSH)  # a key pressed too often answers no later question
                os.write(descriptor, f"\nPlease {instruction}, then press Enter (n: it cannot be done): ".encode())
                answer = await _read_line(descriptor)
        finally:
            os.close(descriptor)
        if answer.strip().lower().startswith("n"):
            raise OperatorRefusedError(f"the operator could not {instruction}")


async def _read_line(descriptor: int) -> str:
    """One line, without blocking the loop and without a thread that would outlive a cancelled test."""
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    loop.add_reader(descriptor, ready.set)
    line = b""
    try:
        while not line.endswith(b"\n"):
            await ready.wait()
            ready.clear()
            data = os.read(descriptor, 1024)
            if not data:
                raise OperatorAbsentError("the terminal was closed while the operator was asked")
            line += data
    finally:
        loop.remove_reader(descriptor)
    return line.decode(errors="replace")
