"""Writing the journal: append-only JSON Lines, hash-chained, made durable by a writer thread.

``append`` numbers the record and returns; the writer thread writes what has gathered, captures before the records
that name them: a test never waits for the disk, and a killed run loses at most the last moments. The records are synced
within a second, and at once by ``barrier``, which waits until all that was appended is on the disk; the bench calls it
at the end of every test. A full or broken disk is reported by the next ``append`` or ``barrier`` as JournalError, with
what to do about it.

Everything passes whoever knows the secrets: records come out without any, and a capture that holds one is sealed.
"""

from __future__ import annotations

import errno
import hashlib
import os
import queue
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import msgspec

from bench.evidence.captures import CAPTURES_NAME
from bench.evidence.chain import GENESIS, seal
from bench.evidence.search import KeepsSecrets, NoSecrets
from bench.evidence.vault import Vault

__all__ = ["CAPTURES_NAME", "JOURNAL_NAME", "Journal", "JournalError", "Written"]

JOURNAL_NAME = "journal.jsonl"
SEALED_CAPTURE = "sealed_capture"
"""Kind of the record that has a sealed capture's name, the SHA-256 of its file and the id of its key."""

_CLOSE_S = 30.0
_SYNC_S = 1.0
"""How long a record may be written and not synced: a power cut takes it then, the end of a process does not."""
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder()


class JournalError(RuntimeError):
    """The journal cannot be written. Nothing that was durable before is lost."""


@dataclass(frozen=True)
class Written:
    """A record as it stands in the journal: its number, and its data without secrets."""

    n: int
    data: dict[str, Any]


class _Barrier:
    def __init__(self) -> None:
        self.passed = threading.Event()


@dataclass(frozen=True)
class _CaptureFile:
    path: Path
    content: bytes


class _Last:
    """The end of the queue."""


_Item = dict[str, Any] | _CaptureFile | _Barrier | _Last


