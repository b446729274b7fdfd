"""What exchanges with a charger over Modbus share: what it declares, its role, its vehicle, who may command it.

The limit is the point that takes it in the register map of the charger's family, in A or W. ``session`` (0: it may
charge, 1: it is stopped) and ``control`` (1: by Modbus, 0: at the charger itself) are points where it has them.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from bench.access.modbus import READER
from bench.exchanges.base import Effect
from bench.exchanges.charger_exchange import STARTING_S, BadCommand, Course, draws
from bench.exchanges.modbus_write import Interlock, ModbusCommand
from bench.exchanges.witness import Wiring
from drivers.modbus.charger_map import ChargerFamily, load_family
from drivers.modbus.points import Point

if TYPE_CHECKING:
    from drivers.modbus.charger import ModbusCharger

_PATIENCE_S = 60.0
_NO_UNIT = 99
_STOPPED_RUNNING, _LOCAL_REMOTE = (1, 0), (0, 1)


class ChargerCommand(ModbusCommand):
    """A limit of a charger, whatever it is for (`bench.exchanges.charger_exchange.ChargerExchange`)."""

    @property
    def stated(self) -> Mapping[str, Any]:
        """PIXIT ``charger``."""
        table: Mapping[str, Any] = self.access.pixit("charger", {})
        return table

    @property
    def rated_a(self) -> float:
        """What charger and cable can, A for each phase."""
        return float(self.stated["rated_a"])

    @property
    def dwell_s(self) -> float:
        """PIXIT ``minimum_dwell_s``."""
        return float(self.access.pixit("minimum_dwell_s", 0.0))

    @property
    def starting_s(self) -> float:
        """How long it takes until a vehicle charges that may."""
        return STARTING_S + self.dwell_s

    @property
    def family(self) -> ChargerFamily:
        """Whose register map it has."""
        return load_family(str(self.stated["family"]))

    @property
    def point(self) -> Point:
        """The point that takes the limit."""
        return self.access.points[self.family.command.point]

    @property
    def shown(self) -> Point:
        """The limit in force."""
        return self.access.points[self.family.command.shown]

    @property
    def volts(self) -> float:
        """PIXIT ``nominal_voltage_v``."""
        return float(self.access.pixit("nominal_voltage_v", 230.0))

    @property
    def _unit_a(self) -> float:
        """What the limit's point has for an ampere of each phase."""
        return self.volts if self.family.command.watts else 1.0

    def amount(self, limit_a: float) -> float:
        """A limit as its point takes it."""
        return limit_a * self._unit_a

    @property
    def limit_a(self) -> float:
        """The limit of the row's message, A for each phase."""
        return float(self.value) / self._unit_a

    @asynccontextmanager
    async def charger(self) -> AsyncIterator[ModbusCharger]:
        """The charger in the words of its role, by the register map of its family."""
        from drivers.modbus.charger import ModbusCharger

        async with self.access.session() as client:
            yield ModbusCharger(client, self.family)

    async def set_limit(self, limit_a: float) -> None:
        """Limit the charger, as the row's sender."""
        async with self.charger() as charger:
            await charger.set_limit(limit_a)

    async def draws(self, limit_a: float) -> Effect:
        """Whether the vehicle draws what a limit allows, and not much less."""
        return await draws(Wiring(self.station, self.seat), limit_a, self.share)

    @property
    def share(self) -> Sequence[float]:
        """Of its limit a vehicle draws so much, from and to (PIXIT ``charger.draws``)."""
        share: Sequence[float] = self.stated.get("draws", (1.0, 1.0))
        return share

    # -- controller and vehicle ----------------------------------------------------------------------------------------

    async def prepare_both_ways(self) -> None:
        """The same scene: a family that can has one limit for both directions."""
        await self.prepare()

    async def leave(self) -> None:
        """Between two requests nobody is there anyway."""

    async def leave_with(self, limit_a: float) -> float | None:
        """The charger is told for how long it waits for its controller, then the limit."""
        async with self.access.session() as client:
            seconds = await self.arm(client, _PATIENCE_S)
            await self.access.device(client).set_value(self.point.name, self.amount(limit_a))
        return seconds

    async def come_back(self) -> None:
        """The controller speaks again, and is not watched."""
        await self.restore()

    async def vehicle(self, there: bool) -> None:
        """It is plugged in, or its plug is pulled; who is plugged in may charge."""
        await self.station.box.do(self.seat, "plug", connected=there)
        await self.station.advance(self.starting_s)

    async def hand_over(self, course: Course) -> bool:
        """Registers have no times."""
        return False

    async def offer_choice(self, limit_a: float) -> bool:
        """Registers say nothing of the driver."""
        return False

    def choices(self) -> Sequence[bool]:
        """None is told."""
        return ()

    def bad_commands(self) -> Sequence[BadCommand]:
        """Of somebody who may only read, for another unit, beyond what charger and cable can."""

        async def write(amount: float, role: str = "", unit: int | None = None) -> None:
            async with self.access.session(role, unit=unit) as client:
                await client.write_registers(self.point.address, [int(item) for item in self.point.encode(amount)])

        amount, beyond = float(self.value), self.amount(2.0 * self.rated_a)
        found = [
            BadCommand("for another unit", lambda: write(amount, unit=_NO_UNIT)),
            BadCommand("out of range", lambda: write(beyond), refused=True),
        ]
        if READER in self.access.clients:
            found.append(BadCommand("of a wrong origin", lambda: write(amount, READER), refused=True))
        return found

    async def interlocks(self) -> Sequence[Interlock]:
        """Who has stopped the session, or taken control at the charger itself, is not overruled by a limit. When he
        lets it go on, the limit counts."""

        def interlock(what: str, name: str, states: tuple[int, int], limit_a: float) -> Interlock:
            closed, free = states
            return Interlock(
                what,
                lambda: self._close(name, closed),
                lambda: self._set(name, free),
                lambda: self._set(self.point.name, self.amount(limit_a)),
                lambda: self.draws(limit_a),
                deferred=True,
            )

        found = {
            "session": interlock("a session that was stopped", "session", _STOPPED_RUNNING, self.rated_a),
            "control": interlock("control at the charger itself", "control", _LOCAL_REMOTE, self.limit_a),
        }
        return [found[name] for name in found if name in self.access.points]

    async def _close(self, name: str, closed: float) -> None:
        await self.set_limit(self.rated_a)
        await self._set(name, closed)

    async def _set(self, name: str, value: float) -> None:
        async with self.access.session() as client:
            await self.access.device(client).set_value(name, value)
        await self.station.advance(self.starting_s)
