"""Keywords of 3.2.1 on AMI-32: what the customer's energy management system is told of the credit, and answers."""

from __future__ import annotations

from robot.api import SkipExecution
from robot.api.deco import keyword, library

from bench.access.account import LimitAction, Terms
from bench.access.customer import ConsumerNotice
from bench.access.dlms import MANAGEMENT
from bench.access.limits import whole
from bench.access.prepayment import PrepaidAccount, prepayment_objects
from bench.access.sep2 import LINK as SEP2
from bench.keywords.limit_scene import LimitScene
from bench.keywords.prepaid_acts import PRICES, SMALL
from bench.keywords.process import ProcessLibrary
from bench.keywords.rate_changes import next_rate_change, rate_at

LOW, EXHAUSTED = "credit_low", "credit_exhausted"
THRESHOLD, EMERGENCY = 2_500, 3_000
_POWER_W = 2_000.0
_PATIENCE_S = 1_800.0
_SLACK_S = 5.0
_REPEATS, _POLL_S = 2.5, 30.0
_HOUR_S = 3_600.0
_REMAINING_SHARE = 0.01
"""The meter's power of the moment is right within its class."""


@library(scope="TEST", auto_keywords=False)
class PrepaidNotices(ProcessLibrary):
    """Plays the customer's system at the consumer port while a load uses the credit up."""

    # -- doing -----------------------------------------------------------------------------------------------------

    @keyword("Use Credit Up With Lost Receipts")
    def lost_receipts(self) -> None:
        """2 kW; the first receipt of each notice is lost, the second arrives.

        Example: | Use Credit Up With Lost Receipts |
        """
        self._account_of_the_meter()
        self.run(self._lost_receipts(), _PATIENCE_S)

    @keyword("Take The Emergency Credit")
    def emergency(self) -> None:
        """2 kW; at the low-credit notice the customer's system takes the emergency credit.

        Example: | Take The Emergency Credit |
        """
        self._account_of_the_meter()
        self.run(self._emergency(), _PATIENCE_S)

    @keyword("Read The Status Across A Rate Change")
    def across(self) -> None:
        """2 kW, an hour before a rate begins; the credit lasts into it.

        Example: | Read The Status Across A Rate Change |
        """
        self._account_of_the_meter()
        self.run(self._across(), 24.0 * _HOUR_S)

    # -- judging ---------------------------------------------------------------------------------------------------

    @keyword("The Low-Credit Notice Should Come At Its Threshold")
    def low_credit(self) -> None:
        """At or below the threshold, with credit left; then the notice of the end; both protected.

        Example: | The Low-Credit Notice Should Come At Its Threshold |
        """
        self.check("the customer is warned", "always", "the customer is told: credit low")
        self.check("not before the threshold", "at_most", "credit in the low-credit notice", limit=THRESHOLD)
        self.check("before the credit ends", "at_least", "credit in the low-credit notice", limit=1)
        self.check("the remaining time is told", "at_least", "remaining time in the low-credit notice", limit=1)
        self.check("the customer is told of the end", "always", "the customer is told: credit exhausted")
        self.check("notices are protected", "always", "the notice is authenticated and encrypted")

    @keyword("Lost Receipts Should Repeat The Notices")
    def repeated(self) -> None:
        """Each notice came again after its receipt was lost, and no more after one arrived.

        Example: | Lost Receipts Should Repeat The Notices |
        """
        self.check("a lost receipt repeats the notice", "always", "the notice came again after a lost receipt")
        self.check("a receipt ends it", "empty", "notices that came again after their receipt")

    @keyword("The Emergency Credit Should Defer The End")
    def deferred(self) -> None:
        """The load stays on below a credit of 0, by the amount of the emergency credit.

        Example: | The Emergency Credit Should Defer The End |
        """
        self.check("the load stays on with emergency credit", "always", "the load is on with emergency credit")
        self.check("the credit is below 0 then", "at_most", "credit while the emergency credit is used", limit=-1)
        self.check("the load goes off at its end", "never", "the load is on without emergency credit")

    @keyword("Credit And Remaining Time Should Be Right")
    def status(self) -> None:
        """The remaining time follows from credit, measured power and the prices to come.

        Example: | Credit And Remaining Time Should Be Right |
        """
        self.check("the credit is shown", "at_least", "credit that is shown", limit=1)
        self.check("the remaining time is right", "relative_to_reference", "remaining time", limit=_REMAINING_SHARE)
        self.check("the credit ends in the new rate", "always", "the credit lasts into the new rate")

    # -- inside ----------------------------------------------------------------------------------------------------

    @property
    def _acts(self) -> LimitScene:
        return LimitScene(self)

    def _account_of_the_meter(self) -> None:
        """Skips the test where it is the utility's."""
        if self.session.planned.link == SEP2:
            raise SkipExecution("the utility keeps the account: the meter's gateway only shows it")

    async def _open(self, terms: Terms, credit: int) -> None:
        await self._acts.begin()
        async with self.meter.session(MANAGEMENT, ask=True) as client:
            account = PrepaidAccount(client, prepayment_objects(self.meter))
            await account.reset(credit)
            await account.configure(terms)

    async def _credit(self) -> int:
        async with self.meter.session(MANAGEMENT, ask=True) as client:
            return await PrepaidAccount(client, prepayment_objects(self.meter)).credit()

    async def _lost_receipts(self) -> None:
        await self._open(Terms(PRICES, low=THRESHOLD, action=LimitAction.NONE), SMALL)
        again_after: list[int] = []
        async with self._acts.customer() as ems:
            await self._acts.load(_POWER_W)
            for meaning in (LOW, EXHAUSTED):
                words = meaning.replace("_", " ")
                first = await ems.next_of(ems.code_of(meaning), _PATIENCE_S)
                self.recorder.observe(f"the customer is told: {words}", first is not None)
                if first is None:
                    continue
                self._record(meaning, first)
                second = await ems.next(ems.repeat_s + _SLACK_S)
                same = second is not None and (second.log, second.number) == (first.log, first.number)
                self.recorder.observe("the notice came again after a lost receipt", same, what=words)
                await ems.acknowledge(first)
                third = await ems.next(_REPEATS * ems.repeat_s)
                if third is not None and third.number == first.number:
                    again_after.append(third.code)
        self.record_list("notices that came again after their receipt", again_after)

    def _record(self, meaning: str, notice: ConsumerNotice) -> None:
        self.recorder.observe("the notice is authenticated and encrypted", notice.protected, what=meaning)
        if meaning == LOW:
            self.recorder.observe("credit in the low-credit notice", whole(notice.values["credit"]))
            remaining = whole(notice.values["remaining"])
            self.recorder.observe("remaining time in the low-credit notice", remaining, unit="s")

    async def _emergency(self) -> None:
        terms = Terms(PRICES, low=THRESHOLD, emergency=EMERGENCY, action=LimitAction.DISCONNECT)
        await self._open(terms, SMALL)
        async with self._acts.customer() as ems:
            await self._acts.load(_POWER_W)
            notice = await ems.next_of(ems.code_of(LOW), _PATIENCE_S)
            assert notice is not None, "the low-credit notice did not come"
            await ems.acknowledge(notice)
            await ems.use_emergency()
        await self._wait_for_credit(0)
        self.recorder.observe("credit while the emergency credit is used", await self._credit())
        on = (await self.scene.look()).closed is True
        self.recorder.observe("the load is on with emergency credit", on)
        await self._wait_for_credit(1 - EMERGENCY)
        await self.wait(_SLACK_S)
        await self.scene.settle()
        self.recorder.observe("the load is on without emergency credit", (await self.scene.look()).closed is True)

    async def _wait_for_credit(self, below: int) -> None:
        deadline = self.clock.now() + _PATIENCE_S
        while await self._credit() >= below and self.clock.now() < deadline:
            await self.wait(_POLL_S)

    async def _across(self) -> None:
        change = next_rate_change(self.meter, self.clock.now())
        await self.wait_until(change - _HOUR_S)
        before, after = (PRICES[rate_at(self.meter, at) - 1] for at in (self.clock.now(), change))
        enough = int(_POWER_W * (before + after))
        await self._open(Terms(PRICES, action=LimitAction.NONE), enough)
        async with self._acts.customer() as ems:
            await self._acts.load(_POWER_W)
            power = await (await self.wiring.analyser()).active_power()
            credit = await ems.credit()
            asked = self.clock.now()
            remaining = await ems.remaining_s()
        self.recorder.observe("credit that is shown", credit)
        at_old_price = power.value * before * (change - asked) / _HOUR_S
        expected = change - asked + (credit - at_old_price) / (power.value * after) * _HOUR_S
        self.recorder.observe("remaining time", float(remaining), unit="s", reference=expected, power=power.value)
        self.recorder.observe("the credit lasts into the new rate", asked + remaining > change)
