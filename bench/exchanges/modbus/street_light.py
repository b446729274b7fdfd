"""3.5.6 on AMI-40: a controller of street lights tells the headend of lamps that failed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from bench.access.modbus import PLAIN, SECURE
from bench.exchanges.modbus_notice import Found, PolledNotification
from bench.exchanges.witness import Wiring
from drivers.modbus.points import Value

if TYPE_CHECKING:
    from bench.catalogue.model import Row
    from bench.lab.station import Station

OPEN, AGED, BRIDGED, GOOD = "open", "aged", "bridged", "good"
"""What the fault box can do to a lamp."""
BY_COMMAND, ASTRONOMICAL = 1, 0
ON, OFF = 1, 0


class LampFailure(PolledNotification):
    """The fault list is read until it shows the lamp; a lamp's status and current read again are the verification."""

    rows = ("3.5.6/AMI-40/DA-HE",)
    link: ClassVar[str] = SECURE
    switches: ClassVar[bool] = True
    compared: ClassVar[Mapping[str, str]] = {"voltage": "voltage", "power": "active_power"}
    names: ClassVar[tuple[str, ...]] = ("fault_count", "fault_lamp", "fault_kind", "fault_since")

    def __init__(self, station: Station, seat: str, row: Row) -> None:
        super().__init__(station, seat, row)
        self._mode: tuple[Value, Value] | None = None

    @property
    def stated(self) -> Mapping[str, float]:
        """PIXIT ``street_light``."""
        table: Mapping[str, float] = self.access.pixit("street_light", {})
        return table

    async def command(self, on: bool) -> None:
        """Have the lamps commanded on or off, whatever the sun says."""
        async with self.access.session() as client:
            device = self.access.device(client)
            if self._mode is None:
                self._mode = (await device.value("mode"), await device.value("command"))
            await device.set_value("mode", BY_COMMAND)
            await device.set_value("command", ON if on else OFF)

    async def switch(self, on: bool) -> None:
        """The lamps, by command."""
        await self.command(on)

    async def output(self) -> Mapping[str, float] | None:
        """The power of all lamps at the power analyser, W."""
        wiring = Wiring(self.station, self.seat)
        if not wiring.has("power_analyser"):
            return None
        return {"power": (await (await wiring.analyser()).active_power()).value}

    async def operating_points(self) -> AsyncIterator[str]:
        """All lamps, then one less after the other in different ways, and none."""
        await self.switch(True)
        yield "all lamps"
        for lamp, state in ((1, OPEN), (2, AGED), (3, OPEN)):
            await self.station.box.do(self.seat, "lamp", lamp=lamp, state=state)
            yield f"lamp {lamp} {state} besides"
        for lamp in (1, 2, 3):
            await self.undo(lamp)
        await self.switch(False)
        yield "no lamp"
        await self.switch(True)

    async def prepare(self) -> None:
        """All lamps commanded on."""
        await super().prepare()
        await self.command(True)

    async def restore(self) -> None:
        """Mode and command as they were before the scene was set."""
        await super().restore()
        if self._mode is not None:
            async with self.access.session() as client:
                device = self.access.device(client)
                await device.set_value("mode", self._mode[0])
                await device.set_value("command", self._mode[1])
            self._mode = None

    @property
    def subjects(self) -> int:
        """The lamps whose status the register map has."""
        return sum(name.startswith("status_") for name in self.access.points)

    @property
    def hold_s(self) -> float:
        """A lamp out of its band for so long has failed (PIXIT ``street_light.hold_s``)."""
        return float(self.stated["hold_s"])

    @property
    def logged_codes(self) -> frozenset[int]:
        """A lamp that failed."""
        return frozenset({int(self.stated["lamp_failed_code"])})

    async def cause(self, subject: int) -> float:
        """A lamp takes no current any more."""
        await self.station.box.do(self.seat, "lamp", lamp=subject, state=OPEN)
        return self.station.clock.now()

    async def undo(self, subject: int) -> None:
        """The lamp is repaired."""
        await self.station.box.do(self.seat, "lamp", lamp=subject, state=GOOD)

    def found(self, answer: Mapping[str, Value]) -> Sequence[Found]:
        """The entries of the fault list."""
        now = self.station.clock.now()
        places = [name.removeprefix("fault_lamp_") for name in answer if name.startswith("fault_lamp_")]
        entries = (
            Found(
                f"{answer[f'fault_lamp_{place}']:.0f}",
                int(answer[f"fault_kind_{place}"]),
                float(answer[f"fault_since_{place}"]),
                now,
            )
            for place in sorted(places, key=int)
        )
        return [entry for entry in entries if entry.subject != "0"]


class LampFailurePlain(LampFailure):
    """The same on plain Modbus."""

    rows = LampFailure.rows
    link = PLAIN
