"""A device behind Modbus as the role `drivers.roles.FieldDevice`: quantities by the names of its register map."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from drivers.modbus.codes import Space
from drivers.modbus.errors import EncodeError
from drivers.modbus.points import Point, Value

if TYPE_CHECKING:
    from drivers.modbus.client import ModbusClient

_MOST_REGISTERS, _MOST_BITS = 125, 2000


class UnknownPointError(LookupError):
    """The device's register map names no such quantity."""


class ModbusFieldDevice:
    """``points``: the device's register map by name. Calls raise UnknownPointError and what the client raises."""

    def __init__(self, client: ModbusClient, points: Mapping[str, Point]) -> None:
        self.client = client
        self.points = points

    def point(self, name: str) -> Point:
        """A quantity's place. Raises UnknownPointError."""
        try:
            return self.points[name]
        except KeyError:
            raise UnknownPointError(f"the register map names no {name!r}") from None

    async def value(self, name: str) -> Value:
        """One quantity."""
        return (await self.values([name]))[name]

    async def values(self, names: Iterable[str]) -> Mapping[str, Value]:
        """Quantities, those that stand side by side in one request."""
        found: dict[str, Value] = {}
        for space, points in groupby(sorted(map(self.point, names), key=_place), key=lambda point: point.space):
            for block in _blocks(list(points), space):
                first, last = block[0].address, block[-1].addresses[-1]
                items = await self.read(space, first, last - first + 1)
                for point in block:
                    found[point.name] = point.decode(items[point.address - first :][: point.size])
        return found

    async def read(self, space: Space, address: int, count: int) -> list[int]:
        """Items as they stand there."""
        client = self.client
        match space:
            case Space.COIL:
                return [int(bit) for bit in await client.read_coils(address, count)]
            case Space.DISCRETE_INPUT:
                return [int(bit) for bit in await client.read_discrete(address, count)]
            case Space.HOLDING:
                return await client.read_holding(address, count)
            case Space.INPUT:
                return await client.read_input(address, count)

    async def set_value(self, name: str, value: Value) -> None:
        """Write one quantity. Raises EncodeError for a value that does not fit, or a place that is only read."""
        point = self.point(name)
        match point.space:
            case Space.HOLDING:
                await self.client.write_registers(point.address, point.encode(value))
            case Space.COIL:
                await self.client.write_coil(point.address, bool(value))
            case _:
                raise EncodeError(f"{name} stands in a {point.space.value}, which cannot be written")


def _place(point: Point) -> tuple[str, int]:
    return point.space.value, point.address


def _blocks(points: Sequence[Point], space: Space) -> list[list[Point]]:
    """Points in ascending order, cut where one request would not reach or would read where nothing stands."""
    most = _MOST_BITS if space.is_bits else _MOST_REGISTERS
    blocks: list[list[Point]] = []
    for point in points:
        block = blocks[-1] if blocks else None
        if block is not None and block[-1].addresses[-1] + 1 == point.address and _reach(block, point) <= most:
            block.append(point)
        else:
            blocks.append([point])
    return blocks


def _reach(block: Sequence[Point], point: Point) -> int:
    return point.addresses[-1] - block[0].address + 1
