"""A-H1 on every link: what an emergency command in the middle of an attack is judged by."""

from __future__ import annotations

from dataclasses import dataclass

from bench.catalogue import Trials
from bench.controls.recovery import recovery_checks
from bench.controls.trial import Trial
from bench.judgement.check import Check


@dataclass(frozen=True)
class Course:
    """The series in which a link records its emergency commands.

    Attributes:
        answered: whether each was confirmed; `answer_time` is how long that took, in seconds.
        moved: whether each took effect; `effect_time` is how long that took, in seconds.
        served: whether other legitimate requests were served meanwhile, where the link can carry both.
    """

    answered: str
    answer_time: str
    moved: str
    effect_time: str
    served: str | None = None


def emergency_checks(trial: Trial, course: Course) -> list[Check]:
    """The rate ``n_emergency``, the times ``t_ack``, ``t_act`` and ``t_rec``, the share ``p_load`` that is served."""
    rate = trial.bound("n_emergency").value
    assert isinstance(rate, Trials)
    enough = {"count": rate.at_least, "of": rate.of}
    checks = [
        Check("each emergency command is confirmed", "at_least_true", course.answered, enough),
        Check("it is confirmed within t_ack", "at_most", course.answer_time, trial.limit("t_ack")),
        Check("each takes effect", "at_least_true", course.moved, enough),
        Check("it takes effect within t_act", "at_most", course.effect_time, trial.limit("t_act")),
    ]
    if course.served is not None:
        share = {"count": trial.bound("p_load").number, "of": 1}
        checks.append(Check("other legitimate requests are served too", "at_least_true", course.served, share))
    return [*checks, *recovery_checks(trial)]
