"""Fixtures: an emulated ANSI meter."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.unit.c1218.station import C12Station

StationMaker = Callable[..., Awaitable[C12Station]]


@pytest.fixture
async def make_station(tmp_path: Path) -> AsyncIterator[StationMaker]:
    """Makes a started station: ``await make_station("F-I1", boot_s=5.0)``."""
    made: list[C12Station] = []

    async def make(*faults: str, **settings: Any) -> C12Station:
        station = C12Station(tmp_path, settings, faults)
        made.append(station)
        await station.start()
        return station

    yield make
    for station in made:
        await station.stop()
