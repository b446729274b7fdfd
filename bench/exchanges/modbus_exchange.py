"""Exchanges with a Modbus device: what they share, and a reading."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from bench.access.modbus import SECURE, ModbusAccess
from bench.exchanges.base import Effect, Exchange
from drivers.modbus.points import Point, Value
from drivers.modbus.requests import read_request

if TYPE_CHECKING:
    from bench.catalogue.model import Row
    from bench.lab.station import Station
    from drivers.modbus.client import ModbusClient


class ModbusExchange(Exchange):
    """An exchange with the device in ``seat``. A row on both links has a class for each, which say their ``link``.

    The row's sender is the management client; on a plain link, which knows no clients, nobody in particular.
    """

    link: ClassVar[str] = SECURE
    switches: ClassVar[bool] = False
    """Whether the device switches something that a witness can see (`output`, `switch`)."""

    def __init__(self, station: Station, seat: str, row: Row) -> None:
        super().__init__(station, seat, row)
        self.access = ModbusAccess(station, seat, self.link)

    @property
    def message(self) -> str:
        """Rows of one stimulus class send the same."""
        return ""

    @property
    @abstractmethod
    def data(self) -> Sequence[Point]:
        """Where the row's data stand: what is read, or what shows a write."""

    async def output(self) -> Mapping[str, float] | None:
        """What a witness sees of what the device switches, by quantity; None where there is none, or nothing to see."""
        return None

    async def switch(self, on: bool) -> None:
        """Have the device switch its output, where it has one."""
        return

    compared: ClassVar[Mapping[str, str]] = {}
    """Points whose values an instrument can measure: by name the method of `drivers.roles.PowerAnalyser`, after
    ``-`` where the device counts the other way (generation, where the analyser counts import)."""

    async def operating_points(self) -> AsyncIterator[str]:
        """Bring the device to one known operating point after the other; the name of each."""
        for on in (True, False):
            await self.switch(on)
            yield "on" if on else "off"

    def reads(self) -> Sequence[bytes]:
        """The PDUs of requests for the row's data, one for each of its points."""
        return [read_request(point.space, point.address, point.size) for point in self.data]

    @abstractmethod
    async def send(self, client: ModbusClient) -> Any:
        """Do it over an open link; raises the device's refusal."""

    async def perform(self, access: Any = None) -> Any:
        """Do it as the row's sender on a connection of its own, or over ``access``."""
        if access is not None:
            return await self.send(access)
        async with self.access.session() as client:
            return await self.send(client)


class ModbusReading(ModbusExchange):
    """A reading: ``names`` are the quantities of the register map that the row returns. Its effect is that they came.

    A device whose map is found at run time overrides `data` and `read`.
    """

    predicates: ClassVar[frozenset[str]] = frozenset({"returns"})
    names: ClassVar[tuple[str, ...]] = ()

    def __init__(self, station: Station, seat: str, row: Row) -> None:
        super().__init__(station, seat, row)
        self.answer: Mapping[str, Value] = {}

    @property
    def data(self) -> Sequence[Point]:
        """The quantities' places; of a name with a number, such as ``status``, all that there are."""
        known = self.access.points
        found = [known[name] for name in self.names if name in known]
        stems = tuple(f"{name}_" for name in self.names if name not in known)
        return [*found, *(point for name, point in known.items() if name.startswith(stems) and stems)]

    async def read(self, client: ModbusClient) -> Mapping[str, Value]:
        """The row's quantities by name."""
        return await self.access.device(client).values(point.name for point in self.data)

    async def send(self, client: ModbusClient) -> Mapping[str, Value]:
        """Read, and keep what came."""
        self.answer = {}
        self.answer = await self.read(client)
        return self.answer

    async def prepare(self) -> None:
        """Forget the last answer."""
        self.answer = {}

    async def observe(self) -> Effect:
        """Whether the last request brought the row's data."""
        if not self.answer:
            return Effect(False, "the device's answer", "no data came")
        return Effect(True, "the device's answer", f"{len(self.answer)} values came")

    async def restore(self) -> None:
        """Forget the last answer."""
        self.answer = {}
