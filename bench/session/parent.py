"""A worker ends in order when the command that started it is gone, ``kill -9`` included."""

from __future__ import annotations

import os
import signal
import threading

_LOOK_EVERY_S = 1.0


class ParentWatch:
    """Looks whether this process still has the parent that it began with; if not, interrupts it as Ctrl-C would."""

    def __init__(self) -> None:
        self._parent = os.getppid()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="parent-watch", daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while not self._ended.wait(_LOOK_EVERY_S):
            if os.getppid() != self._parent:
                os.kill(os.getpid(), signal.SIGINT)
                return

    def stop(self) -> None:
        """Stop looking."""
        self._ended.set()
        self._thread.join()
