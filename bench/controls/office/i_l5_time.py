"""I-L5 on office systems: the clock is right, a step of it leaves a trace, and no record is from the future."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.office._clock import SET_CLOCK, clock_setter, offset_of, set_clock
from bench.controls.office._log import NO_READER, log_reader, newest_number, whole_log
from bench.controls.office._row import access_of, exchange_of
from bench.controls.office._state import stored_values
from bench.judgement.check import Check
from drivers.cim.times import parse_iso

if TYPE_CHECKING:
    from bench.controls.trial import Trial

ERROR = "error of the system's clock"
FUTURE = "records with a time that has not come"
TRACED = "a step of the clock left an entry in the log"

_STEP_S = 5.0
_ANSWER_S = 1.0
NO_SETTER = "the device file names no party that may read and set the clock (PIXIT access_table, secrets)"


async def stimulus(trial: Trial) -> None:
    """Read the clock, look through the records, step the clock forth and back and look for its trace."""
    access = access_of(trial)
    setter = clock_setter(access)
    if setter is None:
        trial.record.could_not_look(ERROR, NO_SETTER)
        return
    trial.record.observe(ERROR, abs(await offset_of(access, setter)), unit="s")
    exchange = exchange_of(trial)
    await exchange.prepare()
    await attempt(exchange.perform())
    await exchange.observe()
    await exchange.restore()
    limit = trial.clock.now() + trial.bound("dt_clk", subject="meter_han").number + _ANSWER_S
    late = [what for what, _value in await stored_values(access) if _time_in(what) > limit]
    trial.record.observe(FUTURE, late[:10])  # type: ignore[arg-type]
    reader = log_reader(access)
    if reader is None:
        trial.record.could_not_look(TRACED, NO_READER)
        return
    before = await newest_number(access, reader)
    for step in (_STEP_S, 0.0):
        await set_clock(access, setter, trial.clock.now() + step)
    entries = (await whole_log(access, reader, before)).entries
    traced = [entry for entry in entries if str(SET_CLOCK.noun) in entry.action]
    trial.record.observe(TRACED, bool(traced), found=len(traced), what=f"{_STEP_S:g} s forth and back")


def _time_in(what: str) -> float:
    """The time in the words of a stored value (``<reading type> at <time>``)."""
    return parse_iso(what.rsplit(" at ", 1)[1])


def checks(trial: Trial) -> Sequence[Check]:
    limit = trial.bound("dt_clk", subject="meter_han").number
    return [
        Check("the clock is right", "at_most", ERROR, {"limit": limit}),
        Check("no record is from the future", "empty", FUTURE),
        Check("a step of the clock leaves a trace", "always", TRACED),
    ]


PROBE = Probe("I-L5", "office_https", stimulus, checks)
