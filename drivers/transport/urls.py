"""From a URL in a lab config to a transport.

| URL | transport |
|---|---|
| ``serial:/dev/ttyUSB0``, ``serial:/dev/pts/4`` | `SerialTransport` on a device or pty |
| ``serial:socket://host:port``, ``serial:rfc2217://...``, ``serial:loop://`` | the same on a pyserial URL |
| ``tcp:host:port``, ``tcp:[::1]:port`` | `TcpTransport` |
| ``tls:host:port`` | `TlsTransport`; needs the setting ``context``, an `ssl.SSLContext` |

Settings are the keyword arguments of the transport's class.
"""

from __future__ import annotations

import inspect
import re
from typing import Any

from drivers.clock import Clock
from drivers.transport.base import Transport
from drivers.transport.serial import SerialTransport
from drivers.transport.tcp import TcpTransport
from drivers.transport.tls import TlsTransport

_HOST_PORT = re.compile(r"(?://)?(?P<host>\[[0-9A-Fa-f:.%\w]+\]|[^\[\]:/\s]+):(?P<port>\d{1,5})/?")


class BadUrlError(ValueError):
    """A transport URL that means nothing here, or a setting that its transport does not have."""


def make_transport(url: str, clock: Clock, **settings: Any) -> Transport:
    """The transport that ``url`` names, not yet open. Raises BadUrlError."""
    scheme, colon, rest = url.partition(":")
    if not colon or not rest:
        raise BadUrlError(f"{url!r} is no transport URL: expected serial:PORT, tcp:HOST:PORT or tls:HOST:PORT")
    if scheme == "serial":
        _check_settings(SerialTransport, url, settings)
        return SerialTransport(rest, clock, **settings)
    if scheme == "tcp":
        _check_settings(TcpTransport, url, settings)
        return TcpTransport(*_host_and_port(url, rest), clock, **settings)
    if scheme == "tls":
        _check_settings(TlsTransport, url, settings)
        if "context" not in settings:
            raise BadUrlError(f"{url!r} needs the setting 'context', an ssl.SSLContext")
        return TlsTransport(*_host_and_port(url, rest), clock, **settings)
    raise BadUrlError(f"{url!r} has the unknown scheme {scheme!r}: known are serial, tcp and tls")


async def open_transport(url: str, clock: Clock, **settings: Any) -> Transport:
    """The transport that ``url`` names, open. Raises BadUrlError, CannotOpenError."""
    transport = make_transport(url, clock, **settings)
    await transport.open()
    return transport


def _host_and_port(url: str, rest: str) -> tuple[str, int]:
    match = _HOST_PORT.fullmatch(rest)
    if match is None or not 0 < int(match["port"]) < 65536:
        raise BadUrlError(f"{url!r} needs a host and a port from 1 to 65535, as in tcp:127.0.0.1:4059")
    return match["host"].strip("[]"), int(match["port"])


def _check_settings(transport: type, url: str, settings: dict[str, Any]) -> None:
    parameters = inspect.signature(transport).parameters.values()
    known = [parameter.name for parameter in parameters if parameter.kind is parameter.KEYWORD_ONLY]
    for name in settings:
        if name not in known:
            raise BadUrlError(f"{url!r} has no setting {name!r}: known are {', '.join(known)}")
