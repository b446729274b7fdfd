"""A limit against the clock: when it is accepted, and when the vehicle keeps it."""

from __future__ import annotations

from bench.controls.attempts import attempt
from bench.controls.ocpp._acts import exchange_of
from bench.controls.trial import Trial

ANSWERED, ANSWER_TIME = "limit accepted at the first try", "answer time"
MOVED, EFFECT_TIME = "limit took effect", "time to the effect"
_LOOK_S = 1.0


async def timed(trial: Trial, what: str) -> None:
    """Set the row's limit, and watch the vehicle for twice t_act at most."""
    exchange, t_act = exchange_of(trial), trial.bound("t_act").number
    began = trial.clock.now()
    tried = await attempt(exchange.perform())
    trial.record.observe(ANSWERED, tried.accepted, what=what, answer=tried.text)
    trial.record.observe_duration(ANSWER_TIME, trial.clock.now() - began, what=what)
    moved = False
    while not moved and trial.clock.now() < began + 2.0 * t_act:
        await trial.station.advance(_LOOK_S)
        moved = bool((await exchange.draws(exchange.limit_a)).happened)
    trial.record.observe(MOVED, moved, what=what)
    trial.record.observe_duration(EFFECT_TIME, trial.clock.now() - began, what=what)
