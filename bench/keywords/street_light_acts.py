"""What happens in the tests of 3.5.6 at the lamps: they fail, burn by day, are repaired; the fault list is polled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from robot.api import SkipExecution

from bench.exchanges.modbus.street_light import LampFailure
from bench.exchanges.modbus_notice import Found
from bench.exchanges.witness import Wiring
from bench.keywords.process import ProcessLibrary

DA_DEVICE = "DA Field Device"
LINKS = ("modbus_tls", "modbus")
MARGIN_S = 2.0
"""How far from the limit of the hold time the bench looks: what the bench itself takes to ask is within it."""


@dataclass(frozen=True)
class Lamp:
    """A lamp (from 1) as its controller shows it."""

    status: int
    current_a: float


class StreetLightActs(ProcessLibrary):
    """The acts, without any judgement."""

    @cached_property
    def lights(self) -> LampFailure:
        """The controller of the row; on a row between office systems the one behind them."""
        if isinstance(self.exchange, LampFailure):
            return self.exchange
        seat = self.seat_of(DA_DEVICE)
        link = next((link for link in LINKS if self.station.lab.seat(seat).speaks(link)), None)
        if link is None:
            raise SkipExecution(f"the {DA_DEVICE} of this station speaks no Modbus")
        made = LampFailure(self.station, seat, self.row)
        made.access.link = link
        return made

    @property
    def stated(self) -> dict[str, float]:
        """PIXIT ``street_light``."""
        return dict(self.lights.stated)

    @property
    def hold_s(self) -> float:
        """After how long a fault counts, by the declaration."""
        return float(self.stated["hold_s"])

    @property
    def within_s(self) -> float:
        """Until when a fault is found by polling, counted from its cause."""
        return self.hold_s + self.lights.poll_s + MARGIN_S

    async def set_lamp(self, lamp: int, state: str) -> float:
        """Do something to a lamp; when (station time, s)."""
        await self.station.box.do(self.lights.seat, "lamp", lamp=lamp, state=state)
        return self.clock.now()

    async def poll(self) -> Sequence[Found]:
        """Ask the controller for its fault list once."""
        async with self.lights.access.session() as client:
            return await self.lights.poll(client)

    async def lamp(self, number: int) -> Lamp:
        """Read a lamp again: the verification of the row."""
        async with self.lights.access.session() as client:
            names = (f"status_{number}", f"current_{number}")
            values = await self.lights.access.device(client).values(names)
        return Lamp(int(values[names[0]]), float(values[names[1]]))

    async def witnessed_w(self) -> float | None:
        """The power of all lamps at the witness, W; None without one."""
        wiring = Wiring(self.station, self.lights.seat)
        return (await (await wiring.analyser()).active_power()).value if wiring.has("power_analyser") else None
