"""Intervals of a load profile, from whichever system they come, and what can be wrong with them. Pure functions.

An interval is known by the time of its end (UTC, s). Energies are in Wh.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from drivers.cim.payloads import IntervalBlock
from drivers.cim.times import iso, parse_iso
from drivers.metering import Interval

OUTAGE_STATUS = 0x80
"""Status bit of an interval in which the supply failed (AMR profile status as in DSMR and IDIS; unverified)."""

MISSING, ESTIMATED, CORRECTED = "missing", "estimated", "corrected"
_GRID_S = 1.0
IMPORT, EXPORT = "energy_import", "energy_export"
"""The registers of the two directions, by the names that `drivers.dlms.object_names` gives them."""

_INTERVAL_REGISTERS = {IMPORT: "1.0.1.29.0.255", EXPORT: "1.0.2.29.0.255"}


@dataclass(frozen=True)
class Ended:
    """One interval. ``energy`` None: not known; ``register``: the total at its end; ``quality`` as offices state it."""

    end: float
    energy: float | None
    status: int | None = None
    register: float | None = None
    quality: str = ""

    @property
    def stamp(self) -> str:
        """The end as text."""
        return iso(self.end)


def of_meter(rows: Iterable[Interval], direction: str = IMPORT) -> list[Ended]:
    """Rows of a meter's load profile, one direction. Rows without a time stamp are left out: `stampless` counts them.

    A profile of registers gives energies as differences to the row before, so its first row has none.
    """
    ended: list[Ended] = []
    for row in rows:
        if row.at is None:
            continue
        interval, register = row.readings.get(_INTERVAL_REGISTERS[direction]), row.readings.get(direction)
        total = register.value if register is not None else None
        before = ended[-1].register if ended else None
        energy = interval.value if interval is not None else None
        if energy is None and total is not None and before is not None:
            energy = total - before
        ended.append(Ended(row.at, energy, row.status, total))
    return ended


def of_office(blocks: Iterable[IntervalBlock], reading_type: str) -> list[Ended]:
    """The intervals of one quantity in a message."""
    return [
        Ended(
            parse_iso(reading.time_stamp),
            None if reading.value is None else float(reading.value),
            reading.status,
            None if reading.register is None else float(reading.register),
            str(reading.quality),
        )
        for block in blocks
        if block.reading_type == reading_type
        for reading in block.readings
    ]


def between(intervals: Iterable[Ended], start: float, end: float) -> list[Ended]:
    """Those that end in (start, end]."""
    return [interval for interval in intervals if start + _GRID_S < interval.end <= end + _GRID_S]


def expected_ends(start: float, end: float, period_s: int) -> list[float]:
    """The ends that belong into (start, end], ``start`` being one itself."""
    return [start + period_s * number for number in range(1, round((end - start) / period_s) + 1)]


def lacking(intervals: Iterable[Ended], ends: Iterable[float]) -> list[str]:
    """The expected ends for which nothing came."""
    come = {round(interval.end) for interval in intervals}
    return [iso(end) for end in ends if round(end) not in come]


def twice(intervals: Iterable[Ended]) -> list[str]:
    """The ends that came more than once."""
    counts = Counter(round(interval.end) for interval in intervals)
    return [iso(end) for end, count in sorted(counts.items()) if count > 1]


def astray(intervals: Iterable[Ended], ends: Iterable[float]) -> list[str]:
    """Stamps that are no end of an interval."""
    known = {round(end) for end in ends}
    return [interval.stamp for interval in intervals if round(interval.end) not in known]


def without_status(intervals: Iterable[Ended]) -> list[str]:
    """Those that came without a status of their own."""
    return [interval.stamp for interval in intervals if interval.status is None]


def unflagged_gaps(intervals: Sequence[Ended], ends: Sequence[float], outage: int = OUTAGE_STATUS) -> list[str]:
    """Missing intervals after which none comes that says so, by its status or its quality."""
    ordered = sorted(intervals, key=lambda interval: interval.end)
    unflagged = []
    for stamp in lacking(intervals, ends):
        following = next((interval for interval in ordered if interval.stamp > stamp), None)
        if following is None or not (_has(following, outage) or following.quality == MISSING):
            unflagged.append(stamp)
    return unflagged


def unexplained_zeros(intervals: Iterable[Ended], outage: int = OUTAGE_STATUS) -> list[str]:
    """Intervals of no energy that neither an outage status nor a quality other than good excuses."""
    return [
        f"{interval.stamp} 0 Wh, status {interval.status}"
        for interval in intervals
        if interval.energy == 0 and not _has(interval, outage) and interval.quality in ("", "valid", CORRECTED)
    ]


def differing(one: Iterable[Ended], other: Iterable[Ended]) -> list[str]:
    """Where two systems disagree about the energy of an interval, or only one of them has it.

    Energies that neither knows agree.
    """
    first = {round(interval.end): interval.energy for interval in one}
    second = {round(interval.end): interval.energy for interval in other}
    return [
        f"{iso(end)}: {_shown(first, end)} and {_shown(second, end)}"
        for end in sorted(first.keys() | second.keys())
        if _shown(first, end) != _shown(second, end)
    ]


def total(intervals: Iterable[Ended]) -> float:
    """The sum of the energies that are known."""
    return sum(interval.energy for interval in intervals if interval.energy is not None)


def _has(interval: Ended, outage: int) -> bool:
    return interval.status is not None and bool(interval.status & outage)


def _shown(known: dict[int, float | None], end: int) -> str:
    if end not in known:
        return "none"
    energy = known[end]
    return "unknown" if energy is None else f"{energy:g} Wh"
