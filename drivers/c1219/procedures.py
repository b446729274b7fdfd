"""Procedures: table 7 starts one, table 8 tells what came of it (TERMINETER ``c1219/data.py``, ``constants.py``)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from drivers.c1218.errors import C1218Error, DecodeError, EncodeError, UnexpectedResponseError
from drivers.c1219.formats import Formats

INITIATE, RESPONSE = 7, 8
_NUMBER, _MANUFACTURER, _SELECTOR = 0x7FF, 0x800, 12
ON_COMPLETION, ON_EXCEPTION, NEVER, AT_ONCE = range(4)
"""Selector: when the response is put into table 8."""


class Procedure(IntEnum):
    """Standard procedures."""

    COLD_START = 0
    WARM_START = 1
    SAVE_CONFIGURATION = 2
    CLEAR_DATA = 3
    RESET_LIST_POINTERS = 4
    UPDATE_LAST_READ = 5
    CHANGE_MODE = 6
    CLEAR_STATUS = 7
    CLEAR_MFG_STATUS = 8
    REMOTE_RESET = 9
    SET_TIME = 10
    DIAGNOSTICS = 11
    ACTIVATE_ALL_PENDING = 12
    ACTIVATE_PENDING = 13
    CLEAR_ALL_PENDING = 14
    CLEAR_PENDING = 15
    START_LOAD_PROFILE = 16
    STOP_LOAD_PROFILE = 17
    LOG_IN = 18
    LOG_OUT = 19
    IMMEDIATE_CALL = 20
    DIRECT_LOAD_CONTROL = 21
    MODIFY_CREDIT = 22


class ProcedureResult(IntEnum):
    """RESULT_CODE of table 8."""

    COMPLETED = 0
    ACCEPTED = 1
    INVALID_PARAMETER = 2
    CONFLICT = 3
    TIMING_CONSTRAINT = 4
    NO_AUTHORIZATION = 5
    UNRECOGNIZED = 6


class ProcedureRefusedError(C1218Error):
    """The meter ignored a procedure. ``result`` says why."""

    def __init__(self, result: ProcedureResult, what: str) -> None:
        super().__init__(f"{what}: {result.name.lower()} ({result.value})")
        self.result = result


@dataclass(frozen=True, slots=True)
class Initiation:
    """Table 7. ``manufacturer``: the number is the manufacturer's. ``sequence`` (0 to 255) comes back in table 8."""

    number: int
    sequence: int
    parameters: bytes = b""
    manufacturer: bool = False
    selector: int = ON_COMPLETION

    def encode(self, formats: Formats) -> bytes:
        """The table. Raises EncodeError."""
        if not (0 <= self.number <= _NUMBER and 0 <= self.sequence <= 255 and 0 <= self.selector <= 15):
            raise EncodeError("a procedure's number, sequence or selector is out of range")
        word = self.number | (_MANUFACTURER if self.manufacturer else 0) | self.selector << _SELECTOR
        return formats.pack_uint(word, 2) + bytes((self.sequence,)) + self.parameters

    @classmethod
    def decode(cls, data: bytes, formats: Formats) -> Initiation:
        """The table from its bytes. Raises DecodeError."""
        if len(data) < 3:
            raise DecodeError("table 7 is shorter than 3 bytes", len(data))
        word = formats.unpack_uint(data[:2])
        return cls(word & _NUMBER, data[2], data[3:], bool(word & _MANUFACTURER), word >> _SELECTOR)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Table 8: which procedure (as in table 7), its sequence number, what came of it, what it returned."""

    number: int
    sequence: int
    result: ProcedureResult
    data: bytes = b""
    manufacturer: bool = False
    selector: int = ON_COMPLETION

    def encode(self, formats: Formats) -> bytes:
        """The table."""
        head = Initiation(self.number, self.sequence, b"", self.manufacturer, self.selector).encode(formats)
        return head + bytes((self.result,)) + self.data

    @classmethod
    def decode(cls, data: bytes, formats: Formats) -> Outcome:
        """The table from its bytes. Raises DecodeError."""
        if len(data) < 4:
            raise DecodeError("table 8 is shorter than 4 bytes", len(data))
        asked = Initiation.decode(data[:3], formats)
        try:
            result = ProcedureResult(data[3])
        except ValueError:
            raise DecodeError(f"procedure result {data[3]}", 3) from None
        return cls(asked.number, asked.sequence, result, data[4:], asked.manufacturer, asked.selector)

    def answer_to(self, asked: Initiation) -> bytes:
        """What the procedure returned. Raises UnexpectedResponseError when this is the outcome of another one,
        ProcedureRefusedError when it was ignored.
        """
        if (self.number, self.manufacturer, self.sequence) != (asked.number, asked.manufacturer, asked.sequence):
            raise UnexpectedResponseError(f"table 8 is about procedure {self.number}, {asked.number} was started")
        if self.result not in (ProcedureResult.COMPLETED, ProcedureResult.ACCEPTED):
            whose = "manufacturer's procedure" if asked.manufacturer else "procedure"
            raise ProcedureRefusedError(self.result, f"{whose} {asked.number}")
        return self.data
