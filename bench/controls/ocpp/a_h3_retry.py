"""A-H3 Retry: a limit gets through although messages are lost, and counts once.

The first one to five messages of a limit, and once the answer to it, are lost on the way; the CSMS sends the same call
again. Up to two losses the effect is there within t_act. OCPP has no second path of its own; that a silent station is
reported is the affair of its CSMS.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.losses import first_with
from bench.controls.ocpp._acts import GOOD, cleared, exchange_of, released, works
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.judgement.check import Check
from drivers.ocpp.rpc import Call
from drivers.transport.tap import Direction

EFFECT_TIME = "time to the effect after up to two lost messages, at the witness"
THROUGH, ONCE = "the limit got through", "profiles after the repetitions of one limit"
_LOSSES, _SURE = range(1, 6), 2
_PATIENCE_S, _LOOK_S = 1.0, 0.5
_MOST = 5


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    record_absent(trial, "an alternative path", "OCPP has none of its own")
    await exchange.prepare()
    for losses in _LOSSES:
        await _lossy(trial, Direction.OUT, losses)
    await _lossy(trial, Direction.IN, 1)
    await works(trial, "after")


async def _lossy(trial: Trial, direction: Direction, losses: int) -> None:
    exchange = exchange_of(trial)
    what = f"{losses} lost on the way {'there' if direction is Direction.OUT else 'back'}"
    began = trial.clock.now()
    again = Call(exchange.there.session.next_id(), *exchange.call())
    loses = first_with(again.message_id.encode("ascii"), losses)
    with exchange.there.session.taps["message"].interfering(loses, direction):
        through = await _repeated(trial, again, losses)
    effect = await exchange.draws(exchange.limit_a)
    while not effect.happened and trial.clock.now() < began + 2.0 * trial.bound("t_act").number:
        await trial.station.advance(_LOOK_S)
        effect = await exchange.draws(exchange.limit_a)
    trial.record.observe(THROUGH, through and effect.happened is True, what=what, detail=effect.detail)
    if losses <= _SURE:
        trial.record.observe_duration(EFFECT_TIME, trial.clock.now() - began, what=what)
    count = 0
    while count < _MOST and await cleared(trial):
        count += 1
    trial.record.observe(ONCE, count, what=what)
    await released(trial)


async def _repeated(trial: Trial, again: Call, losses: int) -> bool:
    """The same call until it is answered, once more than messages are lost."""
    session = exchange_of(trial).there.session
    for _ in range(losses + 1):
        if (await attempt(session.exchange(again, timeout_s=_PATIENCE_S))).accepted:
            return True
    return False


def checks(trial: Trial) -> Sequence[Check]:
    return [
        Check("the limit gets through", "always", THROUGH),
        Check("it counts once", "equals", ONCE, {"expected": 1}),
        Check("its effect is there within t_act", "at_most", EFFECT_TIME, trial.limit("t_act")),
        Check("good limits work after", "always", GOOD),
    ]


PROBE = Probe("A-H3", "ocpp", stimulus, checks)
