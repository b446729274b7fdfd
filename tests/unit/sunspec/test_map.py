"""The emulated inverter's registers as a client without any model of them finds them: what is refused, what is kept.

Addresses are those of the map at 40000 without a battery; models stand at 1: 40002, 701: 40070, 702: 40225, 703: 40277,
704: 40296, 705: 40363, 707: 40486, 715: 40957.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import sunspec2

from drivers.modbus.codes import ExceptionCode, Space
from fixtures.clock import PlantClock
from fixtures.faults import Faults
from fixtures.inverter.map import older_tables, tables
from fixtures.inverter.map.adopting import ADOPTION_S
from fixtures.inverter.map.inverter_map import InverterMap, MapSettings
from fixtures.inverter.map.wire import Field, fields
from fixtures.inverter.model import Inverter
from fixtures.inverter.seat_settings import InverterSettings
from fixtures.modbus.bank import Origin, RegisterFault
from fixtures.modbus.log import DeviceLog

ANYBODY = Origin(1)
LIMIT_ENABLED, LIMIT, LIMIT_TIME = 40310, 40311, 40314
POWER_FACTOR, ANTI_ISLANDING = 40355, 40348
VOLT_VAR, ADOPT, RESULT = 40365, 40366, 40367
CURVE_1, CURVE_2 = 40378, 40396


class Device:
    """An inverter's map without ports."""

    def __init__(self, *faults: str, **settings: Any) -> None:
        self.clock = PlantClock(1e9)
        made = InverterSettings()
        defects = Faults(faults)
        self.inverter = Inverter(self.clock, made.nameplate(), made.sources(), faults=defects)
        log = DeviceLog(self.clock.now, defects)
        self.map = InverterMap(self.inverter, self.clock, MapSettings(**settings), faults=defects, log=log)

    def read(self, address: int, count: int = 1) -> list[int]:
        return self.map.bank.read(Space.HOLDING, address, count, ANYBODY)

    def write(self, address: int, *values: int) -> None:
        self.map.bank.write(Space.HOLDING, address, values, ANYBODY)

    def refusal(self, address: int, *values: int) -> ExceptionCode:
        before = self.read(40000, self.map.bank.end - 40000)
        with pytest.raises(RegisterFault) as caught:
            self.write(address, *values)
        assert self.read(40000, self.map.bank.end - 40000) == before
        return caught.value.code

    async def after(self, seconds: float) -> None:
        await self.clock.sleep_until(self.clock.now() + seconds)


@pytest.fixture
def device() -> Device:
    return Device()


def test_the_map_begins_and_ends_as_the_specification_says(device: Device) -> None:
    assert device.read(40000, 4) == [0x5375, 0x6E53, 1, 66]
    assert device.read(device.map.bank.end - 2, 2) == [0xFFFF, 0]
    assert device.read(40001, 3) == [0x6E53, 1, 66]
    with pytest.raises(RegisterFault):
        device.read(device.map.bank.end - 1, 2)
    with pytest.raises(RegisterFault):
        device.read(39999, 2)


def test_any_cut_of_the_map_is_the_same_map(device: Device) -> None:
    whole = device.read(40000, device.map.bank.end - 40000)
    for count in (1, 7, 125):
        cut = [
            register
            for address in range(40000, device.map.bank.end, count)
            for register in device.read(address, min(count, device.map.bank.end - address))
        ]
        assert cut == whole


