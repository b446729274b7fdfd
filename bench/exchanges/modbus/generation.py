"""AMI-43: the customer's energy management limits what a DER generates; the power analyser sees the watts."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from bench.access.modbus import PLAIN, SECURE
from bench.der.bands import FACTOR, POWER_PU
from bench.exchanges.base import Effect
from bench.exchanges.feeding import FEEDING_SHARE, generated_w, until_feeding
from bench.exchanges.modbus_write import Harmful, Interlock, ModbusCommand, write_pdu
from bench.exchanges.witness import Wiring
from drivers.modbus.points import Point, Value
from drivers.modbus.requests import write_request

if TYPE_CHECKING:
    from drivers.modbus.client import ModbusClient

LIMIT, OTHER_LIMIT, ALL = 50.0, 40.0, 100.0
"""Percent of the configured active power."""
_NOT_IMPLEMENTED = 0xFFFF
_HARMFUL: tuple[tuple[str, str, float, bool], ...] = (
    ("island detection off", "anti_islanding", 0, False),
    ("service entered up to 130 % of voltage", "enter_service_voltage_high", 130.0, False),
    ("service entered after 30 s", "enter_service_delay", 30, True),
)
_LOOK_S = 20.0
_STOP, _START = 0, 1
"""SunSpec model 715, OpCtl."""
_TOO_HIGH_PU = 1.15
"""Beyond every enter-service range of IEEE 1547-2018, table 4 (1.05 to 1.06), and less than any instrument's limit."""
_RUNNING_SHARE = 0.02


