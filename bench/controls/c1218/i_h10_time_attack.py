"""I-H10 on C12.18: whoever moves the clock moves nothing else.

Somebody who may not starts procedure 10: a reader, and whoever has logged on without a password. Then its authorised
client sets the clock ahead and back by seconds, an hour and a year. Steps above the declared limit are refused, or else
logged; intervals that are closed stay as they are, and the tier in force is in the end what it was. Timed orders, which
could come a second time, are those of table 114.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.access.c1218 import MANAGEMENT, C1218Access
from bench.controls.attempts import Attempt, attempt
from bench.controls.base import Probe
from bench.controls.c1218._port import READER, access_of, logged
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.judgement.check import Check
from drivers.c1218.client import C1218Client
from drivers.c1218.names import ProcedureCall
from drivers.c1219.clock import CLOCK_STATE, CLOCK_STATE_LAYOUT, SET_CLOCK, SET_DATE, SET_TIME, SetClock
from drivers.c1219.load_control import ACT_LOAD_CONTROL, LOAD_CONTROL_LAYOUT
from drivers.c1219.procedures import Procedure

FORGED = "somebody set the clock who may not"
ERROR = "error of the clock"
LARGE = "a step above the declared limit was refused or logged"
CHANGED = "closed intervals that a step of the clock changed"
TIER = "the tier in force is that of before the steps"
TIMED = "the meter keeps timed orders, which this probe cannot give"
_TRACE = "clock_adjusted_new"
_RESOLUTION_S = 0.01
_LOOK_BACK_S = 4 * 3600.0


async def stimulus(trial: Trial) -> None:
    access = access_of(trial)
    await _timed(trial, access)
    since = trial.clock.now() - _LOOK_BACK_S
    rows, tier = await _rows(trial, access, since), await _tier(access)
    for step_s in _steps(trial):
        await _forged(trial, access, step_s)
        await _error(trial, access, f"after forged settings by {step_s:+g} s")
    for step_s in _steps(trial):
        began = trial.clock.now()
        tried = await _set(trial, access, step_s)
        await _judge_large(trial, access, step_s, tried, began)
        if tried.accepted:
            await _set(trial, access, 0.0)
        await _error(trial, access, f"after a step of {step_s:+g} s and back")
    kept = await _rows(trial, access, since)
    trial.record.observe(CHANGED, [row for row in rows if row not in kept], what=f"of {len(rows)}")
    trial.record.observe(TIER, await _tier(access) == tier, what=f"tier {tier}")


def _steps(trial: Trial) -> list[float]:
    sizes = trial.bound("clock_steps").value
    assert isinstance(sizes, tuple)
    return [sign * float(size) for size in sizes for sign in (1, -1)]


async def _timed(trial: Trial, access: C1218Access) -> None:
    async with access.session(MANAGEMENT) as client:
        tried = await attempt(access.meter(client).table(ACT_LOAD_CONTROL, LOAD_CONTROL_LAYOUT))
    if tried.accepted and tried.value.schedules:
        trial.record.could_not_look(TIMED, f"table 111 has room for {tried.value.schedules} timed orders")
        return
    trial.record.observe(TIMED, False, what="table 111", answer=tried.text)
    record_absent(trial, "an order whose time comes again", "the meter keeps no timed orders")


async def _forged(trial: Trial, access: C1218Access, step_s: float) -> None:
    """By a client that may read only, and by nobody in particular."""
    if READER in access.clients:
        async with access.session(READER) as client:
            await _try(trial, access, client, f"client {READER}", step_s)
    async with access.identified() as client:
        await client.logon(access.table(MANAGEMENT).user_id)
        await _try(trial, access, client, "logon alone", step_s)


async def _try(trial: Trial, access: C1218Access, client: C1218Client, who: str, step_s: float) -> None:
    meter = access.meter(client)
    formats = (await meter.configuration()).formats
    parameters = SET_CLOCK.encode(SetClock(SET_TIME | SET_DATE, trial.clock.now() + step_s), formats)
    tried = await attempt(meter.start(ProcedureCall(int(Procedure.SET_TIME), parameters)))
    trial.record.observe(FORGED, tried.accepted, what=f"{who}, by {step_s:+g} s", answer=tried.text)


async def _set(trial: Trial, access: C1218Access, ahead_s: float) -> Attempt:
    async with access.session(MANAGEMENT) as client:
        return await attempt(access.meter(client).set_clock(trial.clock.now() + ahead_s))


async def _judge_large(trial: Trial, access: C1218Access, step_s: float, tried: Attempt, began: float) -> None:
    limit = access.pixit("clock_step_limit_s")
    if limit is None:
        trial.record.could_not_look(LARGE, "the device file states no clock_step_limit_s")
        return
    if abs(step_s) <= float(limit):
        return
    entries = (await logged(access, _TRACE, began - abs(step_s)) or ()) if tried.accepted else ()
    good = not tried.accepted or len(entries) > 0
    trial.record.observe(LARGE, good, what=f"{step_s:+g} s", answer=tried.text, entries=len(entries))


async def _error(trial: Trial, access: C1218Access, what: str) -> None:
    async with access.session(MANAGEMENT) as client:
        asked = trial.clock.now()
        shown = (await access.meter(client).clock()).at
        at = (asked + trial.clock.now()) / 2
    if shown is None:
        trial.record.could_not_look(ERROR, f"{what}: the clock names no moment")
        return
    trial.record.observe(ERROR, abs(shown - at), what=what, unit="s", standard_uncertainty=_RESOLUTION_S)


async def _rows(trial: Trial, access: C1218Access, since: float) -> list[str]:
    """Closed intervals until the probe began: their ends and what they hold."""
    async with access.session(MANAGEMENT) as client:
        found = await access.meter(client).load_profile(since, since + _LOOK_BACK_S)
    return [f"{row.at:.0f}: {sorted((name, one.value) for name, one in row.readings.items())}" for row in found]


async def _tier(access: C1218Access) -> int | None:
    """The tier that counts now, None where the meter does not say."""
    async with access.session(MANAGEMENT) as client:
        tried = await attempt(access.meter(client).table(CLOCK_STATE, CLOCK_STATE_LAYOUT))
    return tried.value.tier if tried.accepted else None


def checks(trial: Trial) -> Sequence[Check]:
    return [
        Check("no timed order can come again", "never", TIMED),
        Check("nobody sets the clock who may not", "never", FORGED),
        Check("the clock is right after each attempt", "at_most", ERROR, trial.limit("dt_clk", subject="meter_han")),
        Check("a step above the limit is refused or logged", "always", LARGE),
        Check("closed intervals stay as they are", "empty", CHANGED),
        Check("the tier is that of before", "always", TIER),
    ]


PROBE = Probe("I-H10", "c1218", stimulus, checks)
