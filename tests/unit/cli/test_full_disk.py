"""A disk that takes no more, or a robot that is killed: said in one line, exit code 2, and nothing recorded is lost."""

from __future__ import annotations

import os
import resource
import signal
from pathlib import Path

import pytest

from bench.evidence.run import read_run
from bench.judgement.verdict import Verdict

from .conftest import LAB, processes_that_name, start, verdicts_in, wait_for

WANTED = ["--process", "3.4.3", "--interface", "AMI-28", "--workers", "1"]


def robot_of(out: Path) -> int:
    """The robot process that works for the run in ``out``."""
    (found,) = [
        number
        for number in processes_that_name(str(out))
        if b"\0-m\0robot\0" in Path(f"/proc/{number}/cmdline").read_bytes()
    ]
    return found


def test_a_full_disk_ends_the_run_with_what_it_had(tmp_path: Path) -> None:
    """The disk is full for robot's process only: no file of its can grow beyond the journal's size."""
    out = tmp_path / "full"
    command = start("run", str(LAB), *WANTED, "--out", str(out))
    wait_for(lambda: verdicts_in(out) >= 2)
    journal = out / "worker-1" / "journal.jsonl"
    size = journal.stat().st_size
    resource.prlimit(robot_of(out), resource.RLIMIT_FSIZE, (size + 500, size + 500))
    recorded = verdicts_in(out)
    said, _ = command.communicate(timeout=120)
    assert command.returncode == 2, said
    assert f"bench error: cannot write {journal}: File too large" in said
    assert "make room and run it again" in said
    assert processes_that_name(str(out)) == []
    view = read_run(out)
    assert sum(story.verdict is Verdict.PASS for story in view.tests) >= recorded
    assert {story.verdict for story in view.tests} == {Verdict.PASS, Verdict.NOT_RUN}
    assert (out / "report.html").exists()


def test_a_killed_robot_is_a_bench_error(tmp_path: Path) -> None:
    out = tmp_path / "killed"
    command = start("run", str(LAB), *WANTED, "--out", str(out))
    wait_for(lambda: verdicts_in(out) >= 1)
    os.kill(robot_of(out), signal.SIGKILL)
    said, _ = command.communicate(timeout=120)
    assert command.returncode == 2, said
    assert "worker-1: robot was killed by signal 9" in said
    wait_for(lambda: not processes_that_name(str(out)))
    assert {Verdict.PASS, Verdict.NOT_RUN} == {story.verdict for story in read_run(out).tests}


@pytest.mark.parametrize("name", ["report.html", "junit.xml"])
def test_a_report_that_cannot_be_written_is_said(tmp_path: Path, name: str) -> None:
    out = tmp_path / "unwritable"
    command = start("run", str(LAB), *WANTED, "--control", "C-L1", "--out", str(out))
    wait_for(lambda: out.exists())
    (out / name).mkdir()
    said, _ = command.communicate(timeout=120)
    assert command.returncode == 2, said
    assert "cannot write the report: Is a directory" in said
    assert "amibench report" in said
    assert "Traceback" not in said


@pytest.mark.parametrize(("most_bytes", "file"), [(100, "request.json"), (1500, "journal.jsonl")])
def test_a_disk_that_is_full_from_the_start_is_said(tmp_path: Path, most_bytes: int, file: str) -> None:
    out = tmp_path / "full"
    command = start("run", str(LAB), *WANTED, "--control", "C-L1", "--out", str(out))
    resource.prlimit(command.pid, resource.RLIMIT_FSIZE, (most_bytes, most_bytes))
    said, _ = command.communicate(timeout=120)
    assert command.returncode == 2, said
    assert f"cannot write {out / 'worker-1' / file}: File too large" in said
    assert said.index("cannot write") < 200
    assert processes_that_name(str(out)) == []
