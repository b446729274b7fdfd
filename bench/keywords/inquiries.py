"""Keywords of 3.4.6 from the meter to the CIS: every operation that nobody ordered is asked about once."""

from __future__ import annotations

from robot.api.deco import keyword, library

from bench.exchanges.meters import meter_name
from bench.keywords.switch_operations import OperationActs
from drivers.cim.causes import SwitchInquiry
from drivers.cim.office import CimOffice
from drivers.cim.payloads import AuditEntry, EndDeviceControl, MasterDataLinkage
from drivers.cim.vocabulary import FINAL_STATES, Control, Noun, Reported, SwitchCause, SwitchMeans, Verb

OPENED, ASKED = "inquiries of the MDMS about one operation", "requests at the CIS about one operation"
CLOSED, CAUSE, STATE = "the inquiry is closed", "cause in the inquiry", "the inquiry has the new state"
REPORTED, READING = "who moved the switch, by the inquiry", "the inquiry has a reading"
COMMANDED = "inquiries about commanded operations"
ASKED_COMMANDED = "requests at the CIS about commanded operations"
ENDED = "commanded operations are done"
_CLERK = "operator"
_QUESTION = f"{Verb.GET} {Noun.SWITCH_CAUSES}"
_LOOKS = 60


@library(scope="TEST", auto_keywords=False)
class Inquiries(OperationActs):
    """Has the meter tell its headend, moves the switch, and counts what MDMS and CIS make of it."""

    # -- doing -----------------------------------------------------------------------------------------------------

    @keyword("Have The Meter Tell Its Headend")
    def link(self) -> None:
        """The headend is told to have the meter under test push to it. Example: | Have The Meter Tell Its Headend |"""
        self.run(self._link())

    @keyword("Move The Switch And Follow The Inquiry")
    def move_and_follow(self, means: SwitchMeans) -> None:
        """Off, the dwell, on; after each up to ``t_evt`` for an inquiry that is closed.

        | =Argument= | =Meaning= |
        | means | manual, automatic, command or uncommanded |

        Example: | Move The Switch And Follow The Inquiry | uncommanded |
        """
        wait_s = 2.0 * (self.bound("t_evt") + self.scene.dwell_s)
        self.run(self._off_and_on(means), wait_s)

    @keyword("Disconnect And Connect By Order")
    def by_order(self) -> None:
        """The CIS has the headend disconnect, the MDMS has it connect; then the meter has time to tell.

        Example: | Disconnect And Connect By Order |
        """
        self.run(self._commanded(), 4.0 * self.bound("t_act"))

    # -- judging ---------------------------------------------------------------------------------------------------

    @keyword("Each Operation Should Have One Closed Inquiry")
    def one_each(self, cause: SwitchCause, reported: Reported) -> None:
        """One inquiry, one request, closed in time with this cause, with the new state and a reading.

        | =Argument= | =Meaning= |
        | cause | one of the six causes |
        | reported | what the meter can tell: local, remote or unknown |

        Example: | Each Operation Should Have One Closed Inquiry | failure | unknown |
        """
        self.check("one inquiry is opened", "equals", OPENED, expected=1)
        self.check("the CIS is asked once", "equals", ASKED, expected=1)
        self.check("the inquiry is closed in time", "always", CLOSED)
        self.check("it has the cause", "equals", CAUSE, expected=str(cause))
        self.check("it has what the meter reports", "equals", REPORTED, expected=str(reported))
        self.check("it has the new state", "always", STATE)
        self.check("it has a reading", "always", READING)

    @keyword("No Inquiry Should Be Opened")
    def none_opened(self) -> None:
        """Operations that were ordered are no reason to ask. Example: | No Inquiry Should Be Opened |"""
        self.check("the orders are executed", "always", ENDED)
        self.check("no inquiry is opened", "equals", COMMANDED, expected=0)
        self.check("the CIS is not asked", "equals", ASKED_COMMANDED, expected=0)

    # -- inside ----------------------------------------------------------------------------------------------------

    async def _link(self) -> None:
        linkage = MasterDataLinkage(
            meter=meter_name(self.station), usage_point="UP-bench", account="bench", notify=True
        )
        async with self.office("AMI Headend").session(_CLERK) as headend:
            await headend.link((linkage,))

    async def _off_and_on(self, means: SwitchMeans) -> None:
        await self.scene_for(means)
        for closes in (False, True):
            await self.wait(self.scene.dwell_s)
            await self._one(means, closes=closes)
            await self.rest()

    async def _one(self, means: SwitchMeans, *, closes: bool) -> None:
        what = f"{means}, {'on' if closes else 'off'}"
        known = {inquiry.event for inquiry in await self._inquiries()}
        asked = len(await self._requests())
        deadline = self.clock.now() + self.bound("t_evt")
        await self.move(means, closes=closes)
        await self.wait(self.longest_s(means, closes=closes))
        while not (new := [one for one in await self._inquiries() if one.event not in known and one.closed]):
            if self.clock.now() >= deadline:
                break
            await self.wait(self.bound("t_evt") / _LOOKS)
        new = [one for one in await self._inquiries() if one.event not in known]
        self.recorder.observe(OPENED, len(new), what=what)
        self.recorder.observe(ASKED, len(await self._requests()) - asked, what=what)
        self.recorder.observe(CLOSED, bool(new) and all(one.closed for one in new), what=what)
        for one in new:
            self._record(one, closes=closes, what=what)

    def _record(self, one: SwitchInquiry, *, closes: bool, what: str) -> None:
        self.recorder.observe(CAUSE, str(one.cause or "none"), what=what)
        self.recorder.observe(REPORTED, str(one.operation.reported), what=what)
        self.recorder.observe(STATE, one.operation.closed is closes, what=what)
        self.recorder.observe(READING, one.operation.register is not None, what=what)

    async def _commanded(self) -> None:
        await self.scene.prepare(closed=True)
        before, asked = len(await self._inquiries()), len(await self._requests())
        for control, giver in ((Control.DISCONNECT, "cis"), (Control.CONNECT, "mdms")):
            order = EndDeviceControl(control=control, meter=meter_name(self.station))
            async with self.office("AMI Headend").session(giver) as headend:
                ended = await self._executed(headend, order)
            self.recorder.observe(ENDED, ended == "done", what=f"{control}: {ended}")
            await self.rest()
        await self.wait(self.bound("t_evt"))
        self.recorder.observe(COMMANDED, len(await self._inquiries()) - before)
        self.recorder.observe(ASKED_COMMANDED, len(await self._requests()) - asked)

    async def _executed(self, headend: CimOffice, order: EndDeviceControl) -> str:
        number = (await headend.order((order,))).orders[0].order
        deadline = self.clock.now() + self.bound("t_act")
        while (status := (await headend.orders((number,))).orders[0]).state not in FINAL_STATES:
            if self.clock.now() >= deadline:
                break
            await self.wait(1.0)
        return str(status.state)

    async def _inquiries(self) -> tuple[SwitchInquiry, ...]:
        async with self.office("MDMS").session(_CLERK) as mdms:
            return await mdms.inquiries((meter_name(self.station),))

    async def _requests(self) -> tuple[AuditEntry, ...]:
        """The questions of the MDMS that the CIS has in its log."""
        async with self.office("CIS").session("auditor") as cis:
            entries = (await cis.audit()).entries
        return tuple(entry for entry in entries if entry.action == _QUESTION)
