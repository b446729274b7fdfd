"""Kinds of Modbus exchanges that change something: a write whose effect another party reads, and a command whose effect
a witness sees.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from bench.access.modbus import MANAGEMENT, READER
from bench.access.modbus_declared import ANONYMOUS
from bench.exchanges.base import Effect
from bench.exchanges.modbus_exchange import ModbusExchange
from drivers.modbus.codes import Space
from drivers.modbus.errors import ModbusError
from drivers.modbus.points import Point, Value
from drivers.modbus.requests import write_coil_request, write_request
from drivers.transport.base import TransportError

if TYPE_CHECKING:
    from bench.catalogue.model import Row
    from bench.lab.station import Station
    from drivers.modbus.client import ModbusClient


@dataclass(frozen=True)
class Harmful:
    """A write that could do harm. ``allowed``: within what the standard lets somebody set. ``undo`` takes it back."""

    what: str
    request: bytes
    undo: bytes
    allowed: bool = False


@dataclass(frozen=True)
class Interlock:
    """A state in which a command must have no effect: how it is brought about and ended, the command (which may raise
    the device's refusal), and whether a witness sees its effect. ``deferred``: it may act when the state is over.
    """

    what: str
    set: Callable[[], Awaitable[None]]
    clear: Callable[[], Awaitable[None]]
    act: Callable[[], Awaitable[object]]
    acted: Callable[[], Awaitable[Effect]]
    deferred: bool = False


class ModbusWrite(ModbusExchange):
    """A write. Its effect is that another party than the writer then reads another value than before.

    A subclass names the point that is written (``target``) and picks a value that differs from the present one
    (`another`). One whose effect shows elsewhere overrides `shown`; one that writes more than a point overrides
    `request`. ``onlooker`` is the client that reads back. ``before`` and ``wanted`` are the values before and after,
    once the scene is set.
    """

    predicates: ClassVar[frozenset[str]] = frozenset({"writes"})
    target: ClassVar[str] = ""
    onlooker: ClassVar[str] = READER

    def __init__(self, station: Station, seat: str, row: Row) -> None:
        super().__init__(station, seat, row)
        self.before: Value | None = None
        self.wanted: Value | None = None

    # -- what a row says of itself -----------------------------------------------------------------------------------

    @property
    def point(self) -> Point:
        """The point that is written."""
        return self.access.points[self.target]

    @property
    def shown(self) -> Point:
        """The point that shows what is in force."""
        return self.point

    @abstractmethod
    def another(self, present: Value | None) -> Value:
        """A valid value other than ``present``; the same one each time. None: the present one is not known yet."""

    def request(self) -> bytes:
        """The row's message as a PDU."""
        return write_pdu(self.point, self.value)

    @property
    def written(self) -> tuple[int, Sequence[int]]:
        """From which address on the message writes what; a device's log has that."""
        return self.point.address, [int(item) for item in self.point.encode(self.value)]

    async def undo(self, client: ModbusClient) -> None:
        """Bring ``before`` back over a link of the writer; raises the device's refusal."""
        if self.before is not None:
            await self.access.device(client).set_value(self.point.name, self.before)

    def invalid(self) -> Sequence[tuple[str, bytes]]:
        """Requests that the device must refuse, by what is wrong; besides those that follow from declared ranges."""
        return ()

    async def harmful(self) -> Sequence[Harmful]:
        """Settings that could do harm, for control I-H11."""
        return ()

    async def times(self) -> int:
        """How often the message counted since `prepare`: 1 where a value is simply in force, however often written."""
        return 1

    # -- what probes and functional tests use ------------------------------------------------------------------------

    @property
    def data(self) -> Sequence[Point]:
        """What shows the write."""
        return (self.shown,)

    @property
    def value(self) -> Value:
        """The value that the message is to bring."""
        return self.wanted if self.wanted is not None else self.another(None)

    async def send(self, client: ModbusClient) -> None:
        """Write; raises ModbusExceptionError for a refusal."""
        from drivers.modbus.pdu import decode_response

        request = self.request()
        decode_response(request, await client.send_pdu(request))

    async def look(self) -> Value:
        """The value in force, as the onlooker reads it; raises the device's refusal."""
        point = self.shown
        async with self.access.session(self._looker(point)) as client:
            items = await self.access.device(client).read(point.space, point.address, point.size)
        return point.decode(items)

    def _looker(self, point: Point) -> str:
        if not self.access.secure:
            return ANONYMOUS
        may = self.access.rights.may_read
        fitting = [role for role in (self.onlooker, MANAGEMENT) if role in self.access.clients]
        return next((role for role in fitting if may(role, point.space, point.address, point.size)), MANAGEMENT)

    async def prepare(self) -> None:
        """Note what is in force, and choose another value."""
        self.before = await self.look()
        self.wanted = self.another(self.before)

    async def observe(self) -> Effect:
        """Whether the onlooker reads another value than before."""
        source = f"{self.shown.name} as {self.onlooker} reads it"
        if self.before is None:
            return Effect(None, source, "what was there before was not looked at")
        try:
            now = await self.look()
        except (ModbusError, TransportError) as error:
            return Effect(None, source, str(error))
        return Effect(now != self.before, source, f"{now}, before it was {self.before}")

    async def restore(self) -> None:
        """Bring back the value of before, where it is another one."""
        if self.before is None or await self.look() == self.before:
            return
        async with self.access.session() as client:
            await self.undo(client)


class ModbusCommand(ModbusWrite):
    """A write that moves something: its effect is what a witness sees (`witnessed`), never what the device says.

    `witnessed` says whether it is as the message would bring it. ``settle_s``: how long the effect may take.
    ``reports``: the device says itself where it stands (`reported`).
    """

    predicates: ClassVar[frozenset[str]] = frozenset({"commands"})
    settle_s: ClassVar[float] = 1.0
    reports: ClassVar[bool] = False

    async def reported(self) -> bool | None:
        """Whether the device says that the effect is there; None where it says nothing of it."""
        return None

    async def arm(self, client: ModbusClient, seconds: float) -> float | None:
        """Have the device fall back to its default ``seconds`` after its controller has gone silent.

        Returns the time that holds, which a device may have of its own; None where the device has no such thing.
        """
        return None

    async def default_witnessed(self) -> Effect:
        """Whether the witness sees the default to which the device falls back: by default, that the effect is gone."""
        effect = await self.witnessed()
        return Effect(None if effect.happened is None else not effect.happened, effect.shown_by, effect.detail)

    async def interlocks(self) -> Sequence[Interlock]:
        """What must keep commands from being carried out, for control I-H3; the scene is set."""
        return ()

    async def operate(self, on: bool) -> None:
        """The output as the message would bring it, or as before: what control I-H8 repeats as fast as it can."""
        await (self.perform() if on else self.restore())

    async def operates(self) -> Effect:
        """Whether the witness sees the output of `operate` on."""
        return await self.witnessed()

    async def block(self, blocked: bool) -> bool:
        """Keep the device from bringing the effect, or let it again. False where nothing can."""
        return False

    @abstractmethod
    async def witnessed(self) -> Effect:
        """Whether the witness sees what the message would bring. ``happened`` None: it cannot tell."""

    async def observe(self) -> Effect:
        """Look at the witness once the effect has had its time."""
        await self.station.advance(self.settle_s)
        return await self.witnessed()


def write_pdu(point: Point, value: Value) -> bytes:
    """The request that writes a point."""
    if point.space is Space.COIL:
        return write_coil_request(point.address, bool(value))
    return write_request(point.address, [int(item) for item in point.encode(value)])
