"""What type tests of IEEE 1547.1 share: the DER and its instruments, readings judged in bands, points of a profile."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TypeVar

from bench.access.der import DerAccess
from bench.access.sep2_der import der_access
from bench.der.bands import FREQUENCY_HZ, POWER_PU, VOLTAGE_PU, Band
from bench.der.expected import told
from bench.der.scene import DerScene
from bench.der.trace import Generated
from bench.keywords.banded import record_in_band
from bench.keywords.conversation import Conversation
from drivers.der import Ratings

Point = TypeVar("Point")

ACTIVE, REACTIVE, ON_THE_WAY = "active power at rest", "reactive power at rest", "power on the way"


class DerTypeTest(Conversation):
    """Base of the libraries. An instance lives as long as its test."""

    @cached_property
    def access(self) -> DerAccess:
        """The DER under test. A station without one skips the test."""
        return der_access(self.station, self.seat, self.session.planned.link)

    @cached_property
    def rig(self) -> DerScene:
        """It and its instruments."""
        return DerScene(self.access)

    def points(self, quick: Sequence[Point], full: Sequence[Point] = ()) -> Sequence[Point]:
        """Points of this run's profile: quick ones, or in other profiles those and ``full``."""
        return quick if self.session.request.profile == "quick" else [*quick, *full]

    # -- accuracies that are asked of this DER ---------------------------------------------------------------------

    @staticmethod
    def power_accuracy(ratings: Ratings) -> float:
        """W or var. Raises NotToldError."""
        return POWER_PU * told(ratings.apparent_power_va, "its apparent power")

    @property
    def voltage_accuracy_pu(self) -> float:
        """Per unit."""
        return VOLTAGE_PU

    @property
    def frequency_accuracy_hz(self) -> float:
        """Hz."""
        return FREQUENCY_HZ

    # -- recording -------------------------------------------------------------------------------------------------

    def record_active(self, seen: Generated, band: Band, what: str, series: str = ACTIVE) -> None:
        """A reading of active power with its band."""
        self._record(series, seen.active_w, "W", seen.active_u, band, what)

    def record_reactive(self, seen: Generated, band: Band, what: str, series: str = REACTIVE) -> None:
        """A reading of reactive power with its band."""
        self._record(series, seen.reactive_var, "var", seen.reactive_u, band, what)

    def record_on_the_way(self, value: float, unit: str, uncertainty: float, band: Band, what: str) -> None:
        """A value of the witness's log, one open-loop response time after a step."""
        self._record(ON_THE_WAY, value, unit, uncertainty, band, what)

    def _record(self, series: str, value: float, unit: str, uncertainty: float, band: Band, what: str) -> None:
        record_in_band(self.recorder, series, value, unit, uncertainty, band, what)

    def in_band(self, step: str, series: str) -> None:
        """Judge a series by the bands that were recorded with it."""
        self.check(step, "in_1547_band", series)


def ninety_per_cent(before: float, after: float, accuracy: float) -> Band:
    """Where a first-order response may be one open-loop response time after a step: from 90 % of it to its end, widened
    by 1.5 times the accuracy (IEEE 1547.1-2020, 5.14.3)."""
    reached = before + 0.9 * (after - before)
    return Band(reached, min(reached, after), max(reached, after)).widened(1.5 * accuracy)
