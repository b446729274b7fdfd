"""A DER inverter of a station as the bench drives it: the role `drivers.roles.DerInverter` on SunSpec models."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from bench.access.modbus import ModbusAccess
from drivers.der import (
    DerIdentity,
    DerMeasurements,
    LimitActivePower,
    Nameplate,
    Operation,
    Ratings,
    Reversion,
    Setting,
)

if TYPE_CHECKING:
    from bench.lab.station import Station
    from drivers.roles import DerInverter
    from drivers.sunspec.device import SunSpecDevice

T = TypeVar("T")
AnySetting = TypeVar("AnySetting", bound=Setting)

REFERENCE_V, REFERENCE_HZ = 240.0, 60.0
MAINTENANCE = "maintenance"
_TOO_MUCH = (101.0, 250.0)


@dataclass
class DerAccess:
    """How the bench reaches the inverter in ``seat`` on ``link`` (``modbus`` or ``modbus_tls``)."""

    station: Station
    seat: str
    link: str

    @property
    def modbus(self) -> ModbusAccess:
        """The same device as registers."""
        return ModbusAccess(self.station, self.seat, self.link)

    def pixit(self, name: str, default: Any = None) -> Any:
        """A PIXIT item of the device."""
        return self.modbus.pixit(name, default)

    @property
    def nominal_v(self) -> float:
        """Nominal voltage from phase to neutral, V."""
        return float(self.pixit("nominal_voltage_v", REFERENCE_V))

    @property
    def nominal_hz(self) -> float:
        """Nominal frequency, Hz."""
        return float(self.pixit("nominal_frequency_hz", REFERENCE_HZ))

    @asynccontextmanager
    async def inverter(self, role: str = "") -> AsyncIterator[DerInverter]:
        """The inverter as a client of ``role`` sees it. Raises TransportError, ModbusError, SunSpecError."""
        from drivers.sunspec.device import SunSpecDevice
        from drivers.sunspec.inverter import SunSpecInverter

        async with self.modbus.session(role) as client:
            yield SunSpecInverter(SunSpecDevice(client, self.station.clock))

    @property
    def infeasible(self) -> Sequence[tuple[str, Setting]]:
        """Settings that no DER of its kind can follow, in words."""
        return [(f"a limit of {percent:g} %", LimitActivePower(True, percent)) for percent in _TOO_MUCH]

    @asynccontextmanager
    async def calls(self) -> AsyncIterator[DerCalls]:
        """The inverter, called anew each time."""
        yield DerCalls(self)


class DerCalls:
    """The inverter, called anew each time: tests let minutes pass between two calls, and a DER gives up a connection
    that nobody uses. Its map is found once. Every call may raise what `DerAccess.inverter` and the method raise."""

    def __init__(self, access: DerAccess) -> None:
        self._access = access
        self._device: SunSpecDevice | None = None

    async def call(self, act: Callable[[DerInverter], Awaitable[T]], role: str = "") -> T:
        """What ``act`` does within one connection, as a client of ``role``."""
        from drivers.sunspec.device import SunSpecDevice
        from drivers.sunspec.inverter import SunSpecInverter

        async with self._access.modbus.session(role) as client:
            if self._device is None:
                self._device = SunSpecDevice(client, self._access.station.clock)
            self._device.access = client
            return await act(SunSpecInverter(self._device))

    async def identity(self) -> DerIdentity:
        """What stands on the label."""
        return await self.call(lambda inverter: inverter.identity())

    async def nameplate(self) -> Nameplate:
        """Ratings and categories."""
        return await self.call(lambda inverter: inverter.nameplate())

    async def configuration(self) -> Ratings:
        """The ratings as configured."""
        return await self.call(lambda inverter: inverter.configuration())

    async def configure(self, ratings: Ratings) -> None:
        """Configure those that are not None, as whoever maintains the device where it knows such a client."""
        role = MAINTENANCE if self._access.modbus.has(MAINTENANCE) else ""
        await self.call(lambda inverter: inverter.configure(ratings), role)

    async def measurements(self) -> DerMeasurements:
        """Monitoring information."""
        return await self.call(lambda inverter: inverter.measurements())

    async def functions(self) -> frozenset[type[Setting]]:
        """The kinds of settings that it has."""
        return await self.call(lambda inverter: inverter.functions())

    async def read(self, kind: type[AnySetting]) -> AnySetting:
        """The setting in force."""
        return await self.call(lambda inverter: inverter.read(kind))

    async def announce(self, setting: Setting) -> None:
        """Prepare what takes its time before a setting can be given; nothing by registers."""
        return

    async def apply(self, setting: Setting, reversion: Reversion | None = None, role: str = "") -> float | None:
        """Give a setting as a client of ``role``; from when on it holds where that is another moment than now (s since
        the epoch).
        """
        await self.call(lambda inverter: inverter.apply(setting, reversion), role)
        return None

    async def operate(self, operation: Operation) -> None:
        """Stop, start, or put on standby."""
        await self.call(lambda inverter: inverter.operate(operation))
