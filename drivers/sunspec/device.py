"""A SunSpec device: its map, its models' values, reads and writes in few transactions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from drivers.clock import Clock, FreeClock
from drivers.modbus.codes import FunctionCode
from drivers.modbus.errors import ModbusExceptionError
from drivers.modbus.registers import RegisterAccess
from drivers.sunspec.definitions import CERTIFICATE_MODEL, COMMON_MODEL
from drivers.sunspec.discovery import BASE_ADDRESSES, Limits, discover
from drivers.sunspec.errors import MissingModelError, RefusedError
from drivers.sunspec.layout import Layout
from drivers.sunspec.map import MapEntry, Snapshot, SunSpecMap
from drivers.sunspec.model import Model
from drivers.sunspec.readout import WRITE_AT_MOST, Span, adjacent, joined, reads
from drivers.sunspec.values import Value


@dataclass(frozen=True)
class Written:
    """One write request that a device confirmed."""

    address: int
    registers: tuple[int, ...]


@dataclass(frozen=True)
class _Piece:
    """Models that are read together, and the requests that read them."""

    entries: tuple[MapEntry, ...]
    requests: tuple[Span, ...]


@dataclass
class SunSpecDevice:
    """The device behind ``access``. The first call that needs the map finds it (`discover`).

    What was read last of each model is kept: scale factors and counts do not change (SunSpec Information Model
    Specification: they are static), so a write needs no read before it. Values are always read anew.

    Every call may raise `drivers.sunspec.errors.SunSpecError` and what ``access`` raises.
    """

    access: RegisterAccess
    clock: Clock = field(default_factory=FreeClock)
    bases: Sequence[int] = BASE_ADDRESSES
    limits: Limits = field(default_factory=Limits)
    transactions: int = 0
    """Requests sent so far."""
    _map: SunSpecMap | None = None
    _kept: dict[int, Model] = field(default_factory=dict)
    _plans: dict[tuple[int, ...], tuple[_Piece, ...]] = field(default_factory=dict)

    # -- the map -------------------------------------------------------------------------------------------------

    async def discover(self) -> Snapshot:
        """Find the map, walk it and read everything. See `drivers.sunspec.discovery.discover` for what it raises."""
        found = await discover(self.access, self.clock, self.bases, self.limits)
        self.transactions += found.transactions
        self._map = found.map
        self._plans.clear()
        self._kept = {model.address: model for model in found.models()}
        return found

    async def map(self) -> SunSpecMap:
        """The map, as it was found."""
        if self._map is None:
            await self.discover()
        assert self._map is not None
        return self._map

    async def first_of(self, *models: int) -> int:
        """The first of these models that the device has. Raises MissingModelError."""
        present = (await self.map()).models
        for model in models:
            if model in present:
                return model
        raise MissingModelError(models, present)

    # -- reading -------------------------------------------------------------------------------------------------

    async def read_all(self) -> Snapshot:
        """Everything anew, in as few requests as there can be."""
        if self._map is None:
            return await self.discover()
        before = self.transactions
        registers = await self._read_entries(self._map.entries)
        found = Snapshot(self.clock.now(), self._map, registers, self.transactions - before)
        self._kept.update({model.address: model for model in found.models()})
        return found

    async def read_models(self, *models: int) -> dict[int, Model]:
        """Some models (the first of each id), together where they stand close to each other."""
        sun_map = await self.map()
        entries = [sun_map.entry(model) for model in models]
        registers = await self._read_entries(entries)
        return {entry.model: self._keep(entry, registers[entry.address]) for entry in entries}

    async def read_model(self, model: int, occurrence: int = 1) -> Model:
        """One model, whole."""
        entry = (await self.map()).entry(model, occurrence)
        return self._keep(entry, (await self._read_entries([entry]))[entry.address])

    async def read_points(self, model: int, paths: Iterable[str], occurrence: int = 1) -> dict[str, Value | None]:
        """Some points of a model, by path; each is read whole, and a group that is atomic in one request."""
        entry = (await self.map()).entry(model, occurrence)
        kept, wanted = self._kept_of(entry), list(paths)
        spans = joined([_together(kept.layout, path) for path in wanted], self.limits.read_at_most)
        registers = list(kept.registers)
        for span in spans:
            for first, end in reads(span, kept.layout.whole, self.limits.read_at_most):
                registers[first:end] = await self._read(entry, (entry.address + first, entry.address + end))
        found = self._keep(entry, tuple(registers))
        return {path: found[path] for path in wanted}

    async def _read_entries(self, entries: Sequence[MapEntry]) -> dict[int, tuple[int, ...]]:
        found: dict[int, tuple[int, ...]] = {}
        for piece in await self._plan(entries):
            start, registers = piece.requests[0][0], list[int]()
            for span in piece.requests:
                registers += await self._read(_first_behind(piece.entries, span[0]), span)
            for entry in piece.entries:
                found[entry.address] = tuple(registers[entry.address - start : entry.end - start])
        return found

    async def _plan(self, entries: Sequence[MapEntry]) -> tuple[_Piece, ...]:
        """How these models are read with the fewest requests; thought out once."""
        sun_map = await self.map()
        key = tuple(sorted(entry.address for entry in entries))
        if key not in self._plans:
            regions = [(entry.address, entry.end) for entry in entries]
            if sun_map.contiguous:
                regions = _regions(regions, self.limits.read_at_most)
            self._plans[key] = tuple(self._piece(region, entries) for region in regions)
        return self._plans[key]

    def _piece(self, region: Span, entries: Sequence[MapEntry]) -> _Piece:
        inside = tuple(entry for entry in entries if region[0] <= entry.address < region[1])
        whole = [span for entry in inside for span in entry.whole]
        return _Piece(inside, tuple(reads(region, whole, self.limits.read_at_most)))

    async def _read(self, entry: MapEntry, span: Span) -> list[int]:
        first, end = span
        self.transactions += 1
        try:
            return await self.access.read_holding(first, end - first)
        except ModbusExceptionError as error:
            raise _refused(FunctionCode.READ_HOLDING_REGISTERS, entry, span, error) from error

    def _keep(self, entry: MapEntry, registers: tuple[int, ...]) -> Model:
        definition, layout = entry.usable()
        self._kept[entry.address] = model = Model(entry.address, definition, layout, registers)
        return model

    def _kept_of(self, entry: MapEntry) -> Model:
        entry.usable()
        return self._kept[entry.address]

    # -- writing -------------------------------------------------------------------------------------------------

    async def write_points(
        self, model: int, values: Mapping[str, Value | None], occurrence: int = 1, *, at_once: bool = False
    ) -> list[Written]:
        """Write points of a model, in the order of their addresses, adjacent ones in one request.

        ``at_once``: with one request, where writable points only stand between them; these are read and written back.
        So is the rest of an atomic group of which one point is given. Raises ValueRangeError and ReadOnlyPointError
        before anything is sent, RefusedError where the device refuses: what was confirmed before that stays written.
        """
        entry = (await self.map()).entry(model, occurrence)
        kept = self._kept_of(entry)
        given = {path: (kept.layout[path], kept.registers_for(path, value)) for path, value in values.items()}
        whole = [_together(kept.layout, path) for path in values]
        spans = _bridged(kept, whole) if at_once else sorted(set(whole))
        image: dict[int, int] = {}
        covered = {at for point, _ in given.values() for at in range(point.offset, point.end)}
        for span in spans:
            if not covered.issuperset(range(*span)):
                image.update(zip(range(*span), await self._read(entry, _at(entry, span)), strict=True))
        for point, registers in given.values():
            image.update(enumerate(registers, point.offset))
        written = []
        for together in adjacent(spans):
            span = together[0][0], together[-1][1]
            written.append(await self._write(entry, _at(entry, span), [image[at] for at in range(*span)]))
        return written

    async def _write(self, entry: MapEntry, span: Span, registers: list[int]) -> Written:
        self.transactions += 1
        try:
            await self.access.write_registers(span[0], registers)
        except ModbusExceptionError as error:
            raise _refused(FunctionCode.WRITE_MULTIPLE_REGISTERS, entry, span, error) from error
        return Written(span[0], tuple(registers))

    # -- who it is -----------------------------------------------------------------------------------------------

    async def common(self) -> Model:
        """The common model (1): manufacturer, model, options, version, serial number."""
        return await self.read_model(COMMON_MODEL)

    async def certificate(self) -> bytes | None:
        """The device's certificate of model 8, as it stands there (X.509 in PEM or DER); None where it shows none."""
        if CERTIFICATE_MODEL not in await self.map():
            return None
        model = await self.read_model(CERTIFICATE_MODEL)
        count = model.integer("N")
        start = model.layout.registers - count
        return b"".join(register.to_bytes(2, "big") for register in model.registers[start : start + count]) or None


