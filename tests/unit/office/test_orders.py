"""Orders for switches: 3.4.1 and 3.4.3 at the headend."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from drivers.cim import OfficeRefusedError
from drivers.cim.payloads import EndDeviceControl, OrderStatus
from drivers.cim.times import iso, parse_iso
from drivers.cim.vocabulary import Code, Control, EventKind, OrderState, ReadingType
from tests.unit.office.doubles import START, DoubleMeter, Station, station


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Station]:
    async with station(tmp_path, "headend", "mdms", "cis", "oms") as made:
        yield made


def disconnect(meter: str = "M-1001", **fields: Any) -> EndDeviceControl:
    return EndDeviceControl(control=Control.DISCONNECT, meter=meter, **fields)


def connect(meter: str = "M-1001", **fields: Any) -> EndDeviceControl:
    return EndDeviceControl(control=Control.CONNECT, meter=meter, **fields)


def opened(meter: DoubleMeter) -> DoubleMeter:
    meter.closed, meter.state = False, 0
    return meter


async def status_of(running: Station, order: str) -> OrderStatus:
    return (await running.office("headend", "cis").orders([order])).orders[0]


async def give(running: Station, control: EndDeviceControl, wait_s: float = 30.0) -> OrderStatus:
    order = (await running.office("headend", "cis").order([control])).orders[0]
    await running.pass_time(wait_s)
    return await status_of(running, order.order)


async def test_taking_an_order_is_not_executing_it(running: Station) -> None:
    order = (await running.office("headend", "cis").order([disconnect()])).orders[0]
    assert order.state is OrderState.SCHEDULED
    assert running.meters["M-1001"].closed


async def test_done_means_that_the_output_is_open_and_the_final_reading_came_after(running: Station) -> None:
    status = await give(running, disconnect())
    assert (status.state, status.output_state) == (OrderState.DONE, False)
    assert not running.meters["M-1001"].closed
    first, final = status.readings[0], status.second_readings[0]
    assert parse_iso(final.time_stamp) > parse_iso(first.time_stamp) + 0.5


async def test_a_stuck_relay_is_failed_never_done(running: Station) -> None:
    running.meters["M-1001"].stuck = True
    status = await give(running, disconnect())
    assert (status.state, status.code, status.output_state) == (OrderState.FAILED, Code.NOT_SWITCHED, True)


async def test_an_unreachable_meter_fails_after_three_tries(running: Station) -> None:
    running.meters["M-1001"].reachable = False
    status = await give(running, disconnect())
    assert (status.state, status.code) == (OrderState.FAILED, Code.UNREACHABLE)


async def test_a_meter_without_remote_switch_is_told_so(running: Station) -> None:
    running.meters["M-1001"].mode = 0
    status = await give(running, disconnect())
    assert (status.state, status.code) == (OrderState.FAILED, Code.NOT_REMOTE)


async def test_a_protected_customer_is_never_disconnected(running: Station) -> None:
    with pytest.raises(OfficeRefusedError) as refusal:
        await running.office("headend", "cis").order([disconnect("M-1002")])
    assert refusal.value.code == "protected_customer"


async def test_an_order_is_executed_at_its_time_and_not_before(running: Station) -> None:
    meter = running.meters["M-1001"]
    order = (await running.office("headend", "cis").order([disconnect(start=iso(START + 3600))])).orders[0]
    await running.pass_time(3599)
    assert not meter.operations
    await running.pass_time(10)
    status = await status_of(running, order.order)
    assert status.state is OrderState.DONE
    assert 0 <= parse_iso(status.time_stamp) - (START + 3600) < 5


async def test_a_cancelled_order_is_never_executed_also_after_a_restart(running: Station) -> None:
    cis = running.office("headend", "cis")
    order = (await cis.order([disconnect(start=iso(START + 3600))])).orders[0]
    assert (await cis.cancel([order.order])).orders[0].state is OrderState.CANCELLED
    running.world.seat("headend").power(False)
    running.world.seat("headend").power(True)
    await running.pass_time(4000)
    assert not running.meters["M-1001"].operations
    assert (await cis.cancel([order.order])).errors[0].code is Code.CONFLICT


async def test_a_scheduled_order_survives_a_restart(running: Station) -> None:
    await running.office("headend", "cis").order([disconnect(start=iso(START + 3600))])
    running.world.seat("headend").power(False)
    await running.pass_time(60)
    running.world.seat("headend").power(True)
    await running.pass_time(3600)
    assert running.meters["M-1001"].operations == ["disconnect"]


async def test_an_order_that_was_due_while_the_service_was_down_expires(running: Station) -> None:
    order = (await running.office("headend", "cis").order([disconnect(start=iso(START + 600))])).orders[0]
    running.world.seat("headend").power(False)
    await running.pass_time(2000)
    running.world.seat("headend").power(True)
    await running.pass_time(60)
    assert (await status_of(running, order.order)).state is OrderState.EXPIRED
    assert not running.meters["M-1001"].operations


async def test_an_order_interrupted_by_a_restart_is_looked_after(running: Station) -> None:
    order = (await running.office("headend", "cis").order([disconnect()])).orders[0]
    await running.pass_time(0.07)
    running.world.seat("headend").power(False)
    running.world.seat("headend").power(True)
    await running.pass_time(30)
    assert (await status_of(running, order.order)).state is OrderState.DONE
    assert running.meters["M-1001"].operations.count("disconnect") == 1


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"start": iso(START - 3600)}, "stale"),
        ({"start": iso(START - 100), "expiry": iso(START - 50)}, "stale"),
        ({"start": "yesterday"}, "invalid_value"),
        ({"start": iso(START + 60), "expiry": iso(START + 30)}, "invalid_value"),
        ({"start": iso(START + 400 * 86400)}, "invalid_value"),
        ({"voltage_limit": -1.0}, "invalid_value"),
        ({"final_reading": -5}, "invalid_value"),
        ({"priority": "whenever"}, "invalid_value"),
    ],
)
async def test_orders_with_impossible_values_are_refused(running: Station, fields: dict[str, Any], code: str) -> None:
    with pytest.raises(OfficeRefusedError) as refusal:
        await running.office("headend", "cis").order([disconnect(**fields)])
    assert refusal.value.code == code


# -- connect -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", [2, 4, 7])
async def test_modes_that_close_remotely_end_done(running: Station, mode: int) -> None:
    opened(running.meters["M-1001"]).mode = mode
    status = await give(running, connect())
    assert (status.state, status.output_state) == (OrderState.DONE, True)
    assert status.second_readings


@pytest.mark.parametrize("mode", [1, 3, 5, 6])
async def test_other_modes_wait_for_the_button(running: Station, mode: int) -> None:
    meter = opened(running.meters["M-1001"])
    meter.mode = mode
    status = await give(running, connect())
    assert (status.state, status.code, status.control_state) == (OrderState.PENDING, Code.AWAITING_LOCAL, 2)
    meter.closed, meter.state = True, 1
    await running.pass_time(60)
    assert (await status_of(running, status.order)).state is OrderState.DONE


async def test_in_mode_4_a_ready_switch_is_opened_before_it_is_closed(running: Station) -> None:
    meter = opened(running.meters["M-1001"])
    meter.state = 2
    assert (await give(running, connect())).state is OrderState.DONE
    assert meter.operations == ["disconnect", "reconnect"]


async def test_voltage_on_the_load_side_refuses_and_removing_it_closes_nothing(running: Station) -> None:
    meter = opened(running.meters["M-1001"])
    meter.load_side_v = 115.0
    status = await give(running, connect())
    assert (status.state, status.code, status.load_voltage) == (OrderState.REFUSED, Code.BACKFEED, 115.0)
    meter.load_side_v = 0.0
    await running.pass_time(3600)
    assert not meter.operations


async def test_a_little_voltage_on_the_load_side_is_no_backfeed(running: Station) -> None:
    opened(running.meters["M-1001"]).load_side_v = 5.0
    assert (await give(running, connect())).state is OrderState.DONE


# -- tampering -----------------------------------------------------------------------------------------------------


async def tampering(running: Station, seat: str) -> list[str]:
    events = await running.office(seat, "operator").events()
    return [event.time_stamp for event in events if event.kind is EventKind.POSSIBLE_TAMPERING]


async def test_energy_since_the_final_reading_is_reported_before_the_connection(running: Station) -> None:
    await give(running, disconnect())
    running.meters["M-1001"].register += 500
    status = await give(running, connect())
    assert status.possible_tampering
    closed_at = dict(status.history)["done"]
    for seat in ("headend", "mdms", "cis"):
        (at,) = await tampering(running, seat)
        assert at < closed_at


async def test_without_a_difference_nothing_is_reported(running: Station) -> None:
    await give(running, disconnect())
    status = await give(running, connect())
    assert status.state is OrderState.DONE
    assert not status.possible_tampering
    assert not await tampering(running, "headend")


async def test_whoever_reads_a_disconnected_meter_the_mdms_sees_energy_that_nobody_should_use(
    running: Station,
) -> None:
    await give(running, disconnect())
    cis = running.office("headend", "cis")
    await cis.read(["M-1001"])
    assert not await tampering(running, "mdms")
    running.meters["M-1001"].register += 300
    await cis.read(["M-1001"])
    await cis.read(["M-1001"])
    assert len(await tampering(running, "mdms")) == 1
    assert len(await tampering(running, "cis")) == 1


# -- the cap -------------------------------------------------------------------------------------------------------


async def test_disconnections_above_the_cap_are_held_until_another_party_agrees(running: Station) -> None:
    cis = running.office("headend", "cis")
    orders = [(await cis.order([disconnect(start=iso(START + 60))])).orders[0] for _ in range(5)]
    second = running.office("headend", "cis-2")
    held = (await second.order([disconnect()])).orders[0]
    assert {order.state for order in orders} == {OrderState.SCHEDULED}
    assert (held.state, held.code) == (OrderState.HELD, Code.AWAITING_APPROVAL)
    alarms = [event.kind for event in await running.office("oms", "operator").events()]
    assert alarms == [EventKind.MASS_DISCONNECT_ALARM]
    await running.pass_time(30)
    assert not running.meters["M-1001"].operations
    with pytest.raises(OfficeRefusedError):
        await cis.approve([held.order])
    released = await running.office("headend", "supervisor").approve([held.order])
    assert released.orders[0].state is OrderState.SCHEDULED
    await running.pass_time(10)
    assert running.meters["M-1001"].operations == ["disconnect"]


async def test_a_slow_drip_meets_the_cap_of_the_day(tmp_path: Path) -> None:
    async with station(tmp_path, "headend", headend={"disconnect_caps": [[2, 60], [3, 86400]]}) as running:
        states = []
        for _ in range(5):
            order = await running.office("headend", "cis").order([disconnect(start=iso(START + 50000))])
            states.append(order.orders[0].state)
            await running.pass_time(600)
        assert states == [OrderState.SCHEDULED] * 3 + [OrderState.HELD] * 2


async def test_connections_are_not_capped(running: Station) -> None:
    cis = running.office("headend", "cis")
    states = [(await cis.order([connect()])).orders[0].state for _ in range(8)]
    assert set(states) == {OrderState.SCHEDULED}


async def test_a_command_goes_before_a_long_reading(running: Station) -> None:
    meter = running.meters["M-1001"]
    order = (await running.office("headend", "cis").order([disconnect(start=iso(START + 1))])).orders[0]
    from drivers.cim.vocabulary import ReadingKind

    await running.office("headend", "mdms").read(["M-1001"], [ReadingKind.INTERVALS], START - 90 * 86400, START)
    assert meter.sessions > 50
    status = await status_of(running, order.order)
    assert status.state is OrderState.DONE
    assert parse_iso(status.time_stamp) < START + 1 + 2
    assert status.second_readings[0].reading_type is ReadingType.ENERGY_IMPORT


async def test_the_business_acknowledgment_reaches_the_cis(running: Station) -> None:
    await give(running, disconnect())
    entries = (await running.office("cis", "auditor").audit()).entries
    news = [entry for entry in entries if entry.action == "changed EndDeviceControls"]
    assert [entry.target for entry in news] == ["headend-order-000001 done"]
