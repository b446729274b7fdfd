"""Keywords of 3.6.2 at the headend: a location in its data that does not lie on the meter's circuit is flagged."""

from __future__ import annotations

from robot.api import SkipExecution
from robot.api.deco import keyword, library

from bench.access.position import Place
from bench.exchanges.meters import meter_name
from bench.keywords.held_intervals import OPERATOR
from bench.keywords.position_acts import PositionActs
from drivers.cim.payloads import MasterDataLinkage
from drivers.cim.vocabulary import EventKind

_ASIDE_M = 500.0
_SETTLED_S = 2.0


@library(scope="TEST", auto_keywords=False)
class Circuit(PositionActs):
    """Locations are entered at the headend as an operator does; the meter is not touched."""

    @keyword("Enter Locations On And Off The Circuit")
    def enter(self) -> None:
        """Each point of the circuit's course, and places 500 m aside of it. Skipped without a declared circuit.

        Example: | Enter Locations On And Off The Circuit |
        """
        course = [Place(*point) for point in self.office("AMI Headend").pixit("circuit", [])]
        if not course:
            raise SkipExecution("the headend's device file names no circuit (PIXIT circuit)")
        before = self.run(self.read())
        for place in course:
            self.run(self._enter(place, "flags of a location on the circuit"))
        first, last = course[0], course[-1]
        for place in (first.moved(-_ASIDE_M, -_ASIDE_M), last.moved(_ASIDE_M, _ASIDE_M)):
            self.run(self._enter(place, "flags of a location off the circuit"))
        self.recorder.observe("the meter is unmoved", self.run(self.read()) == before, what=str(before))
        self.run(self._enter(first, "flags of a location on the circuit"))

    async def _enter(self, place: Place, series: str) -> None:
        meter = meter_name(self.station)
        where = (place.latitude, place.longitude)
        linkage = MasterDataLinkage(meter=meter, usage_point="bench", account="bench", position=where)
        before = await self._flags(meter)
        async with self.office("AMI Headend").session(OPERATOR) as headend:
            await headend.link((linkage,))
        await self.wait(_SETTLED_S)
        self.recorder.observe(series, await self._flags(meter) - before, what=str(place), source="headend")

    async def _flags(self, meter: str) -> int:
        async with self.office("AMI Headend").session(OPERATOR) as headend:
            events = await headend.events((meter,))
        return sum(event.kind is EventKind.LOCATION_DOUBTFUL for event in events)

    @keyword("Locations Off The Circuit Should Be Flagged")
    def flagged(self) -> None:
        """Each once, no other, with the meter's own position as it was.

        Example: | Locations Off The Circuit Should Be Flagged |
        """
        self.check("a location off the circuit is flagged", "equals", "flags of a location off the circuit", expected=1)
        self.check("one on the circuit is not", "equals", "flags of a location on the circuit", expected=0)
        self.check("the meter is unmoved", "always", "the meter is unmoved")
