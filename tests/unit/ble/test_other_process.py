"""The same driver and a device in a host process of its own, as in a station."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("bumble")
pytest.importorskip("bleak")

from bench.access.ble import BleAccess, identify
from bench.lab.config import load_lab
from bench.lab.station import Station
from drivers.gatt.metering import READING, decode_reading
from drivers.gatt.security import Level
from drivers.transport.base import CannotOpenError

LAB = f"""
[station]
name = "one display"
clock = "stepped"
start = 2026-01-05T00:00:00Z

[hosts.emulation]
entry_point = "emulation"

[seats.display]
actor = "Meter"
iut = true
device = "{Path(__file__).parents[3] / "lab_configs" / "devices" / "ble-display.toml"}"
host = "emulation"
kind = "ble_display"
links.ble = {{ carries = "ble" }}
"""


async def test_a_station_pairs_and_reads_and_begins_afresh(tmp_path: Path) -> None:
    lab = tmp_path / "one-display.toml"
    lab.write_text(LAB)
    async with await Station.open(load_lab(lab), tmp_path) as station:
        await station.fresh()
        assert await identify(station, "display", "ble") == "AMIBENCH IHD-1"
        access = BleAccess(station, "display")
        async with access.session() as client:
            assert client.security.level is Level.SECURE
            assert decode_reading(await client.read(READING)).at == int(station.clock.now())
        owner = await access.owner()
        await station.fresh()
        assert not owner.opened
        async with access.stranger() as adapter, access.open_link(adapter) as client:
            assert client.security.level is Level.OPEN


async def test_an_adapter_that_is_not_there_cannot_be_opened() -> None:
    from drivers.clock import FreeClock
    from drivers.gatt.adapter import open_adapter

    with pytest.raises(CannotOpenError):
        await open_adapter("ble+hci:tcp-client:127.0.0.1:1/name=x", FreeClock()).open()
