"""Who moved the switch last, as the meter tells it, and contacts that move without a command."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from fixtures.meter.model.control_modes import Trigger
from fixtures.meter.model.events import LOCAL_USER, EventCode, Log
from fixtures.meter.model.switch import Cause

from .conftest import MeterOnBench

Bench = Callable[..., MeterOnBench]


@pytest.mark.parametrize(
    ("trigger", "cause"),
    [
        (Trigger.REMOTE_DISCONNECT, Cause.REMOTE),
        (Trigger.MANUAL_DISCONNECT, Cause.LOCAL),
        (Trigger.LOCAL_DISCONNECT, Cause.LOCAL),
    ],
)
async def test_the_meter_tells_who_moved_the_switch(bench: Bench, trigger: Trigger, cause: Cause) -> None:
    meter = bench(control_mode=5)
    meter.meter.switch.request(trigger, LOCAL_USER)
    await meter.wait(5)
    assert meter.meter.switch.cause is cause


async def test_making_ready_moves_nothing_and_changes_no_cause(bench: Bench) -> None:
    meter = bench(control_mode=5)
    meter.point.force_contacts(False)
    meter.meter.switch.request(Trigger.REMOTE_DISCONNECT, 1)
    await meter.wait(100)
    meter.point.force_contacts(True)
    meter.meter.switch.request(Trigger.REMOTE_RECONNECT, 1)
    await meter.wait(5)
    assert meter.meter.switch.cause is Cause.UNKNOWN


@pytest.mark.parametrize("closed", [False, True])
async def test_contacts_that_move_by_themselves_are_an_event_of_unknown_cause(bench: Bench, closed: bool) -> None:
    meter = bench()
    meter.point.force_contacts(not closed)
    before = meter.codes(Log.SWITCH).count(EventCode.SWITCH_MOVED_UNCOMMANDED)
    meter.point.force_contacts(closed)
    assert meter.codes(Log.SWITCH).count(EventCode.SWITCH_MOVED_UNCOMMANDED) == before + 1
    assert meter.meter.switch.cause is Cause.UNKNOWN
    assert meter.meter.switch.output_closed is closed


async def test_a_defective_meter_says_nothing_of_a_relay_that_fails_open(bench: Bench) -> None:
    meter = bench("F-P28")
    meter.point.force_contacts(False)
    assert EventCode.SWITCH_MOVED_UNCOMMANDED not in meter.codes(Log.SWITCH)
    meter.point.force_contacts(True)
    assert EventCode.SWITCH_MOVED_UNCOMMANDED in meter.codes(Log.SWITCH)
