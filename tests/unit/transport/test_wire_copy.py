"""A port's copy of the wire below TLS."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from drivers.transport.copied import WireCopy
from drivers.transport.listener import Listener

SECRET = b"ZEBRA-0123456789abcdef"
_APPLICATION_DATA = b"\x17\x03\x03"


class _Echo(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._transport.write(data)


@asynccontextmanager
async def _echo(context: ssl.SSLContext, copy: WireCopy | None) -> AsyncIterator[tuple[Listener, list[BaseException]]]:
    refusals: list[BaseException] = []
    listener = Listener(_Echo, refused=refusals.append)
    listener.copy = copy
    listener.open(context)
    try:
        yield listener, refusals
    finally:
        listener.release()


async def _said_back(port: int, context: ssl.SSLContext) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context)
    try:
        writer.write(SECRET)
        return await reader.readexactly(len(SECRET))
    finally:
        writer.close()


@pytest.mark.parametrize("copied", [True, False])
async def test_a_copied_connection_works_as_any_other(
    copied: bool, server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    async with _echo(server_context, WireCopy() if copied else None) as (listener, _refusals):
        assert await _said_back(listener.port, client_context) == SECRET


async def test_the_copy_has_both_directions_and_nothing_readable(
    server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    copy = WireCopy()
    async with _echo(server_context, copy) as (listener, _refusals):
        await _said_back(listener.port, client_context)
    assert _APPLICATION_DATA in copy.received
    assert _APPLICATION_DATA in copy.sent
    assert SECRET not in copy.both


async def test_what_is_sent_without_tls_is_in_the_copy(server_context: ssl.SSLContext) -> None:
    copy = WireCopy()
    async with _echo(server_context, copy) as (listener, refusals):
        reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
        writer.write(SECRET)
        await reader.read()
        writer.close()
    assert SECRET in copy.received
    assert [type(refusal) for refusal in refusals] == [ssl.SSLError]
