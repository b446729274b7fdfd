"""A-M4 Command time: limits after random pauses are answered within t_ack and take effect within t_act."""

from __future__ import annotations

from bench.controls.base import Probe
from bench.controls.command_times import command_time_checks
from bench.controls.ocpp._acts import exchange_of, released
from bench.controls.ocpp._timed import timed
from bench.controls.trial import Trial

_LONGEST_IDLE_S = 300.0


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    await exchange.prepare()
    for number in range(trial.bound("n_commands").count):
        idle_s = 1.0 + trial.random.random() * (_LONGEST_IDLE_S - 1.0)
        await trial.station.advance(idle_s)
        await timed(trial, f"limit {number + 1}, {idle_s:.0f} s after the last")
        await released(trial)


PROBE = Probe("A-M4", "ocpp", stimulus, command_time_checks)
