"""A circuit of resistance, inductance and capacitance, as a load bank is told to be."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Circuit:
    """Resistance (ohm), inductance (H), capacitance (F) in parallel; infinite or 0: not connected.

    >>> circuit = Circuit.tuned(power_w=2300.0, voltage_v=230.0, frequency_hz=50.0, quality_factor=1.0)
    >>> round(circuit.resistance_ohm, 6), round(circuit.resonance_hz, 6), round(circuit.quality_factor, 6)
    (23.0, 50.0, 1.0)
    """

    resistance_ohm: float = math.inf
    inductance_h: float = math.inf
    capacitance_f: float = 0.0

    @classmethod
    def tuned(cls, power_w: float, voltage_v: float, frequency_hz: float, quality_factor: float) -> Circuit:
        """Takes ``power_w`` at ``voltage_v`` and is in resonance at ``frequency_hz``: ``Q = R * sqrt(C / L)``."""
        if min(power_w, voltage_v, frequency_hz, quality_factor) <= 0.0:
            raise ValueError("power, voltage, frequency and quality factor of a circuit must be above 0")
        resistance, omega = voltage_v * voltage_v / power_w, 2.0 * math.pi * frequency_hz
        return cls(resistance, resistance / (quality_factor * omega), quality_factor / (resistance * omega))

    @property
    def resonance_hz(self) -> float:
        """Where coil and capacitor cancel each other, Hz."""
        return 1.0 / (2.0 * math.pi * math.sqrt(self.inductance_h * self.capacitance_f))

    @property
    def quality_factor(self) -> float:
        """At resonance."""
        return self.resistance_ohm * math.sqrt(self.capacitance_f / self.inductance_h)
