"""`DlmsMeter` on a little meter: what it asks for, and how it reads what comes."""

from __future__ import annotations

import pytest

from drivers.dlms import apdu as a
from drivers.dlms.apdu import Attribute, Method
from drivers.dlms.client import ClientIdentity, DlmsClient
from drivers.dlms.data import (
    I8,
    NULL,
    U8,
    U16,
    U32,
    Array,
    Data,
    DateTime,
    DeltaU8,
    Enum,
    Float32,
    OctetString,
    Structure,
    VisibleString,
)
from drivers.dlms.enums import ActionResult, Conformance, DataAccessResult
from drivers.dlms.errors import ActionError, DataAccessError, DecodeError
from drivers.dlms.meter import DlmsMeter
from drivers.dlms.obis import Obis
from drivers.dlms.object_names import ObjectNames
from drivers.dlms.selection import CaptureObject
from drivers.metering import ClockReading, LoggedEvent, MeterIdentity, Reading, SwitchState, SwitchStatus
from drivers.roles import Meter
from tests.unit.dlms.little_meter import LittleMeter, MemoryLink

NOON = 1_767_268_800.0  # 2026-01-01 12:00:00 UTC
ENERGY, VOLTAGE = Obis("1.0.1.8.0.255"), Obis("1.0.32.7.0.255")
CLOCK, SWITCH = Obis("0.0.1.0.0.255"), Obis("0.0.96.3.10.255")
LOAD_PROFILE, STATUS = Obis("1.0.99.1.0.255"), Obis("0.0.96.10.1.255")
LOG, CODE, OUTCOME = Obis("0.0.99.98.1.255"), Obis("0.0.96.11.1.255"), Obis("0.0.128.11.1.255")
WATT_HOURS, DECIVOLTS = Structure([I8(0), Enum(30)]), Structure([I8(-1), Enum(35)])


def moment(at: float, **fields: int) -> OctetString:
    return OctetString(DateTime.at(at, **{"deviation": -60, **fields}).to_bytes())


def definitions(*columns: CaptureObject) -> Array:
    return Array(column.to_data() for column in columns)


@pytest.fixture
def device() -> LittleMeter:
    load = definitions(CaptureObject(8, CLOCK), CaptureObject(1, STATUS), CaptureObject(3, ENERGY))
    log = definitions(CaptureObject(8, CLOCK), CaptureObject(1, OUTCOME), CaptureObject(1, CODE))
    values: dict[Attribute, Data | DataAccessResult] = {
        Attribute(1, Obis("0.0.42.0.0.255"), 2): OctetString(b"ABC70000000001"),
        Attribute(1, Obis("0.0.96.1.0.255"), 2): VisibleString("12345"),
        Attribute(8, CLOCK, 2): moment(NOON, status=0x80),
        Attribute(3, ENERGY, 2): U32(12345),
        Attribute(3, ENERGY, 3): WATT_HOURS,
        Attribute(3, VOLTAGE, 2): U16(2304),
        Attribute(3, VOLTAGE, 3): DECIVOLTS,
        Attribute(7, LOAD_PROFILE, 3): load,
        Attribute(7, LOAD_PROFILE, 4): U32(900),
        Attribute(7, LOAD_PROFILE, 2): Array(
            [
                Structure([moment(NOON), U8(0), U32(100)]),
                Structure([NULL, NULL, DeltaU8(7)]),
                Structure([moment(NOON + 1800, status=1), U8(8), NULL]),
            ]
        ),
        Attribute(7, LOG, 3): log,
        Attribute(7, LOG, 4): U32(0),
        Attribute(7, LOG, 2): Array([Structure([moment(NOON), Enum(1), U8(42)])]),
        Attribute(70, SWITCH, 2): True,
        Attribute(70, SWITCH, 3): Enum(1),
        Attribute(70, SWITCH, 4): Enum(6),
    }
    return LittleMeter(values=values)


@pytest.fixture(params=["with lists", "one by one"])
async def meter(device: LittleMeter, request: pytest.FixtureRequest) -> DlmsMeter:
    if request.param == "one by one":
        device.conformance = Conformance.GET | Conformance.SET | Conformance.ACTION | Conformance.SELECTIVE_ACCESS
    client = DlmsClient(MemoryLink(device), ClientIdentity())
    await client.associate()
    return DlmsMeter(client)


async def test_it_is_a_meter(meter: DlmsMeter) -> None:
    assert isinstance(meter, Meter)


async def test_identity_leaves_out_what_the_meter_does_not_tell(meter: DlmsMeter) -> None:
    assert await meter.identity() == MeterIdentity("ABC70000000001", "12345", None)


async def test_clock_tells_moment_status_and_offset(meter: DlmsMeter, device: LittleMeter) -> None:
    assert await meter.clock() == ClockReading(NOON, 0x80, 60)
    device.values[Attribute(8, CLOCK, 2)] = OctetString(DateTime().to_bytes())
    assert await meter.clock() == ClockReading(None, None, None)
    device.values[Attribute(8, CLOCK, 2)] = U8(1)
    with pytest.raises(DecodeError):
        await meter.clock()


async def test_the_clock_is_set_in_the_meters_own_offset(meter: DlmsMeter, device: LittleMeter) -> None:
    await meter.set_clock(NOON + 3600)
    assert device.values[Attribute(8, CLOCK, 2)] == moment(NOON + 3600, status=0x80)


async def test_a_register_has_its_scaler_applied(meter: DlmsMeter) -> None:
    assert await meter.register("voltage_l1") == Reading("voltage_l1", 230.4, "V", 2304, -1)
    assert (await meter.register("1.0.1.8.0.255")).value == 12345
    assert (await meter.register("energy_import")).unit == "Wh"