class GenerationLimit(ModbusCommand):
    """The limit and that it is on go in one message, so that neither counts without the other.

    Points of the device file: ``limit`` (percent of the configured power), before it ``limit_enabled``; for the timer
    by which the limit falls away ``limit_reversion_enabled`` and ``limit_reversion_s``. Names and order are those of
    SunSpec model 704.
    """

    rows: ClassVar[tuple[str, ...]] = ("4.2.3/AMI-43/CEMS-DER",)
    link: ClassVar[str] = SECURE
    target: ClassVar[str] = "limit"
    predicates: ClassVar[frozenset[str]] = frozenset({"commands", "writes"})
    settle_s: ClassVar[float] = 10.0
    reports: ClassVar[bool] = True
    compared: ClassVar[Mapping[str, str]] = {
        "voltage": "voltage",
        "frequency": "frequency",
        "power": "-active_power",  # the analyser counts import
    }

    @property
    def _enabled(self) -> Point:
        return self.access.points["limit_enabled"]

    @property
    def rating_w(self) -> float:
        """PIXIT: rated active power, W."""
        return float(self.access.pixit("sunspec", {}).get("ratings", {})["active_power_w"])

    # -- the message -------------------------------------------------------------------------------------------------

    def another(self, present: Value | None) -> Value:
        """Half of the power, or less where that is in force."""
        return OTHER_LIMIT if present == LIMIT else LIMIT

    def request(self) -> bytes:
        """On, and the limit."""
        return self._message(1, self.point.encode(self.value))

    @property
    def written(self) -> tuple[int, Sequence[int]]:
        """That it is on, then the limit."""
        return self._enabled.address, [1, *(int(item) for item in self.point.encode(self.value))]

    def _message(self, on: int, limit: Sequence[int | bool]) -> bytes:
        return write_request(self._enabled.address, [on, *(int(item) for item in limit)])

    def invalid(self) -> Sequence[tuple[str, bytes]]:
        """Beyond the range, no number, and neither on nor off."""
        return (
            ("more than all of the power", self._message(1, self.point.encode(101.0))),
            ("no value", self._message(1, [_NOT_IMPLEMENTED])),
            ("neither on nor off, with a good limit", self._message(7, self.point.encode(OTHER_LIMIT))),
        )

    async def harmful(self) -> Sequence[Harmful]:
        """Island detection off, service entered at a voltage beyond table 4 of IEEE 1547-2018, and (allowed) without
        the customary delay; those whose points the device file names."""
        return [
            Harmful(what, write_pdu(point, value), write_pdu(point, present), allowed)
            for what, name, value, allowed in _HARMFUL
            if (point := self.access.points.get(name)) is not None
            for present in [await self._present(point)]
        ]

    async def _present(self, point: Point) -> Value:
        async with self.access.session() as client:
            return await self.access.device(client).value(point.name)

    async def arm(self, client: ModbusClient, seconds: float) -> float | None:
        """The reversion timer: when it ends, the limit is off."""
        points = self.access.points
        if "limit_reversion_s" not in points:
            return None
        device = self.access.device(client)
        await device.set_value("limit_reversion_enabled", 0)
        await device.set_value("limit_reversion_s", seconds)
        return float(await device.value("limit_reversion_s"))

    # -- the scene ---------------------------------------------------------------------------------------------------

    async def prepare(self) -> None:
        """No limit is on, and the DER generates. Raises NotFeedingError."""
        await self.switch(False)
        await self._until_feeding()
        await super().prepare()

    async def _until_feeding(self) -> None:
        await until_feeding(self.station, self.seat, FEEDING_SHARE * self.rating_w)

    async def undo(self, client: ModbusClient) -> None:
        """The limit of before, and off."""
        from drivers.modbus.pdu import decode_response

        limit = self.before if self.before is not None else ALL
        request = self._message(0, self.point.encode(limit))
        decode_response(request, await client.send_pdu(request))

    async def restore(self) -> None:
        """No limit, no timer."""
        async with self.access.session() as client:
            if "limit_reversion_s" in self.access.points:
                await self.access.device(client).set_value("limit_reversion_s", 0)
            await self.undo(client)

    async def switch(self, on: bool) -> None:
        """The limit on or off, at half of the power."""
        from drivers.modbus.pdu import decode_response

        async with self.access.session() as client:
            request = self._message(int(on), self.point.encode(LIMIT if on else ALL))
            decode_response(request, await client.send_pdu(request))

    async def operating_points(self) -> AsyncIterator[str]:
        """All of the power, less and less of it, and all again."""
        from drivers.modbus.pdu import decode_response

        for limit in (ALL, 75.0, LIMIT, 25.0, 10.0, ALL):
            async with self.access.session() as client:
                request = self._message(1, self.point.encode(limit))
                decode_response(request, await client.send_pdu(request))
            await self.station.advance(self.settle_s)
            yield f"limit of {limit:g} %"

    # -- interlocks, and what can be switched ------------------------------------------------------------------------

    async def interlocks(self) -> Sequence[Interlock]:
        """Somebody works at the DER, who has put it under local control; a grid that nobody may energise."""
        found = [Interlock("under local control", self._local(True), self._local(False), self.perform, self.witnessed)]
        if "operation" in self.access.points and Wiring(self.station, self.seat).has("grid_simulator"):
            high = Interlock(
                f"start at {_TOO_HIGH_PU:.0%} of the voltage",
                self._stop_at_high_voltage,
                self._back_at_nominal,
                lambda: self.operate(True),
                self.operates,
                deferred=True,  # a start that was taken waits for the grid, as it does after any trip
            )
            found.append(high)
        return found

    def _local(self, on: bool) -> Callable[[], Awaitable[None]]:
        return lambda: self.station.box.do(self.seat, "local", on=on)

    async def _grid(self, voltage_pu: float) -> None:
        from bench.access.der import DerAccess
        from bench.der.scene import DerScene

        await DerScene(DerAccess(self.station, self.seat, self.access.link)).grid(voltage_pu)

    async def _stop_at_high_voltage(self) -> None:
        await self.operate(False)
        await self._grid(_TOO_HIGH_PU)
        await self.station.advance(_LOOK_S)

    async def _back_at_nominal(self) -> None:
        await self._grid(1.0)
        await self.operate(True)
        await self._until_feeding()

    async def operate(self, on: bool) -> None:
        """The DER as a whole, started or stopped: a limit moves power smoothly, and has no dwell to keep."""
        if "operation" not in self.access.points:
            await super().operate(on)
            return
        async with self.access.session() as client:
            await self.access.device(client).set_value("operation", _START if on else _STOP)

    async def operates(self) -> Effect:
        """Whether the power analyser sees it generate."""
        if not Wiring(self.station, self.seat).has("power_analyser"):
            return Effect(None, "power analyser", f"none is wired to {self.seat}")
        power = await self.generated_w()
        return Effect(power > _RUNNING_SHARE * self.rating_w, "power analyser", f"{power:.0f} W")

    # -- the witness -------------------------------------------------------------------------------------------------

    async def generated_w(self) -> float:
        """What the power analyser sees the DER generate, W."""
        return await generated_w(self.station, self.seat)

    async def output(self) -> Mapping[str, float] | None:
        """The same; None without an analyser."""
        if not Wiring(self.station, self.seat).has("power_analyser"):
            return None
        return {"power": await self.generated_w()}

    async def witnessed(self) -> Effect:
        """Whether what is generated is what the limit allows, in the band of IEEE 1547.1."""
        source = "power analyser"
        if not Wiring(self.station, self.seat).has("power_analyser"):
            return Effect(None, source, f"none is wired to {self.seat}")
        power = await self.generated_w()
        return Effect(self._is_limited(power), source, f"{power:.0f} W with a limit of {self.value:g} %")

    def _is_limited(self, power_w: float) -> bool:
        return abs(power_w - float(self.value) / 100 * self.rating_w) <= FACTOR * POWER_PU * self.rating_w

    async def reported(self) -> bool | None:
        """By the power that the DER says it generates."""
        async with self.access.session() as client:
            return self._is_limited(float(await self.access.device(client).value("power")))


class GenerationManaged(GenerationLimit):
    """4.3.1: the same, and the answer with what is generated."""

    rows: ClassVar[tuple[str, ...]] = ("4.3.1/AMI-43/CEMS-DER",)
    predicates: ClassVar[frozenset[str]] = frozenset({"returns", "commands", "writes"})

    @property
    def data(self) -> Sequence[Point]:
        """What the DER tells, and the limit in force."""
        points = self.access.points
        return (points["power"], points["voltage"], points["frequency"], self.shown)


class GenerationInResponse(GenerationManaged):
    """5.3.2 to 5.3.4: what the energy management does with its DER in response to a price or a call for services."""

    rows: ClassVar[tuple[str, ...]] = ("5.3.2/AMI-43/CEMS-DER", "5.3.3/AMI-43/CEMS-DER", "5.3.4/AMI-43/CEMS-DER")
    predicates: ClassVar[frozenset[str]] = frozenset({"returns", "commands"})


class PlainGenerationLimit(GenerationLimit):
    """The same on a plain link."""

    link: ClassVar[str] = PLAIN


class PlainGenerationManaged(GenerationManaged):
    """The same on a plain link."""

    link: ClassVar[str] = PLAIN


class PlainGenerationInResponse(GenerationInResponse):
    """The same on a plain link."""

    link: ClassVar[str] = PLAIN
