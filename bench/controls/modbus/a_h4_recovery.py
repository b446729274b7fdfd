"""A-H4 on Modbus: the device comes back by itself each time, with its output as it should be meanwhile.

What could bring its firmware down (hostile messages), and interruptions of its supply of every length, short ones too,
``n_cyc`` times. The witness looks at the output while the device comes up: commanded off, it never comes on.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.modbus._probes import on_both
from bench.controls.modbus._row import access_of, answers_again, exchange_of
from bench.controls.modbus.a_l2_malformed_input import classes, flood
from bench.controls.trial import Trial
from bench.judgement.check import Check

RECOVERED = "the device answered again by itself"
BOOT_TIME = "time from power to the first correct answer"
CALM = "the output stayed off while the device came up, at the witness"
_LENGTHS_S = (0.05, 0.5, 2.0, 30.0)
_LOOKS, _LOOK_S = 8, 1.0
_LIVE = 1.0


async def stimulus(trial: Trial) -> None:
    access, exchange = access_of(trial), exchange_of(trial)
    await exchange.prepare()
    await exchange.switch(False)
    for number in range(trial.bound("n_cyc").count):
        kinds = list(classes(access, access.ports[0]).items())
        kind, maker = kinds[number % len(kinds)]
        await flood(trial, access, access.ports[0], maker)
        if not await _there(trial, f"after {kind}"):
            return
        off_s = _LENGTHS_S[number % len(_LENGTHS_S)]
        await trial.station.power(trial.seat, False)
        await trial.station.advance(off_s)
        await trial.station.power(trial.seat, True)
        began = trial.clock.now()
        await _watch(trial, f"interruption of {off_s:g} s")
        if not await _there(trial, f"after an interruption of {off_s:g} s"):
            return
        trial.record.observe_duration(BOOT_TIME, trial.clock.now() - began - _LOOKS * _LOOK_S, what=f"{off_s:g} s")
    await exchange.restore()


async def _there(trial: Trial, what: str) -> bool:
    took_s = await answers_again(trial, access_of(trial), 2 * trial.bound("t_boot").number)
    trial.record.observe(RECOVERED, took_s is not None, what=what)
    return took_s is not None


async def _watch(trial: Trial, what: str) -> None:
    exchange = exchange_of(trial)
    for _look in range(_LOOKS):
        await trial.station.advance(_LOOK_S)
        output = await exchange.output() if exchange.switches else None
        if output is not None:
            trial.record.observe(CALM, all(abs(value) < _LIVE for value in output.values()), what=what)


def checks(trial: Trial) -> Sequence[Check]:
    found = [
        Check("the device comes back without help", "always", RECOVERED),
        Check("within t_boot of power", "at_most", BOOT_TIME, trial.limit("t_boot")),
    ]
    if exchange_of(trial).switches:
        found.append(Check("its output stays off meanwhile", "always", CALM))
    return found


PROBES = on_both("A-H4", stimulus, checks)
