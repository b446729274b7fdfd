"""A CSMS: a port that charging stations connect to, each with its session and what is known of it.

``ws://host:port/<path>/<identity>``: the last part of the path is the station's identity (OCPP-J 1.6, 3.1.1).
"""

from __future__ import annotations

import asyncio
import hmac
import ssl
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from drivers.clock import Clock, catch_up, happens
from drivers.ocpp.backend import Backend
from drivers.ocpp.errors import OcppError
from drivers.ocpp.link import OcppLink
from drivers.ocpp.session import Answer, OcppSession
from drivers.ocpp.versions import Version
from drivers.ocpp.websocket import DEFAULT_MAX_BYTES, Asked, WebSocketEnd
from drivers.transport.accepted import AcceptedProtocol, AcceptedTransport
from drivers.transport.base import TransportError
from drivers.transport.copied import WireCopy
from drivers.transport.listener import Listener
from drivers.transport.tls import TlsFacts

UNAUTHORIZED = 401
NOT_FOUND = 404
ALL_VERSIONS = (Version.V21, Version.V201, Version.V16)


@dataclass(frozen=True)
class Admission:
    """Who is let in. ``passwords`` by identity; None: no basic authentication is asked for (security profile 3, where
    the certificate's common name must be the identity if ``names_match``).
    """

    passwords: Mapping[str, bytes] | None = field(default=None, repr=False)
    names_match: bool = False

    def status(self, identity: str, asked: Asked, common_name: str) -> int:
        """0 to let the station in, else the HTTP status that refuses it."""
        if not identity:
            return NOT_FOUND
        if self.names_match and common_name != identity:
            return UNAUTHORIZED
        if self.passwords is None:
            return 0
        user, password = asked.basic or ("", b"")
        right = self.passwords.get(identity)
        good = right is not None and user == identity and hmac.compare_digest(right, password)
        return 0 if good else UNAUTHORIZED


@dataclass(frozen=True)
class Attempt:
    """A try to connect: ``outcome`` is ``opened``, an HTTP status, or why TLS or the upgrade failed."""

    at: float
    outcome: str
    identity: str = ""
    version: Version | None = None
    facts: TlsFacts | None = None
    basic: bool = False


@dataclass
class Station:
    """A station that is, or was, connected."""

    identity: str
    session: OcppSession
    backend: Backend
    connections: int = 1

    @property
    def version(self) -> Version:
        """The version of its connection."""
        return self.session.version

    def now(self) -> float:
        """Station time (UTC, s)."""
        return self.session.clock.now()

    async def call(self, action: str, payload: Answer | None = None, *, timeout_s: float = 30.0) -> Answer:
        """`OcppSession.call` on its present connection."""
        return await self.session.call(action, payload, timeout_s=timeout_s)

    async def told(self, action: str, more_than: int, within_s: float) -> bool:
        """Let time pass until it has made more than so many calls of ``action``; whether it has in time."""

        def enough() -> bool:
            return len(self.backend.calls(action)) > more_than

        if not enough():
            after = len(self.session.heard)
            await self.session.hears(lambda _item: enough(), after=after, within_s=within_s)
        return enough()


Alteration = Callable[[str, Answer, Answer], Answer | Awaitable[Answer]]
"""Makes another answer of action, payload and right answer; raises RpcError or Unanswered."""


