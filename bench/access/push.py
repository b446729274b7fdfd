"""Having a meter push to the bench: the listening end, and the meter's push setup (class 40) pointed at it."""

from __future__ import annotations

import asyncio
import socket
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Self

from bench.access.dlms import DlmsAccess
from drivers.dlms.apdu import Attribute, Method
from drivers.dlms.client import DlmsClient
from drivers.dlms.data import I8, Array, Enum, OctetString, Structure
from drivers.dlms.errors import DecodeError
from drivers.dlms.selection import CaptureObject
from drivers.dlms.wrapper import HEADER, WrapperReader

if TYPE_CHECKING:
    from bench.lab.station import Station

LOOPBACK = "127.0.0.1"
_CLASS, _OBJECTS, _DESTINATION, _PUSH = 40, 2, 3, 1
_TCP = 0
_LOOKS = 60
_SHORTEST_LOOK_S = 1.0
_TURNS = 20
"""Turns of the loop in which it takes a connection and reads what lies ready in it."""


class NoAddressError(Exception):
    """The meter is real, and the device file does not say at which address of the bench it can push."""


@dataclass(frozen=True)
class Pushed:
    """One message that came unasked, in the wrapper: at ``at`` (station time in s) or up to ``spread_s`` earlier."""

    apdu: bytes
    at: float
    spread_s: float = 0.0


