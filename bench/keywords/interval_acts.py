"""What happens in the tests of 3.1.1: intervals under a changing load, a supply failure, and their reading."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from bench.exchanges.meters import meter_name
from bench.keywords import intervals
from bench.keywords.intervals import Ended
from bench.keywords.process import ProcessLibrary
from drivers.cim.office import Readings
from drivers.cim.vocabulary import ReadingKind
from drivers.metering import Interval, Reading

AFTER_END_S = 5.0
"""How long after an interval's end the bench reads: the meter has closed it by then."""

LOADS_W = (500.0, 1500.0, 800.0, 2500.0, 300.0, 1200.0)
"""Loads of successive hours, so that no two neighbouring intervals hold the same energy."""

_CUT_BEFORE_END_S = 300.0
_WH = {"Wh": 1.0, "kWh": 1000.0, "MWh": 1_000_000.0}


@dataclass(frozen=True)
class Register:
    """An energy register: energy and the weight of its last digit, in Wh."""

    energy: float
    count: float

    @classmethod
    def of(cls, reading: Reading) -> Register:
        """From the meter's reading."""
        factor = _WH[reading.unit]
        return cls(reading.value * factor, factor * 10.0**reading.scaler)


@dataclass
class Story:
    """What has happened in a test: the period (UTC, s), registers at its ends, reference energy, supply failure."""

    start: float = 0.0
    end: float = 0.0
    first: Register | None = None
    last: Register | None = None
    reference_wh: float = 0.0
    reference_u: float = 0.0
    hours: list[tuple[float, float, float]] = field(default_factory=list)
    cut_at: float | None = None
    back_at: float | None = None
    intervals: list[Ended] = field(default_factory=list)
    at_meter: list[Ended] = field(default_factory=list)


class IntervalActs(ProcessLibrary):
    """The acts of the story, without any judgement."""

    def __init__(self) -> None:
        super().__init__()
        self.story = Story()

    @property
    def period_s(self) -> int:
        """The capture period (PIXIT)."""
        return int(self.meter.pixit("capture_period_s", 900))

    @property
    def outage_status(self) -> int:
        """The status bits that say *supply failed* (PIXIT item ``profiles.load_profile.outage_status``)."""
        stated = self.meter.pixit("profiles", {}).get("load_profile", {})
        return int(stated.get("outage_status", intervals.OUTAGE_STATUS))

    def ends(self) -> list[float]:
        """The ends of the intervals of the story."""
        return intervals.expected_ends(self.story.start, self.story.end, self.period_s)

    def registers(self) -> tuple[Register, Register]:
        """The import register at the ends of the story. Raises RuntimeError when it was not read."""
        if self.story.first is None or self.story.last is None:
            raise RuntimeError("no registers were read in this test")
        return self.story.first, self.story.last

    async def to_next_end(self) -> float:
        """Wait for the end of the running interval and let the meter close it; when it ended."""
        end = (math.floor(self.clock.now() / self.period_s) + 1.0) * self.period_s
        await self.wait_until(end + AFTER_END_S)
        return end

    async def register(self) -> Register:
        """The import register now."""
        async with self.meter.session() as client:
            return Register.of(await self.meter.meter(client).register("energy_import"))

    async def record(self, count: int) -> None:
        """``count`` intervals, another of `LOADS_W` each hour; registers at both ends, reference energy by hour."""
        load, analyser = await self.wiring.load(), await self.wiring.analyser()
        await self.scene.energise()
        await load.set_input(False)
        story = self.story
        story.start = await self.to_next_end()
        story.end = story.start + count * self.period_s
        story.first = await self.register()
        await analyser.start_energy()
        before_wh, hour_start = 0.0, story.start
        per_hour = max(1, round(3600 / self.period_s))
        for hour, first in enumerate(range(0, count, per_hour)):
            hour_end = story.start + min(first + per_hour, count) * self.period_s
            await load.set_power(LOADS_W[hour % len(LOADS_W)])
            await load.set_input(True)
            await self.wait_until(hour_end - AFTER_END_S if hour_end == story.end else hour_end)
            if hour_end == story.end:
                await load.set_input(False)
            energy = await analyser.energy_imported()
            story.hours.append((hour_start, hour_end, energy.value - before_wh))
            before_wh, hour_start = energy.value, hour_end
        await self.wait_until(story.end + AFTER_END_S)
        story.last = await self.register()
        energy = await analyser.energy_imported()
        await analyser.stop_energy()
        story.reference_wh, story.reference_u = energy.value, energy.standard_uncertainty

    async def cut(self, seconds: float) -> None:
        """A constant load; the supply fails in the middle of an interval; two whole intervals after it is back."""
        await self.scene.energise()
        story = self.story
        story.start = await self.to_next_end()
        await self.wait_until(story.start + 2 * self.period_s - _CUT_BEFORE_END_S)
        async with self.supply_cut():
            story.cut_at = self.clock.now()
            await self.wait(seconds)
        story.back_at = self.clock.now()
        await self.wait(float(self.meter.pixit("boot_s", 60.0)))
        await self.to_next_end()
        story.end = await self.to_next_end()

    async def read_profile(self) -> list[Ended]:
        """Import by the meter's rows of the story's period; how many had no time stamp is recorded."""
        return intervals.of_meter(await self.read_rows())

    async def read_rows(self) -> list[Interval]:
        """The meter's rows of the story's period; how many had no time stamp is recorded."""
        async with self.meter.session(ask=True) as client:
            rows = await self.meter.meter(client).load_profile(self.story.start, self.story.end)
        self.record_list(
            "rows without a time stamp", (str(row.status) for row in rows if row.at is None), source="meter"
        )
        return rows

    async def ask_as_mdms(self, meters: tuple[str, ...]) -> Readings:
        """What the headend answers the MDMS about the story's period."""
        async with self.office("AMI Headend").session("mdms") as headend:
            return await headend.read(meters, (ReadingKind.INTERVALS,), self.story.start, self.story.end)

    async def ask_in_vain(self) -> Readings:
        """The same while the meter under test has no supply."""
        async with self.supply_cut():
            await self.wait(1.0)
            return await self.ask_as_mdms((meter_name(self.station),))

    async def power_events(self) -> list[tuple[int, float]]:
        """Codes and times (UTC, s) in the standard event log."""
        async with self.meter.session(ask=True) as client:
            events = await self.meter.meter(client).events("standard")
        return [(event.code, event.at) for event in events if event.at is not None]
