"""Where on the feeder the device of the lab stands, and who else is there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Phasors = tuple[complex, complex, complex]
"""Of phases A, B, C: volts, or volt-amperes. A phase that is not there is 0."""


@dataclass(frozen=True, slots=True)
class Site:
    """A customer's connection: ``node`` of the feeder, a three-phase service transformer from the node's voltage to
    ``service_kv`` (line to line, grounded wye) of ``transformer_kva`` with ``resistance_percent`` and
    ``reactance_percent``, and ``scale``: how many such devices, each with its transformer, the feeder sees."""

    node: str
    service_kv: float = 0.48
    transformer_kva: float = 100.0
    resistance_percent: float = 1.0
    reactance_percent: float = 2.0
    scale: float = 1.0

    @property
    def nominal_v(self) -> float:
        """Nominal voltage from phase to neutral at the device."""
        return self.service_kv * 1e3 / 3**0.5


@dataclass(frozen=True, slots=True)
class VoltVar:
    """A volt-var curve: ``points`` are (voltage, reactive power) in per unit, ascending in voltage, positive reactive
    power raises the voltage; open-loop response time in s (IEEE 1547-2018, 5.3.3)."""

    points: tuple[tuple[float, float], ...]
    response_time_s: float = 5.0

    def at(self, voltage_pu: float) -> float:
        """Reactive power at ``voltage_pu``, interpolated, held beyond the ends."""
        (first_v, first_q), *rest = self.points
        if voltage_pu <= first_v:
            return first_q
        lower_v, lower_q = first_v, first_q
        for upper_v, upper_q in rest:
            if voltage_pu <= upper_v:
                return lower_q + (upper_q - lower_q) * (voltage_pu - lower_v) / (upper_v - lower_v)
            lower_v, lower_q = upper_v, upper_q
        return lower_q


CATEGORY_B = VoltVar(((0.92, 0.44), (0.98, 0.0), (1.02, 0.0), (1.08, -0.44)))
"""Default of category B: IEEE 1547-2018, table 8 (as OpenDER has it; not checked against the standard: unverified)."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another customer at ``node``, simulated, the same on all three phases: ``powers_kw`` that it generates
    (a load is negative), one after another, each for ``step_s``, the last one for good; with ``volt_var`` an inverter
    of ``rating_kva`` that supports the voltage, otherwise at ``reactive_kvar``."""

    node: str
    powers_kw: Sequence[float]
    step_s: float = 60.0
    reactive_kvar: float = 0.0
    rating_kva: float = 0.0
    volt_var: VoltVar | None = None

    def power_kw(self, at_s: float) -> float:
        """Generated power ``at_s`` seconds after the start."""
        return self.powers_kw[min(int(at_s / self.step_s), len(self.powers_kw) - 1)]
