"""Keywords of 3.5.5: a planned outage, its work order, whom that lists as not restored, and when it can be closed."""

from __future__ import annotations

from robot.api.deco import keyword, library

from bench.controls.attempts import attempt
from bench.keywords.held_intervals import OPERATOR
from bench.keywords.outage_report_acts import OMS, Area
from bench.keywords.restoration import LISTED, UNLISTED
from bench.keywords.restoration_acts import CREW, RestorationActs
from drivers.cim.outages import PlannedOutage

CLOSED_EARLY, STILL_OPEN = "an order was closed while a meter did not answer", "the order is open then"
CLOSED = "the order can be closed once all meters answer"
_ORDER, _OUTAGE_S = "W-355", 120.0


@library(scope="TEST", auto_keywords=False)
class PlannedOutages(RestorationActs):
    """A crew works at a transformer of PIXIT ``outage_area`` of the headend; a meter elsewhere is dead all the time."""

    # -- what happens ------------------------------------------------------------------------------------------------

    @keyword("Leave One Meter Of A Work Order Without Supply")
    def leave_one(self) -> None:
        """Everything else at the transformer gets its supply back; then that meter, too.

        The crew asks and tries to close the order each time.
        Example: | Leave One Meter Of A Work Order Without Supply |
        """
        self.run(self._leave_one(self.required_area), _OUTAGE_S)

    async def _leave_one(self, area: Area) -> None:
        dead, elsewhere = area.behind[len(area.behind) // 2], area.meters[len(area.behind)]
        await self._plan(area)
        try:
            await self._transformer(area, on=False)
            await self.supply_of(elsewhere, on=False)
            await self.wait(_OUTAGE_S)
            await self.supply_of(dead, on=False)
            await self._transformer(area, on=True)
            await self.boot()
            await self._look_at(area, {dead}, "one meter is dead")
            await self.supply_of(dead, on=True)
            await self.boot()
            await self._look_at(area, set(), "all meters have supply")
        finally:
            await self._transformer(area, on=True)
            for meter in (dead, elsewhere):
                await self.supply_of(meter, on=True)

    @keyword("Ask While A Meter Of A Work Order Boots")
    def booting(self) -> None:
        """It misses the first ping and answers the second. Example: | Ask While A Meter Of A Work Order Boots |"""
        self.run(self._booting(self.required_area), _OUTAGE_S)

    async def _booting(self, area: Area) -> None:
        meter = area.behind[0]
        await self._plan(area)
        await self.supply_of(meter, on=False)
        await self.wait(_OUTAGE_S)
        await self.supply_of(meter, on=True)
        self._record_list(await self._listed(), set(), "one meter boots")

    async def _plan(self, area: Area) -> None:
        async with self.office(OMS).session(OPERATOR) as oms:
            await oms.plan_outage(PlannedOutage(order=_ORDER, meters=area.behind))

    async def _transformer(self, area: Area, *, on: bool) -> None:
        await self.station.box.do(area.seat, "feeder", feeder=area.transformer, on=on)

    async def _listed(self) -> set[str]:
        async with self.office(OMS).session(CREW) as oms:
            status = await oms.restoration(order=_ORDER)
        return {one.meter for one in status.missing}

    async def _look_at(self, area: Area, dead: set[str], what: str) -> None:
        self._record_list(await self._listed(), dead, what)
        async with self.office(OMS).session(CREW) as oms:
            tried = await attempt(oms.close_outage(PlannedOutage(order=_ORDER, meters=area.behind)))
            (order,) = await oms.planned_outages((_ORDER,))
        if dead:
            self.recorder.observe(CLOSED_EARLY, tried.accepted, what=what, answer=tried.text)
            self.recorder.observe(STILL_OPEN, not order.closed, what=what, source="OMS")
        else:
            self.recorder.observe(CLOSED, tried.accepted and order.closed, what=what, answer=tried.text)

    def _record_list(self, listed: set[str], dead: set[str], what: str) -> None:
        self.record_list(LISTED, sorted(listed - dead), what=what)
        self.record_list(UNLISTED, sorted(dead - listed), what=what)

    # -- judging -----------------------------------------------------------------------------------------------------

    @keyword("The Order Should List Exactly Its Dead Meters")
    def list_is_right(self) -> None:
        """No other meter, and nobody is left out. Example: | The Order Should List Exactly Its Dead Meters |"""
        self.check("nobody is listed who has supply, or is not of the order", "empty", LISTED)
        self.check("everybody is listed who has none", "empty", UNLISTED)

    @keyword("The Order Should Close Only When All Meters Answer")
    def closes_at_last(self) -> None:
        """Not before, and then. Example: | The Order Should Close Only When All Meters Answer |"""
        self.check("the order is not closed before", "never", CLOSED_EARLY)
        self.check("it is open then", "always", STILL_OPEN)
        self.check("it is closed at last", "always", CLOSED)
