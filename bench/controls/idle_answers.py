"""A-L1 on links where the bench asks: questions on an idle link, answered in time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bench.controls.attempts import Ask
from bench.judgement.check import Check

if TYPE_CHECKING:
    from bench.controls.trial import Trial

ANSWERED, ANSWER_TIME = "question answered (one link-level retry allowed)", "answer time"


async def ask_idle(trial: Trial, ask: Ask, what: str, *, retries: int = 1, times: str = ANSWER_TIME) -> None:
    """One question, asked anew where no answer came; the time of the first try is recorded under ``times``."""
    asked = trial.clock.now()
    tried = await ask()
    elapsed = trial.clock.now() - asked
    for _retry in range(retries):
        if not tried.answered:
            tried = await ask()
    trial.record.observe(ANSWERED, tried.accepted, what=what, answer=tried.text)
    trial.record.observe_duration(times, elapsed, what=what)


def answered_check(trial: Trial) -> Check:
    """As many questions as ``p_ok`` asks for are answered."""
    return Check("questions are answered on an idle link", "at_least_true", ANSWERED, trial.enough("p_ok"))


def idle_checks(trial: Trial) -> Sequence[Check]:
    """The checks of A-L1."""
    return [
        answered_check(trial),
        Check("answers come within t_resp", "p95_at_most", ANSWER_TIME, trial.limit("t_resp")),
    ]
