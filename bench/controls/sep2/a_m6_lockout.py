"""A-M6 Interlock against self-inflicted denial of service: servers with wrong credentials do not lock the right one
out.

Impostors try to be served as often as the device comes; the right server is then followed at once. Where the device
follows a second server, the impostors take that one's place, and the right one is followed meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.base import Probe
from bench.controls.sep2._acts import GOOD, exchange_of, follow, impostor, works
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.judgement.check import Check

SERVED = "a signal of the right server was answered meanwhile"
_ATTACKS = 8


async def stimulus(trial: Trial) -> None:
    await works(trial, "before")
    exchange = exchange_of(trial)
    await _at_the_other(trial)
    for number in range(_ATTACKS):
        name = ("stranger", f"{exchange.party}.untrusted")[number % 2]
        async with impostor(trial, name, exchange.new_event()):
            await follow(trial, 40.0)
    await works(trial, "at once after the attacks")


async def _at_the_other(trial: Trial) -> None:
    exchange = exchange_of(trial)
    if not exchange.second_party:
        record_absent(trial, "impostors at a second server", "the device follows one")
        return
    await exchange.prepare()
    async with exchange.second_server(exchange.access.credential("stranger")):
        for number in range(trial.bound("p_ok").count):
            event = exchange.offer(exchange.new_event(start_s=86_400.0))
            await exchange.counterpart.polled()
            if not exchange.counterpart.told(event.mrid):
                await exchange.counterpart.polled()
            served = bool(exchange.counterpart.told(event.mrid))
            trial.record.observe(SERVED, served, what=f"signal {number + 1}")
            exchange.program.events.clear()


def checks(trial: Trial) -> Sequence[Check]:
    found = [Check("the right server is followed before and at once after", "always", GOOD)]
    if exchange_of(trial).second_party:
        found.append(Check("the right server is followed meanwhile", "always", SERVED))
    return found


PROBE = Probe("A-M6", "sep2", stimulus, checks)
