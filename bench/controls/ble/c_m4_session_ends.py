"""C-M4 on Bluetooth: without a bond, rights end with the connection; nobody inherits those of another link.

Bonded links are kept by design, so that they have no log-on that could end by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bench.access.ble import OWNER
from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.ble._row import access_of, ask, pair_as
from bench.controls.trial import Trial
from bench.judgement.check import Check

OPEN = "the paired link was served"
GIVEN, INHERITED = "data were given after a reconnection", "a second link was served by the rights of the first"
CLOSED = "a link that says nothing and is not encrypted was open after t_idle"
_AGAIN = 10


async def stimulus(trial: Trial) -> None:
    access = access_of(trial)
    async with access.stranger() as adapter:
        async with access.open_link(adapter) as client:
            await access.hand.open_window()
            await pair_as(client, access.manner(replace(OWNER, bonding=False)))
            tried = await attempt(ask(trial, client))
            trial.record.observe(OPEN, tried.accepted, answer=tried.text)
            async with access.stranger() as other, access.open_link(other) as second:
                tried = await attempt(ask(trial, second))
                trial.record.observe(INHERITED, tried.accepted, answer=tried.text)
        await adapter.hci.forget()
        for number in range(_AGAIN):
            async with access.open_link(adapter) as client:
                tried = await attempt(ask(trial, client))
            trial.record.observe(GIVEN, tried.accepted, what=f"reconnection {number + 1}", answer=tried.text)
        async with access.open_link(adapter) as client:
            await trial.station.advance(trial.bound("t_idle").number)
            tried = await attempt(client.read(next(iter(client.characteristics))))
            trial.record.observe(CLOSED, tried.accepted, answer=tried.text)


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("a paired link is served", "always", OPEN),
        Check("after a reconnection nothing is given", "never", GIVEN),
        Check("a second link inherits nothing", "never", INHERITED),
        Check("a link that does nothing ends", "never", CLOSED),
    ]


PROBE = Probe("C-M4", "ble", stimulus, checks)
