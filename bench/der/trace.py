"""What the witness saw of a DER over time, as power that the DER generates."""

from __future__ import annotations

from dataclasses import dataclass

from drivers.scpi.power import PowerLog, PowerPoint


@dataclass(frozen=True, slots=True)
class Generated:
    """Sum of all phases: generated W and injected var with their standard uncertainties; mean voltage from phase to
    neutral, V; Hz."""

    active_w: float
    reactive_var: float
    active_u: float
    reactive_u: float
    voltage_v: float
    frequency_hz: float


@dataclass(frozen=True, slots=True)
class Trace:
    """A power log and when the change began that it is about (UTC, s)."""

    log: PowerLog
    began: float

    def generated_w(self, after_s: float) -> float:
        """W that the DER generated ``after_s`` after the change."""
        return -self._point(after_s).total_w

    def injected_var(self, after_s: float) -> float:
        """Var that the DER injected ``after_s`` after the change."""
        return -self._point(after_s).total_var

    def least_w(self, from_s: float, to_s: float) -> float:
        """Least W that the DER generated in this time."""
        inside = [-p.total_w for p in self.log.points if from_s <= p.at - self.began <= to_s]
        return min([*inside, self.generated_w(from_s), self.generated_w(to_s)])

    def ceased_after(self, limit_a: float) -> float | None:
        """Seconds after the change from which on no phase carries ``limit_a`` A; None: never."""
        at = self.log.ceased_at(limit_a, self.began)
        return None if at is None else at - self.began

    def restored_after(self, since_s: float, watts: float) -> float | None:
        """Seconds after ``since_s`` from which on at least ``watts`` are generated to the end; None: never."""
        at = self.log.lasting_from(lambda point: -point.total_w >= watts, self.began + since_s)
        return None if at is None else at - self.began - since_s

    def points(self) -> list[tuple[float, float, float]]:
        """(s after the change, W, var) of each point of the log."""
        return [(p.at - self.began, -p.total_w, -p.total_var) for p in self.log.points]

    def _point(self, after_s: float) -> PowerPoint:
        """The last point until then: between two points nothing happened that the instrument saw."""
        until = [point for point in self.log.points if point.at <= self.began + after_s + 1e-6]
        return until[-1] if until else self.log.points[0]
