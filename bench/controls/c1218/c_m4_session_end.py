"""C-M4 on C12.18: a session ends with silence and with the probe taken off, and nobody inherits it."""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.attempts import Attempt, attempt
from bench.controls.base import Probe
from bench.controls.c1218._port import access_of, exchange_of
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.judgement.check import Check
from drivers.c1218.client import C1218Client
from drivers.c1219.registers import CURRENT

ALIVE = "the session that logged on was served"
IDLE = "an idle session was still served"
RECONNECTED = "data came after the probe was taken off, without a new logon"
WAITED = "a session was still served after the wait that it had asked for, and t_idle"
_MARGIN_S = 1.0
_LONGEST_WAIT_S = 255


async def stimulus(trial: Trial) -> None:
    access, role = access_of(trial), exchange_of(trial).role
    idle_s = trial.bound("t_idle").number + _MARGIN_S
    async with access.session(role) as client:
        await _served(trial, client, "before the pause")
        await trial.station.advance(idle_s)
        tried = await _ask(client)
        trial.record.observe(IDLE, tried.accepted, what=role, answer=tried.text)
    async with access.session(role) as client:
        asked = await attempt(client.wait(_LONGEST_WAIT_S))
        await trial.station.advance(_LONGEST_WAIT_S + idle_s)
        tried = await _ask(client)
        trial.record.observe(WAITED, tried.accepted, what=f"wait: {asked.text}", answer=tried.text)
    for number in range(1, trial.bound("n_reconnects").count + 1):
        async with access.session(role) as client:
            await _served(trial, client, f"before reconnection {number}")
            await client.abort()
        await _come_back(trial, number)
    record_absent(trial, "a second client during the session", "the port is one pair of light guides")


async def _come_back(trial: Trial, number: int) -> None:
    """Somebody else puts a probe on: he asks at once, and after identifying himself."""
    client = access_of(trial).client()
    try:
        await client.link.open()
        at_once = await _ask(client)
        trial.record.observe(RECONNECTED, at_once.accepted, what=f"{number}, at once", answer=at_once.text)
        await attempt(client.identify())
        after = await _ask(client)
        trial.record.observe(RECONNECTED, after.accepted, what=f"{number}, identified", answer=after.text)
    finally:
        await client.close()


async def _ask(client: C1218Client) -> Attempt:
    return await attempt(client.read(CURRENT))


async def _served(trial: Trial, client: C1218Client, when: str) -> None:
    tried = await _ask(client)
    trial.record.observe(ALIVE, tried.accepted, what=when, answer=tried.text)


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("the session that logged on is served", "always", ALIVE),
        Check("a session that is idle for t_idle is over", "never", IDLE),
        Check("a wait lengthens a session once, and not for good", "never", WAITED),
        Check("after a reconnection nothing is served without a new logon", "never", RECONNECTED),
    ]


PROBE = Probe("C-M4", "c1218", stimulus, checks)
