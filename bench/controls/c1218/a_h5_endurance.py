"""A-H5 on C12.18: under a long mixed load the meter neither restarts nor grows slow."""

from __future__ import annotations

from collections.abc import Sequence

from bench.access.c1218 import MANAGEMENT, C1218Access
from bench.controls.attempts import Attempt, attempt
from bench.controls.base import Probe
from bench.controls.c1218._hostile import CLASSES, flood
from bench.controls.c1218._port import access_of, answers_again, logged
from bench.controls.endurance import NO_RESTART, RESTARTS, MixedLoad, long_endurance_checks
from bench.controls.trial import Trial
from bench.judgement.check import Check
from drivers.c1218.client import C1218Client
from drivers.c1219.registers import CURRENT

_ROUND_S = 2.0


async def stimulus(trial: Trial) -> None:
    """Each round is a session with reads, every second one broken off, and a malformed message."""
    access, load = access_of(trial), MixedLoad(trial, _ROUND_S)
    while load.lasts:
        await _session(access, load)
        await flood(trial, access, CLASSES[load.number % len(CLASSES)], 1)
        await _ends(trial, access)
        await load.next_round()
    there = await answers_again(trial, access, 2 * trial.bound("t_rec").number) is not None
    load.over(there=there)
    if not there:
        trial.record.could_not_look(RESTARTS, "the meter lets nobody read its log any more")
        return
    meanings = ("power_up", "watchdog_reset")
    starts = [one for meaning in meanings for one in await logged(access, meaning, load.began) or ()]
    trial.record.observe(RESTARTS, len(starts), what=load.done)


async def _session(access: C1218Access, load: MixedLoad) -> None:
    """One session of the client with its reads."""
    client = access.client()
    opened = await attempt(_open(access, client))

    async def read() -> Attempt:
        """One read, with the one link-level retry that p_ok allows."""
        if not opened.accepted:
            return opened
        tried = await attempt(client.read(CURRENT))
        return tried if tried.accepted else await attempt(client.read(CURRENT))

    await load.questions(read, to_the_end=True)
    await (client.close() if load.number % 2 else client.abort())


async def _open(access: C1218Access, client: C1218Client) -> None:
    await client.connect()
    await client.log_on(access.credential(MANAGEMENT))


async def _ends(trial: Trial, access: C1218Access) -> None:
    """On a real port nobody sees that the probe was taken off: the session before ends with silence."""
    if trial.clock.mode != "stepped":
        await trial.station.advance(float(access.pixit("inactivity_timeout_s", 6.0)))


def checks(trial: Trial) -> Sequence[Check]:
    return [*long_endurance_checks(trial), NO_RESTART]


PROBE = Probe("A-H5", "c1218", stimulus, checks)
