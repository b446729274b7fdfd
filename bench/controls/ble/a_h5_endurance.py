"""A-H5 on Bluetooth: under a long mixed load the device neither restarts nor grows slow."""

from __future__ import annotations

from collections.abc import Sequence

from bench.catalogue import Trials
from bench.controls.appliances import now
from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.ble._hostile import CLASSES
from bench.controls.ble._row import access_of, answers_again, ask, exchange_of
from bench.controls.growth import Timed, growth, stretch_s
from bench.controls.trial import Trial
from bench.judgement.check import Check
from drivers.gatt.client import GattClient

SERVED = "legitimate question answered under the mixed load"
GROWTH = "95th percentile of the answer times at the end over that at the beginning"
THERE = "the device answers after the mixed load"
_ROUND_S, _MOST_ROUNDS, _ROUNDS_A_LINK = 5.0, 200, 20
_RESOLUTION_S = 0.01


async def stimulus(trial: Trial) -> None:
    """``t_endurance`` of rounds: questions of the owner and a malformed PDU; a new connection every so often."""
    access, duration_s = access_of(trial), float(trial.bound("t_endurance").number)
    await exchange_of(trial).prepare()
    began, number = trial.clock.now(), 0
    period_s = max(_ROUND_S, duration_s / _MOST_ROUNDS)
    answers: list[Timed] = []
    while trial.clock.now() - began < duration_s:
        async with access.session() as client:
            for _round in range(_ROUNDS_A_LINK):
                if not await _one(trial, client, number, began, answers):
                    break
                number += 1
                await trial.station.advance(max(0.0, began + number * period_s - trial.clock.now()))
            else:
                continue
            break
    grown = growth(answers, stretch_s(duration_s), _RESOLUTION_S)
    if grown is None:
        trial.record.could_not_look(GROWTH, f"{number} rounds: no question was answered")
    else:
        trial.record.observe(GROWTH, grown, unit="1", what=f"{number} rounds")
    there = await answers_again(trial, 2 * trial.bound("t_rec").number)
    trial.record.observe(THERE, there is not None)


async def _one(trial: Trial, client: GattClient, number: int, began: float, answers: list[Timed]) -> bool:
    """One round; False once a question was not answered."""
    makers = list(CLASSES.values())
    for _question in range(round(1.0 / trial.bound("malformed_ratio").number) - 1):
        asked = trial.clock.now()
        tried = await attempt(ask(trial, client))
        trial.record.observe(SERVED, tried.accepted, what=f"round {number + 1}", answer=tried.text)
        if not tried.accepted:
            return False
        answers.append((asked - began, await now(trial) - asked))
    await attempt(client.ask(makers[number % len(makers)](trial.random)))
    return True


def checks(trial: Trial) -> Sequence[Check]:
    rate = trial.bound("p_ok").value
    assert isinstance(rate, Trials)
    share = {"count": rate.at_least / rate.of, "of": 1}
    return [
        Check("legitimate questions are answered", "at_least_true", SERVED, share),
        Check("answers do not grow slower", "at_most", GROWTH, trial.limit("p95_growth")),
        Check("the device is there afterwards", "always", THERE),
    ]


PROBE = Probe("A-H5", "ble", stimulus, checks)
