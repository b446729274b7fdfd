"""I-M6 on office systems: one order has one effect, however often and in whatever order its message comes.

A message that comes again under its own id, newly signed, as a sender repeats it whose answer got lost, gets the first
answer; under the same id with another content it is refused. Orders are executed by their times, not as they came,
and once each, also when the power was cut between taking and executing them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING

from bench.controls.attempts import Attempt, attempt, record_effect
from bench.controls.base import Probe
from bench.controls.office._changes import is_order
from bench.controls.office._changes_again import checks_of_repeated, repeated
from bench.controls.office._orders import control_of, ended, give, in_words, known_orders, order_of
from bench.controls.office._power import SHORT_CUT_S, power_cycle
from bench.judgement.check import Check
from drivers.cim.messenger import MessageOptions
from drivers.cim.office import CimOffice
from drivers.cim.payloads import EndDeviceControl
from drivers.cim.vocabulary import OrderState

if TYPE_CHECKING:
    from bench.controls.trial import Trial

SAME = "a repeated message got the answer of the first"
OTHER = "another order was taken under an id that was used"
NUMBER = "orders that came of one message"
EFFECT = "the order took effect at its time"
AGAIN = "the order took effect a second time"
EARLY = "the order that came first took effect before its time"
ONCE = "an order was executed exactly once"

_LATER_S = 90.0
_LAST_S = 180.0
_AT_ONCE = 2


async def stimulus(trial: Trial) -> None:
    if not is_order(trial):
        await repeated(trial)
        return
    exchange = order_of(trial)
    await exchange.prepare()
    transactions = _Transactions(trial)
    await transactions.repeated()
    await transactions.reordered_and_interrupted()
    await exchange.restore()


class _Transactions:
    """The messages of one trial."""

    def __init__(self, trial: Trial) -> None:
        self.trial, self.exchange = trial, order_of(trial)
        self.access, self.sender = self.exchange.access, self.exchange.sender

    async def repeated(self) -> None:
        """Once more at once, over a new connection, twice at the same time, and when its order is long executed."""
        first, both = self._new_id(), self._new_id()
        control = control_of(self.trial, after_s=_LATER_S)
        start = self.trial.clock.now() + _LATER_S
        async with self._session() as office:
            before = await known_orders(office)
            number = (await give(office, control, first)).order
            self._compare("same connection", number, await attempt(give(office, control, first)))
            other = await attempt(give(office, control_of(self.trial, after_s=_LAST_S), first))
            is_another = other.accepted and other.value.order != number
            self.trial.record.observe(OTHER, is_another, what="same id, another time", answer=other.text)
        async with self._session() as office:
            self._compare("new connection", number, await attempt(give(office, control, first)))
            self._count("one message, three times", before, await known_orders(office))
            await self._at_the_same_time(office, control, both)
        await self._until(start)
        await record_effect(self.trial, self.exchange, EFFECT, "at the time of the order")
        await self.exchange.prepare()
        async with self._session() as office:
            self._compare("after its execution", number, await attempt(give(office, control, first)))
        await record_effect(self.trial, self.exchange, AGAIN, "repeated after its execution")

    async def _at_the_same_time(self, office: CimOffice, control: EndDeviceControl, options: MessageOptions) -> None:
        """The same message over several connections at once: one order, and whoever gets no answer is told so."""
        before = await known_orders(office)
        offices = [self.access.office(self.sender) for _ in range(_AT_ONCE)]
        try:
            tries = await asyncio.gather(*(attempt(give(one, control, options)) for one in offices))
        finally:
            for one in offices:
                await one.close()
        after = await known_orders(office)
        self._count("one message, twice at the same time", before, after)
        for tried in tries:
            if tried.accepted:
                what = "twice at the same time"
                self.trial.record.observe(SAME, tried.value.order in after - before, what=what, answer=tried.text)

    async def reordered_and_interrupted(self) -> None:
        """The later of two orders is given first, and the power is cut before either is due."""
        await self.exchange.prepare()
        given = self.trial.clock.now()
        async with self._session() as office:
            last = await give(office, control_of(self.trial, after_s=_LAST_S))
            first = await give(office, control_of(self.trial, after_s=_LATER_S))
        if not await power_cycle(self.trial, self.access):
            self.trial.record.could_not_look(ONCE, f"no answer any more after {SHORT_CUT_S:g} s without power")
            return
        contact = await self.exchange.scene.look()
        if contact.closed is None:
            self.trial.record.could_not_look(EARLY, contact.detail)
        else:
            early = contact.closed is self.exchange.closes
            self.trial.record.observe(EARLY, early, what="after the power cut", source=contact.shown_by)
        await self._until(given + _LATER_S)
        await record_effect(self.trial, self.exchange, EFFECT, "at the earlier of two times")
        await self._until(given + _LAST_S)
        async with self._session() as office:
            for what, order in (("the order that came last", first), ("the order that came first", last)):
                status = await ended(self.trial, office, order.order, self.trial.bound("t_act").number)
                done = [state for state, _ in status.history].count(OrderState.DONE)
                self.trial.record.observe(ONCE, done == 1, what=f"{what}: {in_words(status)}", times=done)

    # -- inside --------------------------------------------------------------------------------------------------------

    def _session(self) -> AbstractAsyncContextManager[CimOffice]:
        return self.access.session(self.sender)

    def _new_id(self) -> MessageOptions:
        message_id = f"bench-i-m6-{self.trial.random.getrandbits(64):016x}"
        return MessageOptions(message_id=message_id)

    def _compare(self, what: str, number: str, repeated: Attempt) -> None:
        same = repeated.accepted and repeated.value.order == number
        self.trial.record.observe(SAME, same, what=what, answer=repeated.text)

    def _count(self, what: str, before: frozenset[str], after: frozenset[str]) -> None:
        self.trial.record.observe(NUMBER, len(after - before), what=what)

    async def _until(self, when: float) -> None:
        await self.trial.station.advance(max(0.0, when - self.trial.clock.now()))


def checks(trial: Trial) -> Sequence[Check]:
    if not is_order(trial):
        return checks_of_repeated(trial)
    return [
        Check("a repeated message gets the first answer", "always", SAME),
        Check("an id is not good for another order", "never", OTHER),
        Check("one message is one order", "equals", NUMBER, {"expected": 1}),
        Check("the order has its effect", "always", EFFECT),
        Check("it has it once", "never", AGAIN),
        Check("orders wait for their times, whichever came first", "never", EARLY),
        Check("an order is executed once, over a power cut too", "always", ONCE),
    ]


PROBE = Probe("I-M6", "office_https", stimulus, checks)
