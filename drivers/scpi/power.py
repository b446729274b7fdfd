"""What a power analyser says of several phases, of harmonics, and of power over time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from drivers.scpi.measurement import Calibration, InstrumentIdentity, Measurement


@dataclass(frozen=True)
class PhaseReading:
    """One phase: RMS voltage (V) and current (A), active (W) and reactive (var) power, positive for import.

    ``voltage_angle``: against the voltage of phase 1, degrees, positive ahead. ``current_angle``: how far the current
    lags the voltage of its own phase, degrees; None without a current. Both above -180 and up to 180.
    """

    voltage: Measurement
    current: Measurement
    active_power: Measurement
    reactive_power: Measurement
    voltage_angle: Measurement | None
    current_angle: Measurement | None


@dataclass(frozen=True)
class HarmonicReading:
    """Total distortion (%) and the harmonics of order 2 upwards, all in % of the fundamental."""

    thd: Measurement
    by_order: tuple[tuple[int, Measurement], ...]

    def of(self, order: int) -> Measurement:
        """Raises KeyError for an order that was not measured."""
        return dict(self.by_order)[order]


@dataclass(frozen=True)
class PowerPoint:
    """All phases at one instant (UTC, s): frequency (Hz), RMS voltages (V) and currents (A), powers (W, var)."""

    at: float
    frequency_hz: float
    voltages_v: tuple[float, ...]
    currents_a: tuple[float, ...]
    active_w: tuple[float, ...]
    reactive_var: tuple[float, ...]

    @property
    def total_w(self) -> float:
        return sum(self.active_w)

    @property
    def total_var(self) -> float:
        return sum(self.reactive_var)


@dataclass(frozen=True)
class PowerLog:
    """Voltage, current and power over time, dense around every change and sparse elsewhere; between two points nothing
    happened that the instrument saw.

    ``time_uncertainty_s`` is the standard uncertainty of each time stamp.
    """

    points: tuple[PowerPoint, ...]
    time_uncertainty_s: float
    instrument: InstrumentIdentity
    calibration: Calibration | None = None

    def lasting_from(self, holds: Callable[[PowerPoint], bool], after: float) -> float | None:
        """Time (UTC, s) from which on, ``after`` or later, ``holds`` is true of every point to the end; None: never."""
        since: float | None = None
        for point in self.points:
            if point.at < after:
                continue
            since = (point.at if since is None else since) if holds(point) else None
        return since

    def first_time(self, holds: Callable[[PowerPoint], bool], after: float) -> float | None:
        """Time (UTC, s) of the first point, ``after`` or later, of which ``holds`` is true; None: never."""
        return next((point.at for point in self.points if point.at >= after and holds(point)), None)

    def ceased_at(self, limit_a: float, after: float) -> float | None:
        """Time (UTC, s) from which on every phase's current stays below ``limit_a`` A; None: never."""
        return self.lasting_from(lambda point: max(point.currents_a) < limit_a, after)
