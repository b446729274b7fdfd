"""A port is used by one run at a time, and no stale lease is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bench.lab.leases import InUseError, Leases

HOLD = """
import sys
from pathlib import Path
from bench.lab.leases import Leases
leases = Leases("the other run", Path(sys.argv[1]))
leases.take(["/dev/ttyUSB0"])
print("held", flush=True)
sys.stdin.read()
"""


def test_a_lease_is_exclusive_and_names_its_owner(tmp_path: Path) -> None:
    with Leases("first", tmp_path) as first:
        first.take(["/dev/ttyUSB0"])
        with pytest.raises(InUseError, match=rf"/dev/ttyUSB0 is in use by run first \(process {os.getpid()}\)"):
            Leases("second", tmp_path).take(["/dev/ttyUSB0"])
    with Leases("second", tmp_path) as second:
        second.take(["/dev/ttyUSB0"])


def test_all_are_taken_or_none(tmp_path: Path) -> None:
    with Leases("first", tmp_path) as first, Leases("second", tmp_path) as second:
        first.take(["b"])
        with pytest.raises(InUseError):
            second.take(["a", "b"])
        first.take(["a"])


def test_what_a_run_holds_it_may_take_again(tmp_path: Path) -> None:
    with Leases("first", tmp_path) as first:
        first.take(["a"])
        first.take(["a", "b"])


def test_a_lease_ends_with_its_owner_even_when_killed(tmp_path: Path) -> None:
    other = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert other.stdout is not None
    assert other.stdout.readline() == "held\n"
    with Leases("mine", tmp_path) as mine:
        with pytest.raises(InUseError, match=f"run the other run \\(process {other.pid}\\)"):
            mine.take(["/dev/ttyUSB0"])
        other.send_signal(signal.SIGKILL)
        other.communicate()
        mine.take(["/dev/ttyUSB0"])
