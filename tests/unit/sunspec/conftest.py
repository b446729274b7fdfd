"""A device's registers as a driver reaches them, without a line between."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from drivers.modbus.codes import ExceptionCode, FunctionCode
from drivers.modbus.errors import ModbusExceptionError

from .station import InverterStation

SUNS = [0x5375, 0x6E53]
END = [0xFFFF, 0]


@dataclass
class Registers:
    """`RegisterAccess` on a list of registers that begins at ``base``. Keeps what it was asked."""

    values: list[int]
    base: int = 40000
    at_most: int = 125
    refuses: set[int] = field(default_factory=set)
    """Addresses that cannot be read."""
    apart: bool = False
    """Only whole blocks that begin at a model's ID can be read across: reads over a boundary of models are refused."""
    bounds: Sequence[int] = ()
    reads: list[tuple[int, int]] = field(default_factory=list)
    writes: list[tuple[int, list[int]]] = field(default_factory=list)

    async def read_holding(self, address: int, count: int) -> list[int]:
        self.reads.append((address, count))
        first, end = address - self.base, address - self.base + count
        crosses = any(address < bound < address + count for bound in self.bounds)
        if not 1 <= count <= self.at_most:
            raise ModbusExceptionError(FunctionCode.READ_HOLDING_REGISTERS, ExceptionCode.ILLEGAL_DATA_VALUE)
        if first < 0 or end > len(self.values) or crosses or self.refuses & set(range(address, address + count)):
            raise ModbusExceptionError(FunctionCode.READ_HOLDING_REGISTERS, ExceptionCode.ILLEGAL_DATA_ADDRESS)
        return self.values[first:end]

    async def write_registers(self, address: int, values: Sequence[int]) -> None:
        self.writes.append((address, list(values)))
        self.values[address - self.base : address - self.base + len(values)] = list(values)


def model(identifier: int, body: Iterable[int]) -> list[int]:
    """A model with its header."""
    registers = list(body)
    return [identifier, len(registers), *registers]


def text(value: str, registers: int) -> list[int]:
    data = value.encode().ljust(2 * registers, b"\0")
    return [int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2)]


COMMON = model(1, [*text("Maker", 16), *text("Model", 16), *text("", 8), *text("1.0", 8), *text("S1", 16), 1, 0x8000])
"""SunSpec model 1: Mn, Md, Opt, Vr, SN, DA, Pad."""


@pytest.fixture
def common() -> list[int]:
    return list(COMMON)


StationMaker = Callable[..., Awaitable[InverterStation]]


@pytest.fixture
async def make_station(tmp_path: Path) -> AsyncIterator[StationMaker]:
    """Makes a started station: ``await make_station("F-A11", battery_wh=10_000.0)``."""
    made: list[InverterStation] = []

    async def make(*faults: str, **settings: Any) -> InverterStation:
        station = InverterStation(tmp_path, *faults, **settings)
        made.append(station)
        await station.start()
        return station

    yield make
    for station in made:
        await station.stop()


@pytest.fixture
async def station(make_station: StationMaker) -> InverterStation:
    """A sound inverter of 10 kW with 12 kW of array."""
    return await make_station()
