"""What an instrument says, with all that a verdict and a report need to know about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from drivers.scpi.errors import GarbledAnswerError
from drivers.scpi.uncertainty import COVERAGE_FACTOR


@dataclass(frozen=True)
class InstrumentIdentity:
    """The four fields of an answer to ``*IDN?`` (IEEE 488.2, 10.14)."""

    manufacturer: str
    model: str
    serial: str
    firmware: str = ""

    @classmethod
    def parse(cls, answer: str) -> InstrumentIdentity:
        """Raises GarbledAnswerError when ``answer`` has not the fields of an identity."""
        parts = [part.strip().strip('"') for part in answer.split(",")]
        if len(parts) < 3 or not all(parts[:2]):
            raise GarbledAnswerError(f"{answer!r} is no answer to *IDN?")
        return cls(parts[0], parts[1], parts[2], ",".join(parts[3:]))

    def matches(self, expected: InstrumentIdentity) -> bool:
        """Whether this is the ``expected`` instrument.

        An empty field of ``expected`` is not compared; case does not count.
        """
        wanted = (expected.manufacturer, expected.model, expected.serial, expected.firmware)
        seen = (self.manufacturer, self.model, self.serial, self.firmware)
        return all(not want or want.casefold() == have.casefold() for want, have in zip(wanted, seen, strict=True))

    def __str__(self) -> str:
        return ",".join((self.manufacturer, self.model, self.serial, self.firmware)).rstrip(",")


@dataclass(frozen=True)
class Calibration:
    """The calibration of an instrument, as its certificate says (ISO/IEC 17025:2017, 6.4.13 and 6.5)."""

    certificate: str
    laboratory: str
    performed: date
    due: date

    def __post_init__(self) -> None:
        if self.due < self.performed:
            raise ValueError(f"calibration {self.certificate}: due {self.due} before it was performed {self.performed}")

    def valid_at(self, at: float) -> bool:
        """Whether the calibration holds at ``at`` (UTC, s since the Unix epoch), the days of both dates included."""
        day = datetime.fromtimestamp(at, UTC).date()
        return self.performed <= day <= self.due


@dataclass(frozen=True)
class Measurement:
    """One reading: ``value`` in ``unit``, its standard uncertainty (k = 1) in the same unit, ``at`` in UTC seconds.

    ``calibration`` is None where the lab config declares none; on a real station that makes a verdict inconclusive.
    """

    value: float
    unit: str
    standard_uncertainty: float
    at: float
    instrument: InstrumentIdentity
    calibration: Calibration | None = None

    def expanded_uncertainty(self, coverage_factor: float = COVERAGE_FACTOR) -> float:
        """``coverage_factor`` times the standard uncertainty, in ``unit``."""
        return coverage_factor * self.standard_uncertainty

    def __str__(self) -> str:
        return f"{self.value:g} {self.unit} ± {self.expanded_uncertainty():.2g} {self.unit} (k=2)"


@dataclass(frozen=True)
class LogPoint:
    """RMS current at one instant: ``at`` in UTC seconds, ``current`` and its standard uncertainty in A."""

    at: float
    current: float
    standard_uncertainty: float


@dataclass(frozen=True)
class CurrentLog:
    """The current over time, as an analyser logged it; dense around each switch operation, sparse elsewhere.

    ``points`` ascend in time; between two points the current is taken as straight. ``time_uncertainty_s`` is the
    standard uncertainty of each time stamp.
    """

    points: tuple[LogPoint, ...]
    time_uncertainty_s: float
    instrument: InstrumentIdentity
    calibration: Calibration | None = None

    def first_below(self, limit: float, after: float) -> float | None:
        """Time (UTC, s) from which on, ``after`` or later, the current stays below ``limit`` A; None: never."""
        return _start_of_last_run([(point.at, point.current < limit) for point in self.points if point.at >= after])

    def first_above(self, limit: float, after: float) -> float | None:
        """Time (UTC, s) from which on, ``after`` or later, the current stays above ``limit`` A; None: never."""
        return _start_of_last_run([(point.at, point.current > limit) for point in self.points if point.at >= after])


def _start_of_last_run(states: Sequence[tuple[float, bool]]) -> float | None:
    start: float | None = None
    for at, holds in states:
        if not holds:
            start = None
        elif start is None:
            start = at
    return start
