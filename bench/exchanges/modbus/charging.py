"""AMI-33 over Modbus: the customer's energy management, or the gateway, limits what a vehicle may draw at its charger.

Points of the device file, by the names of the charger's family: that which takes the limit (``set_limit``) and that
which shows the one in force (``limit``), ``power``, where it has them ``current_1`` and ``voltage_1``; ``set_timeout``
for the time after which it falls back; ``session``, ``control`` (`bench.exchanges.modbus_charger`). PIXIT ``charger``::

    [pixit.charger]
    family = "abb_terra_ac"      # whose register map it has
    rated_a = 16.0               # what charger and cable can
    fall_back_a = 8.0            # what holds when its controller has gone silent
    fall_back_s = 600.0          # after how long, where that cannot be set
    draws = [0.85, 1.0]          # of what it may draw, a vehicle draws so much
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, ClassVar

from bench.access.modbus import PLAIN, SECURE
from bench.exchanges.base import Effect
from bench.exchanges.charger_exchange import fits
from bench.exchanges.modbus_charger import ChargerCommand
from bench.exchanges.modbus_write import Harmful, write_pdu
from bench.exchanges.witness import Wiring
from drivers.charging import ConnectorState
from drivers.modbus.errors import EncodeError
from drivers.modbus.points import Point, Value

if TYPE_CHECKING:
    from drivers.modbus.client import ModbusClient

LIMIT_A, OTHER_LIMIT_A = 10.0, 12.0
_COMPARED: Mapping[str, str] = {"voltage_1": "voltage", "current_1": "current", "power": "active_power"}
_POINTS_A = (16.0, 13.0, 10.0, 7.0, 6.0, 0.0)


class ChargingLimit(ChargerCommand):
    """The limit of current, which the vehicle keeps."""

    rows: ClassVar[tuple[str, ...]] = (
        "4.2.1/AMI-33/ESI-EV",
        "4.3.2/AMI-33/CEMS-EV",
        "4.3.2/AMI-33/ESI-EV/d1",
    )
    predicates: ClassVar[frozenset[str]] = frozenset({"returns", "commands", "writes"})
    link: ClassVar[str] = SECURE
    settle_s: ClassVar[float] = 5.0
    reports: ClassVar[bool] = True

    @property
    def compared(self) -> Mapping[str, str]:  # type: ignore[override]
        """What of these the charger tells."""
        return {name: quantity for name, quantity in _COMPARED.items() if name in self.access.points}

    # -- the message -------------------------------------------------------------------------------------------------

    @property
    def data(self) -> Sequence[Point]:
        """What the charger tells, and the limit in force."""
        points = self.access.points
        return [*(points[name] for name in ("power", "current_1", "voltage_1") if name in points), self.shown]

    def another(self, present: Value | None) -> Value:
        """A limit below that of the charger."""
        return self.amount(OTHER_LIMIT_A if present == self.amount(LIMIT_A) else LIMIT_A)

    async def harmful(self) -> Sequence[Harmful]:
        """More than charger and cable can; and (allowed) no watch over the controller, an empty vehicle."""
        point, timeout = self.point, self.access.points.get("set_timeout")
        within = write_pdu(point, self.amount(self.rated_a))
        found = []
        for limit_a in (self.rated_a + 0.5, 2.0 * self.rated_a, 400.0):
            with suppress(EncodeError):  # what the point has no numbers for cannot be written
                beyond = write_pdu(point, self.amount(limit_a))
                found.append(Harmful(f"{limit_a:g} A for a cable of {self.rated_a:g} A", beyond, within))
        if timeout is not None:
            off = write_pdu(timeout, 0)
            found.append(Harmful("no watch over the controller", off, off, allowed=True))
        if self.stated.get("discharges", False):
            empty = write_pdu(point, self.amount(-self.rated_a))
            found.append(Harmful("out of the vehicle as fast as the charger can", empty, within, allowed=True))
        return found

    async def arm(self, client: ModbusClient, seconds: float) -> float | None:
        """The time after which the charger falls back."""
        device = self.access.device(client)
        if "set_timeout" not in self.access.points:
            return float(self.stated["fall_back_s"]) if "fall_back_s" in self.stated else None
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
        await self.access.device(client).set_value(self.point.name, self.before or self.amount(self.rated_a))

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
        return await self.draws(self.limit_a)

    async def default_witnessed(self) -> Effect:
        """Whether it draws what the fall-back allows."""
        return await self.draws(float(self.stated["fall_back_a"]))

    async def reported(self) -> bool | None:
        """By the state, and by the current that the charger says flows."""
        async with self.charger() as charger:
            status, told = await charger.status(), await charger.readings()
        current_a = told.currents_a[0] if told.currents_a else abs(told.power_w or 0.0) / self.volts
        charges = status.state is ConnectorState.CHARGING
        return charges == (self.limit_a != 0.0) and fits(current_a, abs(self.limit_a), self.share)


class ChargingRate(ChargingLimit):
    """4.2.3: a rate of discharging, where charger and vehicle can (PIXIT ``charger.discharges``), else of charging."""

    rows: ClassVar[tuple[str, ...]] = ("4.2.3/AMI-33/ESI-EV",)
    predicates: ClassVar[frozenset[str]] = frozenset({"commands", "writes"})

    def another(self, present: Value | None) -> Value:
        """Out of the vehicle, or less into it."""
        return self.amount(-LIMIT_A) if self.stated.get("discharges", False) else super().another(present)


class PlainChargingRate(ChargingRate):
    """The same on a plain link."""

    rows: ClassVar[tuple[str, ...]] = ChargingRate.rows
    link: ClassVar[str] = PLAIN


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
