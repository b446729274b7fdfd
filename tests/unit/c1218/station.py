"""An emulated ANSI meter with our client on its pty, on a clock that the test moves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from drivers.c1218.client import C1218Client, Credential, SessionSettings
from drivers.c1218.codes import ResponseCode
from drivers.c1218.errors import RefusedError
from drivers.c1218.link import C1218Link
from drivers.c1218.meter import C1218Meter
from drivers.transport.urls import make_transport
from fixtures.clock import PlantClock
from fixtures.meter_c12.seat import C12MeterSeat, make_seat
from fixtures.plant.electricity import Load
from fixtures.world import World

START = datetime(2026, 1, 5, tzinfo=UTC)
USERS = {"reader": 2, "technician": 3, "master": 4}


class C12Station:
    """One seat, its world, and clients."""

    def __init__(self, directory: Path, settings: dict[str, Any], faults: tuple[str, ...]) -> None:
        self.clock = PlantClock(START.timestamp())
        self.world = World(self.clock, directory, seed=7628)
        self.seat: C12MeterSeat = make_seat("meter", settings, self.world)
        self.faults = frozenset(faults)
        self.clients: list[C1218Client] = []

    async def start(self) -> None:
        await self.seat.start()
        self.seat.fresh(self.faults)

    async def stop(self) -> None:
        await self.seat.stop()

    async def wait(self, seconds: float) -> None:
        """Let time pass once what the clients sent has been handled."""
        for client in self.clients:
            link = client.link.transport.link
            if link.key and not link.closed:
                await self.clock.wait_input(link, asyncio.Event(), self.clock.now())
        await self.clock.advance_to(self.clock.now() + seconds)

    def password(self, role: str) -> bytes:
        return self.world.secrets._book and bytes.fromhex(self.world.secrets._book[f"meter/{role}/password"])

    def credential(self, role: str) -> Credential:
        return Credential(USERS[role], role.encode()[:10], self.password(role))

    def client(self, session: SessionSettings | None = None) -> C1218Client:
        transport = make_transport(self.seat.endpoints()["optical"], self.clock, counted=True)
        client = C1218Client(C1218Link(transport), session or SessionSettings())
        self.clients.append(client)
        return client

    @asynccontextmanager
    async def session(self, role: str | None = "technician", **settings: Any) -> AsyncIterator[C1218Client]:
        """A client that is logged on as ``role``; None: identified only."""
        client = self.client(session=SessionSettings(**settings))
        await client.connect()
        try:
            if role is not None:
                await client.log_on(self.credential(role))
            yield client
        finally:
            await client.close()

    @asynccontextmanager
    async def meter(self, role: str = "technician") -> AsyncIterator[C1218Meter]:
        async with self.session(role) as client:
            yield C1218Meter(client)

    def load(self, power_w: float) -> None:
        self.world.service_point("meter").set_load(Load(power_w, 0.0))


async def refused(awaitable: Awaitable[Any]) -> ResponseCode:
    with pytest.raises(RefusedError) as raised:
        await awaitable
    return raised.value.code
