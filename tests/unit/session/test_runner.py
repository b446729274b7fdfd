"""Suites are shared out so that all workers have about as many tests."""

from __future__ import annotations

from pathlib import Path

from bench.session.request import Request
from bench.session.runner import share_out

REQUEST = Request(lab=Path("lab.toml"))


def shares(suites: dict[str, int], workers: int) -> list[list[str]]:
    found = share_out(REQUEST, Path("out"), {Path(name): tests for name, tests in suites.items()}, workers)
    return [[path.name for path in worker.suites] for worker in found]


def test_whole_suites_go_to_whoever_has_the_fewest_tests() -> None:
    assert shares({"a": 10, "b": 60, "c": 20, "d": 35}, 2) == [["b"], ["a", "c", "d"]]


def test_there_are_no_more_workers_than_suites() -> None:
    assert shares({"a": 1}, 4) == [["a"]]


def test_each_worker_writes_to_a_directory_of_its_own() -> None:
    workers = share_out(REQUEST, Path("out"), {Path("a"): 1, Path("b"): 1}, 2)
    assert [worker.request.out for worker in workers] == [Path("out/worker-1"), Path("out/worker-2")]
