"""I-H2 on office systems: stale, early and cancelled orders are not executed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING

from bench.controls.attempts import attempt, record_effect
from bench.controls.base import Probe
from bench.controls.office._changes import is_order
from bench.controls.office._changes_again import checks_of_stale, stale
from bench.controls.office._clock import clock_setter, shift_clock
from bench.controls.office._orders import A_DAY_S, control_of, executes, give, in_words, order_of, status_of
from bench.controls.office._power import answers_again, power_cycle
from bench.controls.variants import record_absent
from bench.judgement.check import Check
from drivers.cim.errors import OfficeRefusedError
from drivers.cim.messenger import MessageOptions
from drivers.cim.office import CimOffice
from drivers.cim.payloads import EndDeviceControl
from drivers.cim.times import iso
from drivers.cim.vocabulary import Code, OrderState

if TYPE_CHECKING:
    from bench.controls.trial import Trial

TAKEN = "a stale order was taken"
WHY = "what a stale order was refused for"
STALE = "a stale order took effect"
EARLY = "an order took effect before its time"
CANCELLED = "a cancelled order took effect"
SAID_CANCELLED = "a cancelled order is reported as cancelled"
SAID_EXPIRED = "an order whose time passed is reported as not executed"
ON_TIME = "an order took effect at its time"

_AHEAD_S = 90.0
_BEFORE_S = 10.0
_LONG_PAST_S = 3600.0
_VALID_S = 60.0
_MARGIN_S = 10.0
_DUE_CODES = (Code.STALE, Code.EXPIRED, Code.INVALID_VALUE)


async def stimulus(trial: Trial) -> None:
    if not is_order(trial):
        await stale(trial)
        return
    exchange = order_of(trial)
    orders = _Orders(trial)
    await exchange.prepare()
    await orders.stale()
    await orders.cancelled()
    await orders.cancelled_before_restart()
    await orders.overdue()
    await orders.overtaken_by_clock()
    record_absent(trial, "an order that another supersedes", "the interface knows cancelling only")
    await orders.on_time()
    await exchange.restore()


class _Orders:
    """The orders of one trial. None of them but the last may move the switch."""

    def __init__(self, trial: Trial) -> None:
        self.trial, self.exchange = trial, order_of(trial)
        self.access = self.exchange.access

    async def stale(self) -> None:
        """Validity ended; message or signature older than ``t_fresh``, or from the future."""
        async with self._session() as office:
            for what, control in self._past_orders():
                await self._try(office, what, control)
            for what, options in self._past_messages():
                await self._try(office, what, control_of(self.trial), options)
        await self._no_effect(STALE, "after all stale orders")

    def _past_orders(self) -> Iterator[tuple[str, EndDeviceControl]]:
        past = -_LONG_PAST_S
        yield "validity ended", control_of(self.trial, after_s=past, until_s=past + _VALID_S)
        yield "start long past, no validity stated", control_of(self.trial, after_s=past)
        yield "validity of no length", control_of(self.trial, after_s=_AHEAD_S, until_s=_AHEAD_S)
        yield "validity ended, start not stated", control_of(self.trial, until_s=-_MARGIN_S)

    def _past_messages(self) -> Iterator[tuple[str, MessageOptions]]:
        """Each made when it is asked for, so that the time that answers take changes nothing."""
        age = self.trial.bound("t_fresh").number + _MARGIN_S
        for what, header_s, signature_s in (
            ("message older than t_fresh", -age, -age),
            ("time stamp older than t_fresh, signed now", -age, 0.0),
            ("time stamp of now, signed longer ago than t_fresh", 0.0, -age),
            ("message from the future", age, age),
        ):
            now = self.trial.clock.now()
            yield what, MessageOptions(timestamp=now + header_s, signed_at=now + signature_s)

    async def _try(
        self, office: CimOffice, what: str, control: EndDeviceControl, options: MessageOptions | None = None
    ) -> None:
        tried = await attempt(give(office, control, options))
        self.trial.record.observe(TAKEN, tried.accepted, what=what, answer=tried.text)
        if isinstance(tried.error, OfficeRefusedError):
            self.trial.record.observe(WHY, tried.error.code, what=f"{what}: {tried.error.code}")

    async def cancelled(self) -> None:
        """An order for later, cancelled before its time."""
        async with self._session() as office:
            start = self.trial.clock.now() + _AHEAD_S
            number = await self._cancelled_order(office)
            await self._until(start)
            await self._no_effect(CANCELLED, "cancelled before its time")
            await self._is_cancelled(office, number, "at its time")

    async def cancelled_before_restart(self) -> None:
        """The same, and the power is cut between."""
        start = self.trial.clock.now() + _AHEAD_S
        async with self._session() as office:
            number = await self._cancelled_order(office)
        if not await power_cycle(self.trial, self.access):
            self.trial.record.could_not_look(CANCELLED, "no answer any more after the power cut")
            return
        await self._until(start)
        await self._no_effect(CANCELLED, "cancelled before a power cut")
        async with self._session() as office:
            await self._is_cancelled(office, number, "after a power cut")

    async def _cancelled_order(self, office: CimOffice) -> str:
        order = await give(office, control_of(self.trial, after_s=_AHEAD_S))
        await office.cancel((order.order,))
        return order.order

    async def _is_cancelled(self, office: CimOffice, number: str, what: str) -> None:
        status = await status_of(office, number)
        said = status.state is OrderState.CANCELLED
        self.trial.record.observe(SAID_CANCELLED, said, what=f"{what}: {in_words(status)}")

    async def overdue(self) -> None:
        """The whole validity of an order passes while the system has no power."""
        if not executes(self.trial):
            record_absent(self.trial, "an order whose time passes in a power cut", "another system executes it")
            return
        end = self.trial.clock.now() + _AHEAD_S + _VALID_S
        async with self._session() as office:
            order = await give(office, control_of(self.trial, after_s=_AHEAD_S, until_s=_AHEAD_S + _VALID_S))
        await self.trial.station.power(self.access.seat, False)
        await self._until(end + _MARGIN_S)
        await self.trial.station.power(self.access.seat, True)
        if await answers_again(self.trial, self.access, 2 * self.trial.bound("t_boot").number) is None:
            self.trial.record.could_not_look(STALE, "no answer any more after the power cut")
            return
        await self._no_effect(STALE, "overdue after a power cut")
        async with self._session() as office:
            status = await status_of(office, order.order)
        ended = status.state in (OrderState.EXPIRED, OrderState.FAILED, OrderState.CANCELLED)
        self.trial.record.observe(SAID_EXPIRED, ended, what=in_words(status))

    async def overtaken_by_clock(self) -> None:
        """An order for tomorrow; the clock is set to tomorrow as far as the system allows it, and back."""
        setter = clock_setter(self.access)
        if setter is None:
            record_absent(self.trial, "clock set over the time of an order", "no party that may set it is declared")
            return
        async with self._session() as office:
            order = await give(office, control_of(self.trial, after_s=A_DAY_S))
            offset = await shift_clock(self.access, setter, A_DAY_S + _MARGIN_S)
            await self._no_effect(EARLY, f"for tomorrow, the clock set forward by {offset:.0f} s")
            await shift_clock(self.access, setter, 0.0)
            await self._no_effect(EARLY, "for tomorrow, the clock set back again")
            await office.cancel((order.order,))

    async def on_time(self) -> None:
        """The positive control: not before its time, then at its time."""
        self.exchange.start = start = self.trial.clock.now() + _AHEAD_S
        tried = await attempt(self.exchange.perform())
        await self._until(start - _BEFORE_S)
        contact = await self.exchange.scene.look()
        if contact.closed is None:
            self.trial.record.could_not_look(EARLY, contact.detail)
        else:
            what = f"{_BEFORE_S:g} s before its time"
            early = contact.closed is self.exchange.closes
            self.trial.record.observe(EARLY, early, what=what, source=contact.shown_by, detail=contact.detail)
        await self._until(start)
        await record_effect(self.trial, self.exchange, ON_TIME, f"for {iso(start)}", tried)
        self.exchange.start = None

    # -- inside --------------------------------------------------------------------------------------------------------

    def _session(self) -> AbstractAsyncContextManager[CimOffice]:
        return self.access.session(self.exchange.sender)

    async def _until(self, when: float) -> None:
        await self.trial.station.advance(max(0.0, when - self.trial.clock.now()))

    async def _no_effect(self, series: str, what: str) -> None:
        """Look; where it did have an effect, set the scene again for the next one."""
        if await record_effect(self.trial, self.exchange, series, what):
            await self.exchange.prepare()


def checks(trial: Trial) -> Sequence[Check]:
    if not is_order(trial):
        return checks_of_stale()
    found = [
        Check("stale orders are refused", "never", TAKEN),
        Check("the refusal says why", "one_of", WHY, {"allowed": [str(code) for code in _DUE_CODES]}),
        Check("stale orders have no effect", "never", STALE),
        Check("cancelled orders have no effect", "never", CANCELLED),
        Check("cancelled orders stay cancelled", "always", SAID_CANCELLED),
        Check("no order is executed before its time", "never", EARLY),
        Check("an order is executed at its time", "always", ON_TIME),
    ]
    if executes(trial):
        found.append(Check("an order whose time passed is not reported as executed", "always", SAID_EXPIRED))
    return found


PROBE = Probe("I-H2", "office_https", stimulus, checks)
