"""A run is shared out by seats, so that observations are shared, and evenly."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bench.catalogue.load import load_catalogue
from bench.session.plan import PlannedTest, selected
from bench.session.request import Request
from bench.session.shares import share_out

LAB = Path("lab.toml")


def functional(process: str, seat: str, count: int) -> list[PlannedTest]:
    return [PlannedTest(f"{seat} {number}", process, "functional", iut=seat) for number in range(count)]


def sizes(plan: Sequence[PlannedTest], workers: int) -> list[int]:
    shares = share_out(load_catalogue(), plan, workers)
    return sorted(sum(test.part in share for test in plan) for share in shares)


def test_what_is_judged_on_one_seat_stays_together() -> None:
    plan = functional("3.1.1", "meter1", 4) + functional("3.4.3", "meter1", 4) + functional("3.4.3", "headend", 8)
    shares = share_out(load_catalogue(), plan, 2)
    assert set(shares) == {frozenset({"meter1 3.1.1", "meter1 3.4.3"}), frozenset({"headend 3.4.3"})}


def test_a_seat_with_too_much_is_divided_by_suites() -> None:
    plan = [test for process in ("3.1.1", "3.1.2", "3.4.1", "3.4.3") for test in functional(process, "meter1", 10)]
    assert sizes([*plan, *functional("3.4.3", "headend", 4)], 2) == [20, 24]


def test_tests_that_share_observations_count_as_one_that_works() -> None:
    catalogue = load_catalogue()
    rows = [row for row in catalogue.rows if "dlms" in row.links][:9]
    shared = [
        PlannedTest(row.id, row.id.split("/")[0], "control", row=row.id, control="C-L3", link="dlms", iut="meter1")
        for row in rows
    ]
    work = functional("3.4.3", "headend", 3)
    own, other = sorted(share_out(catalogue, [*shared, *work], 2), key=len)
    assert own == {"headend 3.4.3"}
    assert other == {test.part for test in shared}


def test_every_part_has_one_worker_and_none_is_without() -> None:
    plan = functional("3.4.3", "meter1", 2) + functional("3.4.4", "", 1)
    shares = share_out(load_catalogue(), plan, 4)
    assert sorted(part for share in shares for part in share) == [" 3.4.4", "meter1 3.4.3"]
    assert all(shares)


def test_a_request_for_parts_takes_their_tests_alone() -> None:
    mine, others = functional("3.4.3", "meter1", 1), functional("3.4.3", "headend", 1)
    assert selected(mine + others, Request(LAB, parts=("meter1 3.4.3",))) == mine
    assert selected(mine + others, Request(LAB)) == mine + others
