"""Trip points and ride-through: at what voltage or frequency a DER is put to the test, and for how long.

Ride-through times by category: IEEE 1547-2018, tables 14 to 16 and 19, as EPRI's OpenDER has them (not checked against
the standard: unverified).
"""

from __future__ import annotations

from dataclasses import dataclass

from bench.der.bands import FACTOR, TRANSIENT_FREQUENCY_HZ, TRANSIENT_VOLTAGE_PU, duration_accuracy_s
from drivers.der import LowFrequencyTrip, LowVoltageTrip, Trip


@dataclass(frozen=True, slots=True)
class Stay:
    """A voltage (per unit) or frequency (Hz) that the DER has to stand for ``seconds``; ``feeding``: and feed in all
    the while (mandatory or continuous operation), not merely stay connected (momentary cessation)."""

    value: float
    seconds: float
    feeding: bool = True


LOW_VOLTAGE: dict[str, tuple[Stay, ...]] = {
    "I": (Stay(0.80, 0.9, True), Stay(0.55, 0.15, False)),
    "II": (Stay(0.75, 3.5, True), Stay(0.50, 0.31, True), Stay(0.35, 0.15, False)),
    "III": (Stay(0.75, 19.5, True), Stay(0.55, 9.5, True), Stay(0.45, 0.95, False)),
}
HIGH_VOLTAGE: dict[str, tuple[Stay, ...]] = {
    "I": (Stay(1.12, 0.95), Stay(1.16, 0.45), Stay(1.19, 0.15)),
    "II": (Stay(1.12, 0.95), Stay(1.16, 0.45), Stay(1.19, 0.15)),
    "III": (Stay(1.15, 11.5, False),),
}
FREQUENCIES: tuple[Stay, ...] = (Stay(58.0, 290.0), Stay(61.6, 290.0))
RATE_HZ_PER_S = {"I": 0.5, "II": 2.0, "III": 3.0}
"""Rate of change of frequency that does not end the supply (table 21)."""
JUMP_DEG, SINGLE_PHASE_JUMP_DEG = 20.0, 60.0
"""Clause 6.5.2.6: of all phases together (positive sequence), and of single ones."""
RESTORE_SHARE, RESTORE_S = 0.8, 0.4
"""Clause 6.4.2.7: of the power before, within this time after the voltage is back."""


@dataclass(frozen=True, slots=True)
class TripPoint:
    """One must-trip point of a DER: percent of nominal voltage, or Hz, and its clearing time in s."""

    threshold: float
    clearing_s: float


def points_of(trip: Trip) -> tuple[TripPoint, ...]:
    """The corners of the must-trip line: the threshold of each clearing time, shortest first.

    Of several thresholds with one clearing time that counts which is nearest to nominal.
    """
    below = isinstance(trip, LowVoltageTrip | LowFrequencyTrip)
    nearest: dict[float, float] = {}
    for threshold, clearing_s in trip.must_trip or ():
        known = nearest.setdefault(clearing_s, threshold)
        nearest[clearing_s] = max(known, threshold) if below else min(known, threshold)
    return tuple(TripPoint(threshold, clearing_s) for clearing_s, threshold in sorted(nearest.items()))


def voltage_margin_pu() -> float:
    """How far beyond a threshold of voltage a DER must, and short of it must not trip."""
    return FACTOR * TRANSIENT_VOLTAGE_PU


def frequency_margin_hz() -> float:
    """The same of frequency, Hz."""
    return FACTOR * TRANSIENT_FREQUENCY_HZ


def latest_s(clearing_s: float, nominal_hz: float) -> float:
    """When at the latest the current must have ended: the clearing time and 1.5 times the accuracy of times."""
    return clearing_s + FACTOR * duration_accuracy_s(clearing_s, nominal_hz)
