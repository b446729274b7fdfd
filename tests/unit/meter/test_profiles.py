"""Load, daily and billing profile over hours, days, daylight saving, power cuts and clock changes."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fixtures.meter.model.profiles import ProfileRow, ProfileStatus

from .conftest import START, MeterOnBench

Bench = Callable[..., MeterOnBench]
QUARTER = 900


def new_rows(bench: MeterOnBench) -> list[ProfileRow]:
    return bench.meter.load_profile.store.written()


def ends(bench: MeterOnBench) -> list[datetime]:
    return [datetime.fromtimestamp(row.at, UTC) for row in new_rows(bench)]


async def test_a_day_has_each_quarter_once(bench: Bench) -> None:
    meter = bench()
    meter.load(1200.0)
    await meter.wait(days=1)
    assert ends(meter) == [START + timedelta(seconds=QUARTER * number) for number in range(1, 97)]
    assert {row.status for row in new_rows(meter)} == {0}


async def test_intervals_add_up_to_the_register(bench: Bench) -> None:
    meter = bench()
    meter.load(1200.0)
    before = meter.meter.metrology.counts().imported
    await meter.wait(days=1)
    rows = new_rows(meter)
    intervals = [later.values[0] - earlier.values[0] for earlier, later in itertools.pairwise(rows)]
    assert before + (rows[0].values[0] - before) + sum(intervals) == meter.meter.metrology.counts().imported
    assert set(intervals) <= {299, 300, 301}


def test_a_fresh_meter_has_three_days_that_join_its_registers(bench: Bench) -> None:
    meter = bench()
    rows = meter.meter.load_profile.store.rows()
    assert [row.at for row in rows] == [START.timestamp() - QUARTER * number for number in range(287, -1, -1)]
    assert all(later.values[0] > earlier.values[0] for earlier, later in itertools.pairwise(rows))
    assert rows[-1].values == meter.meter.metrology.counts()[:2]
    assert new_rows(meter) == []


async def test_history_and_new_rows_join_without_gap(bench: Bench) -> None:
    meter = bench(start=START + timedelta(minutes=7))
    await meter.wait(hours=1)
    rows = meter.meter.load_profile.store.rows()
    assert {later.at - earlier.at for earlier, later in itertools.pairwise(rows)} == {QUARTER}


async def test_the_oldest_rows_go_first_when_there_is_no_room(bench: Bench) -> None:
    meter = bench(profile_capacity=300)
    await meter.wait(hours=10)
    rows = meter.meter.load_profile.store.rows()
    assert len(rows) == 300
    assert rows[-1].at == (START + timedelta(hours=10)).timestamp()
    assert rows[0].at == rows[-1].at - 299 * QUARTER


async def test_the_default_capacity_is_more_than_45_days(bench: Bench) -> None:
    assert bench(run=False).settings.profile_capacity >= 45 * 96


class TestDaylightSaving:
    async def test_the_long_day_has_100_quarters_and_the_status_tells_the_repeated_hour(self, bench: Bench) -> None:
        meter = bench(start=datetime(2026, 10, 24, 22, 0, tzinfo=UTC))  # midnight in summer
        await meter.wait(hours=25)
        assert len(new_rows(meter)) == 100
        zone = meter.meter.rtc.zone
        local = [
            (zone.local(row.at).strftime("%H:%M"), bool(row.status & ProfileStatus.DAYLIGHT_SAVING))
            for row in new_rows(meter)
        ]
        assert ("02:30", True) in local
        assert ("02:30", False) in local
        assert len(set(local)) == 100

    async def test_the_short_day_has_92_quarters(self, bench: Bench) -> None:
        meter = bench(start=datetime(2026, 3, 28, 23, 0, tzinfo=UTC))
        await meter.wait(hours=23)
        assert len(new_rows(meter)) == 92
        assert meter.meter.daily_profile.store.written()[-1].at == datetime(2026, 3, 29, 22, tzinfo=UTC).timestamp()

    async def test_days_close_at_local_midnight_around_the_change(self, bench: Bench) -> None:
        meter = bench(start=datetime(2026, 10, 24, 12, tzinfo=UTC))
        await meter.wait(days=2)
        closed = [datetime.fromtimestamp(row.at, UTC) for row in meter.meter.daily_profile.store.written()]
        assert closed == [datetime(2026, 10, 24, 22, tzinfo=UTC), datetime(2026, 10, 25, 23, tzinfo=UTC)]


class TestPowerCut:
    async def test_missed_quarters_are_a_gap_and_the_next_row_says_why(self, bench: Bench) -> None:
        meter = bench()
        meter.load(1000.0)
        await meter.wait(minutes=7)
        await meter.outage(35 * 60)
        await meter.wait_until(START + timedelta(hours=1, minutes=1))
        assert ends(meter) == [START + timedelta(minutes=45), START + timedelta(hours=1)]
        assert [row.status for row in new_rows(meter)] == [ProfileStatus.POWER_DOWN, 0]

    async def test_a_short_cut_within_a_quarter_marks_it(self, bench: Bench) -> None:
        meter = bench()
        await meter.wait(minutes=5)
        await meter.outage(60)
        await meter.wait_until(START + timedelta(minutes=30))
        assert [row.status for row in new_rows(meter)] == [ProfileStatus.POWER_DOWN, 0]

    async def test_f_p2_fills_the_gap_with_no_consumption_and_good_status(self, bench: Bench) -> None:
        meter = bench("F-P2")
        meter.load(1000.0)
        await meter.wait(minutes=7)
        await meter.outage(35 * 60)
        await meter.wait_until(START + timedelta(hours=1))
        assert [row.status for row in new_rows(meter)] == [0] * 4
        values = [row.values[0] for row in new_rows(meter)]
        assert values[0] == values[1] < values[2]

    async def test_the_rows_outlive_the_cut(self, bench: Bench) -> None:
        meter = bench()
        await meter.wait(hours=2)
        before = new_rows(meter)
        await meter.outage(30)
        assert new_rows(meter)[:8] == before


class TestClock:
    async def test_a_step_forward_leaves_a_gap_and_a_mark(self, bench: Bench) -> None:
        meter = bench()
        await meter.wait(minutes=5)
        meter.meter.set_clock((START + timedelta(hours=1, minutes=5)).timestamp(), 1)
        await meter.wait(minutes=25)
        assert ends(meter) == [START + timedelta(hours=1, minutes=15), START + timedelta(hours=1, minutes=30)]
        assert [row.status for row in new_rows(meter)] == [ProfileStatus.CLOCK_ADJUSTED, 0]

    async def test_closed_intervals_stay_when_the_clock_is_set_back(self, bench: Bench) -> None:
        meter = bench()
        await meter.wait(hours=1)
        before = new_rows(meter)
        meter.meter.set_clock(START.timestamp() + 60, 1)
        await meter.wait(hours=2)
        rows = new_rows(meter)
        assert rows[: len(before)] == before
        assert len({row.at for row in rows}) == len(rows)
        assert rows[len(before)].status & ProfileStatus.CLOCK_ADJUSTED

    async def test_a_small_correction_over_an_interval_end_loses_nothing(self, bench: Bench) -> None:
        meter = bench()
        await meter.wait(QUARTER - 5)
        meter.meter.set_clock(meter.meter.rtc.now() + 8, 1)
        await meter.wait(QUARTER)
        assert ends(meter) == [START + timedelta(minutes=15), START + timedelta(minutes=30)]

    async def test_an_invalid_clock_marks_every_row(self, bench: Bench) -> None:
        meter = bench(clock_reserve_s=60.0)
        await meter.outage(3600)
        await meter.wait(minutes=30)
        assert all(row.status & ProfileStatus.CLOCK_INVALID for row in new_rows(meter))


async def test_f_p1_drops_the_interval_in_which_the_hour_changes(bench: Bench) -> None:
    meter = bench("F-P1")
    await meter.wait(hours=3)
    assert [end.minute for end in ends(meter)] == [15, 30, 45] * 3


async def test_another_period_starts_the_profile_anew(bench: Bench) -> None:
    meter = bench()
    await meter.wait(hours=1)
    meter.meter.set_capture_period(300)
    assert meter.meter.load_profile.store.rows() == []
    await meter.wait(minutes=10)
    assert ends(meter) == [START + timedelta(minutes=65), START + timedelta(minutes=70)]


async def test_billing_closes_on_the_first_of_the_month(bench: Bench) -> None:
    meter = bench(start=datetime(2026, 11, 30, 12, tzinfo=UTC))
    await meter.wait(days=1)
    (row,) = meter.meter.billing_profile.store.written()
    assert row.at == datetime(2026, 11, 30, 23, tzinfo=UTC).timestamp()
    past = meter.meter.billing_profile.store.rows()[:-1]
    assert [meter.meter.rtc.zone.local(row.at).day for row in past] == [1, 1, 1]
    assert all(later.values[0] > earlier.values[0] for earlier, later in itertools.pairwise(past))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cuts=st.lists(st.tuples(st.integers(1, 4000), st.integers(1, 3000)), min_size=1, max_size=4),
    power_w=st.integers(-3000, 3000),
)
async def test_registers_and_rows_never_go_back_whatever_is_cut(
    bench: Bench, cuts: list[tuple[int, int]], power_w: int
) -> None:
    meter = bench()
    meter.load(float(power_w))
    seen = [meter.meter.metrology.counts()]
    for run_s, cut_s in cuts:
        await meter.wait(run_s)
        before = meter.meter.metrology.counts()
        await meter.outage(cut_s)
        after = meter.meter.metrology.counts()
        assert all(new >= old for new, old in zip(after, before, strict=True))
        seen.append(after)
    rows = new_rows(meter)
    assert all(later.at > earlier.at for earlier, later in itertools.pairwise(rows))
    assert all(later.values >= earlier.values for earlier, later in itertools.pairwise(rows))