CODES = {
    "uint16": "u",
    "int16": "s",
    "uint32": "U",
    "int32": "S",
    "uint64": "Q",
    "acc32": "A",
    "acc64": "K",
    "enum16": "e",
    "bitfield16": "b",
    "bitfield32": "B",
    "sunssf": "f",
    "pad": "p",
    "string": "t",
}
TABLES = [
    (1, (), tables.COMMON),
    (8, (), tables.SECURITY),
    (701, (), tables.MEASURE_AC),
    (702, (), tables.CAPACITY),
    (703, (), tables.ENTER_SERVICE),
    (704, (), tables.CONTROLS),
    (704, ("PFWInj",), tables.POWER_FACTOR),
    (705, (), tables.VOLT_VAR),
    (705, ("Crv",), tables.VOLT_VAR_CURVE),
    (705, ("Crv", "Pt"), tables.VOLT_VAR_POINT),
    (706, (), tables.VOLT_WATT),
    (706, ("Crv",), tables.VOLT_WATT_CURVE),
    (706, ("Crv", "Pt"), tables.VOLT_WATT_POINT),
    (707, (), tables.TRIP.format("V")),
    (708, ("Crv",), tables.TRIP_SET),
    (708, ("Crv", "MayTrip"), tables.TRIP_LINE),
    (708, ("Crv", "MomCess", "Pt"), tables.VOLTAGE_TRIP_POINT),
    (709, (), tables.TRIP.format("Hz")),
    (710, ("Crv", "MustTrip", "Pt"), tables.FREQUENCY_TRIP_POINT),
    (711, (), tables.DROOP),
    (711, ("Ctl",), tables.DROOP_CONTROL),
    (712, (), tables.WATT_VAR),
    (712, ("Crv",), tables.WATT_VAR_CURVE),
    (712, ("Crv", "Pt"), tables.WATT_VAR_POINT),
    (713, (), tables.STORAGE),
    (714, (), tables.MEASURE_DC),
    (714, ("Prt",), tables.DC_PORT),
    (715, (), tables.CONTROL),
    (101, (), older_tables.MEASURE),
    (103, (), older_tables.MEASURE),
    (120, (), older_tables.NAMEPLATE),
    (121, (), older_tables.SETTINGS),
    (122, (), older_tables.STATUS),
    (123, (), older_tables.CONTROLS),
]


@pytest.mark.parametrize(("model", "path", "table"), TABLES)
def test_the_tables_are_the_published_ones(model: int, path: tuple[str, ...], table: str) -> None:
    file = Path(sunspec2.__file__).parent / "models" / "json" / f"model_{model}.json"
    group = json.loads(file.read_text())["group"]
    for name in path:
        group = next(one for one in group["groups"] if one["name"] == name)
    points = group["points"] if path else group["points"][2:]
    ours = fields(table)
    assert [field.name for field in ours] == [point["name"] for point in points]
    assert [field.kind for field in ours] == [CODES[point["type"]] for point in points]
    assert [field.width for field in ours] == [point["size"] for point in points]
    assert [field.scale for field in ours] == [point.get("sf", "") for point in points]
    assert all(point.get("access") == "RW" for field, point in zip(ours, points, strict=True) if field.writable)


@pytest.mark.parametrize(
    ("kind", "value", "registers"),
    [
        ("s", 40_000, [0x7FFF]),
        ("s", -40_000, [0x8001]),
        ("u", 70_000, [0xFFFE]),
        ("u", -1, [0]),
        ("S", -1, [0xFFFF] * 2),
    ],
)
def test_what_is_beyond_a_field_is_shown_as_its_end(kind: str, value: float, registers: list[int]) -> None:
    assert Field("X", kind, 0, len(registers)).encode(value) == registers


# -- what is refused, and changes nothing --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "values", "code"),
    [
        (40080, [1], ExceptionCode.ILLEGAL_DATA_ADDRESS),  # 701 W: only read
        (40000, [1], ExceptionCode.ILLEGAL_DATA_ADDRESS),  # SunS
        (LIMIT_TIME, [1], ExceptionCode.ILLEGAL_DATA_ADDRESS),  # half of 32 bits
        (LIMIT_TIME - 1, [0, 0, 0, 0, 0], ExceptionCode.ILLEGAL_DATA_ADDRESS),  # with a remaining time, only read
        (ANTI_ISLANDING, [0], ExceptionCode.ILLEGAL_DATA_ADDRESS),  # not offered on this device
        (POWER_FACTOR, [950], ExceptionCode.ILLEGAL_DATA_VALUE),  # half of a power factor
        (POWER_FACTOR, [500, 0], ExceptionCode.ILLEGAL_DATA_VALUE),  # below the lowest one
        (LIMIT, [10_001], ExceptionCode.ILLEGAL_DATA_VALUE),
        (LIMIT, [0xFFFF], ExceptionCode.ILLEGAL_DATA_VALUE),
        (LIMIT_ENABLED, [2], ExceptionCode.ILLEGAL_DATA_VALUE),
        (LIMIT_ENABLED, [1, 10_001], ExceptionCode.ILLEGAL_DATA_VALUE),
        (CURVE_1, [4], ExceptionCode.ILLEGAL_DATA_VALUE),  # the curve in force
        (ADOPT, [0], ExceptionCode.ILLEGAL_DATA_VALUE),
        (ADOPT, [4], ExceptionCode.ILLEGAL_DATA_VALUE),
        (40965, [4], ExceptionCode.ILLEGAL_DATA_VALUE),  # 715 OpCtl
        (40251, [10_001], ExceptionCode.ILLEGAL_DATA_VALUE),  # 702 WMax above the nameplate
    ],
)
def test_refused(device: Device, address: int, values: list[int], code: ExceptionCode) -> None:
    assert device.refusal(address, *values) is code


