"""I-L5 on DLMS: the clock is right, says so when it is not, and never moves in silence.

The clock is compared with the bench's; its authorised client steps it forth and back; the meter is left without supply
for longer than its clock goes on. Logs and load profile are then looked through for what they say of it, and for
records from the future.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from bench.access.dlms import MANAGEMENT
from bench.access.dlms_events import declared_events
from bench.controls.attempts import Attempt, attempt
from bench.controls.base import Probe
from bench.controls.dlms._power import power_cycle
from bench.controls.dlms._row import access_of, exchange_of
from bench.controls.variants import record_absent
from bench.judgement.check import Check
from drivers.dlms.enums import ClockStatus
from drivers.dlms.errors import DataAccessError
from drivers.metering import ClockReading, Interval, LoggedEvent

if TYPE_CHECKING:
    from bench.controls.trial import Trial

ERROR = "error of the meter's clock"
FUTURE = "records with a time that has not come"
SHOWN = "a step of the clock shows in a log or in the mark of its interval"
INVALID = "a clock that lost its time says that it is invalid"
INVALID_LOGGED = "the loss of time was logged"
INVALID_MARKED = "an interval under an invalid clock is marked"
VALID_AGAIN = "the clock is valid once it has been set"

STEPPED = ("clock_updated", "clock_adjusted_old", "clock_adjusted_new")
_SHORTEST_STEP_S = 60.0
_BEYOND_THE_RESERVE_S = 3600.0
_LOOK_BACK_S = 4 * 3600.0
_FAR_AHEAD_S = 10 * 365 * 86_400.0
_RESOLUTION_S = 0.01
_STEPS = 2
_ANSWER_S = 10.0
_AFTER_THE_INTERVAL_S = 5.0


async def stimulus(trial: Trial) -> None:
    await _error(trial, "as it runs")
    await _future(trial, "as it runs")
    await _step(trial)
    await _lose_time(trial)
    await _future(trial, "in the end")


# -- looking ---------------------------------------------------------------------------------------------------------


async def _clock(trial: Trial) -> tuple[ClockReading, float]:
    """The meter's clock, and the middle of the request in station time."""
    exchange = exchange_of(trial)
    async with exchange.access.session(exchange.role) as client:
        asked = trial.clock.now()
        reading = await exchange.access.meter(client).clock()
        return reading, (asked + trial.clock.now()) / 2


async def _error(trial: Trial, what: str) -> None:
    reading, at = await _clock(trial)
    if reading.at is None:
        trial.record.could_not_look(ERROR, f"{what}: the clock names no moment")
        return
    trial.record.observe(
        ERROR, abs(reading.at - at), what=what, unit="s", standard_uncertainty=_RESOLUTION_S, shown=reading.at
    )


async def _events(trial: Trial, since: float) -> Sequence[LoggedEvent]:
    """The entries of all logs that the meter has: which there are is the companion's affair."""
    exchange, found = exchange_of(trial), []
    async with exchange.access.session(MANAGEMENT, ask=True) as client:
        meter = exchange.access.meter(client)
        end = trial.clock.now() + _FAR_AHEAD_S
        for log in exchange.access.names.logs:
            try:
                found += await meter.events(log, since, end)
            except DataAccessError as error:
                record_absent(trial, f"{log} log", str(error))
    return found


async def _rows(trial: Trial, since: float) -> Sequence[Interval]:
    exchange = exchange_of(trial)
    async with exchange.access.session(exchange.role) as client:
        end = trial.clock.now() + _FAR_AHEAD_S
        return await exchange.access.meter(client).load_profile(since, end)


async def _future(trial: Trial, what: str) -> None:
    """Rows and entries whose time lies further ahead than the clock may be wrong."""
    since = trial.clock.now() - _LOOK_BACK_S
    events, rows = await _events(trial, since), await _rows(trial, since)
    latest = trial.clock.now() + trial.bound("dt_clk", subject="meter_han").number
    ahead = [f"{event.log} log, code {event.code}" for event in events if event.at is not None and event.at > latest]
    ahead += [f"load profile, {row.at:.0f}" for row in rows if row.at is not None and row.at > latest]
    trial.record.observe(FUTURE, list(ahead), what=what, looked_at=len(events) + len(rows))


# -- stepping --------------------------------------------------------------------------------------------------------


async def _step(trial: Trial) -> None:
    """Set the clock ahead and back again, within one interval; what the log and the interval's row say of it."""
    step_s = max(2 * trial.bound("dt_clk", subject="meter_han").number, _SHORTEST_STEP_S)
    await _away_from_interval_end(trial, step_s)
    began = trial.clock.now()
    tried = await _set(trial, step_s)
    reading, at = await _clock(trial)
    if reading.at is None or abs(reading.at - at - step_s) > step_s / 2:
        trial.record.could_not_look(SHOWN, f"the clock did not take a step of {step_s:g} s: {tried.text}")
        return
    await _set(trial, 0.0)
    await _error(trial, "after a step forth and back")
    declared = declared_events(trial.station.lab.seat(trial.seat).device)
    meanings = [declared.meaning_of(event) for event in await _events(trial, began - step_s)]
    entries = sum(meaning in STEPPED for meaning in meanings)
    await _wait_for_interval_end(trial)
    rows = await _rows(trial, began)
    marked = _marked(trial, "clock_adjusted", rows[0] if rows else None)
    if marked is None and not any(declared.find(meaning) for meaning in STEPPED):
        why = "the device file declares neither an event of it (event_table) nor a status bit (profile_status)"
        trial.record.could_not_look(SHOWN, why)
        return
    shown = bool(marked) or entries >= _STEPS
    trial.record.observe(SHOWN, shown, what="a step forth and one back", entries=entries, marked=marked)


