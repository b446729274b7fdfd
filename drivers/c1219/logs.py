"""Decade 7: history and event logs (TERMINETER; MSDK for table 70; a meter's own headers for 72 to 76).

User 0 is the device itself, user 1 somebody at the device.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, IntFlag
from typing import Any

from drivers.c1219.codecs import LTIME, U8, U16, U32, Bits, Codec, Layout, Octets, Several

DIM_LOGS, ACT_LOGS, EVENTS, HISTORY_CONTROL, HISTORY, EVENT_CONTROL, EVENT_LOG = range(70, 77)
THE_DEVICE, BY_HAND = 0, 1
_NUMBER, _MANUFACTURER = 0x7FF, 0x800


class EventCode(IntEnum):
    """Standard events."""

    NONE = 0
    POWER_DOWN = 1
    POWER_UP = 2
    TIME_CHANGED_FROM = 3
    TIME_CHANGED_TO = 4
    ACCESSED_FOR_READ = 7
    ACCESSED_FOR_WRITE = 8
    PROCEDURE_INVOKED = 9
    TABLE_WRITTEN = 10
    PROGRAMMED = 11
    ENDED_NORMALLY = 12
    ENDED_ABNORMALLY = 13
    HISTORY_CLEARED = 16
    EVENT_LOG_CLEARED = 18
    DEMAND_RESET = 20
    SELF_READ = 21
    TIER_CHANGED = 27
    REPROGRAMMED = 36
    CONFIGURATION_ERROR = 37
    SELF_CHECK_ERROR = 38
    MEMORY_FAILURE = 41
    CLOCK_ERROR = 42
    MEASUREMENT_ERROR = 43
    LOW_BATTERY = 44
    TAMPER = 47
    REVERSE_ROTATION = 48
    CONTROL_POINT_BY_COMMAND = 49
    CONTROL_POINT_BY_SCHEDULE = 50
    CONTROL_POINT_BY_CONDITION = 51
    CONTROL_POINT_BY_PREPAYMENT = 52
    CREDIT_ADDED = 53
    CREDIT_SUBTRACTED = 54
    CREDIT_ADJUSTED = 55
    SEALED = 56
    UNSEALED = 57


class LogFlags(IntFlag):
    """LOG_FLAGS of table 71."""

    EVENT_NUMBER = 1
    HISTORY_TIME = 2
    HISTORY_SEQUENCE = 4
    HISTORY_INHIBIT_OVERFLOW = 8
    EVENT_INHIBIT_OVERFLOW = 16


@dataclass(frozen=True, slots=True)
class ActualLogs:
    """Tables 70 (most) and 71 (in use). Event sets and arguments in bytes. The last two fields came with version 2 of
    the tables (TERMINETER)."""

    flags: int
    std_events: int
    mfg_events: int
    history_argument: int
    event_argument: int
    history_entries: int
    event_entries: int
    extended_flags: int = 0
    program_tables: int = 0


def logs_layout(version: int = 2) -> Layout[ActualLogs]:
    """The layout of tables 70 and 71 by table 0's version of the standard."""
    later = {"extended_flags": U8, "program_tables": U16} if version > 1 else {}
    return Layout(
        ActualLogs, flags=U8, std_events=U8, mfg_events=U8, history_argument=U8, event_argument=U8,
        history_entries=U16, event_entries=U16, **later,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class SupportedEvents:
    """Table 72: the events that the meter can log."""

    standard: frozenset[int]
    manufacturer: frozenset[int]


def supported_events(actual: ActualLogs) -> Layout[SupportedEvents]:
    """The layout of table 72."""
    return Layout(SupportedEvents, standard=Bits(actual.std_events), manufacturer=Bits(actual.mfg_events))


@dataclass(frozen=True, slots=True)
class LogControl:
    """Tables 73 and 75: which events, tables and procedures are logged."""

    standard: frozenset[int]
    manufacturer: frozenset[int]
    tables: frozenset[int]
    mfg_tables: frozenset[int]
    procedures: frozenset[int]
    mfg_procedures: frozenset[int]


def log_control(actual: ActualLogs, sizes: tuple[int, int, int, int]) -> Layout[LogControl]:
    """The layout of tables 73 and 75; ``sizes`` are those of table 0's sets (tables, procedures, each twice)."""
    return Layout(
        LogControl, standard=Bits(actual.std_events), manufacturer=Bits(actual.mfg_events), tables=Bits(sizes[0]),
        mfg_tables=Bits(sizes[1]), procedures=Bits(sizes[2]), mfg_procedures=Bits(sizes[3]),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One entry. ``word`` is its TABLE_IDB_BFLD: the event code, and whether it is a manufacturer's."""

    at: float | None
    sequence: int
    user: int
    word: int
    argument: bytes = b""
    number: int = 0

    @property
    def code(self) -> int:
        """The event code."""
        return self.word & _NUMBER

    @property
    def manufacturer(self) -> bool:
        """Whether the code is a manufacturer's."""
        return bool(self.word & _MANUFACTURER)


def event_word(code: int, *, manufacturer: bool = False) -> int:
    """The TABLE_IDB_BFLD of an event."""
    return code | (_MANUFACTURER if manufacturer else 0)


@dataclass(frozen=True, slots=True)
class LogTable:
    """Tables 74 and 76: flags, what is valid, and the entries."""

    flags: int
    valid: int
    last: int
    last_sequence: int
    unread: int
    entries: tuple[LogEntry, ...]

    def oldest_first(self) -> tuple[LogEntry, ...]:
        """The valid entries in the order in which they were made (unverified for a circular list)."""
        size = len(self.entries)
        if not size or not self.valid:
            return ()
        places = [(self.last - back) % size for back in range(min(self.valid, size))]
        if self.flags & 1:
            places = [(self.last + back) % size for back in range(min(self.valid, size))]
        return tuple(self.entries[place] for place in reversed(places))


_HEADER: dict[str, Codec[Any]] = {"flags": U8, "valid": U16, "last": U16, "last_sequence": U32, "unread": U16}
HEADER_BYTES = 11


def history_log(actual: ActualLogs) -> Layout[LogTable]:
    """The layout of table 74."""
    fields: dict[str, Codec[Any]] = {}
    if actual.flags & LogFlags.HISTORY_TIME:
        fields["at"] = LTIME
    if actual.flags & LogFlags.EVENT_NUMBER:
        fields["number"] = U16
    if actual.flags & LogFlags.HISTORY_SEQUENCE:
        fields["sequence"] = U16
    entry = Layout(LogEntry, **fields, user=U16, word=U16, argument=Octets(actual.history_argument))
    return Layout(LogTable, **_HEADER, entries=Several(entry, actual.history_entries))


def event_log(actual: ActualLogs) -> Layout[LogTable]:
    """The layout of table 76."""
    number = {"number": U16} if actual.flags & LogFlags.EVENT_NUMBER else {}
    entry = Layout(
        LogEntry, at=LTIME, **number, sequence=U16, user=U16, word=U16, argument=Octets(actual.event_argument)
    )  # fmt: skip
    return Layout(LogTable, **_HEADER, entries=Several(entry, actual.event_entries))
