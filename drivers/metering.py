"""What a meter tells about itself and its service point, whatever protocol it speaks.

Times are seconds since the Unix epoch, UTC. Values are in the unit they name (``Wh``, ``V``, ...), the scaler applied.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum


class SwitchState(IntEnum):
    """What the logic of a disconnect switch is in."""

    DISCONNECTED = 0
    CONNECTED = 1
    READY_FOR_RECONNECTION = 2


@dataclass(frozen=True, slots=True)
class MeterIdentity:
    """Who answers. A field is None where the meter does not tell."""

    device_name: str | None
    serial_number: str | None
    firmware: str | None


@dataclass(frozen=True, slots=True)
class ClockReading:
    """The meter's clock. ``at`` is None where it names no moment; ``status`` are the protocol's flags, None if unknown.

    ``offset_min`` is local time minus UTC in minutes, None where the clock does not say.
    """

    at: float | None
    status: int | None = None
    offset_min: int | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """One quantity. ``raw * 10 ** scaler`` gives ``value``; ``captured_at`` is None where the meter does not tell."""

    name: str
    value: float
    unit: str
    raw: int | float
    scaler: int = 0
    captured_at: float | None = None


@dataclass(frozen=True, slots=True)
class Interval:
    """One row of a profile. ``at``: its time stamp, the interval's end; ``status``: its flags, None without any."""

    at: float | None
    status: int | None
    readings: Mapping[str, Reading]
    clock_status: int | None = None


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """One entry of an event log. ``others``: what else the log captures, by the protocol's name of it."""

    log: str
    at: float | None
    code: int
    others: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SwitchStatus:
    """The disconnect switch. ``output_on``: the contacts as the meter sees them; ``mode``: its control mode."""

    output_on: bool
    state: SwitchState
    mode: int
