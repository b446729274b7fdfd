"""The clock: zone, setting, limits, events, and what a long power cut does to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.dlms.datetimes import DateTime
from drivers.dlms.enums import ClockStatus
from fixtures.meter.model.daylight import NoSuchTimeError, Zone
from fixtures.meter.model.events import EventCode, Log
from fixtures.meter.model.rtc import StepRefusedError

from .conftest import START, MeterOnBench

Bench = Callable[..., MeterOnBench]
SAVING = ClockStatus.DAYLIGHT_SAVING_ACTIVE


def at(*parts: int) -> float:
    return datetime(*parts, tzinfo=UTC).timestamp()  # type: ignore[arg-type, misc]


class TestZone:
    # The European Union changes clocks at 01:00 UTC on the last Sunday of March and of October (Directive 2000/84/EC).
    @pytest.mark.parametrize(
        ("moment", "saving"),
        [
            (at(2026, 3, 29, 0, 59, 59), False),
            (at(2026, 3, 29, 1), True),
            (at(2026, 10, 25, 0, 59, 59), True),
            (at(2026, 10, 25, 1), False),
            (at(2027, 3, 28, 1), True),
            (at(2026, 12, 31, 23, 30), False),
        ],
    )
    def test_daylight_saving_in_central_europe(self, moment: float, saving: bool) -> None:
        assert Zone().saving_on(moment) is saving

    def test_a_southern_zone_saves_over_the_new_year(self) -> None:
        begin = DateTime(0xFFFF, 10, 1, 7, 2, 0, 0, 0)
        end = DateTime(0xFFFF, 4, 1, 7, 3, 0, 0, 0)
        zone = Zone(-600, begin, end, 60, True)
        assert zone.saving_on(at(2026, 1, 1))
        assert not zone.saving_on(at(2026, 7, 1))

    @given(st.integers(int(at(2026, 1, 1)), int(at(2028, 12, 31))))
    def test_a_shown_time_names_its_moment(self, moment: int) -> None:
        zone = Zone()
        assert zone.moment(zone.date_time(float(moment))) == moment

    def test_the_hour_left_out_does_not_exist(self) -> None:
        with pytest.raises(NoSuchTimeError):
            Zone().moment(DateTime(2026, 3, 29, 7, 2, 30, 0, 0))

    @pytest.mark.parametrize(("status", "hour_utc"), [(0xFF, 0), (int(SAVING), 0), (0, 1)])
    def test_of_the_repeated_hour_the_status_chooses(self, status: int, hour_utc: int) -> None:
        moment = Zone().moment(DateTime(2026, 10, 25, 7, 2, 30, 0, 0, status=status))
        assert moment == at(2026, 10, 25, hour_utc, 30)

    @pytest.mark.parametrize(
        "value",
        [
            DateTime(2026, 2, 30, 0xFF, 12, 0, 0, 0),
            DateTime(2026, 11, 22, 1, 12, 0, 0, 0),  # a Sunday
            DateTime(2026, 11, 22, 7, 12, 0, 0, 0, deviation=-120),  # summer's deviation in winter
            DateTime(),
        ],
    )
    def test_what_names_no_moment_is_refused(self, value: DateTime) -> None:
        with pytest.raises(NoSuchTimeError):
            Zone().moment(value)


class TestSetting:
    async def test_a_small_correction_is_an_update(self, bench: Bench) -> None:
        meter = bench()
        meter.meter.set_clock(meter.meter.rtc.now() + 9, 1)
        assert meter.codes(Log.STANDARD) == [EventCode.CLOCK_UPDATED]

    async def test_a_larger_one_leaves_old_and_new_time(self, bench: Bench) -> None:
        meter = bench()
        meter.meter.set_clock(START.timestamp() + 3600, 1)
        old, new = meter.meter.logs[Log.STANDARD].written()
        assert (old.code, old.at) == (EventCode.CLOCK_ADJUSTED_OLD, START.timestamp())
        assert (new.code, new.at, new.originator) == (EventCode.CLOCK_ADJUSTED_NEW, START.timestamp() + 3600, 1)

    @pytest.mark.parametrize("sign", [1, -1])
    async def test_a_year_is_refused_and_changes_nothing(self, bench: Bench, sign: int) -> None:
        meter = bench()
        with pytest.raises(StepRefusedError):
            meter.meter.set_clock(START.timestamp() + sign * 31_536_000, 1)
        assert meter.meter.rtc.now() == START.timestamp()
        assert meter.codes(Log.STANDARD) == []

    async def test_f_i8_steps_without_a_trace(self, bench: Bench) -> None:
        meter = bench("F-I8")
        meter.meter.set_clock(START.timestamp() + 3600, 1)
        await meter.wait(minutes=15)
        assert meter.codes(Log.STANDARD) == []
        assert meter.meter.load_profile.store.written()[-1].status == 0
        assert meter.meter.rtc.now() == START.timestamp() + 4500


class TestReserve:
    async def test_a_cut_within_the_reserve_loses_no_time(self, bench: Bench) -> None:
        meter = bench(clock_reserve_s=7200.0)
        await meter.outage(7000)
        assert meter.meter.rtc.now() == meter.clock.now()
        assert not meter.meter.rtc.invalid

    async def test_a_longer_one_stops_the_clock_and_says_so(self, bench: Bench) -> None:
        meter = bench(clock_reserve_s=7200.0)
        await meter.outage(8000)
        assert meter.meter.rtc.now() == pytest.approx(START.timestamp() + meter.settings.boot_s)
        assert meter.meter.rtc.show().status & ClockStatus.INVALID_VALUE
        assert EventCode.CLOCK_INVALID in meter.codes(Log.STANDARD)

    async def test_setting_it_makes_it_valid_whatever_the_step(self, bench: Bench) -> None:
        meter = bench(clock_reserve_s=60.0)
        await meter.outage(3 * 86_400)
        meter.meter.set_clock(meter.clock.now(), 1)
        assert not meter.meter.rtc.invalid
        assert meter.codes(Log.STANDARD)[-1] is EventCode.CLOCK_ADJUSTED_NEW

    async def test_f_i8_loses_time_without_the_flag(self, bench: Bench) -> None:
        meter = bench("F-I8", clock_reserve_s=60.0)
        await meter.outage(8000)
        assert meter.meter.rtc.now() == pytest.approx(START.timestamp() + meter.settings.boot_s)
        assert not meter.meter.rtc.show().status & ClockStatus.INVALID_VALUE
        assert EventCode.CLOCK_INVALID not in meter.codes(Log.STANDARD)
