"""A-H5 on Bluetooth: under a long mixed load the device neither restarts nor grows slow."""

from __future__ import annotations

from bench.controls.attempts import asking, attempt
from bench.controls.base import Probe
from bench.controls.ble._hostile import CLASSES
from bench.controls.ble._row import access_of, answers_again, ask, exchange_of
from bench.controls.endurance import MixedLoad, endurance_checks
from bench.controls.trial import Trial

_ROUND_S, _MOST_ROUNDS, _ROUNDS_A_LINK = 5.0, 200, 20


async def stimulus(trial: Trial) -> None:
    """Questions of the owner and a malformed PDU; a new connection every so often. It ends with the first silence."""
    await exchange_of(trial).prepare()
    makers, served = list(CLASSES.values()), True
    load = MixedLoad(trial, _ROUND_S, most_rounds=_MOST_ROUNDS)
    while load.lasts and served:
        async with access_of(trial).session() as client:
            for _round in range(_ROUNDS_A_LINK):
                served = await load.questions(asking(ask, trial, client))
                if not served:
                    break
                await attempt(client.ask(makers[load.number % len(makers)](trial.random)))
                await load.next_round()
    load.over(there=await answers_again(trial, 2 * trial.bound("t_rec").number) is not None)


PROBE = Probe("A-H5", "ble", stimulus, endurance_checks)
