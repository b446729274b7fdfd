"""The setting that probes change and change back: by the device file, or the row's own write."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.controls.modbus._row import access_of, exchange_of, reader_of, writer_of
from bench.exchanges.modbus_write import ModbusWrite, write_pdu
from drivers.modbus.points import Point, Value

if TYPE_CHECKING:
    from bench.access.modbus import ModbusAccess
    from bench.controls.trial import Trial


@dataclass(frozen=True)
class Setting:
    """A point with the value that it has and another one that it may have, and the clients that may."""

    access: ModbusAccess
    point: Point
    value: Value
    other: Value
    writer: str
    reader: str

    def write(self, value: Value) -> bytes:
        """The request that writes a value."""
        return write_pdu(self.point, value)

    async def read(self) -> Value:
        """The value in force. Raises the device's refusal."""
        async with self.access.session(self.reader) as client:
            items = await self.access.device(client).read(self.point.space, self.point.address, self.point.size)
        return self.point.decode(items)

    async def put_back(self) -> None:
        """Have the value of before in force again."""
        if await self.read() != self.value:
            async with self.access.session(self.writer) as client:
                await client.send_pdu(self.write(self.value))


async def setting_of(trial: Trial) -> Setting | None:
    """The setting; None where nothing is declared that may be changed and changed back."""
    access, exchange = access_of(trial), exchange_of(trial)
    point = access.points.get(access.declared.setting)
    if point is None and isinstance(exchange, ModbusWrite):
        point = exchange.point
    writer = writer_of(access, point) if point is not None else None
    if point is None or writer is None:
        return None
    reader = reader_of(access, point)
    async with access.session(reader) as client:
        items = await access.device(client).read(point.space, point.address, point.size)
    value = point.decode(items)
    if isinstance(exchange, ModbusWrite) and exchange.point == point:
        other = exchange.another(value)
    else:
        other = _another(access, point.name, value)
    return Setting(access, point, value, other, writer, reader)


def _another(access: ModbusAccess, name: str, value: Value) -> Value:
    low, high = access.declared.points[name].range or (0.0, 100.0)
    middle = float(round((low + high) / 2))
    return middle if middle != value else float(round((low + middle) / 2))
