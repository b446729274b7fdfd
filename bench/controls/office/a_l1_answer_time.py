"""A-L1 on office systems: the system answers in time when nobody else asks.

What the row's sender sends repeatedly has no effect: a question, see `LegitimateClient`.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.office._legitimate import LegitimateClient
from bench.controls.trial import Trial
from bench.judgement.check import Check

ANSWERED = "request answered"
ANSWER_TIME = "answer time"

_PATIENCE = 4


async def stimulus(trial: Trial) -> None:
    """As many requests as p_ok has trials, one every two t_resp. HTTPS has no retry of its own: none is made."""
    trials, t_resp = trial.bound("p_ok").count, trial.bound("t_resp").number
    client = LegitimateClient(trial, _PATIENCE * t_resp)
    await client.begin()
    try:
        for _number in range(trials):
            await attempt(client.ready())
            asked = trial.clock.now()
            tried = await client.ask()
            elapsed = trial.clock.now() - asked
            trial.record.observe(ANSWERED, tried.accepted, what=f"at {asked:.1f}", answer=tried.text)
            trial.record.observe_duration(ANSWER_TIME, elapsed)
            await trial.station.advance(2 * t_resp)
    finally:
        await client.end()


def checks(trial: Trial) -> Sequence[Check]:
    return [
        Check(
            "legitimate requests succeed on an idle link",
            "at_least_true",
            ANSWERED,
            trial.enough("p_ok"),
        ),
        Check("answers come within t_resp", "p95_at_most", ANSWER_TIME, trial.limit("t_resp")),
    ]


PROBE = Probe("A-L1", "office_https", stimulus, checks)
