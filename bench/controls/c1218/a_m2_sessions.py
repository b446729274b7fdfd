"""A-M2 on C12.18: sessions that somebody opens and leaves keep nobody out, and evict nobody.

The port has one session at a time, which the control allows. Who has no password opens one after the other, up to each
of its states, and takes the probe off without a word; and he says the identification again while somebody else's
session goes on, as a second transmitter at the same light guide would.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from bench.access.c1218 import MANAGEMENT, C1218Access
from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.c1218._port import access_of, answers_again, exchange_of
from bench.controls.trial import Trial
from bench.judgement.check import Check
from drivers.c1219.registers import CURRENT

KEPT = "an authenticated session outlived the attack on its port"
AFTERWARDS = "the authorised client got a session once the attack was over"
SESSION_TIME = "time from the end of the attack to a legitimate session"
LEFT_AT = ("nothing said", "identified", "negotiated", "logged on without a password")


async def stimulus(trial: Trial) -> None:
    """``n_parallel`` sessions left in each state, then a legitimate one; and one that is disturbed."""
    access, t_rec = access_of(trial), trial.bound("t_rec").number
    rest_s = await answers_again(trial, access, t_rec) or 0.0
    for state in LEFT_AT:
        for _number in range(trial.bound("n_parallel").count):
            await _left(access, state)
        took_s = await answers_again(trial, access, 2 * t_rec + rest_s)
        trial.record.observe(AFTERWARDS, took_s is not None, what=state)
        if took_s is None:
            return
        trial.record.observe_duration(SESSION_TIME, max(0.0, took_s - rest_s), what=state, undisturbed_s=rest_s)
    role = exchange_of(trial).role or MANAGEMENT
    async with access.session(role) as client:
        for number in range(trial.bound("n_parallel").count):
            said = await attempt(client.identify())
            tried = await attempt(client.read(CURRENT))
            what = f"identification {number + 1}, {said.text}"
            trial.record.observe(KEPT, tried.accepted, what=what, answer=tried.text)
            if not tried.accepted:
                return


async def _left(access: C1218Access, state: str) -> None:
    """One session up to ``state``; what the meter answers does not matter."""
    client = access.client()
    await client.link.open()
    try:
        steps: tuple[Callable[[], Awaitable[Any]], ...] = (client.identify, client.negotiate, lambda: client.logon(0))
        for step in steps[: LEFT_AT.index(state)]:
            if not (await attempt(step())).accepted:
                return
    finally:
        await client.abort()


def checks(trial: Trial) -> Sequence[Check]:
    return [
        Check("nobody without rights evicts an authenticated peer", "always", KEPT),
        Check("the authorised client gets in again", "always", AFTERWARDS),
        Check("it does so within t_rec", "at_most", SESSION_TIME, trial.limit("t_rec")),
    ]


PROBE = Probe("A-M2", "c1218", stimulus, checks)
