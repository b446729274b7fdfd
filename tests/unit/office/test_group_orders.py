"""Group orders at the headend: who is shed, who is not, and what becomes of a meter that is silent."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path

import pytest

from drivers.cim import OfficeRefusedError
from drivers.cim.payloads import EndDeviceControl, MasterDataLinkage, OrderStatus
from drivers.cim.times import parse_iso
from drivers.cim.vocabulary import Control, OrderState, Reason
from tests.unit.office.doubles import Station, station

METERS = {
    "M-1001": {"feeder": "F1", "sheds": True},
    "M-1002": {"feeder": "F1", "sheds": True, "critical": True},
    "S-2001": {"feeder": "F2", "sheds": True},
}
GROUP = EndDeviceControl(control=Control.DISCONNECT, group="F1", reason=Reason.EMERGENCY)


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Station]:
    async with station(tmp_path, "headend", "lms", headend={"meters": METERS}) as made:
        yield made


async def order(running: Station, control: EndDeviceControl = GROUP, party: str = "cis") -> tuple[OrderStatus, ...]:
    """How the orders ended."""
    headend = running.office("headend", party)
    taken = (await headend.order([control])).orders
    await running.pass_time(120)
    return (await headend.orders([one.order for one in taken])).orders


@pytest.mark.parametrize("party", ["cis", "lms"])
async def test_only_consenting_uncritical_meters_of_the_feeder_are_opened(running: Station, party: str) -> None:
    (status,) = await order(running, party=party)
    assert (status.meter, status.state, status.output_state) == ("M-1001", OrderState.DONE, False)
    assert status.second_readings
    assert [meter.closed for meter in running.meters.values()] == [False, True, True]


async def test_who_no_longer_agrees_is_left_alone(running: Station) -> None:
    gone = MasterDataLinkage(meter="M-1001", usage_point="UP-1", account="A-1", sheds=False)
    await running.office("headend", "operator").link([gone])
    with pytest.raises(OfficeRefusedError) as refusal:
        await order(running)
    assert refusal.value.code == "unknown_group"


async def test_a_silent_meter_is_not_done(running: Station) -> None:
    running.meters["M-1001"].reachable = False
    (status,) = await order(running)
    assert (status.state, status.second_readings) == (OrderState.FAILED, ())


@pytest.mark.parametrize(
    "changed",
    [
        {"group": "F9"},
        {"meter": "M-1001"},
        {"reason": Reason.NON_PAYMENT},
        {"spread": -1.0},
        {"group": "", "meter": "M-1001", "spread": 5.0},
    ],
)
async def test_a_group_order_that_makes_no_sense_is_refused(running: Station, changed: dict[str, object]) -> None:
    fields = {"control": Control.DISCONNECT, "group": "F1", "reason": Reason.EMERGENCY, **changed}
    with pytest.raises(OfficeRefusedError):
        await order(running, EndDeviceControl(**fields))  # type: ignore[arg-type]


async def test_supply_comes_back_one_after_the_other(tmp_path: Path) -> None:
    meters = {name: {"feeder": "F1", "sheds": True} for name in METERS}
    back = EndDeviceControl(control=Control.CONNECT, group="F1", reason=Reason.EMERGENCY, spread=7.0)
    async with station(tmp_path, "headend", headend={"meters": meters}) as running:
        await order(running)
        ends = sorted(parse_iso(status.time_stamp) for status in await order(running, back))
    assert [round(after - before) for before, after in pairwise(ends)] == [7, 7]


async def test_who_was_not_shed_is_not_given_the_supply_back(running: Station) -> None:
    unpaid = EndDeviceControl(control=Control.DISCONNECT, meter="M-1001", reason=Reason.NON_PAYMENT)
    await order(running, unpaid)
    with pytest.raises(OfficeRefusedError) as refusal:
        await order(running, EndDeviceControl(control=Control.CONNECT, group="F1", reason=Reason.EMERGENCY))
    assert refusal.value.code == "unknown_group"
    assert not running.meters["M-1001"].closed


@pytest.mark.parametrize(("fault", "opened"), [("F-P26", ["M-1001", "M-1002"]), ("F-P90", ["M-1001", "S-2001"])])
async def test_a_defective_headend_opens_too_many(tmp_path: Path, fault: str, opened: list[str]) -> None:
    async with station(tmp_path, "headend", faults={"headend": {fault}}, headend={"meters": METERS}) as running:
        await order(running)
        assert [name for name, meter in running.meters.items() if not meter.closed] == opened


async def test_a_defective_headend_counts_a_silent_meter_as_done(tmp_path: Path) -> None:
    async with station(tmp_path, "headend", faults={"headend": {"F-P27"}}, headend={"meters": METERS}) as running:
        running.meters["M-1001"].reachable = False
        assert (await order(running))[0].state is OrderState.DONE