async def test_extended_and_demand_registers_tell_when_they_captured(meter: DlmsMeter, device: LittleMeter) -> None:
    peak = Obis("1.0.1.6.0.255")
    for class_id, unit_at, time_at in ((4, 3, 5), (5, 4, 6)):
        device.values[Attribute(class_id, peak, 2)] = Float32(1.5)
        device.values[Attribute(class_id, peak, unit_at)] = Structure([I8(3), Enum(27)])
        device.values[Attribute(class_id, peak, time_at)] = moment(NOON)
        reading = await meter.register(f"{class_id}/1.0.1.6.0.255")
        assert (reading.value, reading.unit, reading.captured_at) == (1500.0, "W", NOON)


async def test_registers_that_do_not_exist(meter: DlmsMeter) -> None:
    with pytest.raises(ValueError, match="not an OBIS code"):
        await meter.register("no such thing")
    with pytest.raises(DataAccessError):
        await meter.register("frequency")


async def test_instantaneous_leaves_out_what_is_not_there(meter: DlmsMeter, device: LittleMeter) -> None:
    assert list(await meter.instantaneous()) == ["voltage_l1"]
    device.values[Attribute(3, VOLTAGE, 2)] = DataAccessResult.HARDWARE_FAULT
    with pytest.raises(DataAccessError):
        await meter.instantaneous()


async def test_the_load_profile_is_asked_for_by_range_and_filled_where_compressed(
    meter: DlmsMeter, device: LittleMeter
) -> None:
    rows = await meter.load_profile(NOON, NOON + 3600)
    assert [row.at for row in rows] == [NOON, NOON + 900, NOON + 1800]
    assert [row.status for row in rows] == [0, 0, 8]
    assert [row.clock_status for row in rows] == [0, 0, 1]
    assert [row.readings["energy_import"].value for row in rows] == [100, 107, 107]
    request = next(request for request in device.seen if isinstance(request, a.GetRequestNormal) and request.selection)
    assert request.selection is not None
    assert request.selection.selector == 1
    assert request.selection.parameters == Structure(
        [
            CaptureObject(8, CLOCK).to_data(),
            OctetString(DateTime.at(NOON).to_bytes()),
            OctetString(DateTime.at(NOON + 3600).to_bytes()),
            Array(),
        ]
    )


async def test_a_whole_profile_is_read_without_a_range(meter: DlmsMeter, device: LittleMeter) -> None:
    assert len(await meter.profile(LOAD_PROFILE)) == 3
    assert not any(getattr(request, "selection", None) for request in device.seen)


async def test_rows_that_do_not_fit_their_columns_are_refused(meter: DlmsMeter, device: LittleMeter) -> None:
    device.values[Attribute(7, LOAD_PROFILE, 2)] = Array([Structure([moment(NOON), U8(0)])])
    with pytest.raises(DecodeError, match="3 elements"):
        await meter.profile(LOAD_PROFILE)
    device.values[Attribute(7, LOAD_PROFILE, 2)] = Array([Structure([moment(NOON), U8(0), DeltaU8(1)])])
    with pytest.raises(DecodeError, match="difference"):
        await meter.profile(LOAD_PROFILE)
    device.values[Attribute(7, LOAD_PROFILE, 3)] = Array([U8(1)])
    with pytest.raises(DecodeError, match="capture object"):
        await meter.profile(LOAD_PROFILE)


async def test_events_find_their_code_by_its_name(meter: DlmsMeter) -> None:
    assert await meter.events("fraud") == [LoggedEvent("fraud", NOON, 42, {"0.0.128.11.1.255": Enum(1)})]
    with pytest.raises(KeyError):
        await meter.events("no such log")


async def test_the_switch_tells_contacts_state_and_mode(meter: DlmsMeter, device: LittleMeter) -> None:
    assert await meter.switch() == SwitchStatus(True, SwitchState.CONNECTED, 6)
    device.values[Attribute(70, SWITCH, 3)] = Enum(9)
    with pytest.raises(DecodeError):
        await meter.switch()


async def test_orders_to_the_switch_call_its_methods(meter: DlmsMeter, device: LittleMeter) -> None:
    called: list[tuple[int, Data | None]] = []
    for index in (1, 2):

        def handler(parameters: Data | None, index: int = index) -> a.ActionOutcome:
            called.append((index, parameters))
            return a.ActionOutcome(ActionResult.SUCCESS if index == 1 else ActionResult.TEMPORARY_FAILURE)

        device.methods[Method(70, SWITCH, index)] = handler
    await meter.disconnect()
    with pytest.raises(ActionError):
        await meter.reconnect()
    assert called == [(1, 0), (2, 0)]
    await meter.set_control_mode(4)
    assert device.values[Attribute(70, SWITCH, 4)] == Enum(4)


def test_a_pixit_replaces_names() -> None:
    names = ObjectNames().overridden(
        {
            "load_profile": "1.0.99.1.4.255",
            "logs": {"switch": "0.0.99.98.6.255"},
            "registers": {"peak": "4/1.0.1.6.0.255", "energy_import": "1.1.1.8.0.255"},
        }
    )
    assert names.load_profile == Obis("1.0.99.1.4.255")
    assert names.logs["switch"] == Obis("0.0.99.98.6.255")
    assert names.logs["fraud"] == LOG
    assert names.register("peak").class_id == 4
    assert names.name_of(Obis("1.1.1.8.0.255")) == "energy_import"
    assert names.name_of(Obis("9.9.9.9.9.9")) == "9.9.9.9.9.9"
    with pytest.raises(ValueError, match="load_profil"):
        ObjectNames().overridden({"load_profil": "1.0.99.1.4.255"})
    with pytest.raises(ValueError, match="no register"):
        ObjectNames().overridden({"registers": {"x": "8/1.0.1.6.0.255"}})
