"""Far ends for the transports: each speaks one kind of link, all offer the same few acts."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import ipaddress
import os
import pty
import ssl
import tty
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from serial.rfc2217 import PortManager

from drivers.clock import FreeClock, LinkState

Until = Callable[[Callable[[], object]], Awaitable[None]]


@pytest.fixture
def until() -> Until:
    """Let the event loop turn until a condition holds (10 s at most)."""

    async def turn_until(holds: Callable[[], object]) -> None:
        async with asyncio.timeout(10):
            while not holds():  # noqa: ASYNC110 - there is no event for a counter
                await asyncio.sleep(0)

    return turn_until


# -- clocks --------------------------------------------------------------------------------------------------------


class ManualClock:
    """A stepped clock with nobody on the other side: time passes only by waiting."""

    mode = "stepped"
    uncertainty_s = 0.0

    def __init__(self, start: float = 1000.0) -> None:
        self.time = start

    def now(self) -> float:
        return self.time

    async def sleep_until(self, when: float) -> None:
        await asyncio.sleep(0)
        self.time = max(self.time, when)

    async def wait_input(self, link: LinkState, arrived: asyncio.Event, deadline: float) -> bool:
        for _ in range(3):  # let tasks of the test run first
            await asyncio.sleep(0)
            if arrived.is_set():
                return True
        self.time = max(self.time, deadline)
        return False


@pytest.fixture
def manual_clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def clock() -> FreeClock:
    return FreeClock()


# -- a certificate authority ---------------------------------------------------------------------------------------


class Authority:
    """A CA and what it issues, as PEM files."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        certificate = self._build(self._name, self._key).add_extension(x509.BasicConstraints(True, None), True)
        self.file = folder / f"{name}.pem"
        self.file.write_bytes(self._signed(certificate))

    def issue(self, name: str) -> Path:
        """A certificate for 127.0.0.1 with its key, in one file."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
        pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        file = self._folder / f"{name}.pem"
        file.write_bytes(pem + self._signed(self._build(subject, key).add_extension(address, False)))
        return file

    def _build(self, subject: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
        now = datetime.datetime.now(datetime.UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(hours=1))
            .not_valid_after(now + datetime.timedelta(hours=1))
        )

    def _signed(self, builder: x509.CertificateBuilder) -> bytes:
        return builder.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"), "bench-ca")


@pytest.fixture(scope="session")
def server_context(authority: Authority) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(authority.issue("server"))
    return context


@pytest.fixture(scope="session")
def client_context(authority: Authority) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(authority.file))


# -- far ends ------------------------------------------------------------------------------------------------------


class FarEnd(ABC):
    """The device's side of one link."""

    url: str
    settings: dict[str, object]

    def __init__(self) -> None:
        self.settings = {}
        self.received = bytearray()
        self.echo = False
        self._news = asyncio.Event()

    def heard(self, data: bytes) -> None:
        self.received += data
        self._news.set()
        if self.echo:
            self.send(data)

    async def expect(self, length: int) -> bytes:
        """The next ``length`` bytes that the transport sent."""
        async with asyncio.timeout(10):
            while len(self.received) < length:
                self._news.clear()
                await self._news.wait()
        data = bytes(self.received[:length])
        del self.received[:length]
        return data

    @abstractmethod
    async def start(self) -> None: ...

    @abstractmethod
    def send(self, data: bytes) -> None: ...

    @abstractmethod
    def pause(self) -> None:
        """Read no more."""

    @abstractmethod
    def hang_up(self) -> None: ...

    @abstractmethod
    async def stop(self) -> None: ...


class _FarProtocol(asyncio.Protocol):
    def __init__(self, far: SocketFarEnd) -> None:
        self.far = far

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.far.connections.append(transport)
        self.far.connected.set()

    def data_received(self, data: bytes) -> None:
        self.far.arrived(data)


class SocketFarEnd(FarEnd):
    """A server on a loopback port, with or without TLS."""

    def __init__(self, url: str, context: ssl.SSLContext | None = None) -> None:
        super().__init__()
        self._pattern = url
        self._context = context
        self.connections: list[asyncio.Transport] = []
        self.connected = asyncio.Event()

    async def start(self) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _FarProtocol(self), "127.0.0.1", 0, ssl=self._context)
        self.port = self._server.sockets[0].getsockname()[1]
        self.url = self._pattern.format(port=self.port)

    def arrived(self, data: bytes) -> None:
        self.heard(data)

    def send(self, data: bytes) -> None:
        self.connections[-1].write(data)

    def pause(self) -> None:
        self.connections[-1].pause_reading()

    def hang_up(self) -> None:
        self.connections[-1].close()

    async def stop(self) -> None:
        for connection in self.connections:
            connection.abort()
        self._server.close()
        await asyncio.sleep(0)


