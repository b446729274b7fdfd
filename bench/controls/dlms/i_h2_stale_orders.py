"""I-H2 on DLMS: stale, cancelled and superseded switch orders are not executed.

A DLMS meter takes orders with a time for its switch. A row that writes is tested by the order to disconnect.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.access.dlms import MANAGEMENT
from bench.controls.attempts import attempt, record_effect
from bench.controls.base import Probe
from bench.controls.dlms._power import answers_again
from bench.controls.dlms._row import exchange_of
from bench.controls.dlms._schedule import cancel, order
from bench.controls.trial import Trial
from bench.exchanges.dlms.disconnect import Disconnect
from bench.exchanges.dlms_kinds import DlmsSwitchCommand
from bench.judgement.check import Check

STALE = "a stale order took effect"
EARLY = "an order took effect before its time"
CANCELLED = "a cancelled order took effect"
SUPERSEDED = "a superseded order took effect"
ON_TIME = "an order took effect at its time"
SCHEDULED = "the meter takes an order for later"

_AHEAD_S = 300.0
_FAR_S = 43_200.0
_LATE_S = 30.0


async def stimulus(trial: Trial) -> None:
    """A good order; then such as are past, overdue after a power cut, overtaken by the clock, cancelled, superseded."""
    core = exchange_of(trial).core
    exchange = core if isinstance(core, DlmsSwitchCommand) else Disconnect(trial.station, trial.seat, trial.row)
    orders = _Orders(trial, exchange)
    await orders.on_time()
    await orders.in_the_past()
    await orders.overdue_after_power_cut()
    await orders.overtaken_by_clock()
    await orders.cancelled()
    await orders.superseded()
    await cancel(exchange.access)
    await exchange.restore()


class _Orders:
    """The orders of one trial, each on a scene where it would show."""

    def __init__(self, trial: Trial, exchange: DlmsSwitchCommand) -> None:
        self.trial, self.exchange, self.access = trial, exchange, exchange.access
        self.late = trial.bound("t_fresh").number + _LATE_S

    async def on_time(self) -> None:
        """The positive control: not before its time, then at its time."""
        when = await self._scene(_AHEAD_S)
        tried = await order(self.access, when, closes=self.exchange.closes)
        self.trial.record.observe(SCHEDULED, tried.accepted, answer=tried.text)
        await self._until(when - _LATE_S)
        await record_effect(self.trial, self.exchange, EARLY, "scheduled")
        await self._until(when + _LATE_S)
        await record_effect(self.trial, self.exchange, ON_TIME, "scheduled")

    async def in_the_past(self) -> None:
        """Validity ended before the order was given."""
        when = await self._scene(-self.late)
        tried = await order(self.access, when, closes=self.exchange.closes)
        await self.trial.station.advance(_LATE_S)
        await record_effect(self.trial, self.exchange, STALE, "given after its time", tried)

    async def overdue_after_power_cut(self) -> None:
        """The time came while the meter had no supply."""
        when = await self._scene(_AHEAD_S)
        await order(self.access, when, closes=self.exchange.closes)
        await self.trial.station.power(self.trial.seat, False)
        await self._until(when + self.late)
        await self._power_up()
        await record_effect(self.trial, self.exchange, STALE, "overdue after a power cut")
        await cancel(self.access)

    async def overtaken_by_clock(self) -> None:
        """An order for later, and a clock that jumps over it; then the clock comes back."""
        when = await self._scene(_FAR_S)
        await order(self.access, when, closes=self.exchange.closes)
        await self._set_clock(when + self.late)
        await self.trial.station.advance(_LATE_S)
        await record_effect(self.trial, self.exchange, EARLY, "its time was jumped over")
        await cancel(self.access)
        await self._set_clock(self.trial.clock.now())

    async def cancelled(self) -> None:
        """Cancelled, with and without a restart before its time."""
        for restart in (False, True):
            when = await self._scene(_AHEAD_S)
            await order(self.access, when, closes=self.exchange.closes)
            await cancel(self.access)
            if restart:
                await self.trial.station.power(self.trial.seat, False)
                await self.trial.station.advance(_LATE_S)
                await self._power_up()
            await self._until(when + _LATE_S)
            words = "cancelled, then a restart" if restart else "cancelled"
            await record_effect(self.trial, self.exchange, CANCELLED, words)

    async def superseded(self) -> None:
        """A second order replaces the first: exactly one is active."""
        when = await self._scene(_AHEAD_S)
        await order(self.access, when, closes=self.exchange.closes)
        await order(self.access, when + _AHEAD_S, closes=self.exchange.closes)
        await self._until(when + _LATE_S)
        await record_effect(self.trial, self.exchange, SUPERSEDED, "at the first order's time")
        await self._until(when + _AHEAD_S + _LATE_S)
        await record_effect(self.trial, self.exchange, ON_TIME, "at the second order's time")

    async def _scene(self, ahead_s: float) -> float:
        """The scene before the command; the time of an order ``ahead_s`` from now, in whole seconds."""
        await self.exchange.prepare()
        return float(round(self.trial.clock.now() + ahead_s))

    async def _until(self, when: float) -> None:
        await self.trial.station.advance(max(0.0, when - self.trial.clock.now()))

    async def _power_up(self) -> None:
        await self.trial.station.power(self.trial.seat, True)
        await answers_again(self.trial, self.access, 2 * self.trial.bound("t_boot").number)

    async def _set_clock(self, at: float) -> None:
        async with self.access.session(MANAGEMENT, ask=True) as client:
            await attempt(self.access.meter(client).set_clock(at))


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("the meter takes orders for later", "always", SCHEDULED),
        Check("an order is executed at its time", "always", ON_TIME),
        Check("no order is executed early", "never", EARLY),
        Check("a stale order is never executed", "never", STALE),
        Check("a cancelled order is never executed", "never", CANCELLED),
        Check("of two orders only the later one is active", "never", SUPERSEDED),
    ]


PROBE = Probe("I-H2", "dlms", stimulus, checks)
