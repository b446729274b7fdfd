"""A-M1 on office systems: legitimate traffic survives a flood on another connection."""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.base import Probe
from bench.controls.office._flood import attacker
from bench.controls.office._hostile import CLASSES
from bench.controls.office._legitimate import SERVED, LegitimateClient
from bench.controls.office._row import access_of
from bench.controls.office._state import read_uptime
from bench.controls.recovery import came_back, recovery_checks
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.judgement.check import Check

RESTARTED = "the system restarted during the flood"

_ASK_AFTER = 3


async def stimulus(trial: Trial) -> None:
    """``n_mal`` messages of each class by one client, while a legitimate one works."""
    access = access_of(trial)
    before = await read_uptime(access)
    legitimate = LegitimateClient(trial, 2 * trial.bound("t_resp").number)
    await legitimate.begin()
    try:
        await _flood(trial, legitimate)
        recovery = await legitimate.answers_within(2 * trial.bound("t_rec").number)
    finally:
        await legitimate.end()
    if not came_back(trial, recovery):
        return
    after = await read_uptime(access)
    if before is None or after is None:
        record_absent(trial, "time since the last restart", "the system does not tell it")
    else:
        trial.record.observe(RESTARTED, after < before, uptime_s=after)


async def _flood(trial: Trial, legitimate: LegitimateClient) -> None:
    """The flood, in it the legitimate requests; it ends early when the system answers nobody any more."""
    async with attacker(trial, access_of(trial)) as hostile:
        for kind in CLASSES:
            for number in range(hostile.count):
                await hostile.send(kind)
                if number % _ASK_AFTER == 0:
                    await legitimate.ask_under_attack(kind)
                    if legitimate.hangs:
                        return


def checks(trial: Trial) -> Sequence[Check]:
    share = trial.bound("p_load").number
    return [
        Check("legitimate requests are served during the flood", "at_least_true", SERVED, {"count": share, "of": 1}),
        *recovery_checks(trial),
        Check("the flood restarts nothing", "never", RESTARTED),
    ]


PROBE = Probe("A-M1", "office_https", stimulus, checks)
