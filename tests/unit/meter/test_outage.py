"""Outages: the last gasp after the hold-off, momentary interruptions reported as such, restoration told."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from fixtures.meter.model.events import EventCode, Log
from fixtures.meter.model.push import Notification, PushSetup

from .conftest import START, MeterOnBench

Bench = Callable[..., MeterOnBench]
HOLD_OFF_S, RESERVE_S = 30.0, 60.0


class Headend:
    """Takes notifications unless it is deaf; ``told``: after how many s of the test what was told of which time."""

    def __init__(self, bench: MeterOnBench, *, deaf: bool = False) -> None:
        self._bench = bench
        self.deaf = deaf
        self.tries = 0
        self.told: list[tuple[float, EventCode, float]] = []
        bench.meter.push.output = self

    def __call__(self, setup: PushSetup, notification: Notification | None, done: Callable[[bool], None]) -> None:
        assert notification is not None
        self.tries += 1
        if not self.deaf:
            start = START.timestamp()
            entry = notification.entry
            self.told.append((self._bench.clock.now() - start, EventCode(entry.code), entry.at - start))
        done(not self.deaf)


def pushing(bench: Bench, *faults: str) -> MeterOnBench:
    return bench(*faults, push_destination="127.0.0.1:4059")


async def test_an_outage_is_told_after_the_hold_off_and_its_end_after_the_boot(bench: Bench) -> None:
    meter = pushing(bench)
    headend = Headend(meter)
    await meter.wait(100)
    await meter.outage(500)
    assert headend.told == [
        (100 + HOLD_OFF_S, EventCode.POWER_DOWN, 100),
        (600 + meter.settings.boot_s, EventCode.POWER_UP, 600),
    ]


@pytest.mark.parametrize("seconds", [0.5, 5, HOLD_OFF_S - 1])
async def test_an_interruption_within_the_hold_off_is_momentary(bench: Bench, seconds: float) -> None:
    meter = pushing(bench)
    headend = Headend(meter)
    before = meter.meter.nv.integer("power.failures")
    await meter.wait(100)
    await meter.outage(seconds)
    assert [(code, at) for _, code, at in headend.told] == [
        (EventCode.MOMENTARY_INTERRUPTION, 100),
        (EventCode.POWER_UP, 100 + seconds),
    ]
    assert meter.meter.nv.integer("power.failures") == before + 1
    assert meter.meter.nv.integer("power.last_failure_s") == int(seconds)


async def test_a_last_gasp_is_tried_again_as_long_as_the_reserve_lasts_and_told_late_then(bench: Bench) -> None:
    meter = pushing(bench)
    headend = Headend(meter, deaf=True)
    meter.point.connect_mains(False)
    await meter.wait(RESERVE_S + 1)
    assert headend.tries == 1 + (RESERVE_S - HOLD_OFF_S) / 5
    await meter.wait(300)
    assert headend.tries == 1 + (RESERVE_S - HOLD_OFF_S) / 5
    headend.deaf = False
    meter.point.connect_mains(True)
    await meter.wait(60)
    assert [(code, at) for _, code, at in headend.told] == [
        (EventCode.POWER_DOWN, 0),
        (EventCode.POWER_UP, RESERVE_S + 301),
    ]


async def test_a_supply_that_comes_back_and_goes_again_during_the_boot_is_one_outage(bench: Bench) -> None:
    meter = pushing(bench)
    headend = Headend(meter)
    for _ in range(4):
        meter.point.connect_mains(False)
        await meter.wait(9)
        meter.point.connect_mains(True)
        await meter.wait(5)
    await meter.wait(60)
    assert [(code, at) for _, code, at in headend.told] == [(EventCode.POWER_DOWN, 0), (EventCode.POWER_UP, 51)]


async def test_two_momentary_interruptions_are_two(bench: Bench) -> None:
    meter = pushing(bench)
    headend = Headend(meter)
    await meter.outage(5)
    await meter.wait(100)
    await meter.outage(5)
    assert [code for _, code, _ in headend.told].count(EventCode.MOMENTARY_INTERRUPTION) == 2


async def test_a_restarted_firmware_is_no_outage(bench: Bench) -> None:
    meter = pushing(bench)
    headend = Headend(meter)
    meter.meter.reboot()
    await meter.wait(100)
    assert {code for _, code, _ in headend.told} == {EventCode.WATCHDOG_RESET}


async def test_f_p30_tells_a_momentary_interruption_as_an_outage(bench: Bench) -> None:
    meter = pushing(bench, "F-P30")
    headend = Headend(meter)
    await meter.wait(1)
    await meter.outage(5)
    assert headend.told[0] == (1, EventCode.POWER_DOWN, 1)
    assert EventCode.MOMENTARY_INTERRUPTION not in meter.codes(Log.STANDARD)


async def test_f_p91_says_nothing_of_a_momentary_interruption(bench: Bench) -> None:
    meter = pushing(bench, "F-P91")
    headend = Headend(meter)
    await meter.outage(5)
    assert [code for _, code, _ in headend.told] == [EventCode.POWER_UP]
