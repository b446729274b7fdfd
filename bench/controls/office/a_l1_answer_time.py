"""A-L1 on office systems: the system answers in time when nobody else asks.

What the row's sender sends repeatedly has no effect: a question, see `LegitimateClient`.
"""

from __future__ import annotations

from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.idle_answers import ask_idle, idle_checks
from bench.controls.office._legitimate import LegitimateClient
from bench.controls.trial import Trial

_PATIENCE = 4


async def stimulus(trial: Trial) -> None:
    """As many requests as p_ok has trials, one every two t_resp. HTTPS has no retry of its own: none is made."""
    trials, t_resp = trial.bound("p_ok").count, trial.bound("t_resp").number
    client = LegitimateClient(trial, _PATIENCE * t_resp)
    await client.begin()
    try:
        for number in range(trials):
            await attempt(client.ready())
            await ask_idle(trial, client.ask, f"request {number + 1}", retries=0)
            await trial.station.advance(2 * t_resp)
    finally:
        await client.end()


PROBE = Probe("A-L1", "office_https", stimulus, idle_checks)
