"""Where nobody can tell a real device where the bench is, the servers of the bench leave nothing behind."""

from __future__ import annotations

import socket
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bench.access.ocpp import OcppAccess
from bench.access.ocpp_csms import Csms
from bench.access.sep2 import Sep2Access
from bench.access.sep2_server import Counterpart
from bench.lab.config import load_lab
from bench.lab.operator import OperatorAbsentError
from bench.lab.station import Station
from drivers.transport.base import CannotOpenError

STATION = """
[station]
name = "real"
[seats.device]
actor = "Electric Vehicle"
iut = true
device = "device.toml"
links.csms = { carries = "ocpp" }
links.headend = { carries = "sep2", profile = "client" }
"""
DEVICE = """
kind = "charger"
[identity]
manufacturer = "Example"
model = "E-1"
[pixit.ocpp]
identity = "CP-1"
listen = "127.0.0.1:{port}"
security_profile = 1
[pixit.sep2]
listen = "127.0.0.1:{port}"
[secrets]
password = "env:AMIBENCH_TEST_KEY"
"""


@pytest.fixture
def taken() -> socket.socket:
    """A port of this machine."""
    return socket.create_server(("127.0.0.1", 0))


@pytest_asyncio.fixture
async def station(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, taken: socket.socket) -> AsyncIterator[Station]:
    """A real device that calls the bench at that port, and no operator."""
    monkeypatch.setenv("AMIBENCH_TEST_KEY", "password of the test")
    (tmp_path / "device.toml").write_text(DEVICE.format(port=taken.getsockname()[1]))
    (tmp_path / "lab.toml").write_text(STATION)
    with taken:
        async with Station(load_lab(tmp_path / "lab.toml")) as opened:
            yield opened


def servers(station: Station) -> list[Csms | Counterpart]:
    """The bench as CSMS and as headend."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    return [
        Csms(OcppAccess(station, "device")),
        Counterpart(Sep2Access(station, "device"), "headend", context=context),
    ]


async def test_an_address_that_is_taken_is_told_by_its_pixit_item(station: Station) -> None:
    for server in servers(station):
        with pytest.raises(CannotOpenError, match=r"cannot listen at 127\.0\.0\.1:\d+ \(PIXIT .*listen\): "):
            await server.open()


async def test_what_could_not_be_told_is_not_taken_back_and_the_port_is_free_again(
    station: Station, taken: socket.socket
) -> None:
    address = taken.getsockname()
    taken.close()
    for server in servers(station):
        with pytest.raises(OperatorAbsentError, match="set the address of server"):
            await server.open()
        await server.close()
        socket.create_server(address).close()
