"""A device read as a sub-meter, by what its register map names."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bench.access.modbus_declared import ModbusTable
from bench.exchanges.modbus.sub_meter import VehicleSubMeterReading
from bench.exchanges.usage import Counted, NotCountedError
from bench.lab.station import Station

SUB_METER = {
    "voltage": {"address": 0, "unit": "V"},
    "power": {"address": 12, "unit": "W", "repeat": 3},
    "imported": {"address": 72, "unit": "kWh"},
    "exported": {"address": 74, "unit": "kWh"},
}
CHARGER = {
    "voltage": {"address": 6, "unit": "V", "repeat": 3},
    "power": {"address": 12, "unit": "W"},
    "energy": {"address": 14, "unit": "Wh"},
}


def _reading(points: Mapping[str, Any]) -> VehicleSubMeterReading:
    exchange = VehicleSubMeterReading(cast(Station, SimpleNamespace()), "wallbox", cast(Any, None))
    exchange.access.declared = ModbusTable.model_validate({"units": [1], "points": points})
    return exchange


def _asked(exchange: VehicleSubMeterReading) -> set[str]:
    return {point.name for point in exchange.data}


def test_energies_of_a_sub_meter_are_taken_in_both_directions() -> None:
    answer = {"voltage": 230.0, "power_1": 100.0, "power_2": 20.0, "power_3": 0.0, "imported": 1.5, "exported": 0.25}
    reading = _reading(SUB_METER)
    assert _asked(reading) == set(answer)
    assert reading.as_shown(answer) == Counted(120.0, 1500.0, 250.0)


def test_a_charger_without_a_count_of_what_it_fed_in_is_read_by_its_own_energy() -> None:
    answer = {"voltage_1": 230.0, "power": 3680.0, "energy": 4200.0}
    reading = _reading(CHARGER)
    assert set(answer) <= _asked(reading)
    assert reading.as_shown(answer) == Counted(3680.0, 4200.0, None)


@pytest.mark.parametrize(
    ("missing", "said"), [("energy", "the register map of wallbox names no 'imported' or 'energy'"), ("power", "power")]
)
def test_a_map_without_such_a_register_says_so(missing: str, said: str) -> None:
    points = {name: table for name, table in CHARGER.items() if name != missing}
    with pytest.raises(NotCountedError, match=said):
        _reading(points).as_shown(dict.fromkeys(points, 1.0))


def test_an_energy_in_another_unit_is_not_taken_for_another_number() -> None:
    points = {**CHARGER, "energy": {"address": 14, "unit": "MWh"}}
    with pytest.raises(NotCountedError, match="MWh"):
        _reading(points).as_shown({"power": 1.0, "energy": 1.0})


@pytest.mark.parametrize(
    ("points", "compared"), [(SUB_METER, {"voltage"}), (CHARGER, {"voltage_1", "power"})], ids=["sub-meter", "charger"]
)
def test_what_is_measured_beside_is_what_the_map_names(points: Mapping[str, Any], compared: set[str]) -> None:
    assert set(_reading(points).compared) == compared
