"""3.4.6 on AMI-25 (R3: MDMS to CIS): the MDMS asks for the cause of an operation that nobody ordered."""

from __future__ import annotations

from collections.abc import Sequence

from bench.exchanges.office_kinds import Answered, OfficeEnquiry
from drivers.cim.causes import GetSwitchOperationCauses, SwitchOperationCause
from drivers.cim.office import CimOffice
from drivers.cim.payloads import SwitchOperation
from drivers.cim.times import iso
from drivers.cim.vocabulary import Reported, SwitchCause, SwitchMeans

WITHOUT_PEOPLE = {
    SwitchMeans.COMMAND: (Reported.REMOTE, SwitchCause.UNAUTHORISED_COMMAND),
    SwitchMeans.UNCOMMANDED: (Reported.UNKNOWN, SwitchCause.FAILURE),
    SwitchMeans.AUTOMATIC: (Reported.LOCAL, SwitchCause.OTHER),
    SwitchMeans.MANUAL: (Reported.LOCAL, SwitchCause.UNKNOWN_PARTY),
}
"""By what means the switch moved: what the meter reports, and the cause where nobody showed a credential there."""

OPENED = SwitchOperation(closed=False, reported=Reported.UNKNOWN, means=SwitchMeans.UNCOMMANDED)
"""The switch opened, and nothing that the meter knows of has opened it."""


class AskCause(OfficeEnquiry):
    """The request about such an operation, which happened just now."""

    rows = ("3.4.6/AMI-25/MDMS-CIS",)
    sender = "mdms"

    async def ask(self, office: CimOffice) -> tuple[SwitchOperationCause, ...]:
        """Ask; raises the system's refusal."""
        return await office.cause(self.question(OPENED))

    def question(self, operation: SwitchOperation) -> GetSwitchOperationCauses:
        """The question about ``operation``, which happened just now."""
        now = self.station.clock.now()
        return GetSwitchOperationCauses(
            event=f"bench-{now:.0f}", meter=self.meter, time_stamp=iso(now), operation=operation
        )

    async def answers(self, office: CimOffice) -> Sequence[Answered]:
        """Each means, on and off."""
        found = []
        for means, (reported, cause) in WITHOUT_PEOPLE.items():
            for closed in (False, True):
                (answer,) = await office.cause(
                    self.question(SwitchOperation(closed=closed, reported=reported, means=means))
                )
                what = f"{means}, {'on' if closed else 'off'}: {answer.cause}"
                found.append(Answered(what, answer.meter, answer.cause is cause))
        return found

    def count(self, answer: tuple[SwitchOperationCause, ...]) -> int:
        """Causes in the answer that are of the meter that was asked about."""
        return sum(one.meter == self.meter for one in answer)
