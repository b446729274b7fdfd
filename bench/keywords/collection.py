"""Keywords of 3.1.1 behind the headend: the MDMS collects intervals, estimates what is missing, hands on to Billing."""

from __future__ import annotations

import math

from robot.api.deco import keyword, library

from bench.exchanges.office.hand_to_billing import HandToBilling
from bench.exchanges.witness import Wiring
from bench.keywords import intervals
from bench.keywords.held_intervals import HeldIntervals
from bench.keywords.intervals import Ended

LOADS_W = (1200.0, 2400.0)
"""Loads before and in the interval that cannot be read, so that its estimate differs from its true value."""

_AFTER_COLLECTION_S = 45.0
_CUT_AFTER_END_S = 0.5
_CUT_S = 60.0


@library(scope="TEST", auto_keywords=False)
class Collection(HeldIntervals):
    """Lets the MDMS collect, makes one collection fail, and compares meter, MDMS and Billing.

    The MDMS is told as its operator to collect; values are read back from MDMS and Billing as their operators.
    """

    def __init__(self) -> None:
        self._start = 0.0
        self._lost = 0.0

    @property
    def period_s(self) -> int:
        """The capture period (PIXIT)."""
        return int(self.meter.pixit("capture_period_s", 900))

    @property
    def _until(self) -> float:
        """The end of the interval after the lost one: what ended later may still be on its way."""
        return self._lost + self.period_s

    # -- what happens ----------------------------------------------------------------------------------------------

    @keyword("Have The MDMS Collect Every Interval")
    def have_collected(self) -> None:
        """Schedule the reading of the meter under test after each interval, and let two collections pass.

        Example: | Have The MDMS Collect Every Interval |
        """
        self.expect_wait(3.0 * self.period_s)
        self.run(self._schedule(), 3.0 * self.period_s)

    @keyword("Make One Collection Fail")
    def make_one_fail(self) -> None:
        """Cut the supply just after an interval has ended, until the MDMS has asked for it in vain.

        Example: | Make One Collection Fail |
        """
        self.run(self._fail_once(), float(self.period_s))

    @keyword("Let The Missing Data Come")
    def let_data_come(self) -> None:
        """Let two more collections pass.

        Example: | Let The Missing Data Come |
        """
        self.run(self._let_pass(2), 2.0 * self.period_s)

    # -- judging ---------------------------------------------------------------------------------------------------

    @keyword("The Missing Interval Should Be Marked")
    def missing_is_marked(self) -> None:
        """MDMS and Billing hold the interval that could not be read as an estimate, or as missing.

        Example: | The Missing Interval Should Be Marked |
        """
        series = "quality of the interval that could not be read"
        for actor in ("MDMS", "Billing"):
            held = [one for one in self.run(self._held(actor)) if round(one.end) == round(self._lost)]
            quality = held[0].quality if held else "missing"
            self.recorder.observe(series, quality, what=f"{quality} at {actor}", source=actor)
        self.check("what is missing is marked", "one_of", series, allowed=["estimated", "missing"])

    @keyword("Every Estimate Should Be Trued Up")
    def trued_up(self) -> None:
        """No estimate is left, and the MDMS holds the meter's values.

        Example: | Every Estimate Should Be Trued Up |
        """
        held, own = self.run(self._held("MDMS")), self.run(self._at_meter())
        estimates = (one.stamp for one in held if one.quality in (intervals.ESTIMATED, intervals.MISSING))
        self.record_list("estimates that no reading has replaced", estimates, source="MDMS")
        self.record_list("differences between MDMS and meter", intervals.differing(held, own), source="MDMS")
        self.check("estimates are replaced when the data come", "empty", "estimates that no reading has replaced")
        self.check("the MDMS holds the meter's values", "empty", "differences between MDMS and meter")

    @keyword("Billing Should Hold What The MDMS Holds")
    def billing_agrees(self) -> None:
        """The same intervals with the same values at both, and the correction marked as one.

        Example: | Billing Should Hold What The MDMS Holds |
        """
        held, billed = self.run(self._held("MDMS")), self.run(self._held("Billing"))
        self.record_list("differences between Billing and MDMS", intervals.differing(billed, held), source="Billing")
        self.record_list("time stamps at Billing", (one.stamp for one in billed), source="Billing")
        quality = next((one.quality for one in billed if round(one.end) == round(self._lost)), "missing")
        self.recorder.observe("quality of the corrected interval at Billing", quality, source="Billing")
        self.check("Billing gets the same values", "empty", "differences between Billing and MDMS")
        self.check("Billing gets each interval once", "unique", "time stamps at Billing")
        self.check(
            "Billing gets the correction",
            "equals",
            "quality of the corrected interval at Billing",
            expected=intervals.CORRECTED,
        )

    @keyword("Hand A Correction To Billing")
    def hand_correction(self) -> None:
        """As the MDMS, hand an estimate and then its correction to Billing. Records acknowledgments and what it holds.

        Example: | Hand A Correction To Billing |
        """
        exchange = self.exchange
        if not isinstance(exchange, HandToBilling):
            raise TypeError(f"{self.row.id} is no row to Billing")
        self.run(exchange.prepare())
        reply = self.run(exchange.perform())
        self.recorder.observe("acknowledgment of Billing", str(reply.result), source="Billing")
        effect = self.run(exchange.observe())
        if effect.happened is None:
            self.recorder.could_not_look("Billing holds the corrected value", effect.detail)
        else:
            self.recorder.observe("Billing holds the corrected value", effect.happened, what=effect.detail)

    @keyword("Billing Should Have Acknowledged")
    def acknowledged(self) -> None:
        """Billing said OK, and holds the corrected value.

        Example: | Billing Should Have Acknowledged |
        """
        self.check("Billing acknowledges", "equals", "acknowledgment of Billing", expected="OK")
        self.check("Billing holds the corrected value", "always", "Billing holds the corrected value")

    # -- inside ----------------------------------------------------------------------------------------------------

    async def _schedule(self) -> None:
        await self.scene.energise()
        await self._load(LOADS_W[0])
        self._start = math.floor(self.clock.now() / self.period_s) * self.period_s
        await self.schedule_collection(self._start, self.period_s)
        await self._let_pass(2)

    async def _load(self, power_w: float) -> None:
        if Wiring(self.station, self.meter.seat).has("electronic_load"):
            await (await self.wiring.load()).set_power(power_w)

    async def _let_pass(self, count: int) -> None:
        end = (math.floor(self.clock.now() / self.period_s) + count) * self.period_s
        await self.wait_until(end + _AFTER_COLLECTION_S)

    async def _fail_once(self) -> None:
        await self._load(LOADS_W[1])
        self._lost = (math.floor(self.clock.now() / self.period_s) + 1.0) * self.period_s
        await self.wait_until(self._lost + _CUT_AFTER_END_S)
        async with self.supply_cut():
            await self.wait(_CUT_S)

    async def _held(self, actor: str) -> list[Ended]:
        """The import intervals that a system holds of the meter under test, from the schedule's start on."""
        return await self.held_by(actor, self._start, self._until)

    async def _at_meter(self) -> list[Ended]:
        async with self.meter.session(ask=True) as client:
            rows = await self.meter.meter(client).load_profile(self._start, self._until)
        return intervals.between(intervals.of_meter(rows), self._start, self._until)
