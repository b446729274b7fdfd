"""What happens in the tests of 3.1.3: power flows in both directions, and a rate changes while it does."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bench.keywords import intervals
from bench.keywords.held_intervals import HeldIntervals
from bench.keywords.interval_acts import AFTER_END_S, IntervalActs, Register
from bench.keywords.intervals import EXPORT, IMPORT, Ended

LOAD_W, FEED_W = 2400.0, 4000.0
"""Load, and what a generator behind the meter feeds in: with both on, 1,600 W flow out."""

FAST_W = 6000.0
"""Power across a change of rates: one count of 1 Wh is 0.6 s."""

NET = "energy_net"
RATES = 4
_MINUTE_S = 60.0
_BEFORE_CHANGE_S, _AFTER_CHANGE_S = 150.0, 210.0


@dataclass(frozen=True)
class Marks:
    """Registers by name at one moment (UTC, s): totals of both directions, their rates, and the net register."""

    at: float
    registers: Mapping[str, Register]

    def since(self, earlier: Marks, name: str) -> float:
        """How far a register has moved, in Wh."""
        return self.registers[name].energy - earlier.registers[name].energy

    def rates_of(self, direction: str) -> list[str]:
        """The rate registers of a direction that the meter has."""
        return [name for name in self.registers if name.startswith(f"{direction}_rate_")]

    @property
    def count(self) -> float:
        """The weight of the last digit of the totals, in Wh."""
        return self.registers[IMPORT].count


@dataclass
class BothWaysStory:
    """Registers at the ends, and around a time in which power flowed one way only; reference energies."""

    first: Marks | None = None
    last: Marks | None = None
    one_way: dict[str, tuple[Marks, Marks]] = field(default_factory=dict)
    reference: dict[str, tuple[float, float]] = field(default_factory=dict)
    mixed_end: float = 0.0
    mixed: dict[str, float] = field(default_factory=dict)


class BothWaysActs(IntervalActs, HeldIntervals):
    """The acts, without any judgement."""

    def __init__(self) -> None:
        super().__init__()
        self.both = BothWaysStory()
        self.rows: dict[str, list[Ended]] = {}

    # -- flows ---------------------------------------------------------------------------------------------------

    async def flow(self, load_w: float, feed_w: float) -> None:
        """The customer's load, and what a generator behind the meter feeds in."""
        load = await self.wiring.load()
        await load.set_power(load_w)
        await load.set_input(load_w > 0.0)
        nominal = self.scene.nominal_v if feed_w else 0.0
        await self.station.box.do(self.meter.seat, "load_side_source", voltage_v=nominal, power_w=feed_w)

    async def marks(self) -> Marks:
        """The registers now, as far as the meter has them."""
        names = [
            IMPORT,
            EXPORT,
            NET,
            *(f"{way}_rate_{rate}" for way in (IMPORT, EXPORT) for rate in range(1, RATES + 1)),
        ]
        async with self.meter.session(ask=True) as client:
            read = await self.meter.meter(client).registers(names)
        return Marks(self.clock.now(), {name: Register.of(reading) for name, reading in read.items()})

    async def both_ways(self) -> None:
        """Three intervals: import, export and import again within the first; export only; import only."""
        await self.scene.energise()
        await self.flow(0.0, 0.0)
        analyser, story, both = await self.wiring.analyser(), self.story, self.both
        story.start = await self.to_next_end()
        story.end = story.start + 3 * self.period_s
        both.first = await self.marks()
        await analyser.start_energy()
        third = self.period_s / 3.0
        for number, feed_w in enumerate((0.0, FEED_W, 0.0), 1):
            await self.flow(LOAD_W, feed_w)
            await self.wait_until(story.start + number * third)
        both.mixed_end = story.start + self.period_s
        both.mixed = {
            IMPORT: (await analyser.energy_imported()).value,
            EXPORT: (await analyser.energy_exported()).value,
        }
        await self._one_way(EXPORT, 0.0, FEED_W, both.mixed_end)
        await self._one_way(IMPORT, LOAD_W, 0.0, both.mixed_end + self.period_s)
        await self.flow(0.0, 0.0)
        await self.wait_until(story.end + AFTER_END_S)
        both.last = await self.marks()
        for way, energy in ((IMPORT, await analyser.energy_imported()), (EXPORT, await analyser.energy_exported())):
            both.reference[way] = (energy.value, energy.standard_uncertainty)
        await analyser.stop_energy()

    async def _one_way(self, direction: str, load_w: float, feed_w: float, start: float) -> None:
        await self.flow(load_w, feed_w)
        await self.wait_until(start + AFTER_END_S)
        begin = await self.marks()
        await self.wait_until(start + self.period_s - AFTER_END_S)
        self.both.one_way[direction] = (begin, await self.marks())

    # -- rates ---------------------------------------------------------------------------------------------------

    async def change_of_rate(self, direction: str) -> tuple[float, Marks, Marks, tuple[float, float]]:
        """Let power flow one way across the next change of rates.

        Returns the moment of the change (UTC, s), the registers before and after, and when the flow began and ended.
        """
        change = await self.next_change()
        await self.scene.energise()
        await self.flow(0.0, 0.0)
        await self.wait_until(change - _BEFORE_CHANGE_S)
        before = await self.marks()
        await self.flow(*((FAST_W, 0.0) if direction == IMPORT else (0.0, FAST_W)))
        began = self.clock.now()
        await self.wait_until(change + _AFTER_CHANGE_S)
        await self.flow(0.0, 0.0)
        return change, before, await self.marks(), (began, self.clock.now())

    async def next_change(self) -> float:
        """The next change of rates (UTC, s) by the device file (``tariff.rate_changes``) and the meter's own zone."""
        async with self.meter.session(ask=True) as client:
            offset_min = (await self.meter.meter(client).clock()).offset_min or 0
        now = self.clock.now()
        local = datetime.fromtimestamp(now + offset_min * _MINUTE_S, UTC)
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        moments = [midnight + timedelta(days=day, seconds=at) for day in range(4) for at in self.changes()]
        ahead = [moment.timestamp() - offset_min * _MINUTE_S for moment in moments if moment.isoweekday() <= 5]
        return min(moment for moment in ahead if moment > now + _BEFORE_CHANGE_S + self.period_s)

    def changes(self) -> list[float]:
        """The changes of rates on an ordinary working day, in s after local midnight (PIXIT)."""
        stated = self.meter.pixit("tariff", {}).get("rate_changes", [])
        hours = [str(change["at"]).split(":") for change in stated]
        return [3600.0 * int(hour) + 60.0 * int(minute) for hour, minute in hours]

    # -- rows ----------------------------------------------------------------------------------------------------

    async def fetch_both(self) -> None:
        """Both directions by the meter's own profile."""
        rows = await self.read_rows()
        self.rows = {way: intervals.of_meter(rows, way) for way in (IMPORT, EXPORT)}

    def interval_sum(self, rows: list[Ended]) -> float:
        """The energy of the story's intervals, NaN when one of them is not known."""
        energies = [one.energy for one in intervals.between(rows, self.story.start, self.story.end)]
        return math.fsum(math.nan if energy is None else energy for energy in energies)
