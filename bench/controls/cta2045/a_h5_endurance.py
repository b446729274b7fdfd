"""A-H5 on CTA-2045: under a long mixed load the appliance neither restarts nor grows slow."""

from __future__ import annotations

from bench.controls.attempts import asking, attempt
from bench.controls.base import Probe
from bench.controls.cta2045._hostile import CLASSES
from bench.controls.cta2045._row import access_of, answers_again
from bench.controls.endurance import MixedLoad, endurance_checks
from bench.controls.trial import Trial

_ROUND_S, _LISTEN_S = 5.0, 0.6


async def stimulus(trial: Trial) -> None:
    """Each round is a session with questions and a malformed message, every second one broken off."""
    load, makers = MixedLoad(trial, _ROUND_S), list(CLASSES.values())
    while load.lasts:
        async with access_of(trial).session() as client:
            await load.questions(asking(client.state))
            await client.link.transport.write(makers[load.number % len(makers)](trial.random))
            if load.number % 2 == 0:
                await attempt(client.listen(trial.clock.now() + _LISTEN_S))
        await load.next_round()
    load.over(there=await answers_again(trial, 2 * trial.bound("t_rec").number) is not None)


PROBE = Probe("A-H5", "cta2045", stimulus, endurance_checks)
