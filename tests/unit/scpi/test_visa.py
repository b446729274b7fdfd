"""The VISA session on SOCKET and ASRL: what pyvisa-py leaves to its user."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
import pyvisa

from drivers.scpi.errors import GarbledAnswerError, InstrumentSilentError, InstrumentVanishedError
from drivers.scpi.settings import VisaSettings
from drivers.scpi.visa import LONGEST_LINE, VisaSession
from tests.unit.scpi.conftest import HANG_UP, Scripted


@pytest_asyncio.fixture
async def session(script: Scripted) -> AsyncIterator[VisaSession]:
    made = VisaSession(VisaSettings(script.resource_name, answer_timeout_s=10.0))
    await asyncio.to_thread(made.open)
    yield made
    await asyncio.to_thread(made.close)


def exchange(session: VisaSession, line: str) -> str:
    session.write(line)
    return session.read_line(10.0)


async def test_socket_sessions_send_at_once(session: VisaSession) -> None:
    below = [
        item.interface for item in pyvisa.ResourceManager("@py").visalib.sessions.values() if hasattr(item, "interface")
    ]
    sockets = [item for item in below if isinstance(item, socket.socket)]
    assert all(item.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) for item in sockets)
    assert len(sockets) == (1 if "SOCKET" in session.settings.resource_name else 0)


async def test_answer_comes_without_its_line_end(session: VisaSession, script: Scripted) -> None:
    script.answers["Q?"] = b"1.5\r\n"
    assert await asyncio.to_thread(exchange, session, "Q?") == "1.5"


async def test_long_answer_comes_whole(session: VisaSession, script: Scripted) -> None:
    script.answers["Q?"] = b",".join([b"1700000000.0000,+5.00000000E+00"] * 2000) + b"\n"
    answer = await asyncio.to_thread(exchange, session, "Q?")
    assert answer.encode() + b"\n" == script.answers["Q?"]


async def test_line_without_end_is_garbled(session: VisaSession, script: Scripted) -> None:
    script.answers["Q?"] = b"9" * (LONGEST_LINE + 1)
    with pytest.raises(GarbledAnswerError, match="without end"):
        await asyncio.to_thread(exchange, session, "Q?")


def exchange_block(session: VisaSession, line: str, timeout_s: float = 10.0) -> bytes:
    session.write(line)
    return session.read_block(timeout_s)


@pytest.mark.parametrize("data", [b"", b"\n\n\n#0\r\n", bytes(range(256)) * 40])
async def test_block_comes_whole_whatever_is_in_it(session: VisaSession, script: Scripted, data: bytes) -> None:
    length = str(len(data)).encode()
    script.answers["CURV?"] = b"#" + str(len(length)).encode() + length + data + b"\n"
    script.answers["Q?"] = b"1.5\n"
    assert await asyncio.to_thread(exchange_block, session, "CURV?") == data
    assert await asyncio.to_thread(exchange, session, "Q?") == "1.5"


@pytest.mark.parametrize("answer", [b"1.5,2.5,3.5\n", b"#01234\n", b"#2xx1234\n", b"#9999999999\n"])
async def test_what_is_no_block_is_garbled(session: VisaSession, script: Scripted, answer: bytes) -> None:
    script.answers["CURV?"] = answer
    with pytest.raises(GarbledAnswerError, match="block"):
        await asyncio.to_thread(exchange_block, session, "CURV?")


async def test_block_that_is_cut_off_is_silence(session: VisaSession, script: Scripted) -> None:
    script.answers["CURV?"] = b"#3100" + b"x" * 99
    with pytest.raises(InstrumentSilentError, match="no whole block"):
        await asyncio.to_thread(exchange_block, session, "CURV?", 0.2)


async def test_write_to_a_vanished_instrument_is_an_error(session: VisaSession, script: Scripted) -> None:
    script.answers["Q?"] = HANG_UP

    def insist() -> None:
        for _ in range(100):
            exchange(session, "Q?")

    with pytest.raises(InstrumentVanishedError):
        await asyncio.to_thread(insist)
    with pytest.raises(InstrumentVanishedError):
        await asyncio.to_thread(insist)


async def test_closing_twice_is_fine(session: VisaSession) -> None:
    await asyncio.to_thread(session.close)
    await asyncio.to_thread(session.close)
    assert not session.is_open
