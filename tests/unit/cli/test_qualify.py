"""Qualification: many runs on one station, each with its own faults and none with those of the run before."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.evidence.run import read_run
from bench.judgement.verdict import Verdict
from bench.session.pool import RunPool
from bench.session.request import Request
from bench.session.runner import RunnerError, Worker, suites_of

from .conftest import LAB, amibench, processes_that_name

REPLAY = "AMI-28 HE-Meter I-H1 Replay refused"


def run_replay(pool: RunPool, out: Path, *faults: str) -> list[Verdict]:
    request = Request(lab=LAB, processes=("3.4.3",), tests=(REPLAY,), faults=faults, out=out)
    pool.run(Worker(out, request, (suites_of(["3.4.3"])["3.4.3"],)))
    return [story.verdict for story in read_run(out).tests]


def test_each_case_is_detected_and_without_a_fault_nothing_fails(tmp_path: Path) -> None:
    out = tmp_path / "matrix"
    told = amibench(
        "qualify", "--process", "3.4.3", "--fault", "F-I19@meter1", "--fault", "F-I10@meter1", "--json",
        "--workers", "1", "--out", str(out),
    )  # fmt: skip
    assert told.returncode == 0, told.stdout + told.stderr
    matrix = json.loads(told.stdout[told.stdout.index("{\n") : told.stdout.rindex("}") + 1])
    assert {case["fault"]: case["detected"] for case in matrix["cases"]} == {"F-I10": True, "F-I19": True}
    assert set(matrix["baseline"]) == {"pass"}
    assert processes_that_name(str(out)) == []


def test_a_fault_ends_with_its_run(tmp_path: Path) -> None:
    with RunPool(tmp_path, 1) as pool:
        assert run_replay(pool, tmp_path / "faulty", "F-I19@meter1") == [Verdict.FAIL]
        assert run_replay(pool, tmp_path / "whole") == [Verdict.PASS]


def test_a_run_that_robot_cannot_begin_is_told_with_its_place(tmp_path: Path) -> None:
    request = Request(lab=LAB, out=tmp_path / "none")
    with RunPool(tmp_path, 1) as pool, pytest.raises(RunnerError, match="could not go on"):
        pool.run(Worker(tmp_path / "none", request, (tmp_path / "no.robot",)))


def test_where_a_server_has_died_the_next_run_gets_another(tmp_path: Path) -> None:
    with RunPool(tmp_path, 1) as pool:
        assert run_replay(pool, tmp_path / "first") == [Verdict.PASS]
        pool.servers[0].kill()
        with pytest.raises(RunnerError, match="has died"):
            run_replay(pool, tmp_path / "lost")
        assert run_replay(pool, tmp_path / "next") == [Verdict.PASS]


def test_a_pool_that_is_stopped_begins_nothing_more(tmp_path: Path) -> None:
    with RunPool(tmp_path, 1) as pool:
        pool.stop()
        with pytest.raises(RunnerError, match="stopped"):
            run_replay(pool, tmp_path / "late")