class Rfc2217FarEnd(SocketFarEnd):
    """A serial port server: pyserial's port manager on a port that is only a record of its settings."""

    def __init__(self) -> None:
        super().__init__("serial:rfc2217://127.0.0.1:{port}")
        self.port_settings = SimpleNamespace(
            baudrate=9600, bytesize=8, parity="N", stopbits=1, xonxoff=False, rtscts=False, break_condition=False,
            dtr=False, rts=False, cts=True, dsr=True, ri=False, cd=False,
            reset_input_buffer=lambda: None, reset_output_buffer=lambda: None,
        )  # fmt: skip
        self._managers: dict[asyncio.Transport, PortManager] = {}

    @property
    def _manager(self) -> PortManager:
        connection = self.connections[-1]
        if connection not in self._managers:
            self._managers[connection] = PortManager(self.port_settings, connection)
        return self._managers[connection]

    def arrived(self, data: bytes) -> None:
        characters = b"".join(self._manager.filter(data))
        if characters:
            self.heard(characters)

    def send(self, data: bytes) -> None:
        self.connections[-1].write(b"".join(self._manager.escape(data)))


class PtyFarEnd(FarEnd):
    """The master side of a pty whose slave stays open, as an emulated meter keeps it."""

    async def start(self) -> None:
        self.master, self.slave = pty.openpty()
        tty.setraw(self.slave)
        os.set_blocking(self.master, False)
        self.path = os.ttyname(self.slave)
        self.url = f"serial:{self.path}"
        self._open = True
        self._unsent = bytearray()
        asyncio.get_running_loop().add_reader(self.master, self._readable)

    def _readable(self) -> None:
        with contextlib.suppress(OSError):
            self.heard(os.read(self.master, 65536))

    def send(self, data: bytes) -> None:
        self._unsent += data
        loop = asyncio.get_running_loop()
        try:
            while self._unsent:
                del self._unsent[: os.write(self.master, self._unsent)]
            loop.remove_writer(self.master)
        except BlockingIOError:
            loop.add_writer(self.master, self.send, b"")

    def pause(self) -> None:
        asyncio.get_running_loop().remove_reader(self.master)

    def hang_up(self) -> None:
        if self._open:
            self._open = False
            asyncio.get_running_loop().remove_reader(self.master)
            asyncio.get_running_loop().remove_writer(self.master)
            os.close(self.slave)
            os.close(self.master)

    async def stop(self) -> None:
        self.hang_up()


KINDS = ("tcp", "tls", "pty", "socket", "rfc2217")


def make_far_end(kind: str, request: pytest.FixtureRequest) -> FarEnd:
    match kind:
        case "tcp":
            return SocketFarEnd("tcp:127.0.0.1:{port}")
        case "tls":
            far = SocketFarEnd("tls:127.0.0.1:{port}", request.getfixturevalue("server_context"))
            far.settings["context"] = request.getfixturevalue("client_context")
            return far
        case "socket":
            return SocketFarEnd("serial:socket://127.0.0.1:{port}")
        case "rfc2217":
            return Rfc2217FarEnd()
        case _:
            return PtyFarEnd()


@pytest.fixture(params=KINDS)
async def far(request: pytest.FixtureRequest) -> AsyncIterator[FarEnd]:
    """The far end of every kind of link in turn."""
    end = make_far_end(request.param, request)
    await end.start()
    yield end
    await end.stop()


@pytest.fixture
async def pty_end() -> AsyncIterator[PtyFarEnd]:
    end = PtyFarEnd()
    await end.start()
    yield end
    await end.stop()


@pytest.fixture
async def tcp_end() -> AsyncIterator[SocketFarEnd]:
    end = SocketFarEnd("tcp:127.0.0.1:{port}")
    await end.start()
    yield end
    await end.stop()


@pytest.fixture
async def rfc2217_end() -> AsyncIterator[Rfc2217FarEnd]:
    end = Rfc2217FarEnd()
    await end.start()
    yield end
    await end.stop()
