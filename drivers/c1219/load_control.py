"""Decade 11: load control. Prepayment, tables 116 and 117, is `drivers.c1219.prepayment`.

Only the names of the tables, of procedure 21 and of its events are published (TERMINETER); **all layouts of
this module are unverified** and are this project's reading. A device file states the procedures of a real meter.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from drivers.c1219.codecs import LTIME, U8, U16, Int, Layout, Several

(
    DIM_LOAD_CONTROL, ACT_LOAD_CONTROL, LOAD_CONTROL_STATUS, LOAD_CONTROL_CONFIGURATION, LOAD_CONTROL_SCHEDULE,
    LOAD_CONTROL_CONDITIONS, PREPAYMENT_STATUS, PREPAYMENT_CONTROL,
) = range(110, 118)  # fmt: skip
OFF, ON = 0, 100
"""Level of a control point in percent: 0 disconnects, 100 connects."""


@dataclass(frozen=True, slots=True)
class ActualLoadControl:
    """Tables 110 (most) and 111 (in use)."""

    flags: int
    points: int
    schedules: int
    conditions: int
    consumers: int


LOAD_CONTROL_LAYOUT = Layout(ActualLoadControl, flags=U8, points=U8, schedules=U8, conditions=U8, consumers=U8)


class PointState(IntEnum):
    """What a control point is in."""

    OFF = 0
    ON = 1
    READY = 2
    MOVING = 3


@dataclass(frozen=True, slots=True)
class ControlPoint:
    """One entry of table 112. ``level``: where the contacts are, in percent; ``last``: what came of the last order."""

    level: int
    state: int
    mode: int
    last: int
    remaining_min: int = 0


@dataclass(frozen=True, slots=True)
class LoadControlStatus:
    """Table 112."""

    points: tuple[ControlPoint, ...]


def load_control_status(actual: ActualLoadControl) -> Layout[LoadControlStatus]:
    """The layout of table 112."""
    point = Layout(ControlPoint, level=U8, state=U8, mode=U8, last=U8, remaining_min=U16)
    return Layout(LoadControlStatus, points=Several(point, actual.points))


@dataclass(frozen=True, slots=True)
class PointConfiguration:
    """One entry of table 113. ``limit_w``: above it the point is switched off after ``over_s``; 0: no limit."""

    mode: int
    dwell_s: int
    limit_w: int
    over_s: int


@dataclass(frozen=True, slots=True)
class LoadControlConfiguration:
    """Table 113."""

    points: tuple[PointConfiguration, ...]


def load_control_configuration(actual: ActualLoadControl) -> Layout[LoadControlConfiguration]:
    """The layout of table 113."""
    point = Layout(PointConfiguration, mode=U8, dwell_s=U16, limit_w=Int(4), over_s=U16)
    return Layout(LoadControlConfiguration, points=Several(point, actual.points))


@dataclass(frozen=True, slots=True)
class ScheduledOrder:
    """One entry of table 114: when which point goes to which level; ``at`` None: unused."""

    at: float | None
    point: int
    level: int


@dataclass(frozen=True, slots=True)
class LoadControlSchedule:
    """Table 114."""

    orders: tuple[ScheduledOrder, ...]


def load_control_schedule(actual: ActualLoadControl) -> Layout[LoadControlSchedule]:
    """The layout of table 114."""
    order = Layout(ScheduledOrder, at=LTIME, point=U8, level=U8)
    return Layout(LoadControlSchedule, orders=Several(order, actual.schedules))


@dataclass(frozen=True, slots=True)
class Condition:
    """One entry of table 115: the source (decade 1) that is watched, the threshold in its unit (0: none), and the level
    that follows when it is passed.
    """

    source: int
    threshold: int
    level: int


@dataclass(frozen=True, slots=True)
class LoadControlConditions:
    """Table 115."""

    conditions: tuple[Condition, ...]


def load_control_conditions(actual: ActualLoadControl) -> Layout[LoadControlConditions]:
    """The layout of table 115."""
    condition = Layout(Condition, source=U8, threshold=Int(4), level=U8)
    return Layout(LoadControlConditions, conditions=Several(condition, actual.conditions))


@dataclass(frozen=True, slots=True)
class DirectOrder:
    """Parameters of procedure 21: a control point, its level, and for how long (minutes, 0: until the next order)."""

    point: int
    level: int
    minutes: int = 0


DIRECT_ORDER = Layout(DirectOrder, point=U8, level=U8, minutes=U16)
