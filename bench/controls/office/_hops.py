"""The values that an office system reports of a meter, beside those that the meter itself reports to the bench."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bench.access.dlms import MANAGEMENT, DlmsAccess
from drivers.cim.office import Readings
from drivers.cim.payloads import IntervalBlock, MeterReading, Reading
from drivers.cim.times import parse_iso
from drivers.cim.vocabulary import UNITS, ReadingType

if TYPE_CHECKING:
    from bench.lab.station import Station

_DIGITS = 3
"""Decimals to which two values have to agree: more than any register resolves, less than a sum of floats errs."""

_SOURCES: Mapping[ReadingType, tuple[str, str]] = {
    ReadingType.ENERGY_IMPORT: ("energy_import", ""),
    ReadingType.ENERGY_EXPORT: ("energy_export", ""),
    ReadingType.VOLTAGE: ("voltage_l1", ""),
    ReadingType.CURRENT: ("current_l1", ""),
    ReadingType.ACTIVE_POWER: ("power_import", "power_export"),
    ReadingType.REACTIVE_POWER: ("reactive_power_import", "reactive_power_export"),
    ReadingType.FREQUENCY: ("frequency", ""),
}
"""By quantity: the meter's register, and the one that is taken away from it."""
_CLOSED: Mapping[ReadingType, str] = {
    ReadingType.IMPORT_RATE_1: "energy_import_rate_1",
    ReadingType.IMPORT_RATE_2: "energy_import_rate_2",
    ReadingType.EXPORT_RATE_1: "energy_export_rate_1",
    ReadingType.EXPORT_RATE_2: "energy_export_rate_2",
}
"""By quantity: the register in a row of the billing profile."""
_FACTORS = {"kWh": 1000.0}


@dataclass(frozen=True)
class Told:
    """One value of a system. ``own`` is the meter's, None where it has none."""

    what: str
    value: float | None
    own: float | None
    unit_is_right: bool = True

    @property
    def exact(self) -> bool:
        """Whether the system says what the meter says, in the right unit."""
        if self.value is None or self.own is None:
            return self.value is self.own and self.unit_is_right
        return self.unit_is_right and round(self.value - self.own, _DIGITS) == 0


def readings_in(answer: Any) -> Iterator[MeterReading]:
    """The readings in an answer of a system or of a portal."""
    if isinstance(answer, Readings):
        yield from answer.meters
    elif isinstance(answer, dict):
        for meter in answer.get("readings", ()):
            values = tuple(
                Reading(
                    reading_type=ReadingType(one["readingType"]),
                    value=one["value"],
                    unit=one["unit"],
                    time_stamp=one["timeStamp"],
                )
                for one in meter.get("readings", ())
            )
            yield MeterReading(meter=str(meter["meter"]), device=str(meter.get("device", "")), readings=values)


async def registers_of(station: Station, seat: str, kinds: Mapping[ReadingType, Any]) -> Mapping[ReadingType, float]:
    """What the meter in ``seat`` says of these quantities, in the units of `drivers.cim.vocabulary.UNITS`."""
    access = DlmsAccess(station, seat)
    found: dict[ReadingType, float] = {}
    async with access.session(MANAGEMENT, ask=True) as client:
        meter = access.meter(client)
        for kind in kinds:
            plus, minus = _SOURCES[kind]
            reading = await meter.register(plus)
            value = reading.value * _FACTORS.get(reading.unit, 1.0)
            found[kind] = value - ((await meter.register(minus)).value if minus else 0.0)
    return found


async def compare_now(station: Station, seat: str, reading: MeterReading) -> list[Told]:
    """The values of now in a reading, beside the meter's own of now."""
    kinds = {one.reading_type: one for one in reading.readings if one.reading_type in _SOURCES}
    own = await registers_of(station, seat, kinds) if kinds else {}
    return [Told(kind.name.lower(), one.value, own[kind], one.unit == UNITS[kind]) for kind, one in kinds.items()]


async def compare_closings(station: Station, seat: str, reading: MeterReading) -> list[Told]:
    """The registers at the ends of billing periods, beside the rows of the meter's own billing profile."""
    stamps = [parse_iso(one.time_stamp) for one in reading.readings]
    if not stamps:
        return []
    access = DlmsAccess(station, seat)
    async with access.session(MANAGEMENT, ask=True) as client:
        rows = {row.at: row.readings for row in await access.meter(client).billing(min(stamps), max(stamps))}
    found: list[Told] = []
    for one, at in zip(reading.readings, stamps, strict=True):
        own = rows.get(at, {}).get(_CLOSED.get(one.reading_type, ""))
        value = None if own is None else own.value * _FACTORS.get(own.unit, 1.0)
        what = f"{one.reading_type.name.lower()} at {one.time_stamp}"
        found.append(Told(what, one.value, value, one.unit == UNITS[one.reading_type]))
    return found


async def compare_intervals(station: Station, seat: str, reading: MeterReading) -> list[Told]:
    """The intervals in a reading, beside the differences of the rows of the meter's own load profile."""
    stamps = [parse_iso(one.time_stamp) for block in reading.interval_blocks for one in block.readings]
    if not stamps:
        return []
    access = DlmsAccess(station, seat)
    longest = max(block.interval_length for block in reading.interval_blocks)
    async with access.session(MANAGEMENT, ask=True) as client:
        rows = await access.meter(client).load_profile(min(stamps) - longest, max(stamps))
    found: list[Told] = []
    for block in reading.interval_blocks:
        found += _intervals(block, {row.at: row.readings for row in rows if row.at is not None})
    return found


def _intervals(block: IntervalBlock, rows: Mapping[float, Mapping[str, Any]]) -> Iterator[Told]:
    name = "energy_export" if block.reading_type is ReadingType.INTERVAL_EXPORT else "energy_import"
    right = block.unit == UNITS[block.reading_type]
    for one in block.readings:
        at = parse_iso(one.time_stamp)
        ends = [rows[when].get(name) for when in (at - block.interval_length, at) if when in rows]
        own = None
        if len(ends) == 2 and None not in ends:
            first, second = ((end.value * _FACTORS.get(end.unit, 1.0)) for end in ends if end is not None)
            own = second - first
        yield Told(f"{block.reading_type.name.lower()} up to {one.time_stamp}", one.value, own, right)
