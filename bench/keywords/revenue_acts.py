"""What happens behind the headend in the tests of 3.3: tampering goes up, flags and cases come back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bench.exchanges.meters import meter_name
from bench.keywords.held_intervals import OPERATOR
from bench.keywords.tamper_acts import TamperActs
from drivers.cim.payloads import EndDeviceEvent, MasterDataLinkage
from drivers.cim.revenue import CaseState, MeterStanding, RevenueCase
from drivers.cim.times import parse_iso
from drivers.cim.vocabulary import EventKind

PASSED_ON_S = 45.0
"""By then an event has gone up to the MDMS and the CIS, and what they return has come down."""


class RevenueActs(TamperActs):
    """The acts, without any judgement. Offices are looked at as their operators."""

    def __init__(self) -> None:
        self.began = 0.0

    async def subscribe(self) -> None:
        """Have the headend be told by the meter under test of its events."""
        linkage = MasterDataLinkage(meter=meter_name(self.station), usage_point="bench", account="bench", notify=True)
        async with self.office("AMI Headend").session(OPERATOR) as headend:
            await headend.link((linkage,))
        self.began = self.clock.now()

    async def open_cover(self) -> None:
        """Open the meter's cover and close it again, with time for the event to pass."""
        await self.station.box.do(self.meter.seat, "cover", open=True)
        await self.wait(PASSED_ON_S)
        await self.station.box.do(self.meter.seat, "cover", open=False)
        await self.wait(PASSED_ON_S)

    # -- looking -------------------------------------------------------------------------------------------------

    async def events_at(self, actor: str, kind: EventKind) -> list[EndDeviceEvent]:
        """Events of that kind at the meter under test that a system holds, since the test began."""
        async with self.office(actor).session(OPERATOR) as office:
            events = await office.events((meter_name(self.station),))
        return [one for one in events if one.kind is kind and parse_iso(one.time_stamp) >= self.began - self.dt_clk]

    async def standings_at(self, actor: str) -> list[MeterStanding]:
        """How the meter under test stands at a system."""
        async with self.office(actor).session(OPERATOR) as office:
            return list(await office.standings((meter_name(self.station),)))

    async def cases_at(self, actor: str, meters: Sequence[str] = ()) -> list[RevenueCase]:
        """Cases that a system holds about these meters (the one under test without any), since the test began."""
        async with self.office(actor).session(OPERATOR) as office:
            cases = await office.cases(tuple(meters) or (meter_name(self.station),))
        return [one for one in cases if parse_iso(one.opened) >= self.began - self.dt_clk]

    async def judge(self, case: RevenueCase, state: CaseState) -> Any:
        """Say as a clerk of the CIS what came of a case; with time for the MDMS to learn of it."""
        said = RevenueCase(case=case.case, meter=case.meter, reason=case.reason, state=state, opened=case.opened)
        async with self.office("CIS").session(OPERATOR) as cis:
            reply = await cis.judge_cases((said,))
        await self.wait(PASSED_ON_S)
        return reply
