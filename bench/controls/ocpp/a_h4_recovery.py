"""A-H4 Watchdog and hot recovery: the station is back by itself each time, and its outlet dead until it may be live.

What could bring its firmware down (hostile messages), and interruptions of its supply of every length, short ones too,
``n_cyc`` times. Its stored limit is 0 A: while it comes up, and afterwards, no current flows.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.base import Probe
from bench.controls.ocpp._acts import GOOD, back, exchange_of, works
from bench.controls.ocpp._junk import CLASSES, serves
from bench.controls.ocpp.a_l2_malformed_input import flood
from bench.controls.recovery import RECOVERED
from bench.controls.trial import Trial
from bench.judgement.check import Check

BOOT_TIME = "time from power to the first correct answer"
CALM = "no current flowed while the station came up, at the witness"
_LENGTHS_S = (0.05, 0.5, 2.0, 30.0)
_LOOKS, _LOOK_S = 8, 1.0
_DEAD_A = 1.0
_CRASH_MESSAGES = 3


async def stimulus(trial: Trial) -> None:
    exchange, kinds = exchange_of(trial), list(CLASSES.items())
    await exchange.prepare()
    await exchange.role.set_limit(0.0)
    await trial.station.advance(2.0 * exchange.settle_s)
    for number in range(trial.bound("n_cyc").count):
        kind, maker = kinds[number % len(kinds)]
        await flood(trial, maker, _CRASH_MESSAGES)
        served = await serves(trial, trial.bound("t_boot").number) is not None
        trial.record.observe(RECOVERED, served, what=f"after {kind}")
        if not served or not await _interrupted(trial, _LENGTHS_S[number % len(_LENGTHS_S)]):
            return
    await works(trial, "after")


async def _interrupted(trial: Trial, off_s: float) -> bool:
    """Take the supply away for so long, and await the station. Whether it came back."""
    exchange, what = exchange_of(trial), f"after an interruption of {off_s:g} s"
    before = exchange.csms.attempts
    await trial.station.power(trial.seat, False)
    await trial.station.advance(off_s)
    await trial.station.power(trial.seat, True)
    began = trial.clock.now()
    analyser = await exchange.wiring.analyser()
    for _ in range(_LOOKS):
        await trial.station.advance(_LOOK_S)
        current = await analyser.current()
        trial.record.observe(CALM, abs(current.value) < _DEAD_A, what=what, seen=str(current))
    declared = exchange.access.declared
    took_s = await back(trial, before, declared.boot_s + declared.connect_s + declared.retry_s)
    trial.record.observe(RECOVERED, took_s is not None, what=what)
    if took_s is not None:
        waited_s = trial.clock.now() - began - took_s
        trial.record.observe_duration(BOOT_TIME, trial.clock.now() - began, what=what, watched=waited_s)
    return took_s is not None


def checks(trial: Trial) -> Sequence[Check]:
    return [
        Check("the station comes back without help", "always", RECOVERED),
        Check("within t_boot of power", "at_most", BOOT_TIME, trial.limit("t_boot")),
        Check("no current flows meanwhile", "always", CALM),
        Check("good limits work after", "always", GOOD),
    ]


PROBE = Probe("A-H4", "ocpp", stimulus, checks)
