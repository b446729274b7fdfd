"""A-M4 on Modbus: commands are confirmed and take effect in time, also after the link was idle."""

from __future__ import annotations

from collections.abc import Sequence

from bench.catalogue import Trials
from bench.controls.attempts import attempt
from bench.controls.gaps import gaps
from bench.controls.modbus._changes import change_of
from bench.controls.modbus._probes import on_both
from bench.controls.trial import Trial
from bench.exchanges.modbus_write import ModbusCommand, ModbusWrite
from bench.judgement.check import Check

ANSWERED, ANSWER_TIME = "command confirmed at the first try", "time to the confirmation"
MOVED, EFFECT_TIME = "the command took effect", "time to the effect, at the witness"
_PATIENCE_S, _LOOK_S = 60.0, 0.5


async def stimulus(trial: Trial) -> None:
    """``n_commands`` commands, each a random idle gap after the last request, without a second try."""
    exchange = change_of(trial)
    for number, gap in enumerate(gaps(trial)):
        await exchange.prepare()
        await trial.station.advance(gap)
        what = f"command {number + 1}, {gap:.0f} s after the last request"
        async with exchange.access.session(timeout_s=_PATIENCE_S) as client:
            given = trial.clock.now()
            tried = await attempt(exchange.send(client))
            trial.record.observe(ANSWERED, tried.accepted, what=what, answer=tried.text)
            trial.record.observe_duration(ANSWER_TIME, trial.clock.now() - given, what=what)
        await _effect(trial, exchange, given, what)
        await exchange.restore()


async def _effect(trial: Trial, exchange: ModbusWrite, given: float, what: str) -> None:
    look = exchange.witnessed if isinstance(exchange, ModbusCommand) else exchange.observe
    while True:
        effect = await look()
        if effect.happened or trial.clock.now() - given >= _PATIENCE_S:
            break
        await trial.station.advance(_LOOK_S)
    trial.record.observe(MOVED, effect.happened is True, what=what, source=effect.shown_by)
    trial.record.observe_duration(EFFECT_TIME, trial.clock.now() - given, what=what)


def checks(trial: Trial) -> Sequence[Check]:
    rate = trial.bound("n_commands").value
    assert isinstance(rate, Trials)
    enough = {"count": rate.at_least, "of": rate.of}
    return [
        Check("commands are confirmed at the first try", "at_least_true", ANSWERED, enough),
        Check("they are confirmed within t_ack", "p95_at_most", ANSWER_TIME, trial.limit("t_ack")),
        Check("they take effect", "at_least_true", MOVED, enough),
        Check("they take effect within t_act", "p95_at_most", EFFECT_TIME, trial.limit("t_act")),
    ]


PROBES = on_both("A-M4", stimulus, checks)
