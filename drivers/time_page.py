"""Station time in a file that two processes map: shown by the emulation host, read by the bench without asking.

One double in native order, written and read whole, since both ends are on one machine.

Asking over the control channel costs more than most of what the time is wanted for.
"""

from __future__ import annotations

import mmap
from pathlib import Path

_SIZE = 8

SUFFIX = ".now"
"""Of the page that belongs to a control socket."""


def show_in(path: Path) -> memoryview[float]:
    """A new page at ``path``; its item 0 is the time to show, in s since the Unix epoch. Raises OSError."""
    with path.open("w+b") as file:
        file.truncate(_SIZE)
        return memoryview(mmap.mmap(file.fileno(), _SIZE)).cast("d")


def look_at(path: Path) -> memoryview[float]:
    """The page at ``path``, read only. Raises OSError; ValueError where it is none."""
    with path.open("rb") as file:
        return memoryview(mmap.mmap(file.fileno(), _SIZE, access=mmap.ACCESS_READ)).cast("d")


def page_of(socket: Path) -> Path:
    """Where the page of the control channel at ``socket`` is."""
    return socket.with_name(socket.name + SUFFIX)