def test_a_write_over_two_models_is_refused(device: Device) -> None:
    assert device.refusal(40364, 0, 705, 67) is ExceptionCode.ILLEGAL_DATA_ADDRESS


def test_what_reverts_must_be_acceptable_too(device: Device) -> None:
    assert device.refusal(LIMIT + 1, 10_001) is ExceptionCode.ILLEGAL_DATA_VALUE


def test_several_registers_act_together(device: Device) -> None:
    device.write(LIMIT_ENABLED, 1, 5000)
    limit = device.inverter.settings.limit_active_power
    assert (limit.enabled, limit.limit_pu) == (True, 0.5)


def test_a_device_that_takes_halves_applies_what_it_can() -> None:
    device = Device("F-I3")
    with pytest.raises(RegisterFault):
        device.write(LIMIT_ENABLED, 1, 10_001)
    assert device.inverter.settings.limit_active_power.enabled


def test_island_detection_can_be_offered() -> None:
    device = Device(anti_islanding=True)
    device.write(ANTI_ISLANDING, 0)
    assert not device.inverter.settings.anti_islanding.enabled


# -- curves --------------------------------------------------------------------------------------------------------


async def test_a_curve_is_adopted_after_a_while(device: Device) -> None:
    device.write(CURVE_2 + 10, 9000)  # V of its first point
    assert device.read(CURVE_1 + 10) == [9200]
    device.write(ADOPT, 2)
    assert device.read(ADOPT, 2) == [2, 0]
    assert device.read(CURVE_1 + 10) == [9200]
    await device.after(ADOPTION_S)
    assert device.read(RESULT) == [1]
    assert device.read(CURVE_1 + 10) == [9000]
    assert device.inverter.settings.volt_var.points[0][0] == pytest.approx(0.90)


@pytest.mark.parametrize(
    ("offset", "value"),
    [(10, 10_500), (0, 5), (0, 0), (1, 9), (10, 0xFFFF), (3, 12_000)],
    ids=["points out of order", "too many points", "no point", "unknown base", "a point without value", "reference"],
)
async def test_a_wrong_curve_fails_as_a_whole(device: Device, offset: int, value: int) -> None:
    before = device.inverter.settings.volt_var
    device.write(CURVE_2 + offset, value)
    device.write(ADOPT, 2)
    await device.after(ADOPTION_S)
    assert device.read(RESULT) == [2]
    assert device.inverter.settings.volt_var == before


async def test_enabling_volt_var_disables_the_constant_power_factor(device: Device) -> None:
    assert device.read(40298) == [1]
    device.write(VOLT_VAR, 1)
    assert device.read(40298) == [0]


# -- time ----------------------------------------------------------------------------------------------------------


async def test_a_set_point_reverts_by_itself() -> None:
    for faults, limit in (((), 10_000), (("F-A11",), 3000)):
        device = Device(*faults)
        device.write(LIMIT_ENABLED, 1, 3000, 10_000, 0, 0, 60)
        await device.after(59.0)
        assert device.read(LIMIT) == [3000]
        await device.after(2.0)
        assert device.read(LIMIT) == [limit]


async def test_a_timer_of_0_never_runs(device: Device) -> None:
    device.write(LIMIT_ENABLED, 1, 3000, 10_000, 0, 0, 60)
    device.write(LIMIT_TIME, 0, 0)
    await device.after(3600.0)
    assert device.read(LIMIT) == [3000]


async def test_a_disabled_function_has_no_timer(device: Device) -> None:
    device.write(LIMIT_ENABLED, 0, 3000, 10_000, 1, 0, 60)
    assert device.read(LIMIT_TIME + 2, 2) == [0, 0]
    await device.after(61.0)
    assert device.read(LIMIT_ENABLED) == [0]


async def test_the_heartbeat_is_the_seconds_since_power_up(device: Device) -> None:
    await device.after(70_000.0)
    assert device.read(40960, 2) == [1, 70_000 - 65_536]
