"""A-H5 on office systems: a long mixed load neither restarts the system nor makes it slow, and uses nothing up."""

from __future__ import annotations

from collections.abc import Sequence

from bench.catalogue import Trials
from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.growth import Timed, growth, stretch_s
from bench.controls.office._flood import Attacker
from bench.controls.office._hostile import CLASSES
from bench.controls.office._legitimate import LegitimateClient
from bench.controls.office._row import access_of
from bench.controls.office._state import read_uptime
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.judgement.check import Check

SERVED = "legitimate request served under the mixed load"
GROWTH = "95th percentile of the answer times at the end over that at the beginning"
THERE = "the system answers after the mixed load"
RESTARTED = "the system restarted during the mixed load"

_FEWEST_ROUNDS, _MOST_ROUNDS = 6, 2000
_LONGEST_ROUND_S = 60.0
_BROKEN_OFF = 5
_RESOLUTION_S = 0.01


async def stimulus(trial: Trial) -> None:
    """``t_endurance`` of rounds: legitimate requests, sessions broken off, and the malformed share of messages."""
    access = access_of(trial)
    duration = float(trial.bound("t_endurance").number)
    rounds = min(_MOST_ROUNDS, max(_FEWEST_ROUNDS, round(duration / _LONGEST_ROUND_S)))
    requests = round(1.0 / trial.bound("malformed_ratio").number) - 1
    client = LegitimateClient(trial, 4 * trial.bound("t_resp").number)
    await client.begin()
    before = await read_uptime(access)
    hostile = Attacker(trial, access)
    answers: list[Timed] = []
    began = trial.clock.now()
    try:
        for number in range(rounds):
            for _request in range(requests):
                await _ask(trial, client, answers, f"round {number + 1}")
                if client.hangs:
                    trial.record.observe(THERE, False, what=f"round {number + 1}: it answers nobody any more")
                    return
            await hostile.send(list(CLASSES)[number % len(CLASSES)])
            await hostile.leave()
            await client.end()
            for _session in range(_BROKEN_OFF):
                await hostile.break_off()
            await trial.station.advance(max(0.0, began + (number + 1) * duration / rounds - trial.clock.now()))
    finally:
        await client.end()
        await hostile.leave()
    grown = growth(answers, stretch_s(trial.clock.now() - began), _RESOLUTION_S)
    if grown is None:
        trial.record.could_not_look(GROWTH, "no request was served")
    else:
        trial.record.observe(GROWTH, grown, unit="1", what=f"{rounds} rounds in {trial.clock.now() - began:.0f} s")
    await _look_for_restart(trial, before)


async def _ask(trial: Trial, client: LegitimateClient, answers: list[Timed], what: str) -> None:
    asked = trial.clock.now()
    tried = await client.ask()
    if tried.accepted:
        answers.append((asked, trial.clock.now() - asked))
    trial.record.observe(SERVED, tried.accepted, what=what, answer=tried.text)


async def _look_for_restart(trial: Trial, before: float | None) -> None:
    tried = await attempt(read_uptime(access_of(trial)))
    trial.record.observe(THERE, tried.accepted, answer=tried.text)
    if not tried.accepted:
        trial.record.could_not_look(RESTARTED, f"the system does not answer any more: {tried.text}")
    elif before is None or tried.value is None:
        record_absent(trial, "time since the last restart", "the system does not tell it")
    else:
        trial.record.observe(RESTARTED, tried.value < before, uptime_s=tried.value)


def checks(trial: Trial) -> Sequence[Check]:
    rate = trial.bound("p_ok").value
    assert isinstance(rate, Trials)
    return [
        Check(
            "requests are served as on an idle link", "at_least_true", SERVED, {"count": rate.at_least, "of": rate.of}
        ),
        Check("answers do not grow slower", "at_most", GROWTH, trial.limit("p95_growth")),
        Check("the system is there afterwards", "always", THERE),
        Check("the load restarts nothing", "never", RESTARTED),
    ]


PROBE = Probe("A-H5", "office_https", stimulus, checks)
