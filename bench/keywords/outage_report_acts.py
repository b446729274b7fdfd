"""What happens behind the headend in the tests of outages: supply is lost in the field, and the OMS is looked at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from bench.exchanges.meters import meter_name
from bench.keywords.held_intervals import OPERATOR
from bench.keywords.outage_acts import OutageActs
from drivers.cim.outages import Outage, OutageState
from drivers.cim.payloads import MasterDataLinkage
from drivers.cim.times import parse_iso

HEADEND, OMS = "AMI Headend", "OMS"
LOOK_S = 5.0
"""Between two looks at the OMS."""


@dataclass
class Seen:
    """What the OMS held of a loss of supply at ``at`` that was over at ``back`` (UTC, s), while it lasted and after.

    ``known_at`` and ``over_at``: when a look first showed the outages, and their ends.
    """

    at: float
    back: float = 0.0
    known_at: float = 0.0
    over_at: float = 0.0
    during: list[Outage] = field(default_factory=list)
    after: list[Outage] = field(default_factory=list)


@dataclass(frozen=True)
class Area:
    """PIXIT ``outage_area`` of a headend: ``meters`` on the ``feeders`` of a ``seat``, of which ``behind`` hang on the
    ``transformer``.
    """

    seat: str
    feeders: tuple[str, ...]
    meters: tuple[str, ...]
    transformer: str = ""
    behind: tuple[str, ...] = ()


class OutageReportActs(OutageActs):
    """The acts, without any judgement. The bench is an operator of headend and OMS."""

    @cached_property
    def area(self) -> Area | None:
        """The area that can be blacked out; None where the headend's device file names none."""
        device = self.station.lab.seat(self.seat_of(HEADEND)).device
        stated = device.pixit.get("outage_area") if device is not None else None
        if not isinstance(stated, dict):
            return None
        first, count = int(stated["first_meter"]), int(stated["meters"])
        meters = tuple(str(first + number) for number in range(count))
        behind = meters[: int(stated.get("transformer_meters", 0))]
        return Area(
            str(stated["seat"]), tuple(map(str, stated["feeders"])), meters, str(stated.get("transformer", "")), behind
        )

    async def subscribe(self, meters: Sequence[str]) -> None:
        """Have the headend be told by these meters of their events."""
        linkages = [
            MasterDataLinkage(meter=meter, usage_point="bench", account="bench", notify=True) for meter in meters
        ]
        async with self.office(HEADEND).session(OPERATOR) as headend:
            await headend.link(linkages)

    async def ping_by_oms(self, meters: Sequence[str]) -> None:
        """Have the OMS ask whether meters answer."""
        async with self.office(OMS).session(OPERATOR) as oms:
            await oms.ping(meters)

    async def outages(self, meters: Sequence[str], since: float) -> list[Outage]:
        """The outages of these meters at the OMS (none: all) that it was told of since ``since``."""
        async with self.office(OMS).session(OPERATOR) as oms:
            found = await oms.outages(meters)
        return [one for one in found if parse_iso(one.told) >= since - self.dt_clk]

    async def watched_cut(self, seconds: float, known_s: float, after_s: float) -> Seen:
        """Take the supply of the meter under test away for ``seconds``.

        The OMS has ``known_s`` to know of it, and ``after_s`` after its return to know that it is over.
        """
        meters = (meter_name(self.station),)
        seen = Seen(self.clock.now())
        async with self.supply_cut():
            seen.during = await self._look(meters, seen.at, seen.at + known_s, bool)
            seen.known_at = self.clock.now()
            await self.wait_until(seen.at + seconds)
        seen.back = self.clock.now()
        seen.after = await self._look(meters, seen.at, seen.back + after_s, _over)
        seen.over_at = self.clock.now()
        return seen

    async def blacked_out(self, area: Area, within_s: float) -> Seen:
        """Open the feeders of ``area``; what the OMS knows of it ``within_s`` later, or once it knows of all."""
        seen = Seen(self.clock.now())
        try:
            await self._switch(area, on=False)
            seen.during = await self._look(
                (), seen.at, seen.at + within_s, lambda found: len({one.meter for one in found}) >= len(area.meters)
            )
            seen.known_at = self.clock.now()
        finally:
            await self._switch(area, on=True)
        return seen

    async def _switch(self, area: Area, *, on: bool) -> None:
        for feeder in area.feeders:
            await self.station.box.do(area.seat, "feeder", feeder=feeder, on=on)

    async def _look(
        self, meters: Sequence[str], since: float, until: float, enough: Callable[[list[Outage]], bool]
    ) -> list[Outage]:
        """Look again and again until it is ``enough``, or ``until``."""
        while True:
            found = await self.outages(meters, since)
            if enough(found) or self.clock.now() >= until:
                return found
            await self.wait(min(LOOK_S, until - self.clock.now()))


def _over(found: list[Outage]) -> bool:
    return bool(found) and all(one.state is not OutageState.OPEN for one in found)
