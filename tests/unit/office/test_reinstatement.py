"""Reinstatement at the CIS, and what the headend makes of orders that a newer one or a rule overtakes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from drivers.cim import OfficeRefusedError
from drivers.cim.payloads import AccountSettlement, EndDeviceControl
from drivers.cim.times import iso
from drivers.cim.vocabulary import Control, OrderState, Reason, SettlementKind, SettlementState
from fixtures.office.headend.hours import ForbiddenHours
from tests.unit.office.doubles import START, Station, station

METER = "M-1001"
SATURDAY = 1_790_380_800.0
"""2026-09-26 00:00:00 UTC."""


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Station]:
    async with station(tmp_path, "headend", "mdms", "cis") as made:
        yield made


async def disconnect(running: Station) -> None:
    order = EndDeviceControl(control=Control.DISCONNECT, meter=METER, reason=Reason.NON_PAYMENT)
    await running.office("cis", "operator").order([order])
    await running.pass_time(30)


async def settle(running: Station, state: SettlementState, change: bool = False) -> AccountSettlement:
    kind = SettlementKind.AGREEMENT if state is SettlementState.RECORDED else SettlementKind.PAYMENT
    settlement = AccountSettlement(settlement="S-1", meter=METER, kind=kind, state=state)
    return await running.office("cis", "operator").settle(settlement, change)


async def test_a_confirmed_payment_reconnects_and_an_announced_one_does_not(running: Station) -> None:
    await disconnect(running)
    assert not (await settle(running, SettlementState.ANNOUNCED)).order
    await running.pass_time(30)
    assert not running.meters[METER].closed
    assert (await settle(running, SettlementState.CONFIRMED, change=True)).order
    await running.pass_time(30)
    assert running.meters[METER].closed


async def test_an_agreement_reconnects(running: Station) -> None:
    await disconnect(running)
    assert (await settle(running, SettlementState.RECORDED)).order


async def test_nobody_is_connected_who_was_not_disconnected_for_non_payment(running: Station) -> None:
    order = EndDeviceControl(control=Control.DISCONNECT, meter=METER, reason=Reason.MOVE_OUT)
    await running.office("cis", "operator").order([order])
    assert not (await settle(running, SettlementState.CONFIRMED)).order


async def test_a_settlement_brings_one_connect_even_over_a_restart(running: Station) -> None:
    await disconnect(running)
    first = await settle(running, SettlementState.CONFIRMED)
    await running.pass_time(30)
    await disconnect(running)
    running.world.seat("cis").power(False)
    running.world.seat("cis").power(True)
    assert (await settle(running, SettlementState.CONFIRMED, change=True)).order == first.order
    await running.pass_time(30)
    assert not running.meters[METER].closed


async def test_a_settlement_is_recorded_once(running: Station) -> None:
    await settle(running, SettlementState.ANNOUNCED)
    with pytest.raises(OfficeRefusedError) as refusal:
        await settle(running, SettlementState.ANNOUNCED)
    assert refusal.value.code == "conflict"


@pytest.mark.parametrize("cancelled", [False, True])
async def test_a_newer_disconnect_order_supersedes_a_reinstatement_unless_cancelled(
    running: Station, cancelled: bool
) -> None:
    headend = running.office("headend", "cis")
    later = EndDeviceControl(control=Control.CONNECT, meter=METER, start=iso(START + 600), reason=Reason.REINSTATEMENT)
    older = (await running.office("headend", "mdms").order([later])).orders[0].order
    newer = EndDeviceControl(control=Control.DISCONNECT, meter=METER, start=iso(START + 900))
    number = (await headend.order([newer])).orders[0].order
    if cancelled:
        await headend.cancel([number])
    await running.pass_time(700)
    end = (await headend.orders([older])).orders[0]
    assert (end.state, end.code) == ((OrderState.DONE, None) if cancelled else (OrderState.REFUSED, "superseded"))


def test_forbidden_hours_are_for_non_payment_only() -> None:
    hours = ForbiddenHours.from_settings({"weekdays": [6], "from": "08:00", "to": "20:00"})
    unpaid = EndDeviceControl(control=Control.DISCONNECT, meter=METER, reason=Reason.NON_PAYMENT)
    moved = EndDeviceControl(control=Control.DISCONNECT, meter=METER, reason=Reason.MOVE_OUT)
    assert hours.forbid(unpaid, SATURDAY + 8 * 3600)
    assert not hours.forbid(unpaid, SATURDAY + 8 * 3600 - 1)
    assert not hours.forbid(unpaid, SATURDAY + 20 * 3600)
    assert not hours.forbid(unpaid, SATURDAY + 86_400 + 9 * 3600)
    assert not hours.forbid(moved, SATURDAY + 9 * 3600)
