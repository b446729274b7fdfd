"""A-M1 on C12.18: a legitimate client is served between bursts of hostile traffic.

The port is one pair of light guides, so that attacker and client take turns at it. What a burst leaves behind in the
meter must not keep the next client waiting for longer than a session that nobody ended: `inactivity_timeout_s`.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.base import Probe
from bench.controls.c1218._hostile import CLASSES, flood
from bench.controls.c1218._port import access_of, answers_again, logged
from bench.controls.recovery import came_back, recovery_checks
from bench.controls.trial import Trial
from bench.judgement.check import Check

SERVED = "legitimate session served between bursts"
RESTARTS = "restarts of the meter during the flood"


async def stimulus(trial: Trial) -> None:
    """``n_mal`` messages of each class, after each of which a legitimate client comes."""
    access, began = access_of(trial), trial.clock.now()
    ends_s = float(access.pixit("inactivity_timeout_s", 6.0))
    rest_s = await answers_again(trial, access, trial.bound("t_rec").number) or 0.0
    patience_s = ends_s + rest_s + trial.bound("t_resp").number
    took_s: float | None = rest_s
    for kind in CLASSES:
        await flood(trial, access, kind, trial.bound("n_mal", transport="serial").count)
        took_s = await answers_again(trial, access, patience_s)
        trial.record.observe(SERVED, took_s is not None, what=f"after {kind}", took_s=took_s)
    if took_s is None:
        waited_s = await answers_again(trial, access, 2 * trial.bound("t_rec").number)
        took_s = None if waited_s is None else waited_s + patience_s
    excess_s = None if took_s is None else max(0.0, took_s - rest_s)
    if not came_back(trial, excess_s, what="after the last burst", undisturbed_s=rest_s):
        return
    starts = [one for meaning in ("power_up", "watchdog_reset") for one in await logged(access, meaning, began) or ()]
    trial.record.observe(RESTARTS, len(starts))


def checks(trial: Trial) -> Sequence[Check]:
    share = trial.bound("p_load").number
    return [
        Check("legitimate sessions are served between bursts", "at_least_true", SERVED, {"count": share, "of": 1}),
        *recovery_checks(trial),
        Check("the flood restarts nothing", "at_most", RESTARTS, {"limit": 0}),
    ]


PROBE = Probe("A-M1", "c1218", stimulus, checks)
