"""A command timed to its confirmation and to its effect, and the checks of both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bench.catalogue import Trials
from bench.controls.attempts import attempt
from bench.controls.ble._row import command_of, now
from bench.judgement.check import Check
from drivers.gatt.client import GattClient

if TYPE_CHECKING:
    from bench.controls.trial import Trial

ANSWERED, ANSWER_TIME = "command confirmed at the first try", "time to the confirmation"
MOVED, EFFECT_TIME = "the command took effect", "time to the effect, at the witness"
_PATIENCE_S, _LOOK_S = 60.0, 0.5


async def timed(trial: Trial, client: GattClient, what: str) -> None:
    """Give the row's command and record when it was confirmed, and when its effect was there."""
    exchange, given = command_of(trial), trial.clock.now()
    tried = await attempt(exchange.send(client))
    trial.record.observe(ANSWERED, tried.accepted, what=what, answer=tried.text)
    trial.record.observe_duration(ANSWER_TIME, await now(trial) - given, what=what)
    while True:
        effect = await exchange.witnessed()
        if effect.happened or trial.clock.now() - given >= _PATIENCE_S:
            break
        await trial.station.advance(_LOOK_S)
    trial.record.observe(MOVED, effect.happened is True, what=what, source=effect.shown_by)
    trial.record.observe_duration(EFFECT_TIME, trial.clock.now() - given, what=what)


def timed_checks(trial: Trial, bound: str, criterion: str) -> Sequence[Check]:
    """As many of ``bound`` must be confirmed and take effect; ``criterion`` holds their times to their limits."""
    rate = trial.bound(bound).value
    assert isinstance(rate, Trials)
    enough = {"count": rate.at_least, "of": rate.of}
    return [
        Check("commands are confirmed", "at_least_true", ANSWERED, enough),
        Check("within t_ack", criterion, ANSWER_TIME, trial.limit("t_ack")),
        Check("commands take effect", "at_least_true", MOVED, enough),
        Check("within t_act", criterion, EFFECT_TIME, trial.limit("t_act")),
    ]
