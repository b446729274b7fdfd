"""From URLs to transports."""

from __future__ import annotations

import ssl
from typing import Any

import pytest

from drivers.clock import FreeClock
from drivers.transport.serial import SerialTransport
from drivers.transport.tcp import TcpTransport
from drivers.transport.tls import TlsTransport
from drivers.transport.urls import BadUrlError, make_transport


@pytest.mark.parametrize(
    ("url", "kind", "name"),
    [
        ("tcp:127.0.0.1:4059", TcpTransport, "127.0.0.1:4059"),
        ("tcp://meter.lab:4059", TcpTransport, "meter.lab:4059"),
        ("tcp:[::1]:4059", TcpTransport, "[::1]:4059"),
        ("tls:meter.lab:4059", TlsTransport, "meter.lab:4059"),
        ("serial:/dev/ttyUSB0", SerialTransport, "/dev/ttyUSB0"),
        ("serial:socket://10.0.0.1:4001", SerialTransport, "socket://10.0.0.1:4001"),
        ("serial:rfc2217://host:2217?timeout=5", SerialTransport, "rfc2217://host:2217?timeout=5"),
    ],
)
def test_known_urls(url: str, kind: type, name: str, clock: FreeClock) -> None:
    settings: dict[str, Any] = {"context": ssl.create_default_context()} if url.startswith("tls") else {}
    transport = make_transport(url, clock, **settings)
    assert type(transport) is kind
    assert transport.name == name


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("udp:127.0.0.1:4059", "unknown scheme 'udp'"),
        ("/dev/ttyUSB0", "no transport URL"),
        ("serial:", "no transport URL"),
        ("tcp:127.0.0.1", "host and a port"),
        ("tcp:127.0.0.1:0", "1 to 65535"),
        ("tcp:127.0.0.1:65536", "1 to 65535"),
        ("tcp:::1:4059", "host and a port"),
        ("tls:127.0.0.1:4059", "needs the setting 'context'"),
    ],
)
def test_bad_urls_are_refused_with_a_reason(url: str, complaint: str, clock: FreeClock) -> None:
    with pytest.raises(BadUrlError, match=complaint):
        make_transport(url, clock)


def test_a_setting_that_the_transport_does_not_have(clock: FreeClock) -> None:
    with pytest.raises(BadUrlError, match=r"no setting 'baud': known are connect_timeout_s, counted"):
        make_transport("tcp:127.0.0.1:4059", clock, baud=9600)
