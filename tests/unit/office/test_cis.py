"""Clerks at the CIS: orders that other systems execute, one id and one originator at all hops."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from drivers.cim import MessageOptions, OfficeRefusedError
from drivers.cim.payloads import EndDeviceControl
from drivers.cim.times import iso
from drivers.cim.vocabulary import Code, Control, OrderState
from tests.unit.office.doubles import START, Station, station


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Station]:
    async with station(tmp_path, "headend", "mdms", "cis") as made:
        yield made


@pytest.mark.parametrize(
    ("control", "hops"), [(Control.DISCONNECT, ("cis", "headend")), (Control.CONNECT, ("cis", "mdms", "headend"))]
)
async def test_an_order_keeps_its_id_and_originator_at_all_hops(
    running: Station, control: Control, hops: tuple[str, ...]
) -> None:
    meter = running.meters["M-1001"]
    meter.closed = control is Control.DISCONNECT
    meter.state = int(meter.closed)
    cis = running.office("cis", "operator")
    options = MessageOptions(correlation_id="matter-9", originator="operator/clerk-7")
    order = (await cis.order([EndDeviceControl(control=control, meter="M-1001")], options)).orders[0]
    await running.pass_time(30)
    status = (await cis.orders([order.order])).orders[0]
    assert (status.order, status.state, status.originator) == (order.order, OrderState.DONE, "operator/clerk-7")
    for seat in hops:
        entries = (await running.office(seat, "auditor").audit()).entries
        taken = [entry for entry in entries if entry.action == "create EndDeviceControls"]
        assert [(entry.correlation, entry.originator) for entry in taken] == [("matter-9", "operator/clerk-7")]


async def test_an_order_is_cancelled_where_it_was_given(running: Station) -> None:
    cis = running.office("cis", "operator")
    later = EndDeviceControl(control=Control.DISCONNECT, meter="M-1001", start=iso(START + 600))
    order = (await cis.order([later])).orders[0]
    assert (await cis.cancel([order.order])).orders[0].state is OrderState.CANCELLED
    assert (await cis.cancel(["no-such-order"])).errors[0].code is Code.UNKNOWN_ORDER
    await running.pass_time(700)
    assert not running.meters["M-1001"].operations


async def test_orders_for_two_systems_cannot_be_all_or_none(running: Station) -> None:
    both = [EndDeviceControl(control=control, meter="M-1001") for control in Control]
    with pytest.raises(OfficeRefusedError) as refusal:
        await running.office("cis", "operator").order(both)
    assert refusal.value.code == "invalid_value"


async def test_a_refusal_further_on_comes_back_with_its_code(running: Station) -> None:
    protected = EndDeviceControl(control=Control.DISCONNECT, meter="M-1002")
    with pytest.raises(OfficeRefusedError) as refusal:
        await running.office("cis", "operator").order([protected])
    assert refusal.value.code == "protected_customer"


async def test_the_mdms_orders_no_disconnection(running: Station) -> None:
    disconnect = EndDeviceControl(control=Control.DISCONNECT, meter="M-1001")
    for seat, source in (("mdms", "cis"), ("headend", "mdms")):
        with pytest.raises(OfficeRefusedError) as refusal:
            await running.office(seat, source).order([disconnect])
        assert refusal.value.code == "forbidden"
