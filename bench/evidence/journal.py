"""Writing the journal: append-only JSON Lines, hash-chained, made durable by a writer thread.

``append`` numbers the record and returns; the writer thread writes and fsyncs what has gathered, so that a test never
waits for the disk and a killed run loses at most the last moments. ``barrier`` waits until all that was appended is
on the disk; the bench calls it at the end of every test. A full or broken disk is reported by the next ``append`` or
``barrier`` as JournalError, with what to do about it.
"""

from __future__ import annotations

import hashlib
import os
import queue
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Any

from bench.evidence.chain import GENESIS, seal

JOURNAL_NAME = "journal.jsonl"
CAPTURES_NAME = "captures"


class JournalError(RuntimeError):
    """The journal cannot be written. Nothing that was durable before is lost."""


class _Barrier:
    def __init__(self) -> None:
        self.passed = threading.Event()


class Journal:
    """The journal of one run (or of one worker of a run) in ``directory``. Safe to append to from any thread."""

    def __init__(self, directory: Path, name: str = JOURNAL_NAME) -> None:
        """Create the journal. Raises JournalError when it exists already or cannot be created."""
        self.directory = directory
        self.path = directory / name
        try:
            directory.mkdir(parents=True, exist_ok=True)
            (directory / CAPTURES_NAME).mkdir(exist_ok=True)
            self._fd = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o644)
        except OSError as error:
            raise JournalError(
                f"cannot create {self.path}: {error.strerror}; choose another --out directory"
            ) from error
        self._queue: queue.SimpleQueue[dict[str, Any] | _Barrier | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._count = 0
        self._previous = GENESIS
        self._failure: OSError | None = None
        self._closed = False
        self._writer = threading.Thread(target=self._write_all, name="journal", daemon=True)
        self._writer.start()

    def append(self, kind: str, data: dict[str, Any]) -> int:
        """Append a record and return its number. ``data`` must be plain JSON data. Raises JournalError."""
        self._raise_failure()
        with self._lock:
            if self._closed:
                raise JournalError(f"{self.path} is closed")
            number = self._count
            self._count += 1
            record = {"n": number, "kind": kind, "t": time.time(), "mono": time.monotonic(), "data": data}
            self._queue.put(record)
        return number

    def capture(self, content: bytes, suffix: str = ".bin") -> str:
        """Keep ``content`` as a file named by its SHA-256 and return that name. Raises JournalError."""
        name = hashlib.sha256(content).hexdigest() + suffix
        path = self.directory / CAPTURES_NAME / name
        if not path.exists():
            partial = path.with_suffix(path.suffix + f".{threading.get_ident()}.part")
            try:
                partial.write_bytes(content)
                os.replace(partial, path)
            except OSError as error:
                partial.unlink(missing_ok=True)
                raise JournalError(
                    f"cannot write the capture {path}: {error.strerror}; free some disk space"
                ) from error
        return name

    def barrier(self, timeout_s: float = 30.0) -> None:
        """Wait until everything appended so far is durable. Raises JournalError."""
        mark = _Barrier()
        with self._lock:
            if self._closed:
                return
            self._queue.put(mark)
        if not mark.passed.wait(timeout_s):
            raise JournalError(f"the disk under {self.path} did not take the journal within {timeout_s:g} s")
        self._raise_failure()

    def close(self) -> None:
        """Write what is left and close. Closing twice is fine."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            self._queue.put(None)
        self._writer.join()
        os.close(self._fd)
        self._raise_failure()

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _raise_failure(self) -> None:
        if self._failure is not None:
            reason = self._failure.strerror
            raise JournalError(f"cannot write {self.path}: {reason}; the run stops, what was recorded before is kept")

    def _write_all(self) -> None:
        while True:
            batch = [self._queue.get()]
            while not self._queue.empty():
                batch.append(self._queue.get())
            self._write(batch)
            if batch[-1] is None:
                return

    def _write(self, batch: list[dict[str, Any] | _Barrier | None]) -> None:
        lines = bytearray()
        previous = self._previous
        for item in batch:
            if isinstance(item, dict):
                line, previous = seal(item, previous)
                lines += line + b"\n"
        if lines and self._failure is None:
            try:
                view = memoryview(lines)
                while view:
                    view = view[os.write(self._fd, view) :]
                os.fdatasync(self._fd)
                self._previous = previous
            except OSError as error:
                self._failure = error
        for item in batch:
            if isinstance(item, _Barrier):
                item.passed.set()
