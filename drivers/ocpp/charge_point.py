"""A charging station's end: it connects to a CSMS, and is called by it."""

from __future__ import annotations

import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

from drivers.clock import Clock
from drivers.ocpp.csms import ALL_VERSIONS
from drivers.ocpp.link import OcppLink
from drivers.ocpp.session import Handler, OcppSession, not_implemented
from drivers.ocpp.versions import Version
from drivers.ocpp.websocket import WebSocketEnd, basic_authorization
from drivers.transport.tcp import TcpTransport
from drivers.transport.tls import TlsTransport

UPGRADE_S = 10.0


@dataclass(frozen=True)
class StationIdentity:
    """Who connects: identity, and the password of basic authentication where there is one."""

    identity: str
    password: bytes | None = field(default=None, repr=False)
    user: str = ""
    """The user name, where it is not the identity."""

    def headers(self) -> Mapping[str, str]:
        """What goes with the upgrade."""
        if self.password is None:
            return {}
        return {"Authorization": basic_authorization(self.user or self.identity, self.password)}


async def connect(
    url: str,
    who: StationIdentity,
    clock: Clock,
    *,
    versions: Sequence[Version] = ALL_VERSIONS,
    context: ssl.SSLContext | None = None,
    handler: Handler = not_implemented,
    counted: bool = False,
    checks: bool = True,
) -> OcppSession:
    """Connect to the CSMS at ``url`` (``ws://`` or ``wss://``, less the identity), which chooses among ``versions``.

    Raises CannotOpenError (HandshakeError of TLS), UpgradeRefusedError, SilenceError, PeerClosedError.
    """
    transport = make_transport(url, clock, context, counted=counted)
    await transport.open()
    parts = urlsplit(url)
    path = f"{parts.path.rstrip('/')}/{quote(who.identity, safe='')}"
    end = WebSocketEnd.client(parts.netloc, path, [version.value for version in versions], who.headers())
    link = OcppLink(transport, end)
    try:
        version = await link.ask(clock.now() + UPGRADE_S)
    except BaseException:
        await transport.close()
        raise
    return OcppSession(link, version, handler, checks=checks)


def make_transport(url: str, clock: Clock, context: ssl.SSLContext | None, *, counted: bool) -> TcpTransport:
    """The transport to a CSMS, not yet open. ValueError for a URL that is none, or wss without a context."""
    parts = urlsplit(url)
    if parts.scheme not in ("ws", "wss") or not parts.hostname:
        raise ValueError(f"{url!r} is no ws:// or wss:// URL")
    port = parts.port or (443 if parts.scheme == "wss" else 80)
    if parts.scheme == "ws":
        return TcpTransport(parts.hostname, port, clock, counted=counted)
    if context is None:
        raise ValueError(f"{url!r} needs a TLS context")
    return TlsTransport(parts.hostname, port, clock, context=context, counted=counted)
