"""I-H7 on office systems: who has the right to disconnect cannot disconnect many.

The row's sender gives many orders at once, then its second credential; later both let orders drip in below the rate of
the shortest cap. What comes above a cap must be held until somebody else approves, and raise an alarm. Where the sender
may not order disconnections at all, none may get through; so too where the row commands by another message.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.office._caps import DISCONNECT, Cap, approver, declared_caps, is_held
from bench.controls.office._orders import A_DAY_S, control_of, ended, give, in_words, scene_of, status_of
from bench.controls.office._row import exchange_of
from bench.controls.variants import record_absent
from bench.judgement.check import Check
from drivers.cim.office import CimOffice
from drivers.cim.payloads import OrderStatus
from drivers.cim.times import parse_iso
from drivers.cim.vocabulary import Control, EventKind, OrderState

if TYPE_CHECKING:
    from bench.controls.trial import Trial

ABOVE = "disconnections above the cap that were let through"
HELD = "a held order waits until it is approved"
ONCE = "an order that was let through was executed exactly once"
ALARMED = "orders above the cap raised an alarm"
ALARM_TIME = "time from the first held order to the alarm"
SELF_APPROVED = "who gave an order approved it"
APPROVED = "an order took effect after its second approval"
APPROVED_AGAIN = "an order was approved a second time"

_LATER_S = 150.0
_EXTRA = 3
_MARGIN_S = 5.0
_EXECUTION_S = 30.0


@dataclass
class _Given:
    """The orders that were given: when which of them was let through, and which were held."""

    let_through: list[tuple[float, OrderStatus]] = field(default_factory=list)
    held: list[tuple[float, OrderStatus]] = field(default_factory=list)


async def stimulus(trial: Trial) -> None:
    mass = _Mass(trial)
    await mass.scene.prepare(closed=True)
    await mass.burst()
    await mass.after_its_time()
    await mass.approve()
    await mass.drip()
    await mass.take_back()
    await mass.exchange.restore()


class _Mass:
    """The orders of one trial."""

    def __init__(self, trial: Trial) -> None:
        self.trial, self.exchange = trial, exchange_of(trial)
        self.access, self.sender = self.exchange.access, self.exchange.sender
        self.scene = scene_of(trial)
        self.caps = declared_caps(self.access)
        self.given = _Given()
        self.start = 0.0
        second = f"{self.sender}-2"
        self.senders = (self.sender, second) if self.access.has_secret(second) else (self.sender,)
        if len(self.senders) == 1:
            record_absent(trial, "a second credential", f"the device file names no {second}")

    # -- giving orders -------------------------------------------------------------------------------------------------

    async def burst(self) -> None:
        """``n_mass_orders`` within ``t_mass`` by the first credential, then some by the second."""
        count = self.trial.bound("n_mass_orders").count
        pause_s = self.trial.bound("t_mass").number / (count + _EXTRA + 1)
        self.start = self.trial.clock.now() + _LATER_S
        for sender, number in zip(self.senders, (count, _EXTRA), strict=False):
            async with self._session(sender) as office:
                for _ in range(number):
                    await self._give(office, self.start - self.trial.clock.now())
                    await self.trial.station.advance(pause_s)
        self._count("at once")
        await self._look_for_alarm("at once", self.given.held)

    async def drip(self) -> None:
        """Orders for tomorrow over ``t_drip``, slower than the shortest cap allows, by both credentials in turn."""
        if len(self.caps) < 2:
            record_absent(self.trial, "slow drip under the shortest cap", "only one cap, or none, is declared")
            return
        count = self.caps[-1].orders + _EXTRA
        shortest = self.caps[0]
        pause_s = max(self.trial.bound("t_drip").number / count, shortest.window_s / shortest.orders + _MARGIN_S)
        held_before = len(self.given.held)
        await self.trial.station.advance(shortest.window_s + _MARGIN_S)
        for number in range(count):
            async with self._session(self.senders[number % len(self.senders)]) as office:
                await self._give(office, A_DAY_S + count * pause_s)
            if len(self.given.held) > held_before:
                break
            await self.trial.station.advance(pause_s)
        self._count("in a slow drip")
        await self._look_for_alarm("in a slow drip", self.given.held[held_before:])

    async def _give(self, office: CimOffice, after_s: float) -> None:
        control = control_of(self.trial, after_s=after_s, control=Control.DISCONNECT)
        tried = await attempt(give(office, control))
        if tried.accepted:
            at, status = self.trial.clock.now(), tried.value
            (self.given.held if is_held(status) else self.given.let_through).append((at, status))

    # -- judging them --------------------------------------------------------------------------------------------------

    def _count(self, what: str) -> None:
        """How many more than each cap got through; every one where there is no cap."""
        times = [at for at, _ in self.given.let_through]
        for cap in self.caps or (Cap(0, A_DAY_S),):
            most = max((sum(end - cap.window_s < at <= end for at in times) for end in times), default=0)
            words = f"{what}: {most} within {cap.window_s:g} s, {cap.orders} without approval declared"
            self.trial.record.observe(ABOVE, max(0, most - cap.orders), what=words)

    async def _look_for_alarm(self, what: str, orders: Sequence[tuple[float, OrderStatus]]) -> None:
        """The alarm must be there within ``t_mass_alarm`` of the first of these held orders."""
        if not orders:
            return
        first, longest = orders[0][0], self.trial.bound("t_mass_alarm").number
        held = {status.correlation for _, status in orders}
        async with self._session(self.sender) as office:
            while True:
                events = await office.events(start=first - _MARGIN_S)
                alarms = [
                    parse_iso(event.time_stamp)
                    for event in events
                    if event.kind is EventKind.MASS_DISCONNECT_ALARM and event.correlation in held
                ]
                if alarms or self.trial.clock.now() - first > longest:
                    break
                await self.trial.station.advance(1.0)
        self.trial.record.observe(ALARMED, bool(alarms), what=what, held=len(held))
        if alarms:
            self.trial.record.observe_duration(ALARM_TIME, max(0.0, min(alarms) - first), what=what)

    async def after_its_time(self) -> None:
        """When the time of the orders has come: those that got through were executed once, the held ones wait."""
        await self.trial.station.advance(max(0.0, self.start - self.trial.clock.now()))
        async with self._session(self.sender) as office:
            for _, order in self.given.let_through:
                status = await ended(self.trial, office, order.order, _EXECUTION_S)
                done = [state for state, _ in status.history].count(OrderState.DONE)
                self.trial.record.observe(ONCE, done == 1, what=in_words(status), times=done)
            for _, order in self.given.held:
                status = await status_of(office, order.order)
                self.trial.record.observe(HELD, is_held(status), what=in_words(status))

    async def approve(self) -> None:
        """A held order gets its second approval: not by who gave it, once, and then it is executed."""
        second = approver(self.access)
        if not self.given.held or second is None:
            record_absent(self.trial, "second approval", "no order was held, or nobody who may approve is declared")
            return
        number = self.given.held[0][1].order
        await self.scene.look()
        await self.scene.prepare(closed=True)
        async with self._session(self.sender) as office:
            tried = await attempt(office.approve((number,)))
            done = tried.accepted and bool(tried.value.orders)
            self.trial.record.observe(SELF_APPROVED, done, what=self.sender, answer=tried.text)
        async with self._session(second) as office:
            await office.approve((number,))
            effect = await self.scene.observe(closed=False, within_s=_EXECUTION_S)
            if effect.happened is None:
                self.trial.record.could_not_look(APPROVED, effect.detail)
            else:
                self.trial.record.observe(APPROVED, effect.happened, what=second, source=effect.shown_by)
            again = await office.approve((number,))
            self.trial.record.observe(APPROVED_AGAIN, bool(again.orders), what=second)

    async def take_back(self) -> None:
        """Cancel what still waits."""
        waiting = [order.order for _, order in (*self.given.let_through, *self.given.held)]
        if waiting:
            async with self._session(self.sender) as office:
                await attempt(office.cancel(waiting))

    def _session(self, party: str) -> AbstractAsyncContextManager[CimOffice]:
        return self.access.session(party)


def checks(trial: Trial) -> Sequence[Check]:
    exchange = exchange_of(trial)
    found = [Check("no more are let through than declared", "at_most", ABOVE, {"limit": 0})]
    if not exchange.access.rights.may(exchange.sender, DISCONNECT):
        return found
    found += [
        Check("held orders are not executed", "always", HELD),
        Check("no order is executed twice", "always", ONCE),
        Check("orders above the cap raise an alarm", "always", ALARMED),
        Check("the alarm comes in time", "at_most", ALARM_TIME, trial.limit("t_mass_alarm")),
    ]
    if approver(exchange.access) is not None:
        found += [
            Check("nobody approves orders of his own", "never", SELF_APPROVED),
            Check("an approved order is executed", "always", APPROVED),
            Check("an order is approved once", "never", APPROVED_AGAIN),
        ]
    return found


PROBE = Probe("I-H7", "office_https", stimulus, checks)
