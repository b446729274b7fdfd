"""A charger behind Modbus as the role `drivers.roles.EvCharger`, by the register map of its family."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from drivers.charging import (
    ChargerError,
    ChargerIdentity,
    ChargerReadings,
    ChargerRefusedError,
    ChargerStatus,
    ConnectorState,
)
from drivers.modbus.charger_map import ChargerFamily, Switch
from drivers.modbus.codes import ExceptionCode, Space
from drivers.modbus.errors import ModbusExceptionError
from drivers.modbus.field_device import ModbusFieldDevice
from drivers.modbus.points import Value

if TYPE_CHECKING:
    from drivers.modbus.client import ModbusClient

_REFUSED = frozenset(
    {ExceptionCode.ILLEGAL_DATA_VALUE, ExceptionCode.ILLEGAL_DATA_ADDRESS, ExceptionCode.ILLEGAL_FUNCTION}
)
_WITH_VEHICLE = frozenset({ConnectorState.SUSPENDED_EVSE, ConnectorState.SUSPENDED_EV, ConnectorState.PREPARING})


class UnknownStateError(ChargerError):
    """The charger tells a state that its family does not have."""


class ModbusCharger:
    """``client`` is an open link to the charger. ``nominal_v``: by which a family that takes watts is told amperes.

    A refusal is `ChargerRefusedError`; calls raise besides what the client raises.
    """

    def __init__(
        self, client: ModbusClient, family: ChargerFamily, *, nominal_v: float = 230.0, phases: int = 1
    ) -> None:
        self.client = client
        self.family = family
        self._device = ModbusFieldDevice(client, family.points)
        self._w_per_a = nominal_v * phases
        self._phases = phases

    # -- EvCharger -------------------------------------------------------------------------------------------------

    async def identity(self) -> ChargerIdentity:
        """The family, with serial number and firmware where it tells them."""
        told = await self._values("serial", "firmware")
        return ChargerIdentity("", self.family.title, _text(told.get("serial")), _text(told.get("firmware")))

    async def status(self) -> ChargerStatus:
        """The connector; Modbus knows no transactions. Raises UnknownStateError."""
        told = self.family.status
        value = (await self._values(told.point))[told.point]
        state = told.state(value)
        if state is None:
            raise UnknownStateError(f"{self.family.family} told the state {value}")
        if told.plugged is not None and state in _WITH_VEHICLE:
            point, least = told.plugged
            if float((await self._values(point))[point]) < least:
                state = ConnectorState.AVAILABLE
        return ChargerStatus(state)

    async def readings(self) -> ChargerReadings:
        """What the family has registers for."""
        currents = [name for name in self.family.points if name.startswith("current_")][: self._phases]
        told = await self._values(*currents, "power", "energy", "exported", "charge")
        return ChargerReadings(
            power_w=_number(told.get("power")),
            currents_a=tuple(float(told[name]) for name in currents),
            energy_wh=_number(told.get("energy")),
            exported_wh=_number(told.get("exported")),
            soc_percent=_number(told.get("charge")),
        )

    async def set_limit(self, current_a: float | None) -> None:
        """The limit for each phase, A. None: the highest that the family takes."""
        command = self.family.command
        wanted = command.highest_a if current_a is None else min(current_a, command.highest_a)
        if wanted < 0.0 and not command.discharges:
            raise ChargerRefusedError(f"{self.family.family} is to discharge", "NotSupported")
        pauses = 0.0 <= wanted < command.lowest_a
        for name, value in command.first.items():
            await self._write(name, value)
        if command.enable is not None:
            await self._switch(command.enable, not pauses)
        if not pauses or command.pause == "zero":
            amount = 0.0 if pauses else max(-command.highest_a, wanted)
            await self._write(command.point, round(amount * self._w_per_a) if command.watts else amount)

    async def limit(self) -> float | None:
        """What the charger shows as the limit in force, A for each phase."""
        command = self.family.command
        shown = float((await self._values(command.shown))[command.shown])
        return shown / self._w_per_a if command.watts else shown

    async def start(self, token: str = "") -> None:
        """Where the family can be told to; elsewhere a vehicle that is plugged in begins by itself."""
        await self._transaction(True)

    async def stop(self) -> None:
        """End the session, where the family can be told to; elsewhere charging pauses."""
        if self.family.command.transaction is None:
            await self.set_limit(0.0)
        await self._transaction(False)

    # -- beyond the role ---------------------------------------------------------------------------------------------

    async def set_fall_back(self, current_a: float | None, after_s: float) -> None:
        """What holds when the controller has been silent for ``after_s``: ``current_a``, or what the family has for it.

        ChargerRefusedError where the family cannot be told.
        """
        family = self.family
        if not family.fall_back_time or (current_a is not None and not family.fall_back_current):
            raise ChargerRefusedError(f"{family.family} is to fall back to {current_a} A", "NotSupported")
        if current_a is not None:
            await self._write(family.fall_back_current, current_a)
        await self._write(family.fall_back_time, after_s)

    # -- inside ----------------------------------------------------------------------------------------------------

    async def _values(self, *names: str) -> Mapping[str, Value]:
        known = [name for name in names if name in self.family.points]
        if not self.family.one_by_one:
            return await self._device.values(known)
        return {name: await self._device.value(name) for name in known}

    async def _transaction(self, on: bool) -> None:
        if self.family.command.transaction is not None:
            await self._switch(self.family.command.transaction, on)

    async def _switch(self, switch: Switch, on: bool) -> None:
        await self._write(switch.point, switch.on if on else switch.off)

    async def _write(self, name: str, value: float) -> None:
        point = self._device.point(name)
        registers = [int(item) for item in point.encode(value)]
        try:
            if self.family.write_function == 6 and point.space is Space.HOLDING and len(registers) == 1:
                await self.client.write_register(point.address, registers[0])
            else:
                await self.client.write_registers(point.address, registers)
        except ModbusExceptionError as error:
            if error.code in _REFUSED:
                raise ChargerRefusedError(f"{name} = {value:g}", str(error)) from error
            raise


def _number(value: Value | None) -> float | None:
    return None if value is None else float(value)


def _text(value: Value | None) -> str:
    return "" if value is None else f"{value:.0f}" if isinstance(value, float) else str(value)
