"""A-M3 on office systems: an order outlives its giver, and does not outlive its own time.

Who gave an order may go: what is stored is carried out at its time. A system that was down over that time, and beyond
the order's expiry, carries nothing out when it is back: the switch stays where it is.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.base import Probe
from bench.controls.office._changes import change_of, is_order
from bench.controls.office._orders import control_of, executes, give, in_words, order_of, status_of
from bench.controls.office._power import answers_again
from bench.controls.office._row import access_of, exchange_of
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.judgement.check import Check
from drivers.cim.vocabulary import OrderState

STORED = "a stored order was carried out at its time, its giver gone"
EARLY = "a stored order was carried out before its time"
LATE = "an order that expired while the system was down was carried out"
ENDED = "how the system reports an order that expired while it was down"

_AHEAD_S, _EXPIRY_S, _DOWN_S = 110.0, 200.0, 600.0


async def stimulus(trial: Trial) -> None:
    """An order for later, its giver gone; an order for later, the system gone over its time."""
    if not is_order(trial):
        await _change_stays(trial)
        return
    exchange = order_of(trial)
    await _giver_gone(trial)
    if executes(trial):
        await _system_gone(trial)
    else:
        record_absent(trial, "orders over the time that the system is down", "it passes orders on and keeps none")
    await exchange.restore()


async def _change_stays(trial: Trial) -> None:
    """What was set at once stays, its giver gone, and the system too for a while."""
    change = change_of(trial)
    record_absent(trial, "a command for later", "the row's command takes effect at once")
    await change.prepare()
    await change.perform()
    await trial.station.advance(_AHEAD_S)
    await trial.station.power(trial.seat, False)
    await trial.station.advance(_DOWN_S)
    await trial.station.power(trial.seat, True)
    await answers_again(trial, access_of(trial), 2 * trial.bound("t_boot").number)
    effect = await change.observe()
    _record(trial, STORED, effect.happened, effect.detail)
    await change.restore()


async def _give(trial: Trial) -> tuple[str, float]:
    """Order it for later, and go; the order's number, and when it is due (station time)."""
    exchange = exchange_of(trial)
    await exchange.prepare()
    due_at = trial.clock.now() + _AHEAD_S
    async with exchange.access.session(exchange.sender) as office:
        return (await give(office, control_of(trial, after_s=_AHEAD_S, until_s=_EXPIRY_S))).order, due_at


async def _giver_gone(trial: Trial) -> None:
    _number, due_at = await _give(trial)
    scene, closes = order_of(trial).scene, order_of(trial).closes
    await trial.station.advance(max(0.0, due_at - trial.clock.now()) / 2)
    before = await scene.look()
    _record(trial, EARLY, None if before.closed is None else before.closed is closes, before.detail)
    await trial.station.advance(max(0.0, due_at - trial.clock.now()))
    effect = await scene.observe(closed=closes, within_s=trial.bound("t_act").number)
    _record(trial, STORED, effect.happened, effect.detail)


async def _system_gone(trial: Trial) -> None:
    number, _due_at = await _give(trial)
    await trial.station.power(trial.seat, False)
    await trial.station.advance(_DOWN_S)
    await trial.station.power(trial.seat, True)
    await answers_again(trial, access_of(trial), 2 * trial.bound("t_boot").number)
    effect = await order_of(trial).observe()
    _record(trial, LATE, effect.happened, effect.detail)
    exchange = exchange_of(trial)
    async with exchange.access.session(exchange.sender) as office:
        status = await status_of(office, number)
    trial.record.observe(ENDED, str(status.state), what=in_words(status))


def _record(trial: Trial, series: str, value: bool | None, detail: str) -> None:
    if value is None:
        trial.record.could_not_look(series, detail)
    else:
        trial.record.observe(series, value, what=detail)


def checks(trial: Trial) -> Sequence[Check]:
    if not is_order(trial):
        return [Check("what was set stays, its giver gone", "always", STORED)]
    found = [
        Check("a stored order is not carried out before its time", "never", EARLY),
        Check("it is carried out at its time without its giver", "always", STORED),
    ]
    if executes(trial):
        over = [str(OrderState.EXPIRED), str(OrderState.FAILED), str(OrderState.CANCELLED)]
        found += [
            Check("an order is not carried out after its time", "never", LATE),
            Check("it is reported as over", "one_of", ENDED, {"allowed": list(over)}),
        ]
    return found


PROBE = Probe("A-M3", "office_https", stimulus, checks)
