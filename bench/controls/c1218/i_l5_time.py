"""I-L5 on C12.18: the clock is right, says so when it is not, and never moves in silence.

Table 52 is compared with the bench's clock; the authorised client steps it forth and back; the meter is left without
supply for longer than its clock goes on. Table 3 has the flag of a clock in error; the log and the load profile are
looked through for what they say of it, and for records from the future.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.access.c1218 import MANAGEMENT, C1218Access
from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.c1218._port import access_of, logged, power_cycle
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.judgement.check import Check
from drivers.c1219.general import MODE_STATUS, Status, mode_status

ERROR = "error of the meter's clock"
FUTURE = "records with a time that has not come"
SHOWN = "a step of the clock shows in the log"
INVALID = "a clock that lost its time says that it is in error"
VALID_AGAIN = "the clock is right once it has been set"
_BEYOND_THE_RESERVE_S = 3600.0
_LOOK_BACK_S = 4 * 3600.0
_FAR_AHEAD_S = 10 * 365 * 86_400.0
_SHORTEST_STEP_S = 60.0
_RESOLUTION_S = 1.0


async def stimulus(trial: Trial) -> None:
    access = access_of(trial)
    await _error(trial, access, "as it runs")
    await _future(trial, access, "as it runs")
    await _step(trial, access)
    await _lose_time(trial, access)
    await _future(trial, access, "in the end")


async def _error(trial: Trial, access: C1218Access, what: str) -> float | None:
    async with access.session(MANAGEMENT) as client:
        meter = access.meter(client)
        await meter.configuration()
        asked = trial.clock.now()
        shown = (await meter.clock()).at
        at = (asked + trial.clock.now()) / 2
    if shown is None:
        trial.record.could_not_look(ERROR, f"{what}: the clock names no moment")
        return None
    uncertainty = _RESOLUTION_S / 12**0.5
    trial.record.observe(ERROR, abs(shown - at), what=what, unit="s", standard_uncertainty=uncertainty, shown=shown)
    return shown - at


async def _future(trial: Trial, access: C1218Access, what: str) -> None:
    """Rows and entries whose time lies further ahead than the clock may be wrong."""
    now, since = trial.clock.now(), trial.clock.now() - _LOOK_BACK_S
    latest = now + trial.bound("dt_clk", subject="meter_han").number
    async with access.session(MANAGEMENT) as client:
        meter = access.meter(client)
        events = [one for log in ("standard", "communication") for one in await meter.events(log, since)]
        rows = await meter.load_profile(since, now + _FAR_AHEAD_S)
    ahead = [f"{event.log} log, code {event.code}" for event in events if event.at is not None and event.at > latest]
    ahead += [f"load profile, {row.at:.0f}" for row in rows if row.at is not None and row.at > latest]
    trial.record.observe(FUTURE, ahead, what=what, looked_at=len(events) + len(rows))  # type: ignore[arg-type]


async def _set(trial: Trial, access: C1218Access, ahead_s: float) -> str:
    async with access.session(MANAGEMENT) as client:
        return (await attempt(access.meter(client).set_clock(trial.clock.now() + ahead_s))).text


async def _step(trial: Trial, access: C1218Access) -> None:
    """Set the clock ahead and back again; what the log says of it."""
    step_s = max(2 * trial.bound("dt_clk", subject="meter_han").number, _SHORTEST_STEP_S)
    began = trial.clock.now()
    answer = await _set(trial, access, step_s)
    await _set(trial, access, 0.0)
    await _error(trial, access, "after a step forth and back")
    entries = await logged(access, "clock_adjusted_new", began - step_s)
    if entries is None:
        trial.record.could_not_look(SHOWN, "the device file declares no event clock_adjusted_new (event_table)")
        return
    trial.record.observe(
        SHOWN, len(entries) >= 2, what=f"{step_s:g} s forth and back", found=len(entries), answer=answer
    )


async def _lose_time(trial: Trial, access: C1218Access) -> None:
    """No supply for longer than the declared reserve; then set the clock."""
    reserve_s = access.pixit("clock_reserve_s")
    if reserve_s is None:
        record_absent(
            trial, "loss of time", "the device file does not say how long the clock goes on (clock_reserve_s)"
        )
        return
    if not await power_cycle(trial, access, float(reserve_s) + _BEYOND_THE_RESERVE_S):
        trial.record.observe(INVALID, False, what="the meter does not answer after a long power cut")
        return
    async with access.session(MANAGEMENT) as client:
        meter = access.meter(client)
        shown = (await meter.clock()).at
        wrong = shown is None or abs(shown - trial.clock.now()) > trial.bound("dt_clk", subject="meter_han").number
        size = (await meter.configuration()).mfg_status_bytes
        status = (await meter.table(MODE_STATUS, mode_status(size))).status
    flagged = bool(status & Status.CLOCK_ERROR)
    trial.record.observe(INVALID, flagged or not wrong, what="after the reserve", shown=shown, status=status)
    answer = await _set(trial, access, 0.0)
    error = await _error(trial, access, "after it was set")
    limit = trial.bound("dt_clk", subject="meter_han").number
    trial.record.observe(VALID_AGAIN, error is not None and abs(error) <= limit, what="after it was set", answer=answer)


def checks(trial: Trial) -> Sequence[Check]:
    found = [
        Check("the clock is right", "at_most", ERROR, trial.limit("dt_clk", subject="meter_han")),
        Check("no record has a time that has not come", "empty", FUTURE),
        Check("a step of the clock leaves a trace", "always", SHOWN),
    ]
    if access_of(trial).pixit("clock_reserve_s") is not None:
        found += [
            Check("a clock that lost its time says so", "always", INVALID),
            Check("a clock that was set is right", "always", VALID_AGAIN),
        ]
    return found


PROBE = Probe("I-L5", "c1218", stimulus, checks)
