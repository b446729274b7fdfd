"""Sub-devices: hourly readings with their time, no hour without supply, channels without a device."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from fixtures.meter.model.settings import SettingsError
from fixtures.meter.model.subdevices import HOUR_S, Channel, Medium, SubDevice

from .conftest import MeterOnBench

Bench = Callable[..., MeterOnBench]


def gas_of(meter: MeterOnBench) -> Channel:
    return meter.meter.channels[0]


async def test_each_full_hour_is_captured_once_and_readings_never_fall(bench: Bench) -> None:
    meter = bench(sub_devices=("gas", "water"))
    await meter.wait(5 * HOUR_S)
    rows = gas_of(meter).store.rows()
    hours = [round(row.at) for row in rows]
    assert hours == list(range(hours[0], hours[-1] + HOUR_S, HOUR_S))
    values = [row.values[0] for row in rows]
    assert values == sorted(values)
    assert values[-1] > values[0]


async def test_an_hour_that_ends_without_supply_has_no_row(bench: Bench) -> None:
    meter = bench(sub_devices=("gas",))
    await meter.wait(HOUR_S + 600.0)
    meter.point.connect_mains(False)
    await meter.wait(HOUR_S)
    meter.point.connect_mains(True)
    await meter.wait(2 * HOUR_S)
    hours = [round(row.at) for row in gas_of(meter).store.written()]
    assert hours[1] - hours[0] == 2 * HOUR_S


async def test_a_channel_without_a_device_captures_nothing(bench: Bench) -> None:
    meter = bench(sub_devices=("gas",))
    await meter.wait(2 * HOUR_S)
    empty = meter.meter.channels[1]
    assert (empty.device, empty.last, empty.store.rows()) == (None, None, [])


def test_an_identifier_says_maker_number_and_medium() -> None:
    device = SubDevice.make("water", "67983921")
    assert device.equipment == "AMB014082893807"
    assert device.medium is Medium.WATER


def test_no_other_sub_devices_are_known() -> None:
    with pytest.raises(SettingsError, match="there are gas and water"):
        SubDevice.make("heat", "1")
