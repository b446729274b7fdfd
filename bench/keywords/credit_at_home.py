"""Keywords of 3.2.1 on AMI-32 where the utility keeps the account: what a home finds of it at the meter's gateway.

IEEE 2030.5 shows the account itself; who has to be told of a low credit, or of its end, is told by a text that asks for
a receipt. The bench is the utility, and the customer's energy management system.
"""

from __future__ import annotations

from dataclasses import dataclass

from robot.api import SkipExecution
from robot.api.deco import keyword, library

from bench.exchanges.sep2.credit import ACCOUNT, CreditAtHome
from bench.keywords.process import ProcessLibrary
from drivers.sep2.client import Sep2Client
from drivers.sep2.events import Event
from drivers.sep2.home_readings import accounts
from drivers.sep2.prepayment import Account, account_of
from drivers.sep2.prices import TextMessage
from drivers.sep2.responses import TextResponse
from drivers.sep2.vocabulary import ResponseStatus

SAME, IN_TIME = "the home finds credit and service as the utility has them", "from the change to the home"
TOLD, STAYS = "the home finds the alarm", "an alarm without receipt is still there at the next look"
EARLY, RECEIPT = "a receipt that nobody gave reached the utility", "the home's receipt reached the utility"
GONE = "an alarm that was taken back is still there"
_GUARD_S = 3600.0


@dataclass(frozen=True)
class Step:
    """A state of the account: hundredths of the currency unit, whether the supply is on, the alarm to it."""

    cents: int
    on: bool = True
    alarm: str = ""


STEPS = (
    Step(2427),
    Step(427, alarm="Credit is low: 4.27 left"),
    Step(0, alarm="Credit is used up"),
    Step(-35, on=False, alarm="Supply is off until you pay"),
    Step(1965),
)


@library(scope="TEST", auto_keywords=False)
class CreditAtHomeKeywords(ProcessLibrary):
    """Plays the utility, and the customer's system at the gateway."""

    @property
    def credit(self) -> CreditAtHome:
        """The row's exchange. A link on which the meter itself keeps the account skips the test."""
        if self.session.planned.iut and self.session.planned.link != CreditAtHome.link:
            raise SkipExecution("the meter keeps the account itself: nobody follows the utility in its place")
        exchange = self.exchange
        if not isinstance(exchange, CreditAtHome):
            raise SkipExecution("the energy management is judged, which shows the account to nobody")
        return exchange

    @keyword("Use Credit Up At The Utility")
    def use_up(self) -> None:
        """From enough to nothing and below, with an alarm at each step, then a payment.

        Example: | Use Credit Up At The Utility |
        """
        self.run(self._use_up(self.credit), _GUARD_S)

    @keyword("The Home Should Find Each State Of The Account")
    def found(self) -> None:
        """Exactly, and as soon as the gateway is declared to pass things on.

        Example: | The Home Should Find Each State Of The Account |
        """
        self.check("credit and service are as the utility has them", "always", SAME)
        self.check("and soon", "at_most", IN_TIME, limit=self.credit.reaction_s)

    @keyword("Each Alarm Should Stay Until Its Receipt")
    def alarms(self) -> None:
        """Nobody gives receipts but the home; one that was given reaches the utility, which takes the alarm back.

        Example: | Each Alarm Should Stay Until Its Receipt |
        """
        self.check("the home is told", "always", TOLD)
        self.check("an alarm without receipt stays", "always", STAYS)
        self.check("nobody else gives receipts", "never", EARLY)
        self.check("the receipt reaches the utility", "always", RECEIPT)
        self.check("then the alarm is over", "never", GONE)

    # -- inside ------------------------------------------------------------------------------------------------------

    async def _use_up(self, credit: CreditAtHome) -> None:
        await credit.prepare()
        try:
            for step in STEPS:
                await self._step(credit, step)
        finally:
            await credit.close()

    async def _step(self, credit: CreditAtHome, step: Step) -> None:
        kept = account_of(ACCOUNT, step.cents, on=step.on)
        what = f"{step.cents / 100:.2f} left, supply {'on' if step.on else 'off'}"
        began = self.clock.now()
        credit.counterpart.resources.accounts[:] = [kept]
        alarm = credit.offer(credit.new_event(text=step.alarm)) if step.alarm else None
        await credit.counterpart.polled()
        await self.wait(credit.access.act_s)
        async with credit.home.client(credit.home_device) as home:
            found = await accounts(home)
            self.recorder.observe(
                SAME, [*map(_state, found)] == [_state(kept)], what=what, found=[*map(str, map(_state, found))]
            )
            self.recorder.observe_duration(IN_TIME, self.clock.now() - began, what=what)
            if alarm is not None:
                await self._alarm(credit, home, alarm)

    async def _alarm(self, credit: CreditAtHome, home: Sep2Client, alarm: Event) -> None:
        what, server = _words(alarm), credit.counterpart
        self.recorder.observe(TOLD, await _shows(credit, alarm), what=what)
        await server.polled()
        self.recorder.observe(STAYS, await _shows(credit, alarm), what=what)
        self.recorder.observe(EARLY, ResponseStatus.ACKNOWLEDGED in server.told(alarm.mrid), what=what)
        now = int(self.clock.now())
        receipt = TextResponse(created=now, lfdi=home.lfdi, status=int(ResponseStatus.ACKNOWLEDGED), subject=alarm.mrid)
        await home.post("/rsps/1/rsp", receipt)
        await self.wait(credit.access.act_s)
        self.recorder.observe(RECEIPT, ResponseStatus.ACKNOWLEDGED in server.told(alarm.mrid), what=what)
        credit.program.cancel(alarm.mrid, self.clock.now())
        await server.polled()
        self.recorder.observe(GONE, await _shows(credit, alarm), what=what)


async def _shows(credit: CreditAtHome, alarm: Event) -> bool:
    """Whether the home finds it, and it holds."""
    return await credit.found_in(alarm, None) is not None


def _words(alarm: Event) -> str:
    return alarm.text if isinstance(alarm, TextMessage) else ""


def _state(account: Account) -> tuple[bytes, int, float, int | None, int]:
    """What of an account must be the same for the home as for the utility."""
    available = account.balance.available
    return account.mrid, available.currency, available.amount, account.balance.status, account.status.service