async def _set(trial: Trial, ahead_s: float) -> Attempt:
    access = access_of(trial)
    async with access.session(MANAGEMENT, ask=True) as client:
        return await attempt(access.meter(client).set_clock(trial.clock.now() + ahead_s))


# -- losing time -----------------------------------------------------------------------------------------------------


async def _lose_time(trial: Trial) -> None:
    """No supply for longer than the declared reserve; then set the clock."""
    access = access_of(trial)
    reserve_s = access.pixit("clock_reserve_s")
    if reserve_s is None:
        trial.record.could_not_look(
            INVALID, "the device file does not say how long the clock goes on (clock_reserve_s)"
        )
        return
    off_s = float(reserve_s) + _BEYOND_THE_RESERVE_S
    if not await power_cycle(trial, access, off_s, response_timeout_s=_ANSWER_S):
        trial.record.observe(INVALID, False, what="the meter does not answer after a long power cut")
        return
    reading, at = await _clock(trial)
    wrong = reading.at is None or abs(reading.at - at) > trial.bound("dt_clk", subject="meter_han").number
    flagged = bool((reading.status or 0) & (ClockStatus.INVALID_VALUE | ClockStatus.DOUBTFUL_VALUE))
    trial.record.observe(
        INVALID, flagged or not wrong, what="after the reserve", shown=reading.at, status=reading.status
    )
    if wrong:
        await _look_for_loss(trial, reading.at or 0.0)
    tried = await _set(trial, 0.0)
    reading, at = await _clock(trial)
    valid = not (reading.status or 0) & (ClockStatus.INVALID_VALUE | ClockStatus.DOUBTFUL_VALUE)
    trial.record.observe(VALID_AGAIN, valid, what="after it was set", status=reading.status, answer=tried.text)
    await _error(trial, "after it was set")


async def _look_for_loss(trial: Trial, shown: float) -> None:
    """The log entry, and the status of an interval that ends before the clock is set. ``shown``: the clock's time."""
    declared = declared_events(trial.station.lab.seat(trial.seat).device)
    await _wait_for_interval_end(trial)
    if declared.find("clock_invalid") is None:
        record_absent(trial, "log entry of an invalid clock", "the device file declares no such event (event_table)")
    else:
        events = await _events(trial, shown - _BEYOND_THE_RESERVE_S)
        found = any(declared.meaning_of(event) == "clock_invalid" for event in events)
        trial.record.observe(INVALID_LOGGED, found, what="after the reserve")
    rows = await _rows(trial, shown - 1.0)
    marked = _marked(trial, "clock_invalid", rows[-1] if rows else None)
    if marked is not None:
        trial.record.observe(INVALID_MARKED, marked, what="the interval that ended before the clock was set")


# -- intervals -------------------------------------------------------------------------------------------------------


def _period_s(trial: Trial) -> float:
    return float(access_of(trial).pixit("capture_period_s", 900))


async def _away_from_interval_end(trial: Trial, margin_s: float) -> None:
    """Both steps are to fall into one interval, at least ``margin_s`` from either end of it."""
    period_s = _period_s(trial)
    into_s = trial.clock.now() % period_s
    if not margin_s < into_s < period_s - 2 * margin_s:
        await trial.station.advance(period_s - into_s + 1.5 * margin_s)


async def _wait_for_interval_end(trial: Trial) -> None:
    await trial.station.advance(_period_s(trial) + _AFTER_THE_INTERVAL_S)


def _marked(trial: Trial, meaning: str, row: Interval | None) -> bool | None:
    """Whether a row's status has the bit that the supplier declares for ``meaning``; None where none is declared."""
    declared: Mapping[str, int] = access_of(trial).pixit("profile_status", {})
    if meaning not in declared:
        record_absent(trial, f"status bit {meaning} of the load profile", "none is declared (profile_status)")
        return None
    return row is not None and bool((row.status or 0) & declared[meaning])


def checks(trial: Trial) -> Sequence[Check]:
    bits: Mapping[str, int] = access_of(trial).pixit("profile_status", {})
    declared = declared_events(trial.station.lab.seat(trial.seat).device)
    found = [
        Check("the clock is right", "at_most", ERROR, trial.limit("dt_clk", subject="meter_han")),
        Check("no record has a time that has not come", "empty", FUTURE),
        Check("a step of the clock leaves a trace", "always", SHOWN),
        Check("a clock that lost its time says so", "always", INVALID),
        Check("a clock that was set is valid", "always", VALID_AGAIN),
    ]
    if declared.find("clock_invalid") is not None:
        found.append(Check("the loss of time leaves a log entry", "always", INVALID_LOGGED))
    if "clock_invalid" in bits:
        found.append(Check("an interval under an invalid clock is marked", "always", INVALID_MARKED))
    return found


PROBE = Probe("I-L5", "dlms", stimulus, checks)
