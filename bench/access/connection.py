"""How a meter's terminals are connected, as the meter's own registers and as the reference instrument tell it.

Angles are lags in degrees, 0 to 360: of a voltage behind the first one that is there, of a current behind its own
voltage. The names of the registers are those of `drivers.dlms.object_names`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from drivers.metering import Reading
from drivers.scpi.power import PhaseReading

MISSING_SHARE = 0.5
"""An element with less than this share of the highest voltage has none."""


@dataclass(frozen=True)
class Terminals:
    """By element: RMS voltage (V), lag of the voltage, lag of the current (None: no current)."""

    voltages_v: tuple[float, ...]
    voltage_lags_deg: tuple[float, ...]
    current_lags_deg: tuple[float | None, ...]

    @property
    def live(self) -> tuple[int, ...]:
        """Elements (from 0) with a voltage."""
        highest = max(self.voltages_v)
        return tuple(number for number, volts in enumerate(self.voltages_v) if volts >= MISSING_SHARE * highest > 0.0)

    @property
    def missing(self) -> tuple[int, ...]:
        """Elements (from 1) without voltage."""
        return tuple(number + 1 for number in range(len(self.voltages_v)) if number not in self.live)

    @property
    def reversed(self) -> tuple[int, ...]:
        """Elements (from 1) whose current flows against that of the others; none where all flow alike."""
        against = {
            number
            for number in self.live
            if (lag := self.current_lags_deg[number]) is not None and math.cos(math.radians(lag)) < 0.0
        }
        return () if against == set(self.live) else tuple(sorted(number + 1 for number in against))

    @property
    def rotation(self) -> str:
        """``forward`` where the phases follow each other as they should, ``reverse``, or ``unknown``."""
        if len(self.live) < 2:
            return "unknown"
        first, second = self.live[:2]
        lag = (self.voltage_lags_deg[second] - self.voltage_lags_deg[first]) % 360.0
        expected = 120.0 * (second - first)
        if apart(lag, expected) < 30.0:
            return "forward"
        return "reverse" if apart(lag, -expected) < 30.0 else "unknown"

    def __str__(self) -> str:
        parts = [f"rotation {self.rotation}"]
        parts += [f"no voltage on {number}" for number in self.missing]
        parts += [f"element {number} reversed" for number in self.reversed]
        return ", ".join(parts)


def apart(first_deg: float, second_deg: float) -> float:
    """The angle between two directions, 0 to 180 degrees."""
    return abs((first_deg - second_deg + 180.0) % 360.0 - 180.0)


def registers_of(phases: int) -> tuple[str, ...]:
    """The registers in which a meter of so many phases shows its connection."""
    numbers = range(1, phases + 1)
    return (
        *(f"voltage_l{number}" for number in numbers),
        *(f"current_l{number}" for number in numbers),
        *(f"current_lag_l{number}" for number in numbers),
        *(f"voltage_lag_l{number}" for number in numbers if number > 1),
    )


def of_meter(readings: Mapping[str, Reading], phases: int) -> Terminals:
    """What the meter shows. Raises KeyError for a register that was not read."""
    numbers = range(1, phases + 1)
    return Terminals(
        tuple(readings[f"voltage_l{number}"].value for number in numbers),
        tuple(readings[f"voltage_lag_l{number}"].value if number > 1 else 0.0 for number in numbers),
        tuple(
            readings[f"current_lag_l{number}"].value if readings[f"current_l{number}"].value > 0.0 else None
            for number in numbers
        ),
    )


def of_powers(readings: Mapping[str, Reading]) -> Terminals:
    """What a meter of one phase shows that gives powers in the place of angles. Raises KeyError."""
    active = readings["power_import"].value - readings["power_export"].value
    reactive = readings["reactive_power_import"].value - readings["reactive_power_export"].value
    lag = math.degrees(math.atan2(reactive, active)) % 360.0 if active or reactive else None
    return Terminals((readings["voltage_l1"].value,), (0.0,), (lag,))


def of_reference(phases: Sequence[PhaseReading]) -> Terminals:
    """What the instrument shows: it gives angles ahead of phase 1."""
    return Terminals(
        tuple(phase.voltage.value for phase in phases),
        tuple(-phase.voltage_angle.value % 360.0 if phase.voltage_angle else 0.0 for phase in phases),
        tuple(phase.current_angle.value % 360.0 if phase.current_angle else None for phase in phases),
    )