class CsmsServer:
    """``versions``: which are offered, best first. ``counted``: stations count their bytes for a stepped clock.

    ``alter`` changes the answers to stations' calls; ``backends`` keeps what is known of each over its connections.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        path: str = "ocpp",
        versions: tuple[Version, ...] = ALL_VERSIONS,
        admission: Admission = Admission(),
        counted: bool = False,
        max_bytes: int = DEFAULT_MAX_BYTES,
    ) -> None:
        self.clock = clock
        self.versions = versions
        self.admission = admission
        self.alter: Alteration | None = None
        self.refuses_with = 0
        """HTTP status by which every upgrade is refused; -1: nobody answers it."""
        self.interval_s = 300
        self.boot_status = "Accepted"
        self.offset_s = 0.0
        """By how much the time that stations are told differs from station time."""
        self.checks = True
        self.keeps_unversioned = False
        """A link without an agreed version is kept open rather than closed, and its messages counted."""
        self.unversioned_messages = 0
        self.attempts: list[Attempt] = []
        self.stations: dict[str, Station] = {}
        self.backends: dict[tuple[str, Version], Backend] = {}
        self._path = path.strip("/")
        self.counted = counted
        self._max_bytes = max_bytes
        self._connecting: set[asyncio.Task[None]] = set()
        self._links: set[OcppLink] = set()
        self._news = asyncio.Event()
        self._listener = Listener(self._protocol, host=host, port=port, refused=self._refused)

    # -- life --------------------------------------------------------------------------------------------------------

    @property
    def url(self) -> str:
        """Where stations connect to, less their identity: ``ws://host:port/ocpp``, ``wss://`` within TLS."""
        scheme = "ws" if self._listener.context is None else "wss"
        return f"{scheme}://{self._listener.host}:{self._listener.port}/{self._path}"

    def open(self, context: ssl.SSLContext | None = None) -> None:
        """Listen. Raises OSError."""
        self._listener.reserve()
        self._listener.open(context)

    def copy_wire(self, copy: WireCopy | None) -> None:
        """Have what goes over the wire copied from the next connection within TLS on; None: no more."""
        self._listener.copy = copy

    async def vanish(self) -> None:
        """Nobody answers at the address any more, and connections break."""
        self._listener.shut()
        await self._hang_up()

    async def close(self) -> None:
        """Close every session and give the port back. Never raises."""
        self._listener.release()
        await self._hang_up()

    async def _hang_up(self) -> None:
        for task in tuple(self._connecting):
            task.cancel()
        for station in self.stations.values():
            await station.session.close()
        for link in tuple(self._links):
            await link.close()
        self._links.clear()

    # -- who connects ------------------------------------------------------------------------------------------------

    async def connected(self, identity: str = "", *, after: int = 0, within_s: float = 60.0) -> Station | None:
        """Let time pass until a station is there that has connected after attempt number ``after``."""
        until = self.clock.now() + within_s
        while True:
            for attempt in self.attempts[after:]:
                station = self.stations.get(attempt.identity)
                wanted = attempt.outcome == "opened" and identity in ("", attempt.identity)
                if wanted and station is not None and station.session.alive:
                    return station
            if not await self.attempted(within_s=until - self.clock.now()):
                return None

    async def attempted(self, *, within_s: float = 60.0) -> bool:
        """Let time pass until somebody tries to connect; whether somebody did."""
        self._news.clear()
        return await happens(self.clock, self._news, max(0.0, within_s))

    def _note(self, attempt: Attempt) -> None:
        self.attempts.append(attempt)
        self._news.set()

    def _refused(self, error: BaseException) -> None:
        reason = getattr(error, "reason", None) or type(error).__name__
        self._note(Attempt(self.clock.now(), f"TLS: {reason}"))

    def _protocol(self) -> asyncio.Protocol:
        return AcceptedProtocol(AcceptedTransport(self.clock, counted=self.counted), self._accepted)

    def _accepted(self, transport: AcceptedTransport) -> None:
        task = asyncio.get_running_loop().create_task(self._greet(transport))
        self._connecting.add(task)
        task.add_done_callback(self._connecting.discard)

    async def _greet(self, transport: AcceptedTransport) -> None:
        link = OcppLink(transport, WebSocketEnd.server(self._max_bytes))
        self._links.add(link)
        try:
            await self._upgrade(link, transport)
        except (OcppError, TransportError) as error:
            self._note(Attempt(self.clock.now(), f"no upgrade: {error}", facts=transport.negotiated))
            await link.close()

    async def _upgrade(self, link: OcppLink, transport: AcceptedTransport) -> None:
        facts = transport.negotiated
        # Station time does not move for whoever has connected and says nothing.
        asked = await link.asked(float("inf"))
        await transport.take_part()
        await catch_up(self.clock)
        identity = unquote(asked.path.rsplit("/", 1)[-1])
        at, basic = self.clock.now(), asked.basic is not None
        if self.refuses_with < 0:
            self._note(Attempt(at, "not answered", identity, None, facts, basic))
            return
        status = self.refuses_with or self._status(identity, asked, facts)
        version = next((version for version in self.versions if version.value in asked.subprotocols), None)
        if status:
            self._note(Attempt(at, str(status), identity, version, facts, basic))
            await link.refuse(status)
            return
        if version is None:
            # OCPP-J 1.6, 3.1.2: the upgrade is completed without a subprotocol, and the connection closed.
            self._note(Attempt(at, "no version in common", identity, None, facts, basic))
            await link.accept(None)
            if self.keeps_unversioned:
                await self._count_messages(link)
            await link.close()
            return
        backend = self._backend(identity, version)
        await link.accept(version)
        await self._enter(identity, link, version, backend)
        self._note(Attempt(at, "opened", identity, version, facts, basic))

    async def _count_messages(self, link: OcppLink) -> None:
        with suppress(OcppError):
            while True:
                await link.receive(float("inf"))
                self.unversioned_messages += 1

    def _status(self, identity: str, asked: Asked, facts: TlsFacts | None) -> int:
        if asked.path.rsplit("/", 1)[0].strip("/") != self._path:
            return NOT_FOUND
        return self.admission.status(identity, asked, common_name_of(facts))

    async def _enter(self, identity: str, link: OcppLink, version: Version, backend: Backend) -> None:
        former = self.stations.get(identity)
        session = OcppSession(link, version, self._handler(backend), checks=self.checks)
        count = former.connections + 1 if former is not None else 1
        self.stations[identity] = Station(identity, session, backend, count)
        if former is not None and former.session.alive:
            with suppress(OcppError):
                await former.session.close()

    def _backend(self, identity: str, version: Version) -> Backend:
        key = identity, version
        if key not in self.backends:
            self.backends[key] = Backend(version, lambda: self.clock.now() + self.offset_s)
        return self.backends[key]

    def _handler(self, backend: Backend) -> Callable[[str, Answer], Any]:
        async def handle(action: str, payload: Answer) -> Answer:
            backend.interval_s, backend.boot_status = self.interval_s, self.boot_status
            right = backend.answer(action, payload)
            if self.alter is None:
                return right
            altered = self.alter(action, payload, right)
            return await altered if isinstance(altered, Awaitable) else altered

        return handle


def common_name_of(facts: TlsFacts | None) -> str:
    """The common name of the certificate that the other end showed; empty without one."""
    if facts is None or facts.peer_certificate is None:
        return ""
    from cryptography import x509

    certificate = x509.load_der_x509_certificate(facts.peer_certificate)
    names = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(names[0].value) if names else ""
