"""Keywords of 5.3, enrol building network: what was mapped can be written, and nothing else."""

from __future__ import annotations

from collections.abc import Awaitable
from functools import cached_property
from typing import TYPE_CHECKING

from robot.api.deco import keyword, library

from bench.access.modbus import ModbusAccess
from bench.exchanges.witness import Wiring
from bench.keywords.life_cycle import LifeCycleLibrary
from drivers.modbus.codes import Space
from drivers.modbus.errors import ModbusExceptionError

if TYPE_CHECKING:
    from drivers.modbus.client import ModbusClient
    from drivers.modbus.points import Point

KEPT, FOLLOWS = "a mapped point holds what was written", "the building's power follows its mapped points"
TAKEN, SAME = "a point that is not mapped was written", "power and mapped points are as they were"
_ROLE = "management"
_SETTLE_S, _NEAR_SHARE = 1.0, 0.005
_BEYOND = 64
"""Registers looked at behind the last one that is mapped."""
_SAMPLES = 24
_FAR = (0x1000, 0x8000, 0xF000, 0xFFFF)
_COILS = (0, 1, 100)
_GUARD_S = 600.0


@library(scope="TEST", auto_keywords=False)
class BuildingNetworks(LifeCycleLibrary):
    """The bench is the energy management that has enrolled the building's network."""

    @cached_property
    def access(self) -> ModbusAccess:
        """The gateway."""
        return ModbusAccess(self.station, self.session.planned.iut, self.session.planned.link)

    @property
    def _writable(self) -> dict[str, Point]:
        return {name: one for name, one in self.access.points.items() if one.space is Space.HOLDING}

    @property
    def _unmapped(self) -> list[int]:
        """Registers that no point stands at: between and behind the mapped ones, and far away."""
        mapped = {address for point in self._writable.values() for address in point.addresses}
        last = max(mapped)
        near = [one for one in range(last + _BEYOND) if one not in mapped]
        return [*self.random.sample(near, min(_SAMPLES, len(near))), last + 1, 100, 101, *_FAR]

    async def _power_w(self) -> float:
        await self.wait(_SETTLE_S)
        return (await (await Wiring(self.station, self.access.seat).analyser()).active_power()).value

    @keyword("Write The Mapped Points")
    def write_mapped(self) -> None:
        """Each another value of its range; the building's analyser looks. Example: | Write The Mapped Points |"""
        self.run(self._write_mapped(), _GUARD_S)

    async def _write_mapped(self) -> None:
        async with self.access.session(_ROLE) as client:
            device = self.access.device(client)
            for name in self._writable:
                declared = self.access.declared.points[name].range
                if declared is None:
                    self.recorder.could_not_look(KEPT, f"the device file states no range of {name} (PIXIT modbus)")
                    continue
                least, most = declared
                before, usual_w = await device.value(name), await self._power_w()
                told_w = float(await device.value("power"))
                self.recorder.observe(FOLLOWS, _near(usual_w, told_w), what="as told", seen_w=usual_w)
                wanted = least if before != least else most
                await device.set_value(name, wanted)
                self.recorder.observe(KEPT, await device.value(name) == wanted, what=name, wanted=wanted)
                told_w, seen_w = float(await device.value("power")), await self._power_w()
                self.recorder.observe(FOLLOWS, _near(seen_w, told_w), what=name, seen_w=seen_w)
                await device.set_value(name, before)

    @keyword("Mapped Points Should Be Written")
    def mapped(self) -> None:
        """Example: | Mapped Points Should Be Written |"""
        self.check("what is mapped can be written", "always", KEPT)
        self.check("the building does it", "always", FOLLOWS)

    @keyword("Write Points That Are Not Mapped")
    def write_unmapped(self) -> None:
        """With every function that writes, alone and together with a mapped one.

        Example: | Write Points That Are Not Mapped |
        """
        self.run(self._write_unmapped(), _GUARD_S)

    async def _write_unmapped(self) -> None:
        async with self.access.session(_ROLE) as client:
            device = self.access.device(client)
            before, before_w = await device.values(self._writable), await self._power_w()
            for address in self._unmapped:
                await self._try(client.write_register(address, 1), f"register {address}")
            for address in self._unmapped[-len(_FAR) - 3 :]:
                await self._try(client.write_registers(address, [1]), f"registers from {address}")
                await self._try(client.mask_write(address, 0, 1), f"register {address}, by mask")
            last = max(address for point in self._writable.values() for address in point.addresses)
            await self._try(client.write_registers(last, [200, 1]), f"registers {last} and {last + 1}")
            await self._try(self._read_write(client, last + 1), f"register {last + 1}, written and read")
            for address in _COILS:
                await self._try(client.write_coil(address, True), f"coil {address}")
                await self._try(client.write_coils(address, [True]), f"coils from {address}")
            after, after_w = await device.values(self._writable), await self._power_w()
            self.recorder.observe(SAME, after == before, what="mapped points")
            self.recorder.observe(SAME, _near(after_w, before_w), what="power", before=before_w, after=after_w)

    @staticmethod
    async def _read_write(client: ModbusClient, address: int) -> None:
        await client.read_write(0, 1, address, [1])

    async def _try(self, asked: Awaitable[object], what: str) -> None:
        try:
            await asked
        except ModbusExceptionError as refused:
            self.recorder.observe(TAKEN, False, what=what, code=str(refused.code))
        else:
            self.recorder.observe(TAKEN, True, what=what)

    @keyword("None Of Them Should Be Written")
    def unmapped(self) -> None:
        """Example: | None Of Them Should Be Written |"""
        self.check("only mapped points can be written", "never", TAKEN)
        self.check("the building is as it was", "always", SAME)


def _near(one_w: float, other_w: float) -> bool:
    return abs(one_w - other_w) < _NEAR_SHARE * abs(other_w)
