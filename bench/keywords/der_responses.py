"""Keywords of 5.3.2 and 5.3.3 on AMI-43: what a DER does in response to a price, and what it says of it."""

from __future__ import annotations

from robot.api.deco import keyword, library

from bench.access.der import DerCalls
from bench.der.bands import around
from bench.der.expected import told
from bench.keywords.der_type_test import ACTIVE, DerTypeTest
from drivers.der import LimitActivePower, Ratings

SAID, IN_FORCE = "active power as the DER tells it", "what the DER says is in force is what it was told"
_LIMIT_PERCENT = 40.0
_SETTLES_S = 30.0


@library(scope="TEST", auto_keywords=False)
class DerResponses(DerTypeTest):
    """Has the DER give less, and all of it again."""

    @keyword("The Energy Management Has The DER Give Less And All Again")
    def respond(self) -> None:
        """To 40 % of its power and back. Example: | The Energy Management Has The DER Give Less And All Again |"""
        self.run(self._respond())

    async def _respond(self) -> None:
        async with self.rig.running() as der:
            ratings = (await der.nameplate()).ratings
            for limit in (LimitActivePower(True, _LIMIT_PERCENT), LimitActivePower(False, 100.0)):
                await der.apply(limit)
                await self.rig.wait(_SETTLES_S)
                await self._look(der, ratings, limit)

    async def _look(self, der: DerCalls, ratings: Ratings, limit: LimitActivePower) -> None:
        share = told(limit.limit_percent, "the limit") / 100.0 if limit.enabled else 1.0
        expected_w, what = share * told(ratings.active_power_w, "its active power"), f"{100 * share:.0f} %"
        seen = await self.rig.generated()
        self.record_active(seen, around(expected_w, self.power_accuracy(ratings)), what)
        said_w = told((await der.measurements()).active_power_w, "its power")
        self.recorder.observe(SAID, said_w, unit="W", reference=seen.active_w, what=what)
        self.recorder.observe(IN_FORCE, (await der.read(LimitActivePower)).enabled is limit.enabled, what=what)
        self._accuracy_w = self.power_accuracy(ratings)

    @keyword("The DER Should Have Responded And Said So")
    def responded(self) -> None:
        """At the witness, and in what it tells. Example: | The DER Should Have Responded And Said So |"""
        self.check("power is in the band of IEEE 1547.1", "in_1547_band", ACTIVE)
        self.check("the DER tells the power that the witness sees", "close_to_reference", SAID, limit=self._accuracy_w)
        self.check("and what is in force", "always", IN_FORCE)
