"""What exchanges with a charger over Modbus share: what it declares, its role, its vehicle, who may command it.

The limit is the point ``target``, in A; ``session`` (0: it may charge, 1: it is stopped) is a point where it has one.
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
from drivers.modbus.charger_map import load_family

if TYPE_CHECKING:
    from drivers.modbus.charger import ModbusCharger

_PATIENCE_S = 60.0
_NO_UNIT = 99
_RUNNING, _STOPPED = 0, 1


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

    @asynccontextmanager
    async def charger(self) -> AsyncIterator[ModbusCharger]:
        """The charger in the words of its role, by the register map of its family."""
        from drivers.modbus.charger import ModbusCharger

        async with self.access.session() as client:
            yield ModbusCharger(client, load_family(str(self.stated["family"])))

    async def set_limit(self, limit_a: float) -> None:
        """Write the limit, as the row's sender."""
        async with self.access.session() as client:
            await self.access.device(client).set_value(self.target, limit_a)

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
            await self.access.device(client).set_value(self.target, limit_a)
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

        amount, beyond = float(self.value), 2.0 * self.rated_a
        found = [
            BadCommand("for another unit", lambda: write(amount, unit=_NO_UNIT)),
            BadCommand("out of range", lambda: write(beyond), refused=True),
        ]
        if READER in self.access.clients:
            found.append(BadCommand("of a wrong origin", lambda: write(amount, READER), refused=True))
        return found

    async def interlocks(self) -> Sequence[Interlock]:
        """Who has stopped the session is not overruled by a limit; when he lets it go on, the limit counts."""
        if "session" not in self.access.points:
            return []
        return [
            Interlock(
                "a session that was stopped",
                lambda: self._session(_STOPPED),
                lambda: self._session(_RUNNING),
                lambda: self.set_limit(self.rated_a),
                lambda: self.draws(self.rated_a),
                deferred=True,
            )
        ]

    async def _session(self, value: int) -> None:
        async with self.access.session() as client:
            await self.access.device(client).set_value("session", value)
        await self.station.advance(self.starting_s)
