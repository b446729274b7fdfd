"""A-L1 on C12.18: the meter answers in time on an idle link."""

from __future__ import annotations

from collections.abc import Sequence

from bench.access.c1218 import MANAGEMENT
from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.c1218._port import access_of
from bench.controls.trial import Trial
from bench.judgement.check import Check
from drivers.c1219.registers import CURRENT

ANSWERED = "request answered (one link-level retry allowed)"
ANSWER_TIME = "answer time"
_SESSION_READS = 10


async def stimulus(trial: Trial) -> None:
    """As many reads of table 23 as p_ok has trials, one every two t_resp; the wait service keeps the session."""
    access = access_of(trial)
    left, t_resp = trial.bound("p_ok").count, trial.bound("t_resp").number
    while left > 0:
        async with access.session(MANAGEMENT) as client:
            for _number in range(min(left, _SESSION_READS)):
                asked = trial.clock.now()
                tried = await attempt(client.read(CURRENT))
                elapsed = trial.clock.now() - asked
                if not tried.accepted:
                    tried = await attempt(client.read(CURRENT))
                trial.record.observe(ANSWERED, tried.accepted, what=f"at {asked:.1f}", answer=tried.text)
                trial.record.observe_duration(ANSWER_TIME, elapsed)
                await attempt(client.wait(min(255, int(3 * t_resp) + 1)))
                await trial.station.advance(2 * t_resp)
        left -= _SESSION_READS


def checks(trial: Trial) -> Sequence[Check]:
    limits = trial.enough("p_ok")
    return [
        Check("legitimate requests succeed on an idle link", "at_least_true", ANSWERED, limits),
        Check("answers come within t_resp", "p95_at_most", ANSWER_TIME, trial.limit("t_resp")),
    ]


PROBE = Probe("A-L1", "c1218", stimulus, checks)
