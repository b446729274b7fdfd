"""What came back for a reading on demand, whoever asked whom in whatever form: values, errors, who answered. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import msgspec

from drivers.cim.messages import ErrorItem
from drivers.cim.office import Readings
from drivers.cim.payloads import EndDeviceStatus, MeterReading
from drivers.cim.times import parse_iso
from drivers.cim.vocabulary import ReadingType
from drivers.metering import ClockReading, Reading

ENERGY = "energy_import"
VOLTAGE, REACTIVE, FREQUENCY = "voltage", "reactive_power", "frequency"
_QUANTITIES = {
    ReadingType.ENERGY_IMPORT: ENERGY,
    ReadingType.VOLTAGE: VOLTAGE,
    ReadingType.REACTIVE_POWER: REACTIVE,
    ReadingType.FREQUENCY: FREQUENCY,
}
METERING_WORDS = frozenset({"readings", "value", "register", "intervalBlocks", "interval_blocks", "readingType"})
"""Names of fields that hold metering data in a message."""


@dataclass(frozen=True)
class Value:
    """One value: quantity, number, unit, when it was captured (UTC, s), from which meter, as what that named itself."""

    quantity: str
    number: float
    unit: str
    captured_at: float | None
    meter: str = ""
    device: str = ""


@dataclass(frozen=True)
class Answer:
    """An answer. ``errors`` are codes; ``met`` are the meters that a ping has reached."""

    values: tuple[Value, ...] = ()
    errors: tuple[str, ...] = ()
    met: tuple[str, ...] = ()

    def of(self, quantity: str) -> Value | None:
        """The value of a quantity."""
        return next((value for value in self.values if value.quantity == quantity), None)


def answer_of(raw: Any) -> Answer:
    """What an exchange of 3.1.2 has returned. Raises TypeError for anything else."""
    match raw:
        case Readings():
            return Answer(tuple(_values(raw.meters)), _codes(raw.errors))
        case {"readings": list() as readings}:
            found = msgspec.convert(readings, tuple[MeterReading, ...])
            return Answer(tuple(_values(found)), _codes(msgspec.convert(raw.get("errors", []), tuple[ErrorItem, ...])))
        case (Reading() as register, ClockReading() as clock):
            return Answer((Value(ENERGY, register.value, register.unit, clock.at),))
        case tuple() if all(isinstance(item, EndDeviceStatus) for item in raw):
            met = tuple(item.meter for item in raw if item.reachable)
            return Answer((), tuple(str(item.code) for item in raw if item.code is not None), met)
    raise TypeError(f"{type(raw).__name__} is no answer to a reading on demand")


def words_of(document: Any) -> set[str]:
    """Every field name in a JSON document."""
    if isinstance(document, dict):
        return set(document) | {word for value in document.values() for word in words_of(value)}
    if isinstance(document, list):
        return {word for value in document for word in words_of(value)}
    return set()


def _values(readings: Iterable[MeterReading]) -> Iterable[Value]:
    for meter in readings:
        for reading in meter.readings:
            quantity = _QUANTITIES.get(reading.reading_type, str(reading.reading_type))
            captured = parse_iso(reading.time_stamp) if reading.time_stamp else None
            yield Value(quantity, float(reading.value), reading.unit, captured, meter.meter, meter.device)


def _codes(errors: Iterable[ErrorItem]) -> tuple[str, ...]:
    return tuple(str(error.code) for error in errors)
