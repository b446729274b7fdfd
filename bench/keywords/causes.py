"""Keywords of 3.4.6 between MDMS and CIS: what the CIS answers, from what it was told of work and of credentials."""

from __future__ import annotations

from robot.api import SkipExecution
from robot.api.deco import keyword, library

from bench.access.office import OfficeAccess
from bench.exchanges.meters import meter_name
from bench.exchanges.office.ask_cause import AskCause
from bench.keywords.process import ProcessLibrary
from drivers.cim.causes import FieldVisit, WorkOrder
from drivers.cim.payloads import SwitchOperation
from drivers.cim.times import iso
from drivers.cim.vocabulary import Control, Reported, SwitchCause, SwitchMeans

CAUSE, MATCHES = "cause that the CIS finds", "the answer is about the operation that was asked for"
REPORTED = {
    SwitchMeans.MANUAL: Reported.LOCAL,
    SwitchMeans.AUTOMATIC: Reported.LOCAL,
    SwitchMeans.COMMAND: Reported.REMOTE,
    SwitchMeans.UNCOMMANDED: Reported.UNKNOWN,
}
_CLERK, _AN_HOUR_S = "operator", 3600.0
_ANOTHER_METER, _ANOTHER_CREDENTIAL = "nobody-has-this-meter", "nobody-has-this-credential"


@library(scope="TEST", auto_keywords=False)
class CausesOfOperations(ProcessLibrary):
    """Tells the CIS of work orders and visits as its clerk, and asks it as the MDMS."""

    @property
    def cis(self) -> OfficeAccess:
        """The CIS."""
        return self.office("CIS")

    # -- doing -----------------------------------------------------------------------------------------------------

    @keyword("Send An Employee To The Meter")
    def send_employee(self) -> None:
        """The declared employee shows the credential at the meter, from an hour ago to an hour from now.

        PIXIT ``counterparts.employee``: ``user``, ``credential``. Example: | Send An Employee To The Meter |
        """
        self.run(self._visit(self._employee()[1]))

    @keyword("Send A Stranger To The Meter")
    def send_stranger(self) -> None:
        """Somebody shows a credential that no employee has. Example: | Send A Stranger To The Meter |"""
        self.run(self._visit(_ANOTHER_CREDENTIAL))

    @keyword("Plan Work At The Meter")
    def plan_work(self) -> None:
        """A work order for both operations at this meter, for the declared employee, valid now.

        Example: | Plan Work At The Meter |
        """
        self.run(self._work("right", tuple(Control)))

    @keyword("Plan Work That Does Not Fit")
    def plan_other_work(self) -> None:
        """Work orders for another meter, another employee, and of yesterday.

        Example: | Plan Work That Does Not Fit |
        """
        self.run(self._misfits())

    @keyword("Plan Work For Disconnecting Only")
    def plan_disconnecting(self) -> None:
        """A work order that does not allow to switch on. Example: | Plan Work For Disconnecting Only |"""
        self.run(self._work("off only", (Control.DISCONNECT,)))

    @keyword("Ask For The Cause")
    def ask(self, means: SwitchMeans, *states: str) -> None:
        """Ask as the MDMS about operations that happened now.

        | =Argument= | =Meaning= |
        | means | by what means the meter says that the switch moved |
        | states | off, on; both without any |

        Example: | Ask For The Cause | manual | off |
        """
        for state in states or ("off", "on"):
            self.run(self._asked(SwitchMeans(means), closed=state == "on"))

    # -- judging ---------------------------------------------------------------------------------------------------

    @keyword("The Cause Should Be")
    def cause_is(self, cause: SwitchCause) -> None:
        """Every answer names this cause, and is about the event and meter that were asked for.

        | =Argument= | =Meaning= |
        | cause | one of the six causes |

        Example: | The Cause Should Be | failure |
        """
        self.check("the answer is about what was asked", "always", MATCHES)
        self.check("the cause is found", "equals", CAUSE, expected=str(cause))

    # -- inside ----------------------------------------------------------------------------------------------------

    def _employee(self) -> tuple[str, str]:
        declared = self.cis.pixit("counterparts", {}).get("employee", {})
        if not {"user", "credential"} <= set(declared):
            raise SkipExecution("the device file names no counterparts.employee")
        return str(declared["user"]), str(declared["credential"])

    async def _visit(self, credential: str) -> None:
        now = self.clock.now()
        visit = FieldVisit(
            visit=f"visit {credential}",
            meter=meter_name(self.station),
            credential=credential,
            start=iso(now - _AN_HOUR_S),
            end=iso(now + _AN_HOUR_S),
        )
        async with self.cis.session(_CLERK) as cis:
            await cis.sign_on(visit)

    async def _work(
        self, name: str, operations: tuple[Control, ...], *, meter: str = "", employee: str = "", ago_s: float = 0.0
    ) -> None:
        now = self.clock.now() - ago_s
        order = WorkOrder(
            work_order=f"work {name}",
            meter=meter or meter_name(self.station),
            employee=employee or self._employee()[0],
            operations=operations,
            start=iso(now - _AN_HOUR_S),
            end=iso(now + _AN_HOUR_S),
        )
        async with self.cis.session(_CLERK) as cis:
            await cis.plan_work(order)

    async def _misfits(self) -> None:
        await self._work("elsewhere", tuple(Control), meter=_ANOTHER_METER)
        await self._work("for another", tuple(Control), employee="another employee")
        await self._work("yesterday", tuple(Control), ago_s=24 * _AN_HOUR_S)

    async def _asked(self, means: SwitchMeans, *, closed: bool) -> None:
        exchange = self.exchange
        assert isinstance(exchange, AskCause)
        question = exchange.question(SwitchOperation(closed=closed, reported=REPORTED[means], means=means))
        async with exchange.access.session(exchange.sender) as cis:
            answers = await cis.cause(question)
        what = f"{means}, {'on' if closed else 'off'}"
        self.recorder.observe(CAUSE, str(answers[0].cause) if answers else "none", what=what)
        same = len(answers) == 1 and (answers[0].event, answers[0].meter) == (question.event, question.meter)
        self.recorder.observe(MATCHES, same, what=what)
