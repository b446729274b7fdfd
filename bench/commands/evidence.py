"""``amibench capture`` and ``amibench verify``."""

from __future__ import annotations

import os
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from bench.evidence.captures import CAPTURES_NAME, CaptureKeyMissingError, CaptureMissingError, Captures, is_sealed
from bench.evidence.run import read_run
from bench.evidence.vault import CaptureError
from bench.evidence.verify import verify as verify_run
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


def verify(console: Console, run: Path) -> int:
    """Judge a run again from what it recorded; 0 when everything is as recorded, else 1.

    Raises NoRunError, JournalBrokenError.
    """
    view = read_run(run)
    found = verify_run(view)
    for text in view.bench_errors:
        console.print(f"[bold magenta]bench error:[/] {escape(text)}", highlight=False, soft_wrap=True)
    for text in found.differences:
        console.print(f"[bold red]differs:[/] {escape(text)}", highlight=False, soft_wrap=True)
    console.print(
        f"{found.findings} findings of {found.tests} tests judged again, {found.captures} captures held against their "
        f"names ({found.sealed} of them sealed: their files only): "
        f"{f'{len(found.differences)} differ' if found.differences else 'all as recorded'}",
        highlight=False,
        soft_wrap=True,
    )
    return 1 if found.differences else 0
