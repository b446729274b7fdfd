"""An emulated Modbus device with all its ports, and our client at them, on a clock that the test moves."""

from __future__ import annotations

import ssl
from pathlib import Path

from drivers.cim.credentials import Credential, TlsOptions, client_context
from drivers.modbus.client import ModbusClient
from drivers.modbus.codes import Space
from drivers.modbus.link import RtuLink, TcpLink
from drivers.modbus.points import Point, Value
from drivers.transport.line_time import LineFormat
from drivers.transport.urls import make_transport
from fixtures.clock import PlantClock
from fixtures.faults import Faults
from fixtures.modbus.device import ModbusDevice, ServerSettings
from fixtures.modbus.log import DeviceLog
from fixtures.modbus.pki import ModbusPki
from fixtures.modbus.register_map import Entry, RegisterMap
from fixtures.modbus.rights import Grant, Rights
from fixtures.modbus.rtu_port import RtuPort
from fixtures.modbus.tcp_port import TcpPort
from fixtures.world import World

LINE = LineFormat(19_200, 8, "E")
LOG_AT = 0x1000
ALL = (Grant(Space.HOLDING, 0, 99, write=True), Grant(Space.INPUT, 0, 0x1FFF), Grant(Space.COIL, 0, 99, write=True),
       Grant(Space.DISCRETE_INPUT, 0, 99))  # fmt: skip
READ_ONLY = (Grant(Space.HOLDING, 0, 99), Grant(Space.INPUT, 0, 99))


class ModbusStation:
    """Holding registers 0 to 9 and 20 to 21 (a 32-bit number up to 1,000,000), coils 0 to 15, and what only is read."""

    def __init__(self, directory: Path, faults: tuple[str, ...], *, clock: PlantClock | None = None) -> None:
        self.clock = clock or PlantClock(1767571200.0)
        self.world = World(self.clock, directory, seed=7628)
        self.faults = Faults(faults)
        self.values: dict[str, Value] = {f"h{index}": 0.0 for index in range(10)}
        self.values |= {f"c{index}": False for index in range(16)} | {"long": 70_000.0}
        self.pki = ModbusPki("device", ("Control", "ReadOnly"), self.world)
        log = DeviceLog(self.clock.now, self.faults, capacity=8)
        rights = Rights({"Control": ALL, "ReadOnly": READ_ONLY}, ALL, self.faults)
        bank = RegisterMap(self._entries(), self.faults, log, LOG_AT)
        settings = ServerSettings(units=(1, 17), identification={0: "AMIBENCH", 1: "TEST-1", 2: "1.0"})
        self.device = ModbusDevice(self.clock, bank, rights, log, self.faults, settings, secret=self.pki.key)
        self.rtu = RtuPort(self.clock, "device", "rtu", LINE)
        self.tcp = TcpPort(self.clock, "device", "tcp")
        self.tls = TcpPort(self.clock, "device", "tls")

    def _entries(self) -> list[Entry]:
        def entry(point: Point) -> Entry:
            return Entry(
                point,
                lambda: self.values[point.name],
                lambda value: self.values.update({point.name: value}),
                lambda value: point.name != "long" or float(value) <= 1_000_000,
            )

        entries = [entry(Point(f"h{index}", index)) for index in range(10)]
        entries += [entry(Point(f"c{index}", index, "bit", Space.COIL)) for index in range(16)]
        entries.append(entry(Point("long", 20, "u32")))
        entries.append(Entry(Point("volts", 0, "f32", Space.INPUT), lambda: 230.5))
        entries.append(Entry(Point("door", 3, "bit", Space.DISCRETE_INPUT), lambda: True))
        return entries

    async def start(self) -> None:
        await self.rtu.start()
        for port in (self.tcp, self.tls):
            port.reserve()
        for port in (self.rtu, self.tcp, self.tls):
            port.attach(self.device)
        self.tcp.open()
        self.tls.open(self.pki.context(self.faults))

    async def stop(self) -> None:
        await self.rtu.stop()
        self.tcp.release()
        self.tls.release()

    # -- clients ---------------------------------------------------------------------------------------------------

    def credential(self, name: str) -> Credential:
        return Credential.from_pem(bytes.fromhex(self.world.secrets._book[f"device/modbus/{name}"]).decode())

    def over_rtu(self, unit: int = 1) -> ModbusClient:
        line = {"baud": LINE.baud, "data_bits": LINE.data_bits, "parity": LINE.parity}
        transport = make_transport(self.rtu.url, self.clock, counted=True, **line)
        return ModbusClient(RtuLink(transport), unit)

    def over_tcp(self, unit: int = 1) -> ModbusClient:
        return ModbusClient(TcpLink(make_transport(f"tcp:127.0.0.1:{self.tcp.number}", self.clock, counted=True)), unit)

    def over_tls(self, name: str = "Control", options: TlsOptions | None = None) -> ModbusClient:
        context: ssl.SSLContext = client_context(self.credential(name), options)
        url = f"tls:127.0.0.1:{self.tls.number}"
        return ModbusClient(TcpLink(make_transport(url, self.clock, counted=True, context=context)), 1)
