"""Selective access to profiles (class 7, attribute 2), by range of time and by entry (IEC 62056-6-2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from drivers.dlms.apdu import Selection
from drivers.dlms.data import I8, U16, U32, Array, Data, Integer, OctetString, Structure
from drivers.dlms.datetimes import DateTime
from drivers.dlms.errors import DecodeError
from drivers.dlms.obis import Obis

BY_RANGE, BY_ENTRY = 1, 2


@dataclass(frozen=True, slots=True)
class CaptureObject:
    """What a column of a profile captures: an attribute; ``data_index`` 0 takes all of it."""

    class_id: int
    instance: Obis
    attribute: int = 2
    data_index: int = 0

    def to_data(self) -> Structure:
        """capture_object_definition."""
        return Structure([U16(self.class_id), OctetString(self.instance), I8(self.attribute), U16(self.data_index)])

    @classmethod
    def from_data(cls, value: Data) -> CaptureObject:
        """Raises DecodeError for anything but a capture_object_definition."""
        match value:
            case Structure((Integer() as class_id, OctetString() as name, Integer() as attribute, Integer() as index)):
                if len(name) == 6:
                    return cls(int(class_id), Obis(bytes(name)), int(attribute), int(index))
        raise DecodeError("not a capture object definition")


CLOCK = CaptureObject(8, Obis("0.0.1.0.0.255"))


def by_range(
    start: DateTime, end: DateTime, restricting: CaptureObject = CLOCK, columns: Sequence[CaptureObject] = ()
) -> Selection:
    """Rows whose ``restricting`` column lies in [start, end]; no columns means all of them."""
    return Selection(
        BY_RANGE,
        Structure(
            [
                restricting.to_data(),
                OctetString(start.to_bytes()),
                OctetString(end.to_bytes()),
                Array(column.to_data() for column in columns),
            ]
        ),
    )


def by_entry(first: int, last: int = 0, first_column: int = 1, last_column: int = 0) -> Selection:
    """Rows ``first`` to ``last`` and columns, counted from 1; 0 as the last one means to the end."""
    return Selection(BY_ENTRY, Structure([U32(first), U32(last), U16(first_column), U16(last_column)]))
