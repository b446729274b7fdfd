"""What can be wrong with the intervals of a load profile."""

from __future__ import annotations

import pytest

from bench.keywords import intervals
from bench.keywords.intervals import Ended
from drivers.cim.payloads import IntervalBlock, IntervalReading
from drivers.cim.times import iso
from drivers.cim.vocabulary import Quality, ReadingType
from drivers.metering import Interval, Reading

START = 1_767_571_200.0
PERIOD = 900


def at(number: int) -> float:
    return START + number * PERIOD


def ended(number: int, energy: float | None = 100.0, status: int | None = 0, quality: str = "") -> Ended:
    return Ended(at(number), energy, status, quality=quality)


def row(number: int, register_wh: float, status: int = 0) -> Interval:
    reading = Reading("energy_import", register_wh, "Wh", int(register_wh))
    return Interval(at(number), status, {"energy_import": reading})


ENDS = intervals.expected_ends(START, at(4), PERIOD)


def test_the_ends_of_a_period_begin_after_its_start() -> None:
    assert [at(1), at(2), at(3), at(4)] == ENDS


def test_a_register_profile_gives_differences_and_its_first_row_none() -> None:
    found = intervals.of_meter([row(0, 5000.0), row(1, 5100.0), row(2, 5100.0)])
    assert [one.energy for one in found] == [None, 100.0, 0.0]
    assert found[1].register == 5100.0


def test_a_profile_of_interval_energies_is_taken_as_it_is() -> None:
    name = "1.0.1.29.0.255"
    found = intervals.of_meter([Interval(at(1), 0, {name: Reading(name, 42.0, "Wh", 42)})])
    assert found[0].energy == 42.0


def test_rows_without_a_time_stamp_are_no_intervals() -> None:
    assert intervals.of_meter([Interval(None, 0, {})]) == []


def test_intervals_of_a_message_keep_quality_and_unknown_energy() -> None:
    readings = (
        IntervalReading(time_stamp=iso(at(1)), value=None, register=10, quality=Quality.MISSING, status=128),
        IntervalReading(time_stamp=iso(at(2)), value=7, quality=Quality.ESTIMATED),
    )
    kind = ReadingType.INTERVAL_IMPORT
    other = IntervalBlock(
        reading_type=ReadingType.INTERVAL_EXPORT, unit="Wh", interval_length=PERIOD, readings=readings
    )
    block = IntervalBlock(reading_type=kind, unit="Wh", interval_length=PERIOD, readings=readings)
    found = intervals.of_office([other, block], kind)
    assert [(one.energy, one.quality, one.status) for one in found] == [(None, "missing", 128), (7.0, "estimated", 0)]


def test_a_period_takes_its_last_end_and_not_its_first() -> None:
    assert [one.end for one in intervals.between([ended(0), ended(1), ended(4), ended(5)], START, at(4))] == [
        at(1),
        at(4),
    ]


def test_missing_repeated_and_stray_intervals_are_told_apart() -> None:
    stray = Ended(at(2) + 60, 1.0, 0)
    come = [ended(1), ended(3), ended(3), ended(4), stray]
    assert intervals.lacking(come, ENDS) == [iso(at(2))]
    assert intervals.twice(come) == [iso(at(3))]
    assert intervals.astray(come, ENDS) == [stray.stamp]


def test_a_stamp_a_fraction_of_a_second_off_is_the_same_end() -> None:
    assert intervals.lacking([Ended(at(1) + 0.3, 1.0)], [at(1)]) == []


def test_a_status_that_did_not_come_is_none_and_not_zero() -> None:
    assert intervals.without_status([ended(1, status=None), ended(2, status=0)]) == [iso(at(1))]


@pytest.mark.parametrize(
    ("following", "unflagged"),
    [
        (ended(3, status=intervals.OUTAGE_STATUS), 0),
        (ended(3, energy=None, quality="missing"), 0),
        (ended(3, status=0), 1),
        (ended(3, status=0x20), 1),
    ],
)
def test_a_gap_is_flagged_by_status_or_quality_of_what_follows(following: Ended, unflagged: int) -> None:
    assert len(intervals.unflagged_gaps([ended(1), following, ended(4)], ENDS)) == unflagged


def test_a_gap_at_the_end_is_flagged_by_nothing() -> None:
    assert intervals.unflagged_gaps([ended(1), ended(2), ended(3)], ENDS) == [iso(at(4))]


@pytest.mark.parametrize(
    ("interval", "unexplained"),
    [
        (ended(1, 0.0), True),
        (ended(1, 0.0, quality="valid"), True),
        (ended(1, 0.0, status=None), True),
        (ended(1, 0.0, status=intervals.OUTAGE_STATUS), False),
        (ended(1, 0.0, quality="estimated"), False),
        (ended(1, None), False),
        (ended(1, 1.0), False),
    ],
)
def test_a_zero_needs_an_excuse(interval: Ended, unexplained: bool) -> None:
    assert bool(intervals.unexplained_zeros([interval])) is unexplained


def test_two_systems_differ_in_values_and_in_what_they_have() -> None:
    one = [ended(1, 100.0), ended(2, 50.0), ended(3, None)]
    other = [ended(1, 100.0), ended(2, 51.0), ended(3, None), ended(4, 1.0)]
    assert intervals.differing(one, other) == [
        f"{iso(at(2))}: 50 Wh and 51 Wh",
        f"{iso(at(4))}: none and 1 Wh",
    ]


def test_an_unknown_energy_adds_nothing() -> None:
    assert intervals.total([ended(1, 10.0), ended(2, None), ended(3, 5.0)]) == 15.0
