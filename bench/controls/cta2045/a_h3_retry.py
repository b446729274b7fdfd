"""A-H3 on CTA-2045: a command gets through although messages are lost.

The first one to five messages of a command are lost on the way; the sender repeats it on silence. A command that comes
twice asks for the same event. CTA-2045 has no second path of its own: that is the affair of the systems above.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.cta2045._row import access_of, exchange_of
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.judgement.check import Check
from drivers.cta2045.client import Cta2045Client
from drivers.transport.tap import drop

THROUGH = "the command got through"
EFFECT_TIME = "time to the effect after up to two lost messages, at the witness"
_LOSSES, _SURE = range(1, 6), 2
_SHORT_S, _LOOK_S = 1.0, 0.5


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    record_absent(trial, "an alternative path", "CTA-2045 has none of its own")
    for losses in _LOSSES:
        await exchange.prepare()
        given = trial.clock.now()
        async with access_of(trial).session(answer_s=_SHORT_S) as client:
            through = await _retried(trial, client, losses)
        trial.record.observe(THROUGH, through and await _in_force(trial), what=f"{losses} lost")
        if losses <= _SURE:
            trial.record.observe_duration(EFFECT_TIME, trial.clock.now() - given, what=f"{losses} lost")
        await exchange.restore()


async def _retried(trial: Trial, client: Cta2045Client, losses: int) -> bool:
    exchange = exchange_of(trial)
    for _number in range(losses):
        with client.taps["frame"].interfering(drop):
            await attempt(exchange.send(client))
    return (await attempt(exchange.send(client))).accepted


async def _in_force(trial: Trial) -> bool:
    given = trial.clock.now()
    while True:
        effect = await exchange_of(trial).witnessed()
        if effect.happened or trial.clock.now() - given >= trial.bound("t_act").number:
            return effect.happened is True
        await trial.station.advance(_LOOK_S)


def checks(trial: Trial) -> Sequence[Check]:
    return [
        Check("the command gets through", "always", THROUGH),
        Check("its effect is there within t_act", "at_most", EFFECT_TIME, trial.limit("t_act")),
    ]


PROBE = Probe("A-H3", "cta2045", stimulus, checks)
