"""Opening what a run has captured.

    content = Captures(run / "worker-1", capture_key=b"...").open("5f1c....apdu")

A plain capture is named by the SHA-256 of its content, a sealed one (`bench.evidence.vault`) by a keyed digest; both
are checked as they are opened. Without the capture key a sealed one can still be held against the SHA-256 of the file
that the journal has of it (record ``sealed_capture``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bench.evidence.vault import SEALED_SUFFIX, CaptureError, RunKeys, salt_of

CAPTURES_NAME = "captures"


class CaptureMissingError(CaptureError):
    """There is no such capture, or its file is gone."""


class CaptureAlteredError(CaptureError):
    """The file does not hold what its name says."""


class CaptureKeyMissingError(CaptureError):
    """The capture is sealed, and the reader has no key to it."""


def is_sealed(name: str) -> bool:
    """Whether a capture of that name is encrypted."""
    return name.endswith(SEALED_SUFFIX)


def no_key() -> bytes:
    """For a reader who has no capture key."""
    return b""


@dataclass(frozen=True)
class Captures:
    """The captures of one journal, in the folder ``directory`` of that journal.

    ``capture_key`` is asked only when a sealed capture is opened; it gives nothing when there is none.
    """

    directory: Path
    capture_key: Callable[[], bytes] = field(default=no_key, repr=False)

    def path(self, name: str) -> Path:
        """The file of a capture. Raises CaptureMissingError."""
        path = self.directory / CAPTURES_NAME / name
        if Path(name).name != name or not path.is_file():
            raise CaptureMissingError(f"{self.directory} has no capture {name}")
        return path

    def open(self, name: str) -> bytes:
        """What was captured.

        Raises CaptureMissingError, CaptureAlteredError, CaptureKeyMissingError, WrongCaptureKeyError.
        """
        data = self.path(name).read_bytes()
        return self._unseal(name, data) if is_sealed(name) else _checked(name, data)

    def _unseal(self, name: str, sealed: bytes) -> bytes:
        salt = salt_of(sealed)
        if salt is None:
            raise CaptureAlteredError(f"{name} is no sealed capture any more")
        key = self.capture_key()
        if not key:
            raise CaptureKeyMissingError(
                f"{name} holds a secret and is encrypted; the capture key of its run is not here"
            )
        keys = RunKeys.derive(key, salt)
        content = keys.open(sealed, name)
        suffix = name.removesuffix(SEALED_SUFFIX).partition(".")[2]
        if keys.name(content, f".{suffix}" if suffix else "") != name:
            raise CaptureAlteredError(f"{name} does not hold what its name says")
        return content


def _checked(name: str, data: bytes) -> bytes:
    if hashlib.sha256(data).hexdigest() != name.partition(".")[0]:
        raise CaptureAlteredError(f"{name} does not hold what its name says")
    return data
