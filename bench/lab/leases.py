"""A port, an instrument or a device is used by one run at a time.

A lease is a lock on a small file that names its owner. The kernel gives the lock back when the owner ends, however it
ends, so that a stale lease needs no clearing; the file may stay.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import tempfile
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType

from bench.lab.errors import LabError


class InUseError(LabError):
    """Another run holds what this one needs."""


def lease_folder() -> Path:
    """Where all runs on this machine look: ``AMIBENCH_LEASES``, or ``amibench-leases`` among the temporary files."""
    given = os.environ.get("AMIBENCH_LEASES", "")
    return Path(given) if given else Path(tempfile.gettempdir()) / "amibench-leases"


class Leases:
    """Leases of one run. A context manager: what was taken is given back at the end."""

    def __init__(self, run: str, folder: Path | None = None) -> None:
        self._run = run
        self._folder = folder or lease_folder()
        self._held: dict[str, int] = {}

    def take(self, names: Iterable[str]) -> None:
        """Take all of ``names`` (ports, VISA resources, devices) or none. Raises InUseError, which names the owner."""
        taken: list[str] = []
        try:
            for name in sorted(set(names) - self._held.keys()):
                self._held[name] = self._lock(name)
                taken.append(name)
        except InUseError:
            for name in taken:
                os.close(self._held.pop(name))
            raise

    def release(self) -> None:
        """Give everything back."""
        while self._held:
            os.close(self._held.popitem()[1])

    def __enter__(self) -> Leases:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.release()

    def _lock(self, name: str) -> int:
        self._folder.mkdir(mode=0o777, parents=True, exist_ok=True)
        path = self._folder / (re.sub(r"[^A-Za-z0-9._-]", "_", name.strip("/")) + ".lease")
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            owner = _owner(descriptor)
            os.close(descriptor)
            raise InUseError(f"{name} is in use by {owner}; wait for it to end, or end it") from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps({"pid": os.getpid(), "run": self._run}).encode(), 0)
        return descriptor


def _owner(descriptor: int) -> str:
    try:
        told = json.loads(os.pread(descriptor, 4096, 0))
        return f"run {told['run']} (process {told['pid']})"
    except (OSError, ValueError, KeyError):
        return "another run that has just begun"
