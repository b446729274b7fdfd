"""Which instruments an observation rests on, and whether their calibration holds.

A test reads instruments, works out what it wants to know, and records it. What it records rests on the instruments
that it read since its previous observation; a measured value (one with an uncertainty) may rest on every instrument
that the test has read so far, since tests measure first and record afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from bench.lab.station_model import InstrumentTable
from drivers.scpi.instrument import ScpiInstrument


class InstrumentReadings:
    """The readings of one station's instruments: ``tables`` as declared, ``opened`` those in use so far."""

    def __init__(self, tables: Mapping[str, InstrumentTable], opened: Mapping[str, ScpiInstrument]) -> None:
        self._tables = tables
        self._opened = opened
        self._at_start: Mapping[str, int] = {}
        self._at_last: Mapping[str, int] = {}

    def begin(self) -> None:
        """A test begins: what was read before does not count."""
        self._at_start = self._at_last = self._counts()

    def behind(self, *, measured: bool) -> tuple[str, ...]:
        """The instruments behind an observation that is recorded now."""
        before, now = self._at_start if measured else self._at_last, self._counts()
        self._at_last = now
        return tuple(name for name, count in now.items() if count > before.get(name, 0))

    def doubt(self, name: str, at: float) -> str:
        """Why the calibration of an instrument does not hold at ``at`` (UTC, s); empty when it does.

        An emulated instrument needs none.
        """
        table = self._tables[name]
        if table.seat:
            return ""
        if table.calibration is None:
            return f"{name} has no calibration"
        day = datetime.fromtimestamp(at, UTC).date()
        if day > table.calibration.due:
            return f"the calibration of {name} was due on {table.calibration.due}"
        return f"{name} was calibrated only later" if day < table.calibration.performed else ""

    def _counts(self) -> Mapping[str, int]:
        return {name: instrument.readings for name, instrument in self._opened.items()}
