"""No secret of a station is in anything that a run leaves: journal, captures, reports, logs, console."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from bench.evidence.captures import Captures, is_sealed
from bench.evidence.run import read_run
from bench.judgement.verdict import Verdict
from bench.lab.capture_key import capture_key_to_read_with
from bench.report.write import write_reports
from bench.session.request import REQUEST_VARIABLE

from .conftest import LAB, ROOT, amibench
from .searching import leaks

SUITE = ROOT / "suites" / "3.4.3_remote_disconnect_move_out.robot"
SELECTOR = f"bench.keywords.selector.Selector:{LAB}:interfaces=AMI-28:controls=C-L1"


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.delenv(REQUEST_VARIABLE, raising=False)


def planted_run(tmp_path: Path, *options: str, selector: str = SELECTOR) -> tuple[Path, Mapping[str, bytes]]:
    """Run C-L1 on the meter with everything logged, and make the reports; where all of it is, and all secrets."""
    place, secrets = tmp_path / "place", tmp_path / "secrets.json"
    script = Path(__file__).with_name("planted_run.py")
    allure = ["--listener", f"allure_robotframework:{place / 'allure'}"]
    robot = ["--parser", selector, "--outputdir", str(place), "--loglevel", "TRACE", *allure, str(SUITE)]
    done = subprocess.run(
        [sys.executable, str(script), str(secrets), *options, *robot],
        cwd=ROOT,
        env={**os.environ, "AMIBENCH_RESULTS": str(place / "results")},
        capture_output=True,
        timeout=300,
        check=False,
    )
    (place / "console.txt").write_bytes(done.stdout + done.stderr)
    (run,) = (place / "results").iterdir()
    write_reports(read_run(run))
    (place / "report.txt").write_text(amibench("report", str(run)).stdout)
    known = [bytes.fromhex(value) for value in json.loads(secrets.read_text())]
    return place, {f"secret {number} of {len(value)} bytes": value for number, value in enumerate(known)}


def test_a_careless_probe_gives_no_secret_away_but_to_who_has_the_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAPTURE_KEY", "the key of this test's captures")
    monkeypatch.setenv("AMIBENCH_CAPTURE_KEY", "env:CAPTURE_KEY")
    place, secrets = planted_run(tmp_path, "--careless")
    assert len(secrets) > 60
    assert leaks(place, secrets) == []
    (run,) = (place / "results").iterdir()
    (story,) = read_run(run).tests
    assert story.verdict is Verdict.ERROR
    assert "the secret is ***" in story.message
    names = [path.name for path in run.glob("captures/*")]
    assert names
    assert all(is_sealed(name) for name in names)
    named = next(seen for seen in story.observations if seen.captures).captures[0]
    assert f"{named[:10]}…</a><span" in (run / "report.html").read_text()
    opened = open_with_command(run, names[0], tmp_path / "opened")
    assert opened.returncode == 0, opened.stderr
    assert (tmp_path / "opened").stat().st_mode & 0o077 == 0
    assert (tmp_path / "opened").read_bytes() == Captures(run, capture_key_to_read_with).open(names[0])
    monkeypatch.delenv("AMIBENCH_CAPTURE_KEY")
    refused = open_with_command(run, names[0], tmp_path / "other")
    assert refused.returncode == 2
    assert "the capture key of its run is not here; name it in AMIBENCH_CAPTURE_KEY" in refused.stderr


def open_with_command(run: Path, name: str, to: Path) -> subprocess.CompletedProcess[str]:
    """Open a capture as a user does, by how its name begins."""
    return amibench("capture", str(run), name[:12], "--to", str(to))


def test_the_search_would_find_them(tmp_path: Path) -> None:
    place, secrets = planted_run(tmp_path, "--careless", "--unredacted")
    places = {Path(where).suffix for where, _name in leaks(place, secrets)}
    assert {".json", ".jsonl", ".xml", ".html", ".txt", ".apdu", ".hex", ".html, packed"} <= places


def test_a_capture_key_that_is_not_there_is_said_before_the_run(tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = amibench(
        "run", str(LAB), "--control", "C-L1", "--out", str(out), AMIBENCH_CAPTURE_KEY="env:NOT_SET_ANYWHERE"
    )
    assert done.returncode == 2
    assert "AMIBENCH_CAPTURE_KEY: env:NOT_SET_ANYWHERE: the environment variable is not set" in done.stderr
    assert not out.exists()


def test_a_device_that_gives_its_secret_away_fails_and_the_report_keeps_it(tmp_path: Path) -> None:
    place, secrets = planted_run(tmp_path, selector=f"{SELECTOR}:faults=F-C2@meter1")
    assert leaks(place, secrets) == []
    (run,) = (place / "results").iterdir()
    (story,) = read_run(run).tests
    assert story.verdict is Verdict.FAIL
    assert "local.password" in story.message
    assert "local.password" in (run / "report.html").read_text()
