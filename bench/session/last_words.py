"""What a worker says to the command that started it when its journal can no longer be written.

It goes through a pipe, since the disk that is full takes no message either.
"""

from __future__ import annotations

import os
from contextlib import suppress

LAST_WORDS_VARIABLE = "AMIBENCH_LAST_WORDS"
"""Environment variable with the number of the pipe's end to write to."""

_MOST_BYTES = 4096


def say(text: str) -> None:
    """Tell the command, if one has started this process. Never raises, never waits."""
    number = os.environ.get(LAST_WORDS_VARIABLE, "")
    if number.isdigit():
        with suppress(OSError):
            os.write(int(number), text.encode()[: _MOST_BYTES - 1] + b"\n")


class LastWords:
    """The command's side: one pipe for one worker."""

    def __init__(self) -> None:
        reading, writing = os.pipe()
        for end in (reading, writing):
            os.set_blocking(end, False)
        self._reading = os.fdopen(reading, "rb")
        self._writing = os.fdopen(writing, "wb")
        self._heard: tuple[str, ...] = ()

    @property
    def writing_end(self) -> int:
        """What the worker inherits."""
        return self._writing.fileno()

    def inherited(self) -> None:
        """The worker has its end."""
        self._writing.close()

    def hear(self) -> tuple[str, ...]:
        """What the worker has said, each thing once. To be asked when it has ended."""
        if not self._reading.closed:
            with self._reading:
                said = self._reading.read() or b""
            self._heard = tuple(dict.fromkeys(said.decode(errors="replace").splitlines()))
        return self._heard
