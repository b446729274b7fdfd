"""On a terminal a run on real devices asks before it begins, and its workers ask the operator there."""

from __future__ import annotations

import os
import pty
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from .conftest import COMMAND, NO_REAL_KEY, ROOT

STATION = """
[station]
name = "home bench"
[fault_box]
operator = true
[seats.wallbox]
actor = "Electric Vehicle"
iut = true
device = "device.toml"
links.tcp = { carries = "modbus", profile = "tcp", url = "tcp:127.0.0.1:1" }
"""
DEVICE = """
kind = "charger"
[identity]
manufacturer = "Example"
model = "W-1"
[pixit.charger]
family = "keba_p30"
rated_a = 32.0
"""


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


def test_the_operator_is_asked_at_the_terminal_of_the_command(tmp_path: Path) -> None:
    """Though the worker that asks is in a session of its own, which has no terminal."""
    (tmp_path / "device.toml").write_text(DEVICE)
    (tmp_path / "lab.toml").write_text(STATION)
    ours, theirs = pty.openpty()
    command = subprocess.Popen(
        [
            *(*COMMAND, "run", str(tmp_path / "lab.toml"), "--yes", "--process", "4.3.2", "--control", "A-L3"),
            *("--out", str(tmp_path / "run")),
        ],
        cwd=ROOT,
        env={**os.environ, "TERM": "dumb"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    said = b""
    with suppress(OSError):  # the end of a pty
        while chunk := os.read(ours, 4096):
            said += chunk
            if said.endswith(b"(n: it cannot be done): "):
                os.write(ours, b"n\n")
    assert command.wait() == 3
    os.close(ours)
    assert b"Please plug a vehicle in at wallbox, then press Enter" in said
    assert b"OperatorRefusedError: the operator could not plug a vehicle in at wallbox" in b" ".join(said.split())
