"""A-L1 on Bluetooth: questions are answered in time on an idle link. What counts is station time."""

from __future__ import annotations

from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.ble._row import access_of, ask, exchange_of
from bench.controls.command_times import now
from bench.controls.idle_answers import ANSWER_TIME, ANSWERED, idle_checks
from bench.controls.trial import Trial

_SILENCES = 3


async def stimulus(trial: Trial) -> None:
    """As many questions as p_ok has trials, one every two t_resp; it gives up a device that answers nothing."""
    t_resp, silences = trial.bound("t_resp").number, 0
    await exchange_of(trial).prepare()
    async with access_of(trial).session() as client:
        for number in range(trial.bound("p_ok").count):
            asked = trial.clock.now()
            tried = await attempt(ask(trial, client))
            trial.record.observe(ANSWERED, tried.accepted, what=f"question {number + 1}", answer=tried.text)
            if tried.accepted:
                trial.record.observe_duration(ANSWER_TIME, await now(trial) - asked)
            silences = 0 if tried.answered else silences + 1
            if silences == _SILENCES or not client.connected:
                return
            await trial.station.advance(max(0.0, asked + 2 * t_resp - trial.clock.now()))


PROBE = Probe("A-L1", "ble", stimulus, idle_checks)
