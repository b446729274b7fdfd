"""The bench at a meter's customer port P1: it listens to telegrams."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from drivers.p1.port import P1Port, Received
from drivers.transport.base import SilenceError

if TYPE_CHECKING:
    from bench.lab.station import Station

LINK = "p1"


@asynccontextmanager
async def listening(station: Station, seat: str) -> AsyncIterator[P1Port]:
    """The port while the context lasts. Raises UnknownSeatError, CannotOpenError."""
    port = P1Port(station.transport(seat, LINK))
    await port.open()
    try:
        yield port
    finally:
        await port.close()


async def telegrams(port: P1Port, until: float) -> list[Received]:
    """Everything that comes until a moment (station time, s)."""
    found = []
    while True:
        try:
            found.append(await port.next(until))
        except SilenceError:
            return found
