"""The bench in the place of a server that the device under test follows.

    async with Counterpart(access, "headend") as server:
        program = server.resources.add_program(ProgramKind.DER, mrid, primacy=1)
        program.put(event, server.now)
        await server.polled()

Every request and its answer is kept in ``seen``. A probe puts a function in ``alter`` that changes answers above TLS,
or opens the counterpart with another credential or another TLS context. Time is the station's: it is asked for before
each answer, since the device polls while the bench lets time pass.
"""

from __future__ import annotations

import dataclasses
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from bench.access.sep2 import Sep2Access
from drivers.cim.credentials import Credential
from drivers.clock import is_remote
from drivers.sep2.resources import ResourceServer
from drivers.sep2.server import HttpRequest, HttpResponse, Sep2Server
from drivers.sep2.tls import server_context
from drivers.transport.base import CannotOpenError

if TYPE_CHECKING:
    from bench.lab.station import Station

Alteration = Callable[[HttpRequest, HttpResponse], HttpResponse | Awaitable[HttpResponse]]
"""Makes another answer of the right one; raises drivers.sep2.server.Silence or Hangup."""

POLL_RATE_S = 60
"""The poll rate that the bench states."""


@dataclass(frozen=True)
class Seen:
    """A request of the device, its answer, and when it came (station time, s)."""

    request: HttpRequest
    response: HttpResponse
    at: float


class Counterpart:
    """A server of the bench that the device follows as ``party``. ``credential``: another one than the party's own."""

    polled_path = "/tm"
    """What the device asks for once in each poll."""

    def __init__(
        self,
        access: Sep2Access,
        party: str,
        *,
        credential: Credential | None = None,
        context: ssl.SSLContext | None = None,
        poll_rate_s: int = POLL_RATE_S,
        pin: int | None = None,
    ) -> None:
        self.access = access
        self.party = party
        self.seen: list[Seen] = []
        self.alter: Alteration | None = None
        self.malformed = 0
        self.resources = ResourceServer(lambda: self.now + self.offset_s, poll_rate_s=poll_rate_s)
        self.offset_s = 0.0
        self._credential = credential
        self._context = context
        self._pin = pin
        self._port: Sep2Server | None = None

    @property
    def station(self) -> Station:
        """The station of the device."""
        return self.access.station

    @property
    def now(self) -> float:
        """Station time, s since the epoch."""
        return self.station.clock.now()

    @property
    def url(self) -> str:
        """Where the device finds the bench."""
        return self._port.url if self._port is not None else ""

    @property
    def context(self) -> ssl.SSLContext:
        """How the bench meets the device in TLS."""
        if self._context is None:
            self._context = self.new_context(self.credential)
        return self._context

    @property
    def credential(self) -> Credential:
        """As whom the bench meets the device."""
        return self._credential or self.access.credential(self.party)

    @property
    def called(self) -> str:
        """What the device calls this server."""
        return self.party

    def new_context(self, credential: Credential) -> ssl.SSLContext:
        """How ``credential`` meets the device in TLS."""
        return server_context(credential)

    # -- life ------------------------------------------------------------------------------------------------------

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def open(self) -> None:
        """Listen, and have the device look for its server here. Raises CannotOpenError, NoAddressError.

        Where nobody can tell the device, nothing is left to be taken back by `close`.
        """
        host, number = self.access.listen
        port = Sep2Server(self._handle, host=host, port=number, malformed=self._count_malformed)
        try:
            port.reserve()
        except OSError as error:
            raise CannotOpenError(f"cannot listen at {host}:{number} (PIXIT listen): {error.strerror}") from error
        self._port = port
        try:
            port.open(self.context)
            await self.station.box.do(self.access.seat, "server", server=self.called, url=port.url)
        except BaseException:
            self._port = None
            port.release()
            raise

    async def close(self) -> None:
        """Have the device look where it did before, and let go of the port; closing twice is fine."""
        port, self._port = self._port, None
        if port is not None:
            await self.station.box.do(self.access.seat, "server", server=self.called, url="")
            port.release()

    async def found_anew(self) -> bool:
        """Have the device look through the server from the start, as after its commissioning; whether it did."""
        await self.station.box.do(self.access.seat, "server", server=self.called, url=self.url)
        return await self.polled()

    def vanish(self) -> None:
        """Nobody answers at the address any more; it stays the bench's."""
        if self._port is not None:
            self._port.shut()

    def reappear(self, context: ssl.SSLContext | None = None) -> None:
        """Answer again, with another TLS context where one is given."""
        if self._port is not None:
            self._port.shut()
            self._port.open(context or self.context)

    def in_plaintext(self) -> None:
        """Answer again, without TLS."""
        if self._port is not None:
            self._port.shut()
            self._port.open(None)

    def _count_malformed(self) -> None:
        self.malformed += 1

    # -- requests --------------------------------------------------------------------------------------------------

    async def _handle(self, request: HttpRequest) -> HttpResponse:
        clock = self.station.clock
        if is_remote(clock):
            await clock.refresh()
        if request.peer.lfdi and request.peer.lfdi not in self.resources.devices:
            self.resources.register(request.peer.lfdi, self.access.pin if self._pin is None else self._pin)
        if not request.peer.lfdi and self.device:
            # Who comes without a certificate, since the bench did not ask for one, is answered as the device.
            request = dataclasses.replace(request, peer=dataclasses.replace(request.peer, lfdi=self.device))
        response = self.respond(request)
        if self.alter is not None:
            altered = self.alter(request, response)
            response = altered if isinstance(altered, HttpResponse) else await altered
        self.seen.append(Seen(request, response, self.now))
        return response

    def is_read(self, request: HttpRequest) -> bool:
        """Whether the device asks for something, rather than tells."""
        return request.method == "GET"

    def is_answer(self, request: HttpRequest) -> bool:
        """Whether the device answers an event."""
        return request.method == "POST" and request.path.startswith("/rsps")

    def respond(self, request: HttpRequest) -> HttpResponse:
        """The right answer to a request."""
        return self.resources.handle(request)

    # -- the device ------------------------------------------------------------------------------------------------

    @property
    def device(self) -> bytes:
        """The LFDI of the device that follows the bench; empty before it came."""
        return next(reversed(self.resources.devices), b"")

    def polls(self) -> int:
        """How often the device has asked for what it asks for with each poll (the time); discovery counts too."""
        return sum(one.request.path == self.polled_path for one in self.seen)

    async def polled(self, times: int = 1, within_s: float = 0.0) -> bool:
        """Let time pass until the device has polled so often more; whether it did in ``within_s`` (default: as often as
        it is declared to poll, and once more).
        """
        wanted = self.polls() + times
        step_s = self.resources.poll_rate_s / 2.0
        left_s = within_s or (times + 1) * max(self.access.poll_s, self.resources.poll_rate_s)
        while self.polls() < wanted and left_s > 0.0:
            await self.station.advance(min(step_s, left_s))
            left_s -= step_s
        return self.polls() >= wanted

    def told(self, mrid: bytes) -> list[int]:
        """Statuses of the responses to an event, in the order in which they came."""
        return [one.response.status or 0 for one in self.resources.answers(mrid)]
