"""A-H5 on C12.18: under a long mixed load the meter neither restarts nor grows slow. Judged as on DLMS."""

from __future__ import annotations

from bench.access.c1218 import MANAGEMENT, C1218Access
from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.c1218._hostile import CLASSES, flood
from bench.controls.c1218._port import access_of, answers_again, logged
from bench.controls.dlms.a_h5_endurance import GROWTH, RESTARTS, SERVED, THERE, checks
from bench.controls.growth import Timed, growth, stretch_s
from bench.controls.trial import Trial
from drivers.c1218.client import C1218Client
from drivers.c1219.registers import CURRENT

_ROUND_S, _MOST_ROUNDS = 2.0, 2000
_RESOLUTION_S = 0.01


async def stimulus(trial: Trial) -> None:
    """``t_endurance`` of rounds: a session with reads, every second one broken off, and a malformed message."""
    access, duration = access_of(trial), float(trial.bound("t_endurance").number)
    began, number, answers = trial.clock.now(), 0, list[Timed]()
    period_s = max(_ROUND_S, duration / _MOST_ROUNDS)
    while trial.clock.now() - began < duration:
        answers += await _session(trial, access, number)
        await flood(trial, access, CLASSES[number % len(CLASSES)], 1)
        await _ends(trial, access)
        number += 1
        await trial.station.advance(max(0.0, began + number * period_s - trial.clock.now()))
    grown = growth(answers, stretch_s(duration), _RESOLUTION_S)
    what = f"{number} rounds in {trial.clock.now() - began:.0f} s"
    if grown is None:
        trial.record.could_not_look(GROWTH, f"{what}: no request was served")
    else:
        trial.record.observe(GROWTH, grown, unit="1", what=what)
    there = await answers_again(trial, access, 2 * trial.bound("t_rec").number)
    trial.record.observe(THERE, there is not None, what=what)
    if there is None:
        trial.record.could_not_look(RESTARTS, "the meter lets nobody read its log any more")
        return
    starts = [one for meaning in ("power_up", "watchdog_reset") for one in await logged(access, meaning, began) or ()]
    trial.record.observe(RESTARTS, len(starts), what=what)


async def _session(trial: Trial, access: C1218Access, number: int) -> list[Timed]:
    """One session of the client with its reads; when each was asked, and how long its answer took."""
    reads, found = round(1.0 / trial.bound("malformed_ratio").number) - 1, list[Timed]()
    client, what = access.client(), f"round {number + 1}"
    opened = await attempt(_open(access, client))
    for _number in range(reads):
        asked = trial.clock.now()
        tried = await attempt(client.read(CURRENT)) if opened.accepted else opened
        if tried.accepted:
            found.append((asked, trial.clock.now() - asked))
        elif opened.accepted:
            tried = await attempt(client.read(CURRENT))
        trial.record.observe(SERVED, tried.accepted, what=what, answer=tried.text)
    await (client.close() if number % 2 else client.abort())
    return found


async def _open(access: C1218Access, client: C1218Client) -> None:
    await client.connect()
    await client.log_on(access.credential(MANAGEMENT))


async def _ends(trial: Trial, access: C1218Access) -> None:
    """On a real port nobody sees that the probe was taken off: the session before ends with silence."""
    if trial.clock.mode != "stepped":
        await trial.station.advance(float(access.pixit("inactivity_timeout_s", 6.0)))


PROBE = Probe("A-H5", "c1218", stimulus, checks)
