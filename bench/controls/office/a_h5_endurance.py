"""A-H5 on office systems: a long mixed load neither restarts the system nor makes it slow, and uses nothing up."""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.endurance import NO_RESTART, RESTARTS, MixedLoad, long_endurance_checks
from bench.controls.office._flood import Attacker, attacker
from bench.controls.office._hostile import CLASSES
from bench.controls.office._legitimate import LegitimateClient
from bench.controls.office._row import access_of
from bench.controls.office._state import read_uptime
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.judgement.check import Check

_ROUND_S, _FEWEST_ROUNDS = 60.0, 6
_BROKEN_OFF = 5


async def stimulus(trial: Trial) -> None:
    """Each round is legitimate requests, a malformed message and sessions broken off."""
    access = access_of(trial)
    client = LegitimateClient(trial, 4 * trial.bound("t_resp").number)
    await client.begin()
    before = await read_uptime(access)
    load = MixedLoad(trial, min(_ROUND_S, float(trial.bound("t_endurance").number) / _FEWEST_ROUNDS))
    try:
        async with attacker(trial, access) as hostile:
            while load.lasts and not client.hangs:
                await _round(load, client, hostile)
                await load.next_round()
    finally:
        await client.end()
    await _look_for_restart(trial, load, before, hangs=client.hangs)


async def _round(load: MixedLoad, client: LegitimateClient, hostile: Attacker) -> None:
    for _question in range(load.questions_a_round):
        await load.question(client.ask)
        if client.hangs:
            return
    await hostile.send(list(CLASSES)[load.number % len(CLASSES)])
    await hostile.leave()
    await client.end()
    for _session in range(_BROKEN_OFF):
        await hostile.break_off()


async def _look_for_restart(trial: Trial, load: MixedLoad, before: float | None, *, hangs: bool) -> None:
    if hangs:
        load.over(there=False)
        trial.record.could_not_look(RESTARTS, "the system answers nobody any more")
        return
    tried = await attempt(read_uptime(access_of(trial)))
    load.over(there=tried.accepted)
    if not tried.accepted:
        trial.record.could_not_look(RESTARTS, f"the system does not answer any more: {tried.text}")
    elif before is None or tried.value is None:
        record_absent(trial, "time since the last restart", "the system does not tell it")
    else:
        trial.record.observe(RESTARTS, int(tried.value < before), uptime_s=tried.value)


def checks(trial: Trial) -> Sequence[Check]:
    return [*long_endurance_checks(trial), NO_RESTART]


PROBE = Probe("A-H5", "office_https", stimulus, checks)
