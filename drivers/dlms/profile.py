"""Rows of a profile buffer, with what meters leave out put back.

A meter may send null-data for a value that is the same as in the row before (for the time: the capture period later),
and delta types for a difference to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from drivers.dlms.data import (
    I64,
    Array,
    Data,
    DateTime,
    DeltaI8,
    DeltaI16,
    DeltaI32,
    DeltaU8,
    DeltaU16,
    DeltaU32,
    Integer,
    Null,
    OctetString,
    Structure,
)
from drivers.dlms.datetimes import UNSPECIFIED_DEVIATION
from drivers.dlms.errors import DecodeError
from drivers.dlms.selection import CaptureObject

_DELTAS = (DeltaI8, DeltaI16, DeltaI32, DeltaU8, DeltaU16, DeltaU32)
_CLOCK_CLASS = 8


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the time in its clock column (None without one), and the value of each column."""

    time: DateTime | None
    values: tuple[Data, ...]


def columns_of(capture_objects: Data) -> tuple[CaptureObject, ...]:
    """Attribute 3 of a profile. Raises DecodeError."""
    if not isinstance(capture_objects, Array):
        raise DecodeError("capture_objects is not an array")
    return tuple(map(CaptureObject.from_data, capture_objects))


def rows_of(buffer: Data, columns: Sequence[CaptureObject], period_s: int = 0) -> list[Row]:
    """Attribute 2 of a profile with these columns, oldest row first as it comes. Raises DecodeError."""
    if not isinstance(buffer, Array):
        raise DecodeError("the buffer is not an array")
    clock = next((index for index, column in enumerate(columns) if column.class_id == _CLOCK_CLASS), None)
    rows: list[Row] = []
    for entry in buffer:
        if not isinstance(entry, Structure) or len(entry) != len(columns):
            raise DecodeError(f"a row that is not a structure of {len(columns)} elements")
        before = rows[-1] if rows else None
        values = tuple(_filled(value, before, index) for index, value in enumerate(entry))
        rows.append(Row(_time(entry, clock, before, period_s), values))
    return rows


def moment_of(value: Data) -> DateTime | None:
    """A date-time, also as the octet-string that attributes hold it as; None for anything else."""
    if isinstance(value, DateTime):
        return value
    if isinstance(value, OctetString) and len(value) == DateTime.size:
        return DateTime.from_bytes(value)
    return None


def _filled(value: Data, before: Row | None, index: int) -> Data:
    if isinstance(value, Null):
        return before.values[index] if before is not None else value
    if isinstance(value, _DELTAS):
        start = before.values[index] if before is not None else None
        if not isinstance(start, Integer):
            raise DecodeError("a difference without a value before it")
        return I64(start + value)
    return value


def _time(entry: Structure, clock: int | None, before: Row | None, period_s: int) -> DateTime | None:
    if clock is None:
        return None
    if not isinstance(entry[clock], Null):
        return moment_of(entry[clock])
    if before is None or before.time is None:
        return None
    try:
        later = before.time.to_datetime(deviation=0) + timedelta(seconds=period_s)
    except (ValueError, OverflowError):
        return None
    deviation = 0 if before.time.deviation == UNSPECIFIED_DEVIATION else before.time.deviation
    moved = DateTime.at(later, deviation=deviation, status=before.time.status)
    return replace(moved, deviation=before.time.deviation)
