"""Against what nobody here wrote: pysunspec2's client at our inverter, and our driver at a device of pysunspec2's
making behind pymodbus's simulator. Free clocks: neither knows a stepped one."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import sunspec2
from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice
from sunspec2.file.client import FileClientDevice
from sunspec2.modbus.client import SunSpecModbusClientDeviceTCP
from sunspec2.modbus.modbus import ModbusClientException

from drivers.clock import FreeClock
from drivers.modbus.client import ModbusClient
from drivers.modbus.link import TcpLink
from drivers.sunspec.device import SunSpecDevice
from drivers.sunspec.errors import ScaleFactorError
from drivers.transport.tcp import TcpTransport
from fixtures.clock import PlantClock

from .conftest import END, SUNS
from .station import InverterStation

SAMPLES = Path(sunspec2.__file__).parent / "tests" / "test_data"


# -- pysunspec2's client at our inverter ---------------------------------------------------------------------------


@asynccontextmanager
async def scanned(directory: Path, **settings: Any) -> AsyncIterator[tuple[InverterStation, Any]]:
    """Our inverter, and pysunspec2's picture of it."""
    station = InverterStation(directory, clock=PlantClock(mode="free"), processing_s=0.0, **settings)
    await station.start()
    host, port = station.seat.endpoints()["tcp"].removeprefix("tcp:").split(":")
    peer = SunSpecModbusClientDeviceTCP(slave_id=1, ipaddr=host, ipport=int(port), timeout=5)
    try:
        await asyncio.to_thread(peer.scan)
        yield station, peer
    finally:
        peer.close()
        await station.stop()


def flat(group: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """pysunspec2's values by our paths, its scale factors applied."""
    for name, point in group.points.items():
        yield prefix + name, point.cvalue
    for name, part in group.groups.items():
        if isinstance(part, list):
            for number, one in enumerate(part, 1):
                yield from flat(one, f"{prefix}{name}[{number}].")
        else:
            yield from flat(part, f"{prefix}{name}.")


async def test_pysunspec2_reads_all_of_our_inverter_as_we_do(tmp_path: Path) -> None:
    async with scanned(tmp_path, phases=3, battery_wh=8000.0, models="both") as (station, peer):
        ours = await (await station.inverter()).device.discover()
        assert {number for number in peer.models if isinstance(number, int)} == set(ours.map.models)
        compared = 0
        for model in ours.models():
            (theirs,) = peer.models[model.id]
            assert not theirs.error_info
            values = dict(flat(theirs))
            for path, value in model.values():
                kind = model.layout[path].definition.kind.value
                if path in ("ESDlyRemTms", "DERHb") or "Wh" in path or kind.startswith("acc"):
                    continue  # they move on; and an accumulator of 0 is None to pysunspec2
                assert values[path] == pytest.approx(value), (model.id, path)
                compared += 1
            moving = {
                path for path, point in model.layout.points.items() if point.definition.kind.value.startswith("acc")
            }
            absent = {path for path, value in values.items() if value is None} - moving
            assert not {path for path in absent if path in model}
        assert compared > 300


async def test_pysunspec2_limits_our_inverter(tmp_path: Path) -> None:
    async with scanned(tmp_path) as (station, peer):
        controls = peer.DERCtlAC[0]

        def write() -> None:
            controls.WMaxLimPct.cvalue = 45.0
            controls.WMaxLimPctEna.value = 1
            controls.write()

        await asyncio.to_thread(write)
        assert station.seat.inverter.settings.limit_active_power.limit_pu == 0.45
        assert station.seat.inverter.settings.limit_active_power.enabled


async def test_pysunspec2_comes_in_by_tls_with_a_role(tmp_path: Path) -> None:
    station = InverterStation(tmp_path, clock=PlantClock(mode="free"), processing_s=0.0, ports=["tls"])
    await station.start()
    try:
        peer = tls_client(station, tmp_path, "ReadOnly")
        await asyncio.to_thread(peer.scan)
        assert peer.common[0].SN.value == "SD10-000001"
        peer.DERCtlAC[0].WMaxLimPctEna.value = 1
        with pytest.raises(ModbusClientException, match="exception: 1"):
            await asyncio.to_thread(peer.DERCtlAC[0].write)
        peer.close()
        peer = tls_client(station, tmp_path, "untrusted")
        with pytest.raises(Exception, match=r"SSL|alert|scan"):
            await asyncio.to_thread(peer.scan)
        peer.close()
    finally:
        await station.stop()


def tls_client(station: InverterStation, directory: Path, role: str) -> Any:
    """pysunspec2's client with the certificate of a role."""
    credential = station.credential(role)
    files = {}
    for name, text in {
        "cafile": credential.trust_pem,
        "certfile": credential.certificate_pem,
        "keyfile": credential.key_pem,
    }.items():
        files[name] = str(directory / f"{role}-{name}.pem")
        Path(files[name]).write_text(text)
    host, port = station.seat.endpoints()["tls"].removeprefix("tls:").split(":")
    return SunSpecModbusClientDeviceTCP(slave_id=1, ipaddr=host, ipport=int(port), timeout=5, tls=True, **files)


# -- our driver at a device that was not written for it ------------------------------------------------------------


def image_of(sample: str) -> tuple[list[int], FileClientDevice]:
    """The registers of a device from a file of pysunspec2, as pysunspec2 encodes them."""
    device = FileClientDevice(str(SAMPLES / sample))
    device.scan()
    registers = list(SUNS)
    for model in device.model_list:
        data = model.get_mb()
        registers += struct.unpack(f">{len(data) // 2}H", data)
    return [*registers, *END], device


@asynccontextmanager
async def behind_pymodbus(registers: list[int]) -> AsyncIterator[SunSpecDevice]:
    data = SimData(40000, values=registers, datatype=DataType.REGISTERS)
    server = ModbusTcpServer(SimDevice(1, simdata=[data]), address=("127.0.0.1", 0))
    await server.listen()
    port = server.transport.sockets[0].getsockname()[1]  # type: ignore[union-attr]
    clock = FreeClock()
    try:
        async with ModbusClient(TcpLink(TcpTransport("127.0.0.1", port, clock))) as client:
            yield SunSpecDevice(client, clock)
    finally:
        await server.shutdown()


@pytest.mark.parametrize(("sample", "points"), [("device_1547.json", 250), ("inverter_123.json", 90)])
async def test_we_read_pysunspec2s_sample_devices(sample: str, points: int) -> None:
    registers, theirs = image_of(sample)
    async with behind_pymodbus(registers) as device:
        found = await device.discover()
        assert found.map.base == 40000
        assert list(found.map.models) == [model.model_id for model in theirs.model_list]
        found.map.check()
        compared = 0
        for model, peer in zip(found.models(), theirs.model_list, strict=True):
            values: Mapping[str, Any] = dict(flat(peer))
            for path, placed in model.layout.points.items():
                if placed.definition.kind.value in ("pad", "sunssf") or path in ("ID", "L"):
                    continue
                if placed.scale_path is not None and values[placed.scale_path] is None and path in model:
                    with pytest.raises(ScaleFactorError):  # the samples leave some out
                        model[path]
                    continue
                assert model[path] == (values[path] if values[path] is None else pytest.approx(values[path]))
                compared += 1
        assert compared > points
