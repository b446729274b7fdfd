"""Our client at pymodbus's server, and pymodbus's client at ours. Free clocks: neither knows a stepped one.

The messages' classes are the same on both sides; framing, timing, transports, TLS and dispatch are each one's own.
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pymodbus import FramerType
from pymodbus.client import AsyncModbusSerialClient, AsyncModbusTcpClient, AsyncModbusTlsClient
from pymodbus.client.base import ModbusBaseClient
from pymodbus.exceptions import ModbusIOException
from pymodbus.server import ModbusTcpServer, ModbusTlsServer
from pymodbus.simulator import DataType, SimData, SimDevice

from drivers.cim.credentials import Credential, TlsOptions, client_context
from drivers.clock import FreeClock
from drivers.modbus.client import ModbusClient
from drivers.modbus.errors import ModbusExceptionError
from drivers.modbus.link import TcpLink
from drivers.transport.base import TransportError
from drivers.transport.tcp import TcpTransport
from drivers.transport.tls import TlsTransport
from fixtures.clock import PlantClock
from tests.unit.modbus.station import LINE, ModbusStation


@pytest.fixture
async def pymodbus_server() -> AsyncIterator[ModbusTcpServer]:
    """A server of pymodbus with 32 holding registers from address 0 on, and coils."""
    device = SimDevice(1, simdata=[SimData(0, values=list(range(100, 132)), datatype=DataType.REGISTERS)])
    server = ModbusTcpServer(device, address=("127.0.0.1", 0))
    await server.listen()
    yield server
    await server.shutdown()


async def test_our_client_at_pymodbuss_server(pymodbus_server: ModbusTcpServer) -> None:
    transport = pymodbus_server.transport
    port = transport.sockets[0].getsockname()[1]  # type: ignore[union-attr]
    async with ModbusClient(TcpLink(TcpTransport("127.0.0.1", port, FreeClock()))) as client:
        assert await client.read_holding(0, 3) == [100, 101, 102]
        await client.write_registers(1, [7, 8])
        await client.write_register(3, 9)
        assert await client.read_holding(0, 5) == [100, 7, 8, 9, 104]
        assert await client.read_write(1, 2, 4, [55]) == [7, 8]
        await client.mask_write(4, 0x00F0, 0x0005)
        assert await client.read_holding(4, 1) == [55 & 0xF0 | 0x05]
        with pytest.raises(ModbusExceptionError) as refused:
            await client.read_holding(5000, 1)
        assert refused.value.code == 2


@pytest.mark.parametrize("port", ["rtu", "tcp"])
async def test_pymodbuss_client_at_our_server(tmp_path: Path, port: str) -> None:
    station = ModbusStation(tmp_path, (), clock=PlantClock(mode="free"))
    await station.start()
    client = _client(station, port)
    try:
        assert await client.connect()
        assert not (await client.write_registers(0, [5, 6], device_id=1)).isError()
        assert (await client.read_holding_registers(0, count=3, device_id=1)).registers == [5, 6, 0]
        assert not (await client.write_coil(2, True, device_id=1)).isError()
        assert (await client.read_coils(0, count=4, device_id=1)).bits[:4] == [False, False, True, False]
        assert (await client.read_holding_registers(60, count=1, device_id=1)).exception_code == 2
        information = await client.read_device_information(read_code=1, object_id=0, device_id=1)
        assert information.information[0] == b"AMIBENCH"
    finally:
        client.close()
        await station.stop()


def _client(station: ModbusStation, port: str) -> ModbusBaseClient:
    if port == "rtu":
        path = station.rtu.url.removeprefix("serial:")
        return AsyncModbusSerialClient(path, framer=FramerType.RTU, baudrate=LINE.baud, parity="N", timeout=3)
    return AsyncModbusTcpClient("127.0.0.1", port=station.tcp.number, timeout=3)


# -- Modbus/TCP Security -----------------------------------------------------------------------------------------------


@pytest.fixture
async def secure(tmp_path: Path) -> AsyncIterator[ModbusStation]:
    """Our server, with TLS."""
    station = ModbusStation(tmp_path, (), clock=PlantClock(mode="free"))
    await station.start()
    yield station
    await station.stop()


def _context(purpose: int, credential: Credential, directory: Path) -> ssl.SSLContext:
    """As the standard library makes it, from files: nothing of ours."""
    chain, anchors = directory / "chain.pem", directory / "anchors.pem"
    chain.write_text(credential.certificate_pem + credential.key_pem)
    anchors.write_text(credential.trust_pem)
    context = ssl.SSLContext(purpose)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_cert_chain(chain)
    context.load_verify_locations(anchors)
    return context


def _tls_client(station: ModbusStation, directory: Path, role: str) -> AsyncModbusTlsClient:
    context = _context(ssl.PROTOCOL_TLS_CLIENT, station.credential(role), directory)
    return AsyncModbusTlsClient("127.0.0.1", port=station.tls.number, sslctx=context, timeout=3, retries=0)


@pytest.mark.parametrize(("role", "refused"), [("Control", None), ("ReadOnly", 1)])
async def test_pymodbuss_tls_client_may_at_our_server_what_its_certificates_role_may(
    secure: ModbusStation, tmp_path: Path, role: str, refused: int | None
) -> None:
    client = _tls_client(secure, tmp_path, role)
    try:
        assert await client.connect()
        answer = await client.write_registers(0, [5, 6], device_id=1)
        assert (answer.exception_code or None) == refused
        registers = (await client.read_holding_registers(0, count=2, device_id=1)).registers
        assert registers == ([5, 6] if refused is None else [0, 0])
    finally:
        client.close()


async def test_pymodbuss_tls_client_without_a_role_is_given_nothing(secure: ModbusStation, tmp_path: Path) -> None:
    client = _tls_client(secure, tmp_path, "no_role")
    try:
        assert await client.connect()
        assert (await client.read_holding_registers(0, count=1, device_id=1)).exception_code == 1
    finally:
        client.close()


@pytest.mark.parametrize("who", ["untrusted", "expired"])
async def test_pymodbuss_tls_client_with_a_bad_certificate_is_turned_away(
    secure: ModbusStation, tmp_path: Path, who: str
) -> None:
    client = _tls_client(secure, tmp_path, who)
    try:
        assert not await _is_served(client)
    finally:
        client.close()


async def _is_served(client: ModbusBaseClient) -> bool:
    """Under TLS 1.3 a refusal comes in the place of the first answer."""
    try:
        return await client.connect() and bool(await client.read_holding_registers(0, count=1, device_id=1))
    except ModbusIOException:
        return False


@pytest.fixture
async def pymodbus_tls_server(secure: ModbusStation, tmp_path: Path) -> AsyncIterator[int]:
    """The port of a server of pymodbus that asks for certificates of our authority."""
    device = SimDevice(1, simdata=[SimData(0, values=list(range(100, 132)), datatype=DataType.REGISTERS)])
    context = _context(ssl.PROTOCOL_TLS_SERVER, secure.credential("Control"), tmp_path)
    server = ModbusTlsServer(device, address=("127.0.0.1", 0), sslctx=context)
    await server.listen()
    yield server.transport.sockets[0].getsockname()[1]  # type: ignore[union-attr]
    await server.shutdown()


async def test_our_client_at_pymodbuss_tls_server(secure: ModbusStation, pymodbus_tls_server: int) -> None:
    context = client_context(secure.credential("ReadOnly"), TlsOptions())
    transport = TlsTransport("127.0.0.1", pymodbus_tls_server, FreeClock(), context=context)
    async with ModbusClient(TcpLink(transport)) as client:
        assert await client.read_holding(0, 3) == [100, 101, 102]
        await client.write_registers(1, [7, 8])
        assert await client.read_holding(0, 4) == [100, 7, 8, 103]


async def test_our_client_with_another_authority_gets_nothing_of_pymodbuss_tls_server(
    secure: ModbusStation, pymodbus_tls_server: int
) -> None:
    context = client_context(secure.credential("untrusted"), TlsOptions(verify=False))
    transport = TlsTransport("127.0.0.1", pymodbus_tls_server, FreeClock(), context=context)
    with pytest.raises(TransportError):
        async with ModbusClient(TcpLink(transport), timeout_s=3.0) as client:
            await client.read_holding(0, 1)
