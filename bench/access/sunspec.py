"""The SunSpec inverter in a seat, and what its device file declares of it.

    [pixit.sunspec]
    base = 40000                          # where the map begins; without it, it is looked for
    models = [1, 701, 702]                # the models of the map, in their order
    adopt_s = 10.0                        # how long adopting a curve may take
    positive_power_factor = "under"       # of older devices (123, OutPFSet): over or under-excited
    normal_category = "B"                 # IEEE 1547-2018, nameplate
    abnormal_category = "III"

    [pixit.sunspec.ratings]               # W, VA, var, V, A: the fields of drivers.der.Ratings
    active_power_w = 10000.0

Units, clients and rights are declared as for any Modbus device (`bench.access.modbus_declared`).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from pydantic import ValidationError, field_validator

from bench.access.dlms_clients import ClientsError
from bench.access.modbus import ModbusAccess
from bench.lab.device import Device
from bench.lab.strict import Strict, mistakes_in
from drivers.der import Excitation, Ratings
from drivers.sunspec.discovery import BASE_ADDRESSES

if TYPE_CHECKING:
    from bench.lab.station import Station
    from drivers.modbus.client import ModbusClient
    from drivers.sunspec.inverter import SunSpecInverter
    from drivers.sunspec.older_inverter import OlderSunSpecInverter

ITEM = "sunspec"
_PRESENT = range(701, 716)
_RATINGS = frozenset(field.name for field in fields(Ratings))


class SunSpecTable(Strict):
    """``[pixit.sunspec]``."""

    base: int | None = None
    models: tuple[int, ...] = ()
    adopt_s: float = 10.0
    positive_power_factor: Literal["over", "under"] = "under"
    normal_category: Literal["A", "B", ""] = ""
    abnormal_category: Literal["I", "II", "III", ""] = ""
    ratings: Mapping[str, float] = {}

    @field_validator("ratings")
    @classmethod
    def _known(cls, ratings: Mapping[str, float]) -> Mapping[str, float]:
        unknown = sorted(ratings.keys() - _RATINGS)
        if unknown:
            raise ValueError(f"unknown rating {unknown[0]}; there are {', '.join(sorted(_RATINGS))}")
        return ratings

    @property
    def older(self) -> bool:
        """Whether the device has the models before 701 only."""
        return bool(self.models) and not any(model in _PRESENT for model in self.models)

    @property
    def bases(self) -> tuple[int, ...]:
        """Where the map is looked for."""
        return BASE_ADDRESSES if self.base is None else (self.base,)


def sunspec_of(device: Device | None) -> SunSpecTable:
    """What is declared. Raises ClientsError."""
    try:
        return SunSpecTable.model_validate(device.pixit.get(ITEM, {}) if device is not None else {})
    except ValidationError as error:
        wrong = "; ".join(mistakes_in(SunSpecTable, error))
        raise ClientsError(f"pixit.{ITEM}: {wrong}") from None


@dataclass
class SunSpecAccess:
    """How the bench reaches the inverter in ``seat`` on ``link`` (``modbus`` or ``modbus_tls``)."""

    station: Station
    seat: str
    link: str

    @cached_property
    def modbus(self) -> ModbusAccess:
        """The Modbus side: ports, clients, rights."""
        return ModbusAccess(self.station, self.seat, self.link)

    @cached_property
    def declared(self) -> SunSpecTable:
        """``pixit.sunspec``. Raises ClientsError."""
        return sunspec_of(self.station.lab.seat(self.seat).device)

    def inverter(self, client: ModbusClient) -> SunSpecInverter | OlderSunSpecInverter:
        """The inverter as ``client`` sees it. The map is looked for with the first call."""
        from drivers.sunspec.device import SunSpecDevice
        from drivers.sunspec.inverter import SunSpecInverter
        from drivers.sunspec.older_inverter import OlderSunSpecInverter

        device = SunSpecDevice(client, client.clock, self.declared.bases)
        if self.declared.older:
            over = self.declared.positive_power_factor == "over"
            return OlderSunSpecInverter(device, Excitation.OVER if over else Excitation.UNDER)
        return SunSpecInverter(device, self.declared.adopt_s)

    @asynccontextmanager
    async def session(self, role: str = "", *, port: str = "") -> AsyncIterator[SunSpecInverter | OlderSunSpecInverter]:
        """The inverter, its link open. Raises CannotOpenError, HandshakeError."""
        async with self.modbus.session(role, port=port) as client:
            yield self.inverter(client)


def access_of(station: Station, seat: str) -> SunSpecAccess:
    """The access on the first link of a seat that carries Modbus. Raises ClientsError for a seat without one."""
    for table in station.lab.seat(seat).links.values():
        if table.carries.startswith("modbus"):
            return SunSpecAccess(station, seat, table.carries)
    raise ClientsError(f"seat {seat} has no link that carries Modbus")


async def identify(access: SunSpecAccess, port: str) -> str:
    """Who answers at a port, by model 1; the map is walked to its end on the way. Raises SunSpecError."""
    async with access.session(port=port) as inverter:
        told = await inverter.identity()
        found = await inverter.device.map()
    models = ", ".join(map(str, found.models))
    problems = "".join(f"; {problem}" for problem in found.problems)
    return f"{told.manufacturer} {told.model} {told.version}, {told.serial_number}: SunSpec models {models}{problems}"
