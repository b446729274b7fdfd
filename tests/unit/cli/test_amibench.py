"""The command: a run with a seeded fault, refusals that say what to do, and an end that leaves nothing behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bench.evidence.run import read_run
from bench.judgement.verdict import Verdict

ROOT = Path(__file__).parents[3]
LAB = ROOT / "lab_configs" / "emulated.toml"


def amibench(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from bench.cli import main; main()", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)


def test_a_replay_is_refused_and_a_meter_that_accepts_it_fails(tmp_path: Path) -> None:
    wanted = ["--process", "3.4.3", "--interface", "AMI-28", "--control", "I-H1"]
    sound = amibench("run", str(LAB), *wanted, "--out", str(tmp_path / "sound"))
    faulty = amibench("run", str(LAB), *wanted, "--fault", "F-I19", "--out", str(tmp_path / "faulty"))
    assert sound.returncode == 0, sound.stdout + sound.stderr
    assert faulty.returncode == 1, faulty.stdout + faulty.stderr
    assert "no replayed command" in faulty.stdout
    (story,) = read_run(tmp_path / "faulty").tests
    assert (story.plan["control"], story.verdict) == ("I-H1", Verdict.FAIL)
    assert (tmp_path / "faulty" / "report.html").exists()
    assert (tmp_path / "faulty" / "junit.xml").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "lab_configs/nowhere.toml"], "nowhere.toml"),
        (["run", str(LAB), "--process", "9.9"], "no process 9.9"),
        (["run", str(LAB), "--fault", "F-X1"], "F-X1"),
        (["run", str(LAB), "--control", "Z-1"], "Z-1"),
        (["run", str(LAB), "--profile", "fast"], "quick"),
        (["list", "wishes"], "wishes"),
        (["report", "nowhere"], "nowhere"),
    ],
)
def test_what_does_not_exist_is_said_in_one_line(arguments: list[str], words: str) -> None:
    done = amibench(*arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_rows_come_as_json_with_their_printed_texts() -> None:
    rows = json.loads(amibench("list", "rows", "--json").stdout)
    printed = [row for row in rows if not row["derived"]]
    assert len(printed) == 162
    needed = {"process", "label", "interface", "printed_actor1", "printed_actor2", "sent", "returned"}
    assert all(needed | {"confidentiality", "integrity", "availability"} <= set(row) for row in printed)


def test_a_killed_command_leaves_nothing_running_and_a_whole_journal(tmp_path: Path) -> None:
    out = tmp_path / "killed"
    command = [sys.executable, "-c", "from bench.cli import main; main()", "run", str(LAB), "--process", "3.1.1"]
    process = subprocess.Popen([*command, "--out", str(out)], cwd=ROOT, stdout=subprocess.DEVNULL)
    journal = out / "worker-1" / "journal.jsonl"
    wait_for(lambda: journal.exists() and b'"kind":"verdict"' in journal.read_bytes())
    process.send_signal(signal.SIGKILL)
    process.wait()
    wait_for(lambda: not processes_that_name(str(out)))
    view = read_run(out)
    assert any(story.verdict is Verdict.PASS for story in view.tests)
    assert any(story.verdict is Verdict.NOT_RUN for story in view.tests)


def wait_for(condition: object, limit_s: float = 90.0) -> None:
    """Poll until ``condition`` holds; the limit only guards against hanging for ever."""
    end = time.monotonic() + limit_s
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < end, "it never came to that"
        os.sched_yield()


def processes_that_name(text: str) -> list[int]:
    """Processes whose command line or environment names ``text``."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                said = (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes()
            except OSError:
                continue
            if text.encode() in said:
                found.append(int(entry.name))
    return found
