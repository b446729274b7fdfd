"""What happens in the tests of restoration: an area is blacked out and gets its supply back, but for single meters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from robot.api import SkipExecution

from bench.access.dlms_notices import Notified
from bench.exchanges.dlms.restoration import Restored
from bench.exchanges.meters import meter_name
from bench.keywords.held_intervals import OPERATOR
from bench.keywords.outage_report_acts import HEADEND, OMS, Area, OutageReportActs
from drivers.cim.outages import Outage, OutageState
from drivers.cim.payloads import EndDeviceEvent
from drivers.cim.vocabulary import EventKind

CREW = "crew"
SELECTED = 20
_AFTER_S = 10.0


@dataclass
class Nested:
    """A blackout that was over at ``back`` (UTC, s) for all of ``selected`` but ``dead``: the outages at the OMS then,
    known from ``known_at`` on, and the lists that the crew got then and once ``dead`` had its supply too.
    """

    selected: tuple[str, ...]
    dead: str
    back: float = 0.0
    known_at: float = 0.0
    outages: list[Outage] = field(default_factory=list)
    listed: tuple[str, ...] = ()
    listed_at_the_end: tuple[str, ...] = ()


class RestorationActs(OutageReportActs):
    """The acts, without any judgement."""

    # -- one meter ---------------------------------------------------------------------------------------------------

    async def restored(self, seconds: float, within_s: float, deaf_s: float = 0.0) -> tuple[float, list[Notified]]:
        """Take the supply away for ``seconds``: when it was back, and what the meter tells of it ``within_s`` later.

        For ``deaf_s`` after its return nobody listens.
        """
        notice = Restored(self.meter)
        await notice.prepare()
        try:
            async with self.supply_cut():
                await self.wait(seconds)
            back = self.clock.now()
            if deaf_s and notice.listener is not None:
                async with notice.listener.away():
                    await self.wait(deaf_s)
            told = []
            while (found := await notice.awaited(back + within_s - self.clock.now())) is not None:
                told.append(found)
            return back, told
        finally:
            await notice.restore()

    async def restorations(self) -> list[EndDeviceEvent]:
        """The restorations of the meter under test that the OMS was told of."""
        async with self.office(OMS).session(OPERATOR) as oms:
            events = await oms.events((meter_name(self.station),))
        return [one for one in events if one.kind is EventKind.RESTORATION]

    # -- an area -----------------------------------------------------------------------------------------------------

    @property
    def required_area(self) -> Area:
        """The area that can be blacked out; a station whose headend names none skips the test."""
        area = self.area
        if area is None:
            raise SkipExecution(f"the {HEADEND} has no outage_area whose meters could lose their supply together")
        return area

    async def crew_list(self, meters: Sequence[str]) -> tuple[str, ...]:
        """Whom of these meters the field crew's tool is told to be missing."""
        async with self.office(OMS).session(CREW) as oms:
            status = await oms.restoration(meters)
        return tuple(one.meter for one in status.missing)

    async def supply_of(self, meter: str, *, on: bool) -> None:
        """Cut one service of the area, or give it back."""
        await self.station.box.do(self.required_area.seat, "mains", member=meter, on=on)

    async def nested(self, within_s: float) -> Nested:
        """Black out a feeder; when it is back, one of the selected meters is not. Everything is put back at the end."""
        area = self.required_area
        done = Nested(area.meters[:SELECTED], area.meters[SELECTED // 3])
        await self.subscribe(done.selected)
        since = self.clock.now()
        try:
            await self._feeder(area, on=False)
            await self.wait(self.hold_off_s + _AFTER_S)
            await self.supply_of(done.dead, on=False)
            await self._feeder(area, on=True)
            done.back = self.clock.now()
            done.outages = await self._look(
                done.selected, since, done.back + within_s, lambda found: _restored(found) >= len(done.selected) - 1
            )
            done.known_at = self.clock.now()
            done.listed = await self.crew_list(done.selected)
        finally:
            await self._feeder(area, on=True)
            await self.supply_of(done.dead, on=True)
        await self.boot()
        await self.wait(_AFTER_S)
        done.listed_at_the_end = await self.crew_list(done.selected)
        return done

    async def dead_and_silent(self) -> Nested:
        """One of a few meters that tell nobody loses its supply; the crew asks while it is away, and after."""
        area = self.required_area
        done = Nested(area.meters[-5:], area.meters[-2])
        try:
            await self.supply_of(done.dead, on=False)
            await self.wait(_AFTER_S)
            done.listed = await self.crew_list(done.selected)
        finally:
            await self.supply_of(done.dead, on=True)
        await self.boot()
        done.listed_at_the_end = await self.crew_list(done.selected)
        return done

    async def _feeder(self, area: Area, *, on: bool) -> None:
        await self.station.box.do(area.seat, "feeder", feeder=area.feeders[0], on=on)


def _restored(found: Sequence[Outage]) -> int:
    return sum(one.state is OutageState.RESTORED for one in found)
