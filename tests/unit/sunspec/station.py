"""An emulated inverter with its ports on a grid of its own, and our driver at them, on a clock that the test moves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from drivers.cim.credentials import Credential, client_context
from drivers.modbus.client import ModbusClient
from drivers.modbus.link import RtuLink, TcpLink
from drivers.sunspec.device import SunSpecDevice
from drivers.sunspec.inverter import SunSpecInverter
from drivers.transport.line_time import LineFormat
from drivers.transport.urls import make_transport
from fixtures.clock import PlantClock
from fixtures.inverter.seat import InverterSeat, make_seat
from fixtures.world import World

START = 1767571200.0


class InverterStation:
    """One seat ``inverter1``. Its service point has 240 V and 60 Hz. Use as a context; `inverter` opens a client."""

    def __init__(self, directory: Path, *faults: str, clock: PlantClock | None = None, **settings: Any) -> None:
        self.clock = clock or PlantClock(START)
        self.world = World(self.clock, directory, seed=7628)
        self.source = self.world.plant.add_source(
            "der", phases=settings.get("phases", 1), voltage_v=240.0, frequency_hz=60.0
        )
        self.point = self.world.plant.add_service_point("inverter1", source="der")
        seat = self.world.add("inverter1", "", settings, faults=faults, factory=make_seat)
        assert isinstance(seat, InverterSeat)
        self.seat = seat
        self._clients: list[ModbusClient] = []

    async def start(self) -> None:
        await self.world.start()

    async def stop(self) -> None:
        for client in self._clients:
            await client.close()
        await self.world.stop()

    async def client(self, port: str = "tcp", role: str = "GridService") -> ModbusClient:
        """An open client at a port."""
        url = self.seat.endpoints()[port]
        if port == "rtu":
            line = LineFormat.parse(self.seat.settings.line)
            settings = {"baud": line.baud, "data_bits": line.data_bits, "parity": line.parity}
            made = ModbusClient(RtuLink(make_transport(url, self.clock, counted=True, **settings)))
        elif port == "tls":
            context = client_context(self.credential(role))
            made = ModbusClient(TcpLink(make_transport(url, self.clock, counted=True, context=context)))
        else:
            made = ModbusClient(TcpLink(make_transport(url, self.clock, counted=True)))
        await made.open()
        self._clients.append(made)
        return made

    def credential(self, name: str) -> Credential:
        """A published credential: that of a role, or a bad one."""
        return Credential.from_pem(bytes.fromhex(self.world.secrets._book[f"inverter1/modbus/{name}"]).decode())

    async def inverter(self, port: str = "tcp", role: str = "GridService") -> SunSpecInverter:
        """The driver at a port."""
        return SunSpecInverter(SunSpecDevice(await self.client(port, role), self.clock))

    async def after(self, seconds: float) -> None:
        """Let time pass."""
        await self.clock.sleep_until(self.clock.now() + seconds)
