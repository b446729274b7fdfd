"""C-L2 The anonymous surface equals a white-list, which for IEEE 2030.5 is empty.

At the device's own server nothing is shown to who has no certificate, or one of a forger's; a server that proves
nothing learns nothing from the device but its handshake.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.sep2._acts import GOOD, exchange_of, follow, impostor, works
from bench.controls.sep2._doors import PATHS
from bench.controls.trial import Trial
from bench.judgement.check import Check

SHOWN, TOLD = "something was shown to who proved nothing", "requests to a server that proved nothing"


async def stimulus(trial: Trial) -> None:
    await works(trial, "before")
    exchange = exchange_of(trial)
    access = exchange.access
    if access.own_server:
        await exchange.prepare()
        await exchange.perform()
        for who, name in (("no certificate", "trust"), ("a forger's certificate", "cems.untrusted")):
            async with access.client(name) as client:
                for path in PATHS:
                    tried = await attempt(client.request("GET", path))
                    shown = tried.accepted and tried.value.status < 400
                    trial.record.observe(SHOWN, shown, what=f"{path}, {who}", answer=tried.text)
        await exchange.restore()
    async with impostor(trial, f"{exchange.party}.untrusted", exchange.new_event()) as false:
        await follow(trial)
        trial.record.observe(TOLD, len(false.seen), what="a forger's server")
    await works(trial, "after")


def checks(trial: Trial) -> Sequence[Check]:
    found = [
        Check("a server that proves nothing is asked nothing", "at_most", TOLD, {"limit": 0}),
        Check("good signals work before and after", "always", GOOD),
    ]
    if exchange_of(trial).access.own_server:
        found.append(Check("nothing is shown to who proves nothing", "never", SHOWN))
    return found


PROBE = Probe("C-L2", "sep2", stimulus, checks)
