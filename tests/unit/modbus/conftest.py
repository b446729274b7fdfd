"""Fixtures: an emulated Modbus device."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from tests.unit.modbus.station import ModbusStation

StationMaker = Callable[..., Awaitable[ModbusStation]]


@pytest.fixture
async def make_station(tmp_path: Path) -> AsyncIterator[StationMaker]:
    """Makes a started station: ``await make_station("F-I1")``."""
    made: list[ModbusStation] = []

    async def make(*faults: str) -> ModbusStation:
        station = ModbusStation(tmp_path, faults)
        made.append(station)
        await station.start()
        return station

    yield make
    for station in made:
        await station.stop()


@pytest.fixture
async def station(make_station: StationMaker) -> ModbusStation:
    """A sound one."""
    return await make_station()
