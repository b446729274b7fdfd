"""Our client at pymodbus's server, and pymodbus's client at ours. Free clocks: neither knows a stepped one.

The messages' classes are the same on both sides; framing, timing, transports and dispatch are each one's own.
pymodbus's TLS is left out: it sends no MBAP header within TLS.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pymodbus import FramerType
from pymodbus.client import AsyncModbusSerialClient, AsyncModbusTcpClient
from pymodbus.client.base import ModbusBaseClient
from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

from drivers.clock import FreeClock
from drivers.modbus.client import ModbusClient
from drivers.modbus.errors import ModbusExceptionError
from drivers.modbus.link import TcpLink
from drivers.transport.tcp import TcpTransport
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
