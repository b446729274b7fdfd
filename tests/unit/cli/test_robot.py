"""Plain robot runs the same suites; without the selector, or with a test missing, it fails loudly."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bench.session.request import REQUEST_VARIABLE

ROOT = Path(__file__).parents[3]
SUITE = ROOT / "suites" / "3.4.3_remote_disconnect_move_out.robot"
ENVIRONMENT = {key: value for key, value in os.environ.items() if key != REQUEST_VARIABLE}


def robot(out: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "robot", "--outputdir", str(out), *options, str(SUITE)]
    return subprocess.run(command, cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, timeout=300, check=False)


def statuses(out: Path) -> dict[str, str]:
    tests = ElementTree.parse(out / "output.xml").iter("test")
    return {str(test.get("name")): str(test.find("status").get("status")) for test in tests}  # type: ignore[union-attr]


@pytest.fixture
def in_results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for the bench's own results of plain robot runs."""
    monkeypatch.setitem(ENVIRONMENT, "AMIBENCH_RESULTS", str(tmp_path / "results"))
    return tmp_path


def test_one_control_test_runs_alone(in_results: Path) -> None:
    done = robot(
        in_results, "--argumentfile", "suites/bench.args", "--outputdir", str(in_results), "--test", "* I-H1 *"
    )
    found = statuses(in_results)
    assert done.returncode == 0, done.stdout
    assert any(name.startswith("AMI-28 HE-Meter I-H1") for name in found)
    assert set(found.values()) == {"PASS"}
    (journal,) = (in_results / "results").glob("*/journal.jsonl")
    kinds = [json.loads(line)["kind"] for line in journal.read_text().splitlines()]
    assert kinds[:2] == ["run", "plan"]
    assert kinds[-1] == "run_ended"


def test_without_the_argument_file_it_fails_and_says_why(in_results: Path) -> None:
    done = robot(in_results)
    assert done.returncode != 0
    assert "planned control tests are missing" in done.stdout
    assert set(statuses(in_results).values()) == {"FAIL"}
