"""What A-L2, A-M1 and A-H1 judge on every link when the hostile messages are over: the device serves by itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bench.controls.trial import Trial
from bench.judgement.check import Check

RECOVERED = "the device answered again by itself"
RECOVERY_TIME = "time from the last hostile message to the first correct answer"


def came_back(trial: Trial, took_s: float | None, *, captures: Sequence[str] = (), **attributes: Any) -> bool:
    """Record whether the device came back (``took_s`` is not None) and after how many seconds."""
    trial.record.observe(RECOVERED, took_s is not None, captures=captures, **attributes)
    if took_s is not None:
        trial.record.observe_duration(RECOVERY_TIME, took_s, **attributes)
    return took_s is not None


def recovery_checks(trial: Trial) -> list[Check]:
    """Without help, and within ``t_rec``."""
    return [
        Check("the device serves again without help", "always", RECOVERED),
        Check("it does so within t_rec", "at_most", RECOVERY_TIME, trial.limit("t_rec")),
    ]
