"""Allure results of a run: one file a test, with the verdict that the bench gave."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench.session.request import REQUEST_VARIABLE

from .conftest import LAB, ROOT, amibench

pytest.importorskip("allure_robotframework")

SUITE = ROOT / "suites" / "3.4.3_remote_disconnect_move_out.robot"


def allure_results(out: Path, *selector: str) -> dict[str, dict[str, object]]:
    """The Allure results of the replay control, by the name of the test."""
    environment = {key: value for key, value in os.environ.items() if key != REQUEST_VARIABLE}
    command = [
        *(sys.executable, "-m", "robot", "--outputdir", str(out / "robot")),
        *("--listener", f"allure_robotframework;{out / 'allure'}"),
        *("--parser", ":".join(("bench.keywords.selector.Selector", str(LAB), *selector))),
        *("--test", "AMI-28 * I-H1 *", str(SUITE)),
    ]
    environment["AMIBENCH_RESULTS"] = str(out / "results")
    subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False)
    found = (json.loads(path.read_text()) for path in (out / "allure").glob("*-result.json"))
    return {str(result["name"]): result for result in found}


def test_a_passing_control_is_passed_and_carries_its_row(tmp_path: Path) -> None:
    ((name, result),) = allure_results(tmp_path).items()
    assert name.startswith("AMI-28 HE-Meter I-H1")
    assert result["status"] == "passed"
    labels = {label["value"] for label in result["labels"]}  # type: ignore[attr-defined]
    assert {"row:3.4.3/AMI-28/HE-Meter", "control:I-H1"} <= labels


def test_the_command_writes_them_too(tmp_path: Path) -> None:
    wanted = ["--process", "3.4.3", "--interface", "AMI-28", "--control", "I-H1"]
    done = amibench("run", str(LAB), *wanted, "--allure", "--out", str(tmp_path / "run"))
    assert done.returncode == 0, done.stdout + done.stderr
    (result,) = (tmp_path / "run" / "allure").glob("*-result.json")
    assert json.loads(result.read_text())["status"] == "passed"


def test_a_failing_control_is_failed_and_says_why(tmp_path: Path) -> None:
    ((_name, result),) = allure_results(tmp_path, "faults=F-I19").items()
    assert result["status"] == "failed"
    assert "no replayed command" in str(result["statusDetails"])
