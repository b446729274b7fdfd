"""A client that nobody here wrote, py20305's, at our server: over TLS, from device capability to a response."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from py20305.client.http import Sep2Client
from py20305.client.tls import TlsConfig
from py20305.models.sep import sep

from drivers.sep2.der import DERControl, DERControlBase, FixedPoint
from drivers.sep2.events import DateTimeInterval, EventStatus
from drivers.sep2.monitoring import load_point
from drivers.sep2.prepayment import Account, AccountBalance, AccountingUnit, PrepayOperationStatus
from drivers.sep2.programs import ProgramKind
from drivers.sep2.reservations import FlowReservationRequest, FlowReservationResponse, SignedRealEnergy
from drivers.sep2.resources import Device, ResourceServer
from drivers.sep2.server import Sep2Server
from drivers.sep2.tls import server_context
from fixtures.home.pki import HomePki
from fixtures.secrets import Secrets

NOW = 1_767_571_200
MRID = bytes(range(16))


@dataclass
class Served:
    """Our server, and their client of it."""

    resources: ResourceServer
    client: Sep2Client
    lfdi: bytes


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    pki = HomePki.open(tmp_path / "home", Secrets(1, tmp_path))
    resources = ResourceServer(lambda: float(NOW), poll_rate_s=60)
    resources.register(pki.lfdi("cems"), pki.pin("cems"))
    program = resources.add_program(ProgramKind.DER, MRID, 1, "test")
    program.default = DERControlBase(max_lim_w=10_000)
    interval = DateTimeInterval(start=NOW, duration=600)
    base = DERControlBase(max_lim_w=4200)
    status = EventStatus(current=0, at=NOW)
    program.put(DERControl(mrid=MRID, created=NOW, status=status, interval=interval, base=base), NOW)
    port = Sep2Server(resources.handle)
    port.open(server_context(pki.credential("headend")))
    credential = pki.credential("cems")
    paths = {"client.pem": credential.certificate_pem, "client.key": credential.key_pem, "ca.pem": credential.trust_pem}
    for name, text in paths.items():
        (tmp_path / name).write_text(text, "ascii")
    tls = TlsConfig(tmp_path / "client.pem", tmp_path / "client.key", tmp_path / "ca.pem", check_hostname=False)
    client = Sep2Client(port.url, tls=tls, server_2018_compat=True)
    try:
        yield Served(resources, client, pki.lfdi("cems"))
    finally:
        await client.close()
        port.release()


async def test_it_finds_itself_and_its_programs(served: Served) -> None:
    capability = await served.client.get("/dcap", sep.DeviceCapability)
    assert capability.poll_rate == 60
    devices = await served.client.get(capability.end_device_list_link.href, sep.EndDeviceList)
    assert devices.end_device[0].l_fdi == served.lfdi
    registration = await served.client.get(devices.end_device[0].registration_link.href, sep.Registration)
    assert registration.p_in.value == served.resources.devices[served.lfdi].pin
    programs = await served.client.get(f"{capability.derprogram_list_link.href}?l=10", sep.DerprogramList)
    assert programs.derprogram[0].primacy.value == 1


async def test_it_reads_a_control_and_answers_it(served: Served) -> None:
    controls = await served.client.get("/derp/1/derc?l=10", sep.DercontrolList)
    control = controls.dercontrol[0]
    assert control.dercontrol_base.op_mod_max_lim_w.value == 4200
    assert control.m_rid.value == MRID
    assert control.event_status.current_status == 1
    response = sep.DercontrolResponse(
        created_date_time=sep.TimeType(value=NOW),
        end_device_lfdi=served.lfdi,
        status=1,
        subject=sep.MRidtype(value=MRID),
    )
    await served.client.post(control.reply_to, response)
    assert [one.response.status for one in served.resources.answers(MRID)] == [1]


async def test_it_reserves_what_it_charges_and_takes_it_back(served: Served) -> None:
    asked: list[FlowReservationRequest] = []
    reserved = FlowReservationResponse(
        mrid=bytes(reversed(MRID)),
        created=NOW,
        status=EventStatus(current=0, at=NOW),
        interval=DateTimeInterval(start=NOW + 60, duration=600),
        energy=SignedRealEnergy.of(2000.0),
        power=FixedPoint.of(3680.0),
        subject=MRID,
    )

    def requested(device: Device, request: FlowReservationRequest) -> None:
        asked.append(request)
        if not request.cancelled:
            served.resources.reservations.reserve(device.lfdi, reserved)

    served.resources.reservations.requested = requested
    own = (await served.client.get("/edev", sep.EndDeviceList)).end_device[0]
    request = sep.FlowReservationRequest(
        m_rid=sep.MRidtype(value=MRID),
        creation_time=sep.TimeType(value=NOW),
        duration_requested=1800,
        energy_requested=sep.SignedRealEnergy(multiplier=sep.PowerOfTenMultiplierType(value=0), value=2000),
        interval_requested=sep.DateTimeInterval(duration=7200, start=sep.TimeType(value=NOW)),
        power_requested=sep.ActivePower(multiplier=sep.PowerOfTenMultiplierType(value=0), value=7360),
        request_status=sep.RequestStatus(date_time=sep.TimeType(value=NOW), request_status=0),
    )
    path = await served.client.post(own.flow_reservation_request_list_link.href, request)
    assert (asked[0].energy.number, asked[0].power.number, asked[0].interval.duration) == (2000.0, 7360.0, 7200)
    answers = f"{own.flow_reservation_response_list_link.href}?l=10"
    answer = (await served.client.get(answers, sep.FlowReservationResponseList)).flow_reservation_response[0]
    assert (answer.power_available.value, answer.subject.value) == (3680, MRID)
    response = sep.FlowReservationResponseResponse(
        end_device_lfdi=served.lfdi, status=1, subject=sep.MRidtype(value=reserved.mrid)
    )
    await served.client.post(answer.reply_to, response)
    assert [one.response.status for one in served.resources.answers(reserved.mrid)] == [1]
    cancelled = sep.RequestStatus(date_time=sep.TimeType(value=NOW), request_status=1)
    await served.client.put(path or "/edev/1/frq/1", request.model_copy(update={"request_status": cancelled}))
    (left,) = (await served.client.get(answers, sep.FlowReservationResponseList)).flow_reservation_response
    assert left.event_status.current_status == 2


async def test_it_reads_what_is_mirrored(served: Served) -> None:
    served.resources.shows_usage = True
    point = load_point(served.lfdi, "heater", 1500.0, float(NOW))
    served.resources.devices[served.lfdi].meters[point.mrid] = point
    capability = await served.client.get("/dcap", sep.DeviceCapability)
    (shown,) = (await served.client.get(capability.usage_point_list_link.href, sep.UsagePointList)).usage_point
    assert (shown.description, shown.device_lfdi) == ("heater", served.lfdi)
    (values,) = (await served.client.get(shown.meter_reading_list_link.href, sep.MeterReadingList)).meter_reading
    kind = await served.client.get(values.reading_type_link.href, sep.ReadingType)
    reading = await served.client.get(values.reading_link.href, sep.Reading)
    assert (reading.value, kind.uom.value, reading.time_period.start.value) == (1500, 38, NOW)


async def test_it_reads_what_is_left_of_its_credit(served: Served) -> None:
    credit = AccountingUnit(currency=978, multiplier=-2, value=427)
    balance = AccountBalance(href=f"/ppy/{MRID.hex()}/ab", available=credit, status=1)
    status = PrepayOperationStatus(href=f"/ppy/{MRID.hex()}/os", service=0)
    served.resources.accounts.append(Account(MRID, balance, status))
    capability = await served.client.get("/dcap", sep.DeviceCapability)
    (account,) = (await served.client.get(capability.prepayment_list_link.href, sep.PrepaymentList)).prepayment
    left = await served.client.get(account.account_balance_link.href, sep.AccountBalance)
    assert (left.available_credit.value, left.available_credit.multiplier.value) == (427, -2)
    assert left.credit_status.value == 1
    service = await served.client.get(account.prepay_operation_status_link.href, sep.PrepayOperationStatus)
    assert service.service_status.value == 0
    payments = await served.client.get(account.credit_register_list_link.href, sep.CreditRegisterList)
    assert payments.all == 0
