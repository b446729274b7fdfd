"""One meter a test, on a stepped clock of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from fixtures.clock import PlantClock
from fixtures.meter.server.ports import HdlcPortSettings
from fixtures.meter.server.profile import ServerProfile

from .station import START, Station, server_profile

StationMaker = Callable[..., Awaitable[Station]]


@pytest.fixture
async def make_station() -> AsyncIterator[StationMaker]:
    """Makes a running meter: ``await make_station("F-I10", profile=...)``."""
    stations: list[Station] = []

    async def make(
        *faults: str, profile: ServerProfile | None = None, hdlc: HdlcPortSettings | None = None, **settings: object
    ) -> Station:
        clock = PlantClock(START)
        station = Station(clock, profile or server_profile(), hdlc_settings=hdlc or HdlcPortSettings())
        stations.append(station)
        await station.start(faults, **settings)  # type: ignore[arg-type]
        return station

    yield make
    for station in stations:
        await station.stop()


@pytest.fixture
async def station(make_station: StationMaker) -> Station:
    """A meter without faults."""
    return await make_station()
