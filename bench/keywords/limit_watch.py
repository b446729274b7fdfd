"""What a test of a consumption limit sees: the load coming on, notices, the switch opening, all in station time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bench.access.customer import ConsumerNotice
from bench.exchanges.witness import DEAD_CURRENT_A
from drivers.scpi.measurement import CurrentLog, Measurement

_HOUR_S = 3600.0


@dataclass(frozen=True)
class LoadRun:
    """A constant load against a limit. ``began`` and ``opened``: when current began and ceased to flow (UTC, s; None:
    it did not), with the standard uncertainty ``time_u_s`` of each. ``notices`` by the meaning of their events.
    """

    power: Measurement
    began: float | None
    opened: float | None
    time_u_s: float
    notices: Mapping[str, ConsumerNotice | None] = field(default_factory=dict)
    again: tuple[int, ...] = ()

    def crossing(self, energy_wh: float) -> float:
        """When the customer had drawn ``energy_wh`` (UTC, s), as the witness measures the load."""
        if self.began is None:
            raise ValueError("no current flowed")
        return self.began + energy_wh * _HOUR_S / self.power.value

    def crossing_u_s(self, energy_wh: float, meter_class: float) -> float:
        """Its standard uncertainty for a meter of that accuracy class (percent), which counts as it may."""
        duration_s = energy_wh * _HOUR_S / self.power.value
        of_meter = duration_s * meter_class / 100.0 / 3.0**0.5
        of_power = duration_s * self.power.standard_uncertainty / self.power.value
        return float((of_meter**2 + of_power**2 + self.time_u_s**2) ** 0.5)


def first_current(log: CurrentLog, after: float) -> float | None:
    """When current first flowed at ``after`` or later (UTC, s)."""
    return next((point.at for point in log.points if point.at >= after and point.current > DEAD_CURRENT_A), None)
