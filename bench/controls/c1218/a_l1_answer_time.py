"""A-L1 on C12.18: the meter answers in time on an idle link."""

from __future__ import annotations

from bench.access.c1218 import MANAGEMENT
from bench.controls.attempts import asking, attempt
from bench.controls.base import Probe
from bench.controls.c1218._port import access_of
from bench.controls.idle_answers import ask_idle, idle_checks
from bench.controls.trial import Trial
from drivers.c1219.registers import CURRENT

_SESSION_READS = 10


async def stimulus(trial: Trial) -> None:
    """As many reads of table 23 as p_ok has trials, one every two t_resp; the wait service keeps the session."""
    access = access_of(trial)
    left, t_resp = trial.bound("p_ok").count, trial.bound("t_resp").number
    while left > 0:
        async with access.session(MANAGEMENT) as client:
            for _number in range(min(left, _SESSION_READS)):
                await ask_idle(trial, asking(client.read, CURRENT), "table 23")
                await attempt(client.wait(min(255, int(3 * t_resp) + 1)))
                await trial.station.advance(2 * t_resp)
        left -= _SESSION_READS


PROBE = Probe("A-L1", "c1218", stimulus, idle_checks)
