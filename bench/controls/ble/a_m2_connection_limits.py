"""A-M2 on Bluetooth: strangers that hold connections do not keep the owner out, and never put it out."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AsyncExitStack

from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.ble._row import access_of, answers_again, ask, exchange_of
from bench.controls.recovery import came_back, recovery_checks
from bench.controls.trial import Trial
from bench.judgement.check import Check

SERVED = "the owner was let in while strangers held connections"
STAYED = "the owner's link was served while strangers came"
DEAD = "links of strangers that say nothing and are open after t_idle"


async def stimulus(trial: Trial) -> None:
    access = access_of(trial)
    holds = access.declared.links
    await exchange_of(trial).prepare()
    async with AsyncExitStack() as stack:
        links = []
        for _number in range(holds):
            adapter = await stack.enter_async_context(access.stranger())
            tried = await attempt(access.connect(adapter))
            if tried.accepted:
                links.append(tried.value)
                stack.push_async_callback(tried.value.close)
        tried = await attempt(_question(trial))
        trial.record.observe(SERVED, tried.accepted, what=f"{len(links)} held", answer=tried.text)
        await trial.station.advance(trial.bound("t_idle").number)
        alive = [(await attempt(one.read(next(iter(one.characteristics))))).accepted for one in links if one.connected]
        trial.record.observe(DEAD, sum(alive))
    entered = await attempt(access.connect(await access.owner()))
    if entered.accepted:
        client = entered.value
        async with AsyncExitStack() as stack:
            for number in range(holds + 1):
                adapter = await stack.enter_async_context(access.stranger())
                tried = await attempt(access.connect(adapter))
                if tried.accepted:
                    stack.push_async_callback(tried.value.close)
                served = await attempt(ask(trial, client))
                trial.record.observe(STAYED, served.accepted, what=f"{number + 1} came", answer=served.text)
                if not served.accepted:
                    break
        await client.close()
    else:
        trial.record.observe(STAYED, False, what="the owner alone", answer=entered.text)
    came_back(trial, await answers_again(trial, 2 * trial.bound("t_rec").number))


async def _question(trial: Trial) -> None:
    access = access_of(trial)
    async with access.open_link(await access.owner()) as client:
        await ask(trial, client)


def checks(trial: Trial) -> Sequence[Check]:
    return [
        Check("the owner is let in", "always", SERVED),
        Check("the owner is never put out", "always", STAYED),
        Check("no dead link stays", "at_most", DEAD, {"limit": 0}),
        *recovery_checks(trial),
    ]


PROBE = Probe("A-M2", "ble", stimulus, checks)
