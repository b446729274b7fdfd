"""What is particular to TCP and TLS."""

from __future__ import annotations

import asyncio
import socket
import ssl
from typing import Any

import pytest
from cryptography import x509

from drivers.clock import FreeClock
from drivers.transport.base import CannotOpenError, PeerClosedError
from drivers.transport.tcp import READ_LIMIT, TcpTransport
from drivers.transport.tls import HandshakeError, TlsTransport


async def opened(transport: TcpTransport) -> TcpTransport:
    await transport.open()
    return transport


async def test_the_link_is_named_by_both_ports(tcp_end: Any, clock: FreeClock) -> None:
    transport = await opened(TcpTransport("127.0.0.1", tcp_end.port, clock))
    assert transport.link.key == f"tcp:{tcp_end.port}:{transport.local_address[1]}"
    await transport.close()


async def test_an_uncounted_link_has_no_key(tcp_end: Any, clock: FreeClock) -> None:
    transport = await opened(TcpTransport("127.0.0.1", tcp_end.port, clock, counted=False))
    assert transport.link.key == ""
    await transport.close()


async def test_small_messages_leave_at_once(tcp_end: Any, clock: FreeClock) -> None:
    transport = await opened(TcpTransport("127.0.0.1", tcp_end.port, clock))
    assert transport._transport is not None
    assert transport._transport.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    await transport.close()


async def test_nobody_listening(clock: FreeClock) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        transport = TcpTransport("127.0.0.1", free.getsockname()[1], clock)
        with pytest.raises(CannotOpenError, match="nobody listens"):
            await transport.open()
    assert not transport.is_open


async def test_an_unknown_host(clock: FreeClock) -> None:
    with pytest.raises(CannotOpenError, match=r"host name 'meter\.invalid' is not known"):
        await TcpTransport("meter.invalid", 4059, clock).open()


async def test_a_host_that_does_not_answer(clock: FreeClock) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        port = listener.getsockname()[1]
        with (
            socket.create_connection(("127.0.0.1", port)),  # fills the backlog: the next SYN is not answered
            pytest.raises(CannotOpenError, match=r"did not answer within 0\.05 s"),
        ):
            await TcpTransport("127.0.0.1", port, clock, connect_timeout_s=0.05).open()


async def test_a_reset_is_told_from_an_orderly_end(tcp_end: Any, clock: FreeClock, until: Any) -> None:
    transport = await opened(TcpTransport("127.0.0.1", tcp_end.port, clock))
    await tcp_end.connected.wait()
    tcp_end.connections[0].get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    tcp_end.connections[0].abort()
    with pytest.raises(PeerClosedError) as caught:
        await transport.read(clock.now() + 5)
    assert caught.value.how == "reset"
    await transport.close()

    transport = await opened(TcpTransport("127.0.0.1", tcp_end.port, clock))
    await until(lambda: len(tcp_end.connections) == 2)
    tcp_end.hang_up()
    with pytest.raises(PeerClosedError) as caught:
        await transport.read(clock.now() + 5)
    assert caught.value.how == "closed"
    await transport.close()


async def test_a_flood_is_slowed_down_and_not_lost(tcp_end: Any, clock: FreeClock, until: Any) -> None:
    transport = await opened(TcpTransport("127.0.0.1", tcp_end.port, clock))
    await tcp_end.connected.wait()
    flood = READ_LIMIT * 4
    tcp_end.send(bytes(flood))
    got = 0
    largest = 0
    while got < flood:
        await until(lambda: transport.link.received - got > READ_LIMIT or transport.link.received == flood)  # noqa: B023
        chunk = await transport.read(clock.now() + 5)
        got += len(chunk.data)
        largest = max(largest, len(chunk.data))
    assert got == flood
    assert largest < 2 * READ_LIMIT
    await transport.close()


async def test_cancelling_an_opening_leaves_it_closed(clock: FreeClock, tcp_end: Any) -> None:
    transport = TcpTransport("127.0.0.1", tcp_end.port, clock)
    opening = asyncio.create_task(transport.open())
    await asyncio.sleep(0)
    opening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await opening
    assert not transport.is_open
    await transport.open()
    await transport.close()


# -- TLS -----------------------------------------------------------------------------------------------------------


@pytest.fixture
async def tls_port(server_context: ssl.SSLContext) -> Any:
    server = await asyncio.get_running_loop().create_server(asyncio.Protocol, "127.0.0.1", 0, ssl=server_context)
    yield server.sockets[0].getsockname()[1]
    server.close()


async def test_what_was_negotiated_is_known(tls_port: int, clock: FreeClock, client_context: ssl.SSLContext) -> None:
    transport = TlsTransport("127.0.0.1", tls_port, clock, context=client_context)
    with pytest.raises(RuntimeError):
        _ = transport.negotiated
    await transport.open()
    facts = transport.negotiated
    assert facts.version == "TLSv1.3"
    assert facts.cipher.startswith("TLS_")
    assert facts.secret_bits >= 128
    assert facts.peer_certificate is not None
    assert "server" in x509.load_der_x509_certificate(facts.peer_certificate).subject.rfc4514_string()
    assert transport.link.key == ""
    await transport.close()


async def test_the_context_decides_what_is_offered(tls_port: int, clock: FreeClock, authority: Any) -> None:
    context = ssl.create_default_context(cafile=str(authority.file))
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    transport = TlsTransport("127.0.0.1", tls_port, clock, context=context)
    await transport.open()
    assert transport.negotiated.version == "TLSv1.2"
    await transport.close()


async def test_an_untrusted_certificate_is_refused_with_its_reason(tls_port: int, clock: FreeClock) -> None:
    transport = TlsTransport("127.0.0.1", tls_port, clock, context=ssl.create_default_context())
    with pytest.raises(HandshakeError, match="certificate is not accepted") as caught:
        await transport.open()
    assert caught.value.reason == "CERTIFICATE_VERIFY_FAILED"


async def test_a_certificate_for_another_name_is_refused(
    tls_port: int, clock: FreeClock, client_context: ssl.SSLContext
) -> None:
    transport = TlsTransport("127.0.0.1", tls_port, clock, context=client_context, server_hostname="headend.example")
    with pytest.raises(HandshakeError, match=r"headend\.example"):
        await transport.open()


async def test_a_server_that_does_not_speak_tls(clock: FreeClock, client_context: ssl.SSLContext) -> None:
    class Plain(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            assert isinstance(transport, asyncio.Transport)
            transport.write(b"220 welcome to plain text\r\n")

    server = await asyncio.get_running_loop().create_server(Plain, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    with pytest.raises(HandshakeError, match="handshake failed"):
        await TlsTransport("127.0.0.1", port, clock, context=client_context).open()
    server.close()


async def test_a_missing_client_certificate_ends_the_connection(
    clock: FreeClock, authority: Any, client_context: ssl.SSLContext
) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(authority.file))
    context.load_cert_chain(authority.issue("strict-server"))
    context.verify_mode = ssl.CERT_REQUIRED
    server = await asyncio.get_running_loop().create_server(asyncio.Protocol, "127.0.0.1", 0, ssl=context)
    port = server.sockets[0].getsockname()[1]
    transport = TlsTransport("127.0.0.1", port, clock, context=client_context)
    await transport.open()  # TLS 1.3: the server has not judged yet
    with pytest.raises(PeerClosedError):
        await transport.read(clock.now() + 5)
    await transport.close()
    server.close()