class PushListener:
    """A TCP port of the bench to which a meter pushes. Use it as an asynchronous context.

    On a stepped clock a message lies ready here before the step is over in which it was sent: an emulated meter waits
    for the acknowledgement of the bench's end before station time moves on. So nobody waits in real time for one that
    does not come.

    ``address`` is ``host:port``; with port 0 any free one. Raises OSError when it cannot be had.
    """

    def __init__(self, station: Station, address: str = f"{LOOPBACK}:0") -> None:
        self._station = station
        self._host, _, port = address.rpartition(":")
        self._port = int(port)
        self._arrived = asyncio.Event()
        self._inbox: deque[Pushed] = deque()
        self._server: asyncio.Server | None = None
        self._keeper: socket.socket | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self._look: tuple[float, float] | None = None

    @property
    def destination(self) -> str:
        """``host:port``, once it listens."""
        return f"{self._host}:{self._port}"

    async def __aenter__(self) -> Self:
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        self._keeper = socket.socket(family)
        self._keeper.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        try:
            self._keeper.bind((self._host, self._port))
            self._port = int(self._keeper.getsockname()[1])
            await self._listen()
        except OSError:
            self._keeper.close()
            raise
        return self

    async def __aexit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        await self._stop_listening()
        if self._keeper is not None:
            self._keeper.close()

    @asynccontextmanager
    async def away(self) -> AsyncIterator[None]:
        """Nobody answers at the address while the context lasts; it stays the bench's."""
        await self._stop_listening()
        try:
            yield
        finally:
            await self._listen()

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._accept, self._host, self._port, reuse_port=True)

    async def _stop_listening(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.close()
            for writer in tuple(self._open):
                writer.close()
            await server.wait_closed()

    async def next(self, within_s: float) -> Pushed | None:
        """The next message, None when none has come ``within_s`` seconds of station time from now."""
        if not self._inbox:
            await self._wait(within_s)
        return self._inbox.popleft() if self._inbox else None

    async def nothing_within(self, seconds: float) -> bool:
        """Let ``seconds`` of station time pass; whether nothing came in them."""
        await self._let_pass(seconds)
        return not self._inbox

    def forget(self) -> None:
        """Drop what has come and was not taken."""
        self._inbox.clear()

    async def _wait(self, within_s: float) -> None:
        self._arrived.clear()
        clock = self._station.clock
        if clock.mode == "stepped":
            deadline, step_s = clock.now() + within_s, max(_SHORTEST_LOOK_S, within_s / _LOOKS)
            await self._let_pass(0.0)
            while not self._arrived.is_set() and clock.now() < deadline:
                await self._let_pass(min(step_s, deadline - clock.now()))
            return
        try:
            async with asyncio.timeout(within_s):
                await self._arrived.wait()
        except TimeoutError:
            return

    async def _let_pass(self, seconds: float) -> None:
        """Let time pass, and take what came meanwhile: the meter's end was written before time moved on."""
        began = self._station.clock.now()
        self._look = (began, began + seconds)
        await self._station.advance(seconds)
        for _turn in range(_TURNS):
            await asyncio.sleep(0)
        self._look = None

    def _when(self) -> tuple[float, float]:
        """Station time by which what comes now was sent, and how much earlier that may have been, in s.

        On a stepped clock a message can be here before the bench hears that the step is over in which it was sent.
        """
        now = self._station.clock.now()
        if self._look is None:
            return now, 0.0
        began, ends = self._look
        latest = max(now, ends) if self._station.clock.mode == "stepped" else now
        return latest, latest - began

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        messages = WrapperReader()
        try:
            while data := await reader.read(0x1_0000):
                at, spread_s = self._when()
                for message in messages.feed(data):
                    self._inbox.append(Pushed(message[HEADER:], at, spread_s))
                    self._arrived.set()
        except OSError:
            pass  # the meter broke the connection: what it had sent is here
        finally:
            self._open.discard(writer)
            writer.close()


def bench_address(access: DlmsAccess) -> str:
    """Where the meter can push to the bench: PIXIT ``push.bench_address``; an emulated one reaches it by loopback.

    Raises NoAddressError.
    """
    stated = access.pixit("push", {}).get("bench_address", "")
    if stated:
        return str(stated)
    if access.station.lab.seat(access.seat).emulated:
        return f"{LOOPBACK}:0"
    raise NoAddressError(f"the device file of seat {access.seat} does not state push.bench_address (PIXIT)")


@dataclass(frozen=True)
class PushTarget:
    """What a push setup sends, and where to, as it was read."""

    objects: Array
    destination: Structure


async def point_push(
    access: DlmsAccess, client: DlmsClient, destination: str, also: Sequence[CaptureObject] = ()
) -> PushTarget:
    """Have the push setup send its own objects and ``also`` to ``destination``; what it was set to before.

    ``client`` is one that may change it. Raises the meter's refusals, DecodeError for a setup of another shape.
    """
    objects = await client.get(_attribute(access, _OBJECTS))
    where = await client.get(_attribute(access, _DESTINATION))
    if not isinstance(objects, Array) or not isinstance(where, Structure):
        raise DecodeError("the push setup has another shape")
    if also:
        await client.set(_attribute(access, _OBJECTS), Array([*(item.to_data() for item in also), *objects]))
    to = Structure([Enum(_TCP), OctetString(destination.encode()), Enum(0)])
    await client.set(_attribute(access, _DESTINATION), to)
    return PushTarget(objects, where)


async def put_push_back(access: DlmsAccess, client: DlmsClient, before: PushTarget) -> None:
    """The push setup as it was. Raises the meter's refusals."""
    await client.set(_attribute(access, _DESTINATION), before.destination)
    if await client.get(_attribute(access, _OBJECTS)) != before.objects:
        await client.set(_attribute(access, _OBJECTS), before.objects)


@asynccontextmanager
async def pushing_to(
    access: DlmsAccess, client: DlmsClient, destination: str, also: Sequence[CaptureObject] = ()
) -> AsyncIterator[None]:
    """The push setup sends its own objects and ``also`` to ``destination`` while the context lasts.

    ``client`` is one that may change it. Raises the meter's refusals, DecodeError for a setup of another shape.
    """
    before = await point_push(access, client, destination, also)
    try:
        yield
    finally:
        await put_push_back(access, client, before)


async def push_now(access: DlmsAccess, client: DlmsClient) -> None:
    """Have the push setup send once. Raises ActionError."""
    await client.action(Method(_CLASS, access.names.push_setup, _PUSH), I8(0))


def _attribute(access: DlmsAccess, index: int) -> Attribute:
    return Attribute(_CLASS, access.names.push_setup, index)
