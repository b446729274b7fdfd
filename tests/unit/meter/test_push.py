"""Notifications: each event once, in order, with its own time; repeated until taken."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest

from drivers.dlms.datetimes import DateTime
from fixtures.meter.model.events import EventCode, Log
from fixtures.meter.model.push import Notification, PushSetup

from .conftest import START, MeterOnBench

Bench = Callable[..., MeterOnBench]


class Headend:
    """Takes notifications, or does not, and remembers when each attempt came."""

    def __init__(self, bench: MeterOnBench, *, listens: bool = True) -> None:
        self.bench = bench
        self.listens = listens
        self.attempts: list[float] = []
        self.taken: list[Notification | None] = []
        bench.meter.push.output = self

    def __call__(self, setup: PushSetup, notification: Notification | None, done: Callable[[bool], None]) -> None:
        self.attempts.append(self.bench.clock.now() - START.timestamp())
        if self.listens:
            self.taken.append(notification)
        done(self.listens)

    @property
    def codes(self) -> list[EventCode]:
        return [EventCode(item.entry.code) for item in self.taken if item is not None]


def pushing(bench: Bench, *faults: str, **settings: object) -> MeterOnBench:
    return bench(*faults, push_destination="127.0.0.1:4059", **settings)


async def test_an_alarm_is_sent_at_once_with_its_own_time(bench: Bench) -> None:
    meter = pushing(bench)
    headend = Headend(meter)
    await meter.wait(7)
    meter.point.open_cover(True)
    await meter.wait(1)
    assert headend.codes == [EventCode.COVER_OPENED]
    assert headend.taken[0] is not None
    assert headend.taken[0].entry.at == START.timestamp() + 7
    assert meter.meter.push.pending == ()


async def test_three_at_once_are_three_in_order(bench: Bench) -> None:
    meter = pushing(bench)
    headend = Headend(meter)
    meter.point.open_cover(True)
    meter.point.apply_magnet(40.0)
    meter.point.open_terminal_cover(True)
    await meter.wait(1)
    assert headend.codes == [EventCode.COVER_OPENED, EventCode.MAGNET_DETECTED, EventCode.TERMINAL_COVER_OPENED]


async def test_a_lost_one_is_repeated_as_the_setup_says_and_then_again_after_a_pause(bench: Bench) -> None:
    meter = pushing(bench, push_retries=3, push_retry_delay_s=30, push_pause_s=900.0)
    headend = Headend(meter, listens=False)
    meter.point.open_cover(True)
    await meter.wait(1000)
    assert headend.attempts == [0, 30, 60, 90, 990]
    headend.listens = True
    await meter.wait(1000)
    assert headend.codes == [EventCode.COVER_OPENED]
    assert headend.taken[0] is not None
    assert headend.taken[0].entry.at == START.timestamp()


async def test_f_a14_never_repeats_a_lost_one(bench: Bench) -> None:
    meter = pushing(bench, "F-A14")
    headend = Headend(meter, listens=False)
    meter.point.open_cover(True)
    await meter.wait(1)
    headend.listens = True
    meter.point.apply_magnet(40.0)
    await meter.wait(3600)
    assert headend.codes == [EventCode.MAGNET_DETECTED]


async def test_what_waits_outlives_a_power_cut_and_only_the_last_gasp_goes_before_it(bench: Bench) -> None:
    meter = pushing(bench)
    headend = Headend(meter, listens=False)
    meter.point.open_cover(True)
    await meter.wait(5)
    headend.listens = True
    await meter.outage(120)
    await meter.wait(60)
    assert headend.codes == [EventCode.POWER_DOWN, EventCode.COVER_OPENED, EventCode.POWER_UP]


async def test_a_day_without_headend_loses_nothing(bench: Bench) -> None:
    meter = pushing(bench)
    headend = Headend(meter, listens=False)
    for opened in [True, False] * 100:
        meter.point.open_cover(opened)
        await meter.wait(864)
    headend.listens = True
    await meter.wait(1800)
    assert headend.codes == [EventCode.COVER_OPENED] * 100
    times = [item.entry.at for item in headend.taken if item is not None]
    assert times == sorted(times)


async def test_events_that_the_filter_holds_back_are_not_sent(bench: Bench) -> None:
    meter = pushing(bench)
    headend = Headend(meter)
    meter.meter.alarms.filter = 0
    meter.point.open_cover(True)
    await meter.wait(100)
    assert headend.attempts == []


async def test_without_destination_nothing_is_kept(bench: Bench) -> None:
    meter = bench()
    meter.point.open_cover(True)
    assert (meter.meter.push.enabled, meter.meter.push.pending) == (False, ())


async def test_outside_its_window_it_waits(bench: Bench) -> None:
    meter = pushing(bench)
    headend = Headend(meter)
    begin, end = (DateTime(hour=hour, minute=0, second=0).to_bytes() for hour in (10, 12))  # local; it is 09:00
    meter.meter.push.setup = dataclasses.replace(meter.meter.push.setup, windows=((begin, end),))
    meter.point.open_cover(True)
    await meter.wait(3599)
    assert headend.attempts == []
    await meter.wait(61)
    assert headend.codes == [EventCode.COVER_OPENED]


@pytest.mark.parametrize("randomisation_s", [0, 120])
async def test_randomisation_delays_within_its_interval(bench: Bench, randomisation_s: int) -> None:
    meter = pushing(bench)
    headend = Headend(meter)
    meter.meter.push.setup = dataclasses.replace(meter.meter.push.setup, randomisation_s=randomisation_s)
    meter.point.open_cover(True)
    await meter.wait(randomisation_s)
    (attempt,) = headend.attempts
    assert 0 <= attempt <= randomisation_s
    assert (attempt > 0) is (randomisation_s > 0)


async def test_when_the_queue_is_full_the_oldest_goes_and_the_log_says_so(bench: Bench) -> None:
    meter = pushing(bench, push_queue=5)
    headend = Headend(meter, listens=False)
    for opened in [True, False] * 6:
        meter.point.open_cover(opened)
    assert len(meter.meter.push.pending) == 5
    assert meter.codes(Log.COMMUNICATION) == [EventCode.PUSH_LOST]
    assert headend.attempts == []
