"""The device's log, where its device file says that it has one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.access.modbus_declared import LogTable
from bench.controls.modbus._row import reader_of
from drivers.modbus.points import Point

if TYPE_CHECKING:
    from bench.access.modbus import ModbusAccess
    from drivers.modbus.client import ModbusClient

_MOST = 125


@dataclass(frozen=True)
class Logged:
    """One entry: sequence number, time by the device (UTC, s), code, result, subject, values before and after, who."""

    sequence: int
    at: float
    code: int
    result: int
    subject: int
    before: tuple[int, int]
    after: tuple[int, int]
    who: str


async def read_log(access: ModbusAccess) -> Sequence[Logged] | None:
    """All entries, oldest first; None where no log is declared."""
    table = access.declared.log
    if table is None:
        return None
    header = Point("log", table.address, space=table.space)
    async with access.session(reader_of(access, header)) as client:
        device = access.device(client)
        head = await device.read(table.space, table.address, table.first)
        count = head[table.entries]
        items = await _read(access, client, table, count * table.entry)
    entries = [items[at : at + table.entry] for at in range(0, len(items), table.entry)]
    return [_entry(table, entry) for entry in reversed(entries)]


async def _read(access: ModbusAccess, client: ModbusClient, table: LogTable, length: int) -> list[int]:
    items: list[int] = []
    while len(items) < length:
        count = min(_MOST, length - len(items))
        items += await access.device(client).read(table.space, table.address + table.first + len(items), count)
    return items


def _entry(table: LogTable, items: Sequence[int]) -> Logged:
    who = b""
    if table.who is not None:
        at, count = table.who
        who = b"".join(item.to_bytes(2, "big") for item in items[at : at + count])
    return Logged(
        _long(items, table.sequence),
        float(_long(items, table.time)),
        items[table.code],
        items[table.result],
        items[table.subject],
        (items[table.before], items[table.before + 1]),
        (items[table.after], items[table.after + 1]),
        who.rstrip(b"\0").decode("ascii", "backslashreplace"),
    )


def _long(items: Sequence[int], at: int) -> int:
    return items[at] << 16 | items[at + 1]
