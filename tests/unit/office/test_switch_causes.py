"""Who moved a switch that nobody ordered to move: the meter tells the headend, the MDMS asks, the CIS answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from drivers.cim import OfficeRefusedError
from drivers.cim.causes import FieldVisit, GetSwitchOperationCauses, SwitchInquiry, WorkOrder
from drivers.cim.payloads import EndDeviceControl, MasterDataLinkage, SwitchOperation
from drivers.cim.times import iso
from drivers.cim.vocabulary import Control, Reported, SwitchCause, SwitchMeans
from drivers.dlms.wrapper import WrapperPdu
from fixtures.meter.model.events import EventCode, Log
from tests.unit.office.doubles import START, Station, station

METER, BADGE = "M-1001", "B-7"
BY_HAND = SwitchOperation(closed=False, reported=Reported.LOCAL, means=SwitchMeans.MANUAL)


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Station]:
    async with station(tmp_path, "headend", "mdms", "cis", cis={"employees": {BADGE: "crew-7"}}) as made:
        yield made


def visit(credential: str = BADGE) -> FieldVisit:
    return FieldVisit(visit="V-1", meter=METER, credential=credential, start=iso(START - 60), end=iso(START + 3600))


def work(
    *, meter: str = METER, employee: str = "crew-7", operations: tuple[Control, ...] = tuple(Control), at: float = START
) -> WorkOrder:
    start, end = iso(at - 60), iso(at + 3600)
    return WorkOrder(work_order="W-1", meter=meter, employee=employee, operations=operations, start=start, end=end)


async def cause(running: Station, operation: SwitchOperation = BY_HAND) -> SwitchCause:
    asked = GetSwitchOperationCauses(event="E-1", meter=METER, time_stamp=iso(START), operation=operation)
    (answer,) = await running.office("cis", "mdms").cause(asked)
    assert (answer.event, answer.meter) == ("E-1", METER)
    return answer.cause


# -- what the CIS answers ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("means", "found"),
    [
        (SwitchMeans.COMMAND, SwitchCause.UNAUTHORISED_COMMAND),
        (SwitchMeans.UNCOMMANDED, SwitchCause.FAILURE),
        (SwitchMeans.AUTOMATIC, SwitchCause.OTHER),
        (SwitchMeans.MANUAL, SwitchCause.UNKNOWN_PARTY),
    ],
)
async def test_without_anybody_at_the_meter_the_means_is_the_cause(
    running: Station, means: SwitchMeans, found: SwitchCause
) -> None:
    assert await cause(running, SwitchOperation(closed=True, reported=Reported.UNKNOWN, means=means)) is found


async def test_an_employee_with_a_work_order_is_authorised_also_after_a_restart(running: Station) -> None:
    clerk = running.office("cis", "operator")
    await clerk.sign_on(visit())
    await clerk.plan_work(work())
    assert await cause(running) is SwitchCause.AUTHORISED_EMPLOYEE
    running.world.seat("cis").power(False)
    running.world.seat("cis").power(True)
    assert await cause(running) is SwitchCause.AUTHORISED_EMPLOYEE


@pytest.mark.parametrize(
    "misfit",
    [
        work(meter="M-1002"),
        work(employee="crew-8"),
        work(operations=(Control.CONNECT,)),
        work(at=START - 86_400),
    ],
)
async def test_a_work_order_must_fit(running: Station, misfit: WorkOrder) -> None:
    clerk = running.office("cis", "operator")
    await clerk.sign_on(visit())
    await clerk.plan_work(misfit)
    assert await cause(running) is SwitchCause.UNAUTHORISED_EMPLOYEE


async def test_a_credential_that_nobody_has_is_an_unknown_party(running: Station) -> None:
    clerk = running.office("cis", "operator")
    await clerk.sign_on(visit("found in the street"))
    await clerk.plan_work(work())
    assert await cause(running) is SwitchCause.UNKNOWN_PARTY


async def test_a_visit_that_ends_before_it_begins_is_refused(running: Station) -> None:
    wrong = FieldVisit(visit="V-2", meter=METER, credential=BADGE, start=iso(START), end=iso(START - 1))
    with pytest.raises(OfficeRefusedError):
        await running.office("cis", "operator").sign_on(wrong)


async def test_a_defective_cis_takes_every_employee_for_authorised(tmp_path: Path) -> None:
    settings = {"employees": {BADGE: "crew-7"}}
    async with station(tmp_path, "cis", faults={"cis": {"F-P29"}}, cis=settings) as running:
        await running.office("cis", "operator").sign_on(visit())
        assert await cause(running) is SwitchCause.AUTHORISED_EMPLOYEE


# -- from the meter to the CIS -----------------------------------------------------------------------------------------


async def link(running: Station) -> None:
    linkage = MasterDataLinkage(meter=METER, usage_point="UP-1", account="A-1", notify=True)
    await running.office("headend", "operator").link([linkage])


async def push(running: Station, code: EventCode, number: int) -> None:
    """The meter tells the headend of an event."""
    host, _, port = running.meters[METER].pushes_to.rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    apdu = f"{METER} {int(code)} {int(Log.SWITCH)} {number}".encode("ascii")
    writer.write(WrapperPdu(1, 102, apdu).encode())
    writer.write_eof()
    await reader.read()
    writer.close()
    await running.pass_time(10)


async def inquiries(running: Station) -> tuple[SwitchInquiry, ...]:
    return await running.office("mdms", "operator").inquiries([METER])


async def test_an_operation_that_nobody_ordered_is_asked_about_once(running: Station) -> None:
    await link(running)
    running.meters[METER].closed = False
    for _told_twice in range(2):
        await push(running, EventCode.SWITCH_MOVED_UNCOMMANDED, 11)
    (inquiry,) = await inquiries(running)
    assert (inquiry.cause, inquiry.operation.closed) == (SwitchCause.FAILURE, False)
    assert inquiry.closed
    assert inquiry.operation.register is not None


async def test_an_operation_that_was_ordered_is_not_asked_about(running: Station) -> None:
    await link(running)
    await running.office("headend", "cis").order([EndDeviceControl(control=Control.DISCONNECT, meter=METER)])
    await running.pass_time(20)
    await push(running, EventCode.REMOTE_DISCONNECTION, 12)
    assert not await inquiries(running)


async def test_a_command_long_after_the_last_order_is_asked_about(running: Station) -> None:
    await link(running)
    await running.office("headend", "cis").order([EndDeviceControl(control=Control.DISCONNECT, meter=METER)])
    await running.pass_time(600)
    await push(running, EventCode.REMOTE_CONNECTION, 13)
    assert (await inquiries(running))[0].cause is SwitchCause.UNAUTHORISED_COMMAND


async def test_what_is_not_about_the_switch_is_no_inquiry(running: Station) -> None:
    await link(running)
    await push(running, EventCode.LIMIT_EXCEEDED, 14)
    assert not await inquiries(running)


async def test_an_inquiry_waits_for_a_cis_that_is_down(running: Station) -> None:
    await link(running)
    running.world.seat("cis").power(False)
    await push(running, EventCode.SWITCH_MOVED_UNCOMMANDED, 15)
    assert (await inquiries(running))[0].cause is None
    running.world.seat("cis").power(True)
    await running.pass_time(120)
    assert (await inquiries(running))[0].cause is SwitchCause.FAILURE


async def test_a_headend_that_was_down_listens_again_at_the_address_that_meters_know(running: Station) -> None:
    await link(running)
    running.world.seat("headend").power(False)
    running.world.seat("headend").power(True)
    await running.pass_time(1)
    await push(running, EventCode.SWITCH_MOVED_UNCOMMANDED, 16)
    assert len(await inquiries(running)) == 1
