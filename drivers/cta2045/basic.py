"""Basic demand-response messages: two opcodes each (CTA-2045-B, clause 10, table 10-1; EPRI's simulator)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from drivers.cta2045.errors import DecodeError
from drivers.cta2045.frame import BASIC, Frame


class Opcode(IntEnum):
    """Opcode 1 of a basic message."""

    SHED = 0x01
    END_SHED = 0x02
    APPLICATION_ACK = 0x03
    APPLICATION_NAK = 0x04
    POWER_LEVEL = 0x06
    PRESENT_PRICE = 0x07
    NEXT_PRICE = 0x08
    TIME_REMAINING = 0x09
    CRITICAL_PEAK = 0x0A
    GRID_EMERGENCY = 0x0B
    GRID_GUIDANCE = 0x0C
    OUTSIDE_COMMUNICATION = 0x0E
    CUSTOMER_OVERRIDE = 0x11
    STATE_QUERY = 0x12
    STATE_RESPONSE = 0x13
    SLEEP = 0x14
    WAKE = 0x15
    TIME_SYNC = 0x16
    LOAD_UP = 0x17


EVENTS = frozenset({Opcode.SHED, Opcode.CRITICAL_PEAK, Opcode.GRID_EMERGENCY, Opcode.LOAD_UP})
"""Those whose opcode 2 is an event duration."""

UNASKED = frozenset({Opcode.CUSTOMER_OVERRIDE, Opcode.STATE_RESPONSE, Opcode.SLEEP, Opcode.WAKE})
"""What an appliance says by itself: an override, its state, that the module may sleep for it is idle, that it wakes and
wants to hear anew what the grid asks (the last two by EPRI's UCM software)."""


class OperationalState(IntEnum):
    """Opcode 2 of a state response (CTA-2045-B, 10.2.4)."""

    IDLE_NORMAL = 0
    RUNNING_NORMAL = 1
    RUNNING_CURTAILED = 2
    RUNNING_HEIGHTENED = 3
    IDLE_CURTAILED = 4
    ERROR = 5
    IDLE_HEIGHTENED = 6
    CYCLING_ON = 7
    CYCLING_OFF = 8
    VARIABLE_FOLLOWING = 9
    VARIABLE_NOT_FOLLOWING = 10
    IDLE_OPTED_OUT = 11
    RUNNING_OPTED_OUT = 12


class NakReason(IntEnum):
    """Opcode 2 of an application NAK (meaning by EPRI's simulator: unverified)."""

    NO_REASON = 0
    OPCODE_1_NOT_SUPPORTED = 1
    OPCODE_2_INVALID = 2
    BUSY = 3
    LENGTH_INVALID = 4
    CUSTOMER_OVERRIDE = 5


class CommunicationStatus(IntEnum):
    """Opcode 2 of the outside communication status."""

    LOST = 0
    FOUND = 1
    POOR = 2


@dataclass(frozen=True, slots=True)
class Basic:
    """One basic message; the opcodes may be unknown ones."""

    opcode1: int
    opcode2: int = 0

    def frame(self) -> Frame:
        """The message in its frame."""
        return Frame(BASIC, bytes((self.opcode1, self.opcode2)))


def decode_basic(payload: bytes) -> Basic:
    """The message of a basic frame. Raises DecodeError unless it has two bytes."""
    if len(payload) != 2:
        raise DecodeError(f"a basic message has two opcodes, not {len(payload)} bytes", payload)
    return Basic(payload[0], payload[1])
