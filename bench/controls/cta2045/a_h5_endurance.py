"""A-H5 on CTA-2045: under a long mixed load the appliance neither restarts nor grows slow."""

from __future__ import annotations

from collections.abc import Sequence

from bench.catalogue import Trials
from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.cta2045._hostile import CLASSES
from bench.controls.cta2045._row import access_of, answers_again
from bench.controls.growth import Timed, growth, stretch_s
from bench.controls.trial import Trial
from bench.judgement.check import Check

SERVED = "legitimate question answered under the mixed load"
GROWTH = "95th percentile of the answer times at the end over that at the beginning"
THERE = "the appliance answers after the mixed load"
_ROUND_S, _MOST_ROUNDS = 5.0, 2000
_RESOLUTION_S, _LISTEN_S = 0.01, 0.6


async def stimulus(trial: Trial) -> None:
    """``t_endurance`` of rounds: a session with questions and a malformed message, every second one broken off."""
    duration_s = float(trial.bound("t_endurance").number)
    began, number = trial.clock.now(), 0
    period_s = max(_ROUND_S, duration_s / _MOST_ROUNDS)
    answers: list[Timed] = []
    while trial.clock.now() - began < duration_s:
        await _round(trial, number, began, answers)
        number += 1
        await trial.station.advance(max(0.0, began + number * period_s - trial.clock.now()))
    grown = growth(answers, stretch_s(duration_s), _RESOLUTION_S)
    if grown is None:
        trial.record.could_not_look(GROWTH, f"{number} rounds: no question was answered")
    else:
        trial.record.observe(GROWTH, grown, unit="1", what=f"{number} rounds")
    there = await answers_again(trial, 2 * trial.bound("t_rec").number)
    trial.record.observe(THERE, there is not None)


async def _round(trial: Trial, number: int, began: float, answers: list[Timed]) -> None:
    questions = round(1.0 / trial.bound("malformed_ratio").number) - 1
    makers = list(CLASSES.values())
    async with access_of(trial).session() as client:
        for _question in range(questions):
            asked = trial.clock.now()
            tried = await attempt(client.state())
            trial.record.observe(SERVED, tried.accepted, what=f"round {number + 1}", answer=tried.text)
            if not tried.accepted:
                break
            answers.append((asked - began, trial.clock.now() - asked))
        await client.link.transport.write(makers[number % len(makers)](trial.random))
        if number % 2 == 0:
            await attempt(client.listen(trial.clock.now() + _LISTEN_S))


def checks(trial: Trial) -> Sequence[Check]:
    rate = trial.bound("p_ok").value
    assert isinstance(rate, Trials)
    share = {"count": rate.at_least / rate.of, "of": 1}
    return [
        Check("legitimate questions are answered", "at_least_true", SERVED, share),
        Check("answers do not grow slower", "at_most", GROWTH, trial.limit("p95_growth")),
        Check("the appliance is there afterwards", "always", THERE),
    ]


PROBE = Probe("A-H5", "cta2045", stimulus, checks)
