"""Ctrl-C, SIGTERM, and ``kill -9`` of the command or of the emulation: a whole journal, and nothing left running."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from bench.evidence.run import RunView, read_run
from bench.judgement.verdict import Verdict

from .conftest import LAB, processes_that_name, start, verdicts_in, wait_for

WANTED = ["--process", "3.4.3", "--interface", "AMI-28", "--workers", "1"]


def kinds_of(view: RunView) -> set[Verdict]:
    return {story.verdict for story in view.tests}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_asked_to_end_ends_in_order(number: signal.Signals, tmp_path: Path) -> None:
    out = tmp_path / "ended"
    command = start("run", str(LAB), *WANTED, "--out", str(out))
    wait_for(lambda: verdicts_in(out) >= 1)
    command.send_signal(number)
    said, _ = command.communicate(timeout=90)
    assert command.returncode == 130
    assert "interrupted; the station is in its safe state" in said
    assert processes_that_name(str(out)) == []
    assert kinds_of(read_run(out)) == {Verdict.PASS, Verdict.NOT_RUN}
    assert b'"kind":"run_ended"' in (out / "worker-1" / "journal.jsonl").read_bytes()
    assert (out / "report.html").exists()


def test_a_killed_command_leaves_nothing_running_and_a_whole_journal(tmp_path: Path) -> None:
    out = tmp_path / "killed"
    command = start("run", str(LAB), *WANTED, "--out", str(out))
    wait_for(lambda: verdicts_in(out) >= 1)
    command.kill()
    command.wait()
    wait_for(lambda: not processes_that_name(str(out)))
    assert {Verdict.PASS, Verdict.NOT_RUN} <= kinds_of(read_run(out))


def test_a_killed_emulation_is_the_bench_error_of_one_test_and_the_rest_is_not_run(tmp_path: Path) -> None:
    out = tmp_path / "lost"
    command = start("run", str(LAB), *WANTED, "--out", str(out))
    wait_for(lambda: verdicts_in(out) >= 1)
    os.kill(emulation_of(out), signal.SIGKILL)
    said, _ = command.communicate(timeout=90)
    assert command.returncode == 2
    assert processes_that_name(str(out)) == []
    stories = read_run(out).tests
    lost = [story for story in stories if story.verdict is Verdict.ERROR]
    assert len(lost) == 1
    assert "the station was lost: host emulation was killed by signal 9" in lost[0].message
    assert {story.verdict for story in stories} == {Verdict.PASS, Verdict.ERROR, Verdict.NOT_RUN}
    assert said.count("killed by signal 9") == 1


def emulation_of(out: Path) -> int:
    """The emulation host that works for the run in ``out``."""
    hosts = [
        number
        for number in processes_that_name(str(out))
        if b"fixtures.host" in Path(f"/proc/{number}/cmdline").read_bytes()
    ]
    (found,) = hosts
    return found
