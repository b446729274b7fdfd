"""``amibench capture``."""

from __future__ import annotations

import os
from pathlib import Path

from rich.console import Console

from bench.evidence.captures import CAPTURES_NAME, CaptureKeyMissingError, CaptureMissingError, Captures, is_sealed
from bench.evidence.vault import CaptureError
from bench.lab.capture_key import KEY_VARIABLE, capture_key_to_read_with


def capture(console: Console, run: Path, name: str, to: Path) -> None:
    """Write what a run captured under ``name``, or under the only name that begins so, to the file ``to``.

    Raises CaptureError, SecretError.
    """
    found = sorted(run.glob(f"**/{CAPTURES_NAME}/{name}*"))
    if len(found) != 1:
        counted = f"{len(found)} captures whose names begin with" if found else "no capture"
        raise CaptureMissingError(f"{run} has {counted} {name}; the names are in the report and in the journal")
    (path,) = found
    try:
        content = Captures(path.parent.parent, capture_key_to_read_with).open(path.name)
    except CaptureKeyMissingError as error:
        raise CaptureKeyMissingError(f"{error}; name it in {KEY_VARIABLE}, as env:NAME or file:PATH") from None
    try:
        with os.fdopen(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
    except OSError as error:
        raise CaptureError(f"cannot write {to}: {error.strerror}") from None
    kept = "; it holds a secret: keep it so that nobody else can read it" if is_sealed(path.name) else ""
    console.print(f"{len(content)} bytes in {to}{kept}", highlight=False, soft_wrap=True)
