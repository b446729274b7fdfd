"""On a terminal a run on real devices asks before it begins."""

from __future__ import annotations

import os
import pty
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from .conftest import COMMAND, NO_REAL_KEY, ROOT


@pytest.mark.parametrize(("answer", "code", "begun"), [(b"n\n", 3, False), (b"y\n", 3, True)])
def test_the_answer_decides(
    answer: bytes, code: int, begun: bool, station: Callable[..., Path], tmp_path: Path
) -> None:
    out = tmp_path / "run"
    options = ["--process", "3.1.2", "--interface", "AMI-28", "--control", "C-M2", "--out", str(out)]
    ours, theirs = pty.openpty()
    command = subprocess.Popen(
        [*COMMAND, "run", str(station("tcp:127.0.0.1:1")), *options],
        cwd=ROOT,
        env={**os.environ, "BAD_METER_KEY": NO_REAL_KEY, "TERM": "dumb"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    os.write(ours, answer)
    said = b""
    with suppress(OSError):  # the end of a pty
        while chunk := os.read(ours, 4096):
            said += chunk
    assert command.wait() == code
    os.close(ours)
    assert b"Begin?" in said
    assert out.exists() is begun
