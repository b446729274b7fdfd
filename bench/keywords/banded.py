"""A value with the band in which it is accepted, as the criterion ``in_1547_band`` judges it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.der.bands import Band

if TYPE_CHECKING:
    from bench.session.recorder import Recorder


def record_in_band(
    recorder: Recorder,
    series: str,
    value: float,
    unit: str,
    uncertainty: float,
    band: Band,
    what: str,
    source: str = "power analyser",
) -> None:
    """Record ``value`` with its standard uncertainty and its band, to a thousandth."""
    recorder.observe(
        series,
        round(value, 3),
        unit=unit,
        standard_uncertainty=uncertainty,
        what=what,
        source=source,
        expected=round(band.expected, 3),
        low=round(band.low, 3),
        high=round(band.high, 3),
    )
