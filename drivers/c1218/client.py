"""A client of a C12.18 meter: the services, one method each, and table access on top of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from drivers.c1218.codes import ResponseCode
from drivers.c1218.errors import C1218Error, DecodeError, RefusedError, UnexpectedResponseError
from drivers.c1218.link import C1218Link
from drivers.c1218.packet import LARGEST_PACKET
from drivers.c1218.services import (
    Identify,
    Identity,
    Logoff,
    Logon,
    Negotiate,
    Negotiated,
    Read,
    ReadDefault,
    ReadIndex,
    ReadOffset,
    Request,
    Security,
    Terminate,
    Wait,
    Write,
    WriteIndex,
    WriteOffset,
    encode_request,
    parse_response,
    parse_table_data,
)
from drivers.transport.base import TransportError
from drivers.transport.tap import Tap

_NOT_YET = (ResponseCode.BSY, ResponseCode.DNR)


@dataclass(frozen=True, slots=True)
class Credential:
    """Who logs on. The user id is what the meter's logs name; only the password proves anything. None: no security."""

    user_id: int
    user: bytes = b""
    password: bytes | None = None


@dataclass(frozen=True, slots=True)
class SessionSettings:
    """What a session asks for. ``bauds``: offered speeds, none to stay at the one it starts at.

    ``answer_s``: longest time from the end of a request to its response, s of station time. A meter that says busy or
    not ready is asked again ``busy_retries`` times, ``busy_pause_s`` apart.
    """

    packet_size: int = 512
    packets: int = 254
    bauds: tuple[int, ...] = ()
    answer_s: float = 6.0
    busy_retries: int = 5
    busy_pause_s: float = 1.0


class C1218Client:
    """A client on ``link``. Services raise RefusedError for a response that is a refusal, DecodeError for one that
    cannot be read, and what the link raises."""

    def __init__(self, link: C1218Link, settings: SessionSettings = SessionSettings()) -> None:
        self.link = link
        self.settings = settings
        self.identity: Identity | None = None
        self._in_session = False

    @property
    def taps(self) -> Mapping[str, Tap]:
        """The taps by layer: ``line``, ``packet``, ``message``."""
        return self.link.taps

    # -- sessions ------------------------------------------------------------------------------------------------

    async def connect(self) -> Identity:
        """Open the port, identify and negotiate."""
        await self.link.open()
        try:
            return await self.begin()
        except BaseException:
            await self.link.close()
            raise

    async def begin(self) -> Identity:
        """Identify and negotiate on a port that is open."""
        await self.link.restart()
        self.identity = await self.identify()
        try:
            await self.negotiate()
        except RefusedError as error:
            if error.code is not ResponseCode.SNS:
                raise
        return self.identity

    async def log_on(self, credential: Credential) -> None:
        """Logon, then security where the credential has a password."""
        await self.logon(credential.user_id, credential.user)
        if credential.password is not None:
            await self.security(credential.password)

    async def close(self) -> None:
        """Terminate where a session may be open, and close the port. Never raises what the meter does."""
        if self._in_session:
            try:
                await self.terminate()
            except (C1218Error, TransportError):
                pass
        await self.link.close()

    async def abort(self) -> None:
        """Close the port without a word, as when the probe is pulled off. Never raises."""
        self._in_session = False
        await self.link.close()

    # -- services ------------------------------------------------------------------------------------------------

    async def identify(self) -> Identity:
        """The identification service."""
        self._in_session = True
        return Identity.decode(await self.ask(Identify()))

    async def negotiate(
        self, packet_size: int | None = None, packets: int | None = None, bauds: Sequence[int] | None = None
    ) -> Negotiated:
        """The negotiate service, by default with the session's settings; what was agreed holds from now on."""
        own = self.settings
        request = Negotiate(
            min(packet_size or own.packet_size, LARGEST_PACKET),
            packets or own.packets,
            tuple(own.bauds if bauds is None else bauds),
        )
        agreed = Negotiated.decode(await self.ask(request))
        if agreed.packet_size > request.packet_size or agreed.packets > request.packets:
            raise DecodeError("the meter agreed to more than was offered")
        self.link.packet_size, self.link.packets = agreed.packet_size, agreed.packets
        if request.bauds and agreed.baud:
            await self.link.set_baud(agreed.baud)
        return agreed

    async def logon(self, user_id: int, user: bytes = b"") -> None:
        """The logon service."""
        await self.ask(Logon(user_id, user))

    async def security(self, password: bytes) -> None:
        """The security service."""
        await self.ask(Security(password))

    async def logoff(self) -> None:
        """The logoff service."""
        await self.ask(Logoff())

    async def wait(self, seconds: int) -> None:
        """The wait service."""
        await self.ask(Wait(seconds))

    async def terminate(self) -> None:
        """The terminate service; speed and packets are afterwards as before the session."""
        self._in_session = False
        await self.ask(Terminate())
        await self.link.restart()

    # -- tables --------------------------------------------------------------------------------------------------

    async def read(self, table: int) -> bytes:
        """A whole table."""
        return await self._table(Read(table))

    async def read_default(self) -> bytes:
        """The default table."""
        return await self._table(ReadDefault())

    async def read_part(self, table: int, offset: int, count: int) -> bytes:
        """``count`` bytes from ``offset`` on."""
        return await self._table(ReadOffset(table, offset, count))

    async def read_elements(self, table: int, indices: Sequence[int], count: int) -> bytes:
        """``count`` elements from the one at ``indices`` on."""
        return await self._table(ReadIndex(table, tuple(indices), count))

    async def write(self, table: int, data: bytes) -> None:
        """A whole table."""
        await self.ask(Write(table, data))

    async def write_part(self, table: int, offset: int, data: bytes) -> None:
        """Bytes from ``offset`` on."""
        await self.ask(WriteOffset(table, offset, data))

    async def _table(self, request: Request) -> bytes:
        return parse_table_data(await self.ask(request))

    # -- one request ---------------------------------------------------------------------------------------------

    async def ask(self, request: Request) -> bytes:
        """Send a request; the body of its response. Asks again while the meter is busy. Raises RefusedError."""
        message = encode_request(request)
        what = type(request).__name__ + (f" of table {request.table}" if isinstance(request, _WITH_TABLE) else "")
        for tried in range(self.settings.busy_retries + 1):
            code, body = parse_response(await self.exchange(message))
            if code is ResponseCode.OK:
                return body
            if code not in _NOT_YET or tried == self.settings.busy_retries:
                raise RefusedError(code, what)
            await self.link.clock.sleep_until(self.link.clock.now() + self.settings.busy_pause_s)
        raise UnexpectedResponseError(f"{what}: no response")

    async def exchange(self, message: bytes) -> bytes:
        """Send any message and return what comes back, for probes."""
        await self.link.send(message)
        return await self.receive()

    async def receive(self, answer_s: float | None = None) -> bytes:
        """The next message, within ``answer_s``. Raises SilenceError."""
        allowed = self.settings.answer_s if answer_s is None else answer_s
        return await self.link.receive(self.link.clock.now() + allowed)


_WITH_TABLE = (Read, ReadOffset, ReadIndex, Write, WriteOffset, WriteIndex)
