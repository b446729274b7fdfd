"""AMI-33 over Modbus: the customer's energy management, or the gateway, limits what a vehicle may draw at its charger.

Points of the device file: ``set_limit`` (A), ``limit`` (that in force), ``current_1``, ``voltage_1``, ``power``, and
``set_timeout`` for the time after which the charger falls back; ``session`` (0: it may charge, 1: it is stopped) where
it has one. The PIXIT item ``charger`` is a table::

    [pixit.charger]
    family = "abb_terra_ac"      # whose register map it has
    rated_a = 16.0               # what charger and cable can
    fall_back_a = 8.0            # what holds when its controller has gone silent
    draws = [0.85, 1.0]          # of what it may draw, a vehicle draws so much
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from bench.access.modbus import PLAIN, SECURE
from bench.exchanges.base import Effect
from bench.exchanges.charger_exchange import fits
from bench.exchanges.modbus_charger import ChargerCommand
from bench.exchanges.modbus_write import Harmful, write_pdu
from bench.exchanges.witness import Wiring
from drivers.charging import ConnectorState
from drivers.modbus.charger_map import load_family
from drivers.modbus.points import Point, Value

if TYPE_CHECKING:
    from drivers.modbus.client import ModbusClient

LIMIT_A, OTHER_LIMIT_A = 10.0, 12.0
_POINTS_A = (16.0, 13.0, 10.0, 7.0, 6.0, 0.0)


class ChargingLimit(ChargerCommand):
    """The limit of current, which the vehicle keeps."""

    rows: ClassVar[tuple[str, ...]] = (
        "4.2.1/AMI-33/ESI-EV",
        "4.2.3/AMI-33/ESI-EV",
        "4.3.2/AMI-33/CEMS-EV",
        "4.3.2/AMI-33/ESI-EV/d1",
    )
    predicates: ClassVar[frozenset[str]] = frozenset({"returns", "commands", "writes"})
    link: ClassVar[str] = SECURE
    target: ClassVar[str] = "set_limit"
    settle_s: ClassVar[float] = 5.0
    reports: ClassVar[bool] = True
    compared: ClassVar[Mapping[str, str]] = {
        "voltage_1": "voltage",
        "current_1": "current",
        "power": "active_power",
    }

    # -- the message -------------------------------------------------------------------------------------------------

    @property
    def shown(self) -> Point:
        """The limit in force."""
        return self.access.points["limit"]

    @property
    def data(self) -> Sequence[Point]:
        """What the charger tells, and the limit in force."""
        points = self.access.points
        return (points["power"], points["current_1"], points["voltage_1"], self.shown)

    def another(self, present: Value | None) -> Value:
        """A limit below that of the charger."""
        return OTHER_LIMIT_A if present == LIMIT_A else LIMIT_A

    async def harmful(self) -> Sequence[Harmful]:
        """More than charger and cable can; and (allowed) that the charger does not watch its controller."""
        point, timeout = self.point, self.access.points.get("set_timeout")
        within = write_pdu(point, self.rated_a)
        found = [
            Harmful(f"{amount:g} A for a cable of {self.rated_a:g} A", write_pdu(point, amount), within)
            for amount in (self.rated_a + 0.5, 2.0 * self.rated_a, 400.0)
        ]
        if timeout is not None:
            off = write_pdu(timeout, 0)
            found.append(Harmful("no watch over the controller", off, off, allowed=True))
        return found

    async def arm(self, client: ModbusClient, seconds: float) -> float | None:
        """The time after which the charger falls back."""
        device = self.access.device(client)
        if "set_timeout" not in self.access.points:
            return None
        await device.set_value("set_timeout", seconds)
        return float(await device.value("set_timeout"))

    # -- the scene ---------------------------------------------------------------------------------------------------

    async def prepare(self) -> None:
        """A vehicle charges as fast as the charger can."""
        await self.station.box.do(self.seat, "plug", connected=True)
        await self.set_limit(self.rated_a)
        await self.station.advance(self.starting_s)
        await super().prepare()

    async def restore(self) -> None:
        """As fast as the charger can, without a watch."""
        async with self.access.session() as client:
            if "set_timeout" in self.access.points:
                await self.access.device(client).set_value("set_timeout", 0)
        await self.set_limit(self.rated_a)

    async def undo(self, client: ModbusClient) -> None:
        """What held before."""
        await self.access.device(client).set_value(self.target, self.before if self.before else self.rated_a)

    async def switch(self, on: bool) -> None:
        """Charging as fast as it can, or paused."""
        await self.set_limit(self.rated_a if on else 0.0)
        await self.station.advance(self.starting_s)

    async def operate(self, on: bool) -> None:
        """The widest swing that limits can cause: a pause, and as fast as it can."""
        await self.set_limit(0.0 if on else self.rated_a)

    async def operates(self) -> Effect:
        """Whether the vehicle pauses."""
        return await self.draws(0.0)

    async def operating_points(self) -> AsyncIterator[str]:
        """Fast, slower and slower, a pause, and fast again."""
        for limit in (*_POINTS_A, self.rated_a):
            await self.set_limit(min(limit, self.rated_a))
            await self.station.advance(self.starting_s)
            yield f"limit of {limit:g} A"

    async def block(self, blocked: bool) -> bool:
        """There is no vehicle."""
        await self.station.box.do(self.seat, "plug", connected=not blocked)
        return True

    # -- the witness -------------------------------------------------------------------------------------------------

    async def output(self) -> Mapping[str, float] | None:
        """The vehicle's power, W; None without an analyser."""
        wiring = Wiring(self.station, self.seat)
        if not wiring.has("power_analyser"):
            return None
        return {"power": (await (await wiring.analyser()).active_power()).value}

    async def witnessed(self) -> Effect:
        """Whether the vehicle draws what the limit allows, and not much less."""
        return await self.draws(float(self.value))

    async def default_witnessed(self) -> Effect:
        """Whether it draws what the fall-back allows."""
        return await self.draws(float(self.stated["fall_back_a"]))

    async def reported(self) -> bool | None:
        """By the state, and by the current that the charger says flows."""
        status = load_family(str(self.stated["family"])).status
        async with self.access.session() as client:
            told = await self.access.device(client).values(("current_1", status.point))
        charges = status.state(told[status.point]) is ConnectorState.CHARGING
        return charges == (float(self.value) > 0.0) and fits(float(told["current_1"]), float(self.value), self.share)


class PlainChargingLimit(ChargingLimit):
    """The same on a plain link."""

    rows: ClassVar[tuple[str, ...]] = ChargingLimit.rows
    link: ClassVar[str] = PLAIN


class StopCharging(ChargingLimit):
    """Nothing at all, until it is released."""

    rows: ClassVar[tuple[str, ...]] = ("4.2.2/AMI-33/ESI-EV",)
    predicates: ClassVar[frozenset[str]] = frozenset({"commands"})

    def another(self, present: Value | None) -> Value:
        """No current."""
        return 0.0

    async def restore(self) -> None:
        """Whoever is there charges again."""
        await super().restore()
        await self.station.advance(self.starting_s)


class PlainStopCharging(StopCharging):
    """The same on a plain link."""

    rows: ClassVar[tuple[str, ...]] = StopCharging.rows
    link: ClassVar[str] = PLAIN
