"""Composite schedules, and profiles on the wire and back."""

from __future__ import annotations

import pytest

from drivers.charging import ChargingProfile, Kind, Period, Purpose, RateUnit, Recurrency, Schedule
from drivers.ocpp.composite import Electrical, Limit, Situation, Step, composite, is_over, limit_at, next_change
from drivers.ocpp.errors import BadPayloadError
from drivers.ocpp.profiles import profile_from_wire, profile_to_wire
from drivers.ocpp.schemas import check_request
from drivers.ocpp.versions import Version

NOW = 1_767_571_200.0  # a Monday, 00:00 UTC
CHARGING = Situation("7", NOW - 100.0)


def profile(
    number: int,
    purpose: Purpose,
    *periods: tuple[int, float],
    level: int = 0,
    duration_s: int | None = None,
    **more: object,
) -> ChargingProfile:
    schedule = Schedule(tuple(Period(*period) for period in periods), start=NOW, duration_s=duration_s)
    return ChargingProfile(number, purpose, schedule, level, **more)  # type: ignore[arg-type]


def steps(
    *found: ChargingProfile, situation: Situation = CHARGING, duration_s: float = 400.0
) -> list[tuple[float, float]]:
    told = composite(found, NOW, duration_s, situation)
    return [(step.start_s, step.limit.current_a if step.limit is not None else -1.0) for step in told]


STATION = profile(1, Purpose.STATION_MAX, (0, 10.0))
DEFAULT = profile(2, Purpose.TX_DEFAULT, (0, 6.0), (60, 10.0), (120, 8.0), (180, 25.0), (260, 8.0), duration_s=300)
TX = profile(3, Purpose.TX, (0, 8.0), (50, 6.0), (140, 12.0), duration_s=260)


def test_three_purposes_as_in_tc_066() -> None:
    """The profiles of OCA's 1.6 case TC_066_CS, as ocpplab.com quotes them."""
    assert steps(STATION, DEFAULT, TX) == [(0, 8.0), (50, 6.0), (140, 10.0), (260, 8.0), (300, 10.0)]


def test_without_a_transaction_its_profile_says_nothing() -> None:
    assert steps(STATION, DEFAULT, TX, situation=Situation())[:3] == [(0, 6.0), (60, 10.0), (120, 8.0)]


def test_the_higher_stack_level_holds_while_it_is_valid() -> None:
    low = profile(4, Purpose.TX_DEFAULT, (0, 6.0), (100, 8.0), (200, 10.0))
    high = profile(5, Purpose.TX_DEFAULT, (0, 7.0), (100, 9.0), level=1, duration_s=150)
    assert steps(low, high) == [(0, 7.0), (100, 9.0), (150, 8.0), (200, 10.0)]


def test_a_profile_of_another_transaction_says_nothing() -> None:
    other = profile(3, Purpose.TX, (0, 8.0), transaction="8")
    assert steps(other) == [(0, -1.0)]


def test_a_relative_profile_counts_from_the_transaction() -> None:
    relative = ChargingProfile(6, Purpose.TX_DEFAULT, Schedule((Period(0, 16.0), Period(150, 8.0))), kind=Kind.RELATIVE)
    assert steps(relative) == [(0, 16.0), (50, 8.0)]


@pytest.mark.parametrize(("recurrency", "days"), [(Recurrency.DAILY, 1), (Recurrency.WEEKLY, 7)])
def test_a_recurring_profile_begins_anew(recurrency: Recurrency, days: int) -> None:
    schedule = Schedule((Period(0, 16.0), Period(3600, 8.0)), start=NOW)
    night = ChargingProfile(7, Purpose.TX_DEFAULT, schedule, kind=Kind.RECURRING, recurrency=recurrency)
    for again in (0, 1, 5):
        began = NOW + again * days * 86_400.0
        assert limit_at([night], began + 10.0, CHARGING) == Limit(16.0, None)
        assert limit_at([night], began + 3610.0, CHARGING) == Limit(8.0, None)
        assert next_change([night], began + 3610.0, CHARGING) == began + days * 86_400.0


def test_validity_ends() -> None:
    short = profile(8, Purpose.STATION_MAX, (0, 6.0), valid_from=NOW + 50.0, valid_to=NOW + 100.0)
    assert steps(short) == [(0, -1.0), (50, 6.0), (100, -1.0)]


def test_watts_are_shared_by_the_phases() -> None:
    schedule = Schedule((Period(0, 6900.0), Period(60, 2300.0, 1)), RateUnit.WATTS, NOW)
    watts = ChargingProfile(9, Purpose.TX_DEFAULT, schedule)
    found = composite([watts], NOW, 100.0, CHARGING, Electrical(230.0, 3))
    assert found == [Step(0.0, Limit(10.0, None)), Step(60.0, Limit(10.0, 1))]


@pytest.mark.parametrize("version", list(Version))
@pytest.mark.parametrize("made", [STATION, DEFAULT, TX, profile(3, Purpose.TX, (0, 21.4), transaction="7", level=3)])
def test_a_profile_comes_back_as_it_went(version: Version, made: ChargingProfile) -> None:
    wire = profile_to_wire(made, version)
    name = "csChargingProfiles" if version.is_old else "chargingProfile"
    check_request(version, "SetChargingProfile", {"connectorId" if version.is_old else "evseId": 1, name: wire})
    assert profile_from_wire(wire, version) == made


def test_periods_that_do_not_follow_each_other_are_refused() -> None:
    wire = profile_to_wire(profile(1, Purpose.TX_DEFAULT, (0, 6.0), (60, 8.0)), Version.V16)
    wire["chargingSchedule"]["chargingSchedulePeriod"].reverse()
    with pytest.raises(BadPayloadError):
        profile_from_wire(wire, Version.V16)


@pytest.mark.parametrize(
    ("priority", "expected"), [(False, [(0, 8.0), (50, 6.0), (140, 10.0), (260, 8.0), (300, 10.0)]), (True, [(0, 9.0)])]
)
def test_priority_charging_goes_before_a_transactions_profiles_once_it_is_active(
    priority: bool, expected: list[tuple[float, float]]
) -> None:
    first = profile(4, Purpose.PRIORITY, (0, 9.0))
    situation = Situation("7", NOW - 100.0, priority)
    assert steps(STATION, DEFAULT, TX, first, situation=situation) == expected


def test_priority_charging_stays_within_the_stations_limit() -> None:
    first = profile(4, Purpose.PRIORITY, (0, 32.0))
    assert steps(STATION, first, situation=Situation("7", NOW - 100.0, True)) == [(0, 10.0)]


@pytest.mark.parametrize(
    ("found", "at", "expected"),
    [
        (STATION, NOW + 1e6, False),
        (profile(4, Purpose.TX_DEFAULT, (0, 6.0), valid_to=NOW), NOW - 1.0, False),
        (profile(4, Purpose.TX_DEFAULT, (0, 6.0), valid_to=NOW), NOW, True),
        (profile(4, Purpose.TX_DEFAULT, (0, 6.0), duration_s=60), NOW + 59.0, False),
        (profile(4, Purpose.TX_DEFAULT, (0, 6.0), duration_s=60), NOW + 60.0, True),
        (profile(4, Purpose.TX_DEFAULT, (0, 6.0), duration_s=60, kind=Kind.RECURRING), NOW + 60.0, False),
    ],
)
def test_a_profile_is_over_once_it_will_never_hold_again(found: ChargingProfile, at: float, expected: bool) -> None:
    assert is_over(found, at) is expected