def _together(layout: Layout, path: str) -> Span:
    """What is read so that a point is seen: itself, or the atomic group in which it stands."""
    point = layout[path]
    for group in layout.groups:
        if group.atomic and group.offset <= point.offset < group.offset + group.registers:
            return group.offset, group.offset + group.registers
    return point.offset, point.end


def _bridged(model: Model, spans: Iterable[Span]) -> list[Span]:
    """Spans with what lies between them, where that is points which the device has and lets be written."""
    found: list[Span] = []
    between = {
        at
        for path, point in model.layout.points.items()
        if point.definition.writable and path in model
        for at in range(point.offset, point.end)
    }
    for first, end in sorted(set(spans)):
        if found and between.issuperset(range(found[-1][1], first)) and end - found[-1][0] <= WRITE_AT_MOST:
            found[-1] = found[-1][0], end
        else:
            found.append((first, end))
    return found


def _regions(pieces: Iterable[Span], at_most: int) -> list[Span]:
    """Pieces that touch become one, and small ones with little between them too."""
    found: list[Span] = []
    for first, end in sorted(pieces):
        if found and (first == found[-1][1] or end - found[-1][0] <= at_most):
            found[-1] = found[-1][0], end
        else:
            found.append((first, end))
    return found


def _first_behind(entries: Sequence[MapEntry], address: int) -> MapEntry:
    """The model in which ``address`` is, or the next one."""
    return next((entry for entry in entries if entry.end > address), entries[-1])


def _at(entry: MapEntry, span: Span) -> Span:
    return entry.address + span[0], entry.address + span[1]


def _refused(function: FunctionCode, entry: MapEntry, span: Span, error: ModbusExceptionError) -> RefusedError:
    writes = function.writes
    points = []
    if entry.layout is not None:
        inside = (p for p in entry.layout.points.values() if span[0] <= entry.address + p.offset < span[1])
        points = [point.path for point in inside]
    what = f"writing {', '.join(points)}" if writes else "reading"
    return RefusedError(
        f"{what} at addresses {span[0]} to {span[1] - 1} of model {entry.model}: {error}",
        span[0],
        entry.model,
        function,
        error.code,
    )
