"""Finding the map and walking its models, with every register of it read on the way.

Reads run ahead of what is known: as much as one request carries, in the hope that the map goes on. A device that
refuses that (the map ends before) is from then on read up to the next model's header, and one that refuses to be read
across models model by model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum

from drivers.clock import Clock
from drivers.modbus.codes import ExceptionCode, FunctionCode
from drivers.modbus.errors import ModbusExceptionError
from drivers.modbus.registers import RegisterAccess
from drivers.sunspec.definitions import END_MODEL, HEADER_REGISTERS, ModelDefinition, find_definition
from drivers.sunspec.errors import (
    DeadlineError,
    ModelLengthError,
    NoMapError,
    RefusedError,
    TruncatedMapError,
    WildMapError,
)
from drivers.sunspec.layout import Layout, count_points, fixed_registers, lay_out, registers_needed
from drivers.sunspec.map import MapEntry, Snapshot, SunSpecMap
from drivers.sunspec.readout import READ_AT_MOST, Span, cut_before
from drivers.sunspec.values import PointType, decode
from drivers.transport.base import SilenceError

MARKER = (0x5375, 0x6E53)
"""``SunS``, with which a map begins."""

BASE_ADDRESSES = (40000, 0, 50000)
"""Where a map may begin (SunSpec Device Information Model Specification), the most usual one first."""

_ADDRESSES = 0x10000
_NOT_THERE = frozenset({ExceptionCode.ILLEGAL_DATA_ADDRESS, ExceptionCode.ILLEGAL_DATA_VALUE})
_NEVER_A_MODEL = 0


class _Reach(IntEnum):
    """How far a read goes beyond what is needed."""

    NEEDED = 0
    NEXT_HEADER = 1
    AHEAD = 2


@dataclass(frozen=True)
class Limits:
    """What keeps a walk from going on for ever. ``seconds`` of station time."""

    seconds: float = 30.0
    models: int = 200
    read_at_most: int = READ_AT_MOST


async def discover(
    access: RegisterAccess, clock: Clock, bases: Sequence[int] = BASE_ADDRESSES, limits: Limits | None = None
) -> Snapshot:
    """Find the map and read all of it.

    Raises NoMapError, TruncatedMapError, WildMapError, DeadlineError, RefusedError, and what ``access`` raises. A model
    with a wrong length is passed over by the length that it tells: `SunSpecMap.problems` names it.
    """
    limits = limits or Limits()
    walk = _Walk(access, clock, limits, clock.now() + limits.seconds)
    tried: list[tuple[int, str]] = []
    silence: SilenceError | None = None
    for base in bases:
        try:
            await walk.begin(base)
        except ModbusExceptionError as error:
            tried.append((base, str(error)))
        except SilenceError as error:
            silence = error
            tried.append((base, "silence"))
        else:
            if tuple(walk.data[:2]) == MARKER:
                return await walk.models()
            tried.append((base, " ".join(f"{register:04X}" for register in walk.data[:2]) + ", not SunS"))
    if silence is not None and all(what == "silence" for _base, what in tried):
        raise silence
    raise NoMapError(tried)


@dataclass
class _Walk:
    """One pass over a map. ``data`` are the registers from ``base`` on."""

    access: RegisterAccess
    clock: Clock
    limits: Limits
    deadline: float
    base: int = 0
    data: list[int] = field(default_factory=list)
    entries: list[MapEntry] = field(default_factory=list)
    reach: _Reach = _Reach.AHEAD
    spans: list[Span] = field(default_factory=list)
    transactions: int = 0

    async def begin(self, base: int) -> None:
        """The first read at a base address. Raises what the device answers, unchanged."""
        self.base, self.data, self.spans, self.reach = base, [], [], _Reach.AHEAD
        self._in_time()
        try:
            self.data = await self._take(base, min(self.limits.read_at_most, _ADDRESSES - base))
        except ModbusExceptionError as error:
            if error.code not in _NOT_THERE:
                raise
            self.reach = _Reach.NEXT_HEADER
            self.data = await self._take(base, len(MARKER))

    async def models(self) -> Snapshot:
        """Walk from header to header to the end model."""
        address = self.base + len(MARKER)
        while True:
            model = await self._model_at(address)
            if model == END_MODEL:
                break
            address = (await self._pass(model, address)).end
        across = any(first < entry.end < end for first, end in self.spans for entry in self.entries)
        found = SunSpecMap(self.base, address, tuple(self.entries), across)
        registers = {
            entry.address: tuple(self.data[entry.address - self.base : entry.end - self.base]) for entry in self.entries
        }
        return Snapshot(self.clock.now(), found, registers, self.transactions)

    async def _model_at(self, address: int) -> int:
        """The id in the header at ``address``. Raises TruncatedMapError, WildMapError."""
        if len(self.entries) >= self.limits.models:
            raise self._wild(address, f"the map has more than {self.limits.models} models, and no end")
        if address >= _ADDRESSES:
            raise self._wild(address, "the map goes on beyond the last register, 65535")
        try:
            await self._need(address + 1, (), address + HEADER_REGISTERS)
        except RefusedError as error:
            raise TruncatedMapError(
                f"the map ends {self._behind} without an end model (0xFFFF): the device refuses to be read at address "
                f"{address} ({error}); the device's map is to be mended, or read with a smaller read_at_most",
                address,
                self._last,
            ) from error
        model = self.data[address - self.base]
        if model == _NEVER_A_MODEL:
            raise self._wild(address, "there is a header with model 0, which is none")
        return model

    async def _pass(self, model: int, address: int) -> MapEntry:
        """Read one model to its end and note it."""
        await self._body(model, address, HEADER_REGISTERS, (), 0)
        length = self.data[address + 1 - self.base]
        end = address + HEADER_REGISTERS + length
        if length == 0 or end > _ADDRESSES:
            raise self._wild(address, f"model {model} tells a length of {length} registers")
        definition = find_definition(model)
        layout = problem = None
        hope = end + HEADER_REGISTERS
        if definition is not None:
            fixed = min(fixed_registers(definition), end - address)
            await self._body(model, address, fixed, _own_points(definition, address), hope)
            layout, problem = self._measured(definition, address, length)
        entry = MapEntry(model, address, length, definition, layout, problem)
        await self._body(model, address, end - address, tuple(entry.whole), hope)
        self.entries.append(entry)
        return entry

    def _measured(
        self, definition: ModelDefinition, address: int, length: int
    ) -> tuple[Layout | None, ModelLengthError | None]:
        """The layout of a model whose own points have been read, or what is wrong with its length."""
        places = count_points(definition)

        def count_of(name: str) -> int:
            first = address + places[name] - self.base
            return int(decode(PointType.UINT16, self.data[first : first + 1] or [0xFFFF]) or 0)

        needed = registers_needed(definition, length, count_of)
        if needed == length + HEADER_REGISTERS:
            return lay_out(definition, length, count_of), None
        counts = ", ".join(f"{name} {count_of(name)}" for name in places)
        return None, ModelLengthError(
            f"model {definition.model} at address {address} tells a length of {length} registers; its definition comes "
            f"to {needed - HEADER_REGISTERS}{f' with {counts}' if counts else ''}: nothing in it can be trusted; check "
            "which version of the model the device's firmware has",
            address,
            definition.model,
        )

    # -- reading ---------------------------------------------------------------------------------------------------

    async def _body(self, model: int, address: int, registers: int, whole: Sequence[Span], hope: int) -> None:
        try:
            await self._need(address + registers, whole, hope)
        except RefusedError as error:
            have = self.base + len(self.data) - address
            raise TruncatedMapError(
                f"model {model} at address {address} breaks off: {max(have, 0)} registers of it can be read, "
                f"{registers} should be there ({error}); check the length that the device tells",
                address,
                model,
            ) from error

    async def _need(self, end: int, whole: Sequence[Span], hope: int) -> None:
        """Have everything read up to ``end``, without tearing any of ``whole``; ``hope``: it may go on to there.

        Raises RefusedError.
        """
        while self.base + len(self.data) < end:
            start = cut_before(self.base + len(self.data), whole, self.base)
            most = min(start + self.limits.read_at_most, _ADDRESSES)
            got = await self._more(start, min(end, most), min(max(hope, end), most), most)
            self.data[start - self.base :] = got

    async def _more(self, start: int, needed: int, header: int, most: int) -> list[int]:
        """Registers from ``start`` on, as far as the device lets itself be read."""
        stops = {_Reach.AHEAD: most, _Reach.NEXT_HEADER: header, _Reach.NEEDED: needed}
        while True:
            self._in_time()
            stop = stops[self.reach]
            try:
                return await self._take(start, stop - start)
            except ModbusExceptionError as error:
                if stop == needed or error.code not in _NOT_THERE:
                    raise self._refused(start, stop, error) from error
            self.reach = next(reach for reach in reversed(_Reach) if reach < self.reach and stops[reach] < stop)

    async def _take(self, address: int, count: int) -> list[int]:
        self.transactions += 1
        got = await self.access.read_holding(address, count)
        self.spans.append((address, address + count))
        return got

    def _refused(self, start: int, stop: int, error: ModbusExceptionError) -> RefusedError:
        message = f"reading addresses {start} to {stop - 1}: {error}"
        return RefusedError(message, start, self._last, FunctionCode.READ_HOLDING_REGISTERS, error.code)

    def _in_time(self) -> None:
        if self.clock.now() >= self.deadline:
            raise DeadlineError(
                f"the map was not read to its end within {self.limits.seconds:g} s ({self.transactions} reads so far, "
                f"{self._behind}); allow more time, or look for what delays the device's answers"
            )

    @property
    def _last(self) -> int | None:
        return self.entries[-1].model if self.entries else None

    @property
    def _behind(self) -> str:
        return f"behind model {self._last}" if self.entries else "behind its marker"

    def _wild(self, address: int, what: str) -> WildMapError:
        return WildMapError(
            f"at address {address}, {self._behind}, {what}; the device's map is to be mended", address, self._last
        )


def _own_points(definition: ModelDefinition, address: int) -> tuple[Span, ...]:
    found, first = [], address
    for point in definition.group.points:
        found.append((first, first + point.registers))
        first += point.registers
    return tuple(found)