class Journal:
    """The journal of one run (or of one worker of a run) in ``directory``. Safe to append to from any thread."""

    def __init__(
        self,
        directory: Path,
        name: str = JOURNAL_NAME,
        *,
        secrets: KeepsSecrets | None = None,
        vault: Vault | None = None,
    ) -> None:
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
        self._secrets: KeepsSecrets = secrets or NoSecrets()
        self._vault = vault
        self._queue: queue.SimpleQueue[_Item] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._count = 0
        self._captured: set[str] = set()
        self._previous = GENESIS
        self._failure = ""
        self._closed = False
        self._sync_at: float | None = None
        self._writer = threading.Thread(target=self._write_all, name="journal", daemon=True)
        self._writer.start()

    def append(self, kind: str, data: dict[str, Any]) -> int:
        """Append a record and return its number. ``data`` must be plain JSON data. Raises JournalError."""
        return self.record(kind, data).n

    def record(self, kind: str, data: dict[str, Any]) -> Written:
        """Append a record, and return what stands in the journal; its data are ``data`` itself if it held no secret.

        Raises JournalError.
        """
        body = _ENCODER.encode(data)
        clean = self._secrets.redact_json(body)
        if clean is not body:
            data = _DECODER.decode(clean)
        self._raise_failure()
        with self._lock:
            self._raise_closed()
            number = self._count
            self._count += 1
            self._queue.put(
                {"n": number, "kind": kind, "t": time.time(), "mono": time.monotonic(), "data": msgspec.Raw(clean)}
            )
        return Written(number, data)

    def capture(self, content: bytes, suffix: str = ".bin", *, secret: bool = False) -> str:
        """Keep ``content`` as a file and return its name, which has the SHA-256 of the content.

        What holds a secret that is known, or is said to be ``secret``, is sealed, and its name has a keyed digest.
        Raises JournalError, and what the vault raises when it has no key.
        """
        if secret or self._secrets.holds(content):
            return self._capture_sealed(content, suffix)
        name = hashlib.sha256(content).hexdigest() + suffix
        self._keep(name, content)
        return name

    def _capture_sealed(self, content: bytes, suffix: str) -> str:
        if self._vault is None:
            raise JournalError(f"{self.path} has no capture key: what holds a secret cannot be kept")
        keys = self._vault.keys
        name = keys.name(content, suffix)
        if name not in self._captured:
            sealed = keys.seal(content, name)
            if self._keep(name, sealed):
                digest = hashlib.sha256(sealed).hexdigest()
                self.append(SEALED_CAPTURE, {"capture": name, "sha256": digest, "key": keys.id})
        return name

    def _keep(self, name: str, content: bytes) -> bool:
        """Have a capture written; False when there is one of that name."""
        self._raise_failure()
        with self._lock:
            self._raise_closed()
            if name in self._captured:
                return False
            self._captured.add(name)
            self._queue.put(_CaptureFile(self.directory / CAPTURES_NAME / name, content))
        return True

    def barrier(self, timeout_s: float = 30.0) -> None:
        """Wait until everything appended so far is durable. Raises JournalError."""
        mark = _Barrier()
        with self._lock:
            if self._closed:
                return
            self._queue.put(mark)
        if not mark.passed.wait(timeout_s):
            self._failure = self._failure or self._too_slow(timeout_s)
        self._raise_failure()

    def close(self) -> None:
        """Write what is left and close. Closing twice is fine. Raises JournalError."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            self._queue.put(_Last())
        self._writer.join(_CLOSE_S)
        if self._writer.is_alive():
            raise JournalError(self._too_slow(_CLOSE_S))
        os.close(self._fd)
        self._raise_failure()

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _too_slow(self, seconds: float) -> str:
        return f"the disk under {self.path} did not take the journal within {seconds:g} s"

    def _raise_closed(self) -> None:
        if self._closed:
            raise JournalError(f"{self.path} is closed")

    def _raise_failure(self) -> None:
        if self._failure:
            raise JournalError(self._failure)

    # -- the writer thread -----------------------------------------------------------------------------------------

    def _write_all(self) -> None:
        while True:
            batch = self._next_batch()
            self._write(batch)
            if batch and isinstance(batch[-1], _Last):
                return

    def _next_batch(self) -> list[_Item]:
        """What has gathered; nothing when it is time to sync what was written before."""
        left_s = None if self._sync_at is None else max(0.0, self._sync_at - time.monotonic())
        try:
            batch: list[_Item] = [self._queue.get(timeout=left_s)]
        except queue.Empty:
            return []
        while not self._queue.empty():
            batch.append(self._queue.get())
        return batch

    def _write(self, batch: list[_Item]) -> None:
        """Write a batch; sync where somebody waits for it or it is time to."""
        if not self._failure:
            try:
                self._write_captures(item for item in batch if isinstance(item, _CaptureFile))
                self._write_records(item for item in batch if isinstance(item, dict))
                self._sync(awaited=any(isinstance(item, _Barrier | _Last) for item in batch))
            except OSError as error:
                room = "; make room and run it again" if error.errno in _NO_ROOM else ""
                self._failure = (
                    f"cannot write {error.filename or self.path}: {error.strerror}; "
                    f"the run stops, what was recorded before is kept{room}"
                )
                self._sync_at = None
        for item in batch:
            if isinstance(item, _Barrier):
                item.passed.set()

    def _write_captures(self, files: Iterable[_CaptureFile]) -> None:
        for file in files:
            if not file.path.exists():
                _write_whole(file.path, file.content)

    def _write_records(self, records: Iterable[dict[str, Any]]) -> None:
        lines = bytearray()
        previous = self._previous
        for record in records:
            line, previous = seal(record, previous)
            lines += line + b"\n"
        view = memoryview(lines)
        while view:
            view = view[os.write(self._fd, view) :]
        if lines:
            self._previous = previous
            if self._sync_at is None:
                self._sync_at = time.monotonic() + _SYNC_S

    def _sync(self, *, awaited: bool) -> None:
        if self._sync_at is not None and (awaited or time.monotonic() >= self._sync_at):
            os.fdatasync(self._fd)
            self._sync_at = None


def _write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it has its name only when it is whole.

    It is not synced: hundreds of small files would take longer than their tests. A killed run keeps it; what a power
    cut takes is missed by its name.
    """
    part = path.with_name(path.name + ".part")
    try:
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        error.filename = str(path)
        raise
