"""I-L5 Plausible time and quality.

The system's clock is compared with the bench's. Its operator then sets it off by as much as it may be set: it must say
that its time is not to be trusted, and to log the step; set right again, it has to say so too. No record may carry a
time that has not come.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bench.controls.base import Probe
from bench.controls.office._clock import SET_CLOCK, clock_setter, offset_of, set_clock
from bench.controls.office._holdings import stock
from bench.controls.office._log import NO_READER, log_reader, whole_log
from bench.controls.office._row import access_of
from bench.controls.office._state import stored_values
from bench.controls.variants import record_absent
from bench.judgement.check import Check
from drivers.cim.payloads import ServiceClock
from drivers.cim.times import parse_iso
from drivers.cim.vocabulary import Verb

if TYPE_CHECKING:
    from bench.access.office import OfficeAccess
    from bench.controls.trial import Trial

ERROR = "error of the system's clock"
FUTURE = "records with a time that has not come"
TRACED = "a step of the clock left an entry in the log"
FLAGGED = "the system says how good its time is"

NO_SETTER = "the device file names no party that may read and set the clock (PIXIT access_table, secrets)"
_STEP_LIMIT_S = 60.0
_SHARE = 0.75
"""Of the largest step that the system takes: far enough off to be useless, and not refused."""
_ANSWER_S = 1.0
_MOST_SHOWN = 10


async def stimulus(trial: Trial) -> None:
    access = access_of(trial)
    setter = clock_setter(access)
    if setter is None:
        trial.record.could_not_look(ERROR, NO_SETTER)
        return
    trial.record.observe(ERROR, abs(await offset_of(access, setter)), unit="s")
    await stock(access)
    await _future(trial, access)
    step_s = _SHARE * float(access.pixit("clock_step_limit_s", _STEP_LIMIT_S))
    for title, off_s, quality in (("set off", step_s, "invalid"), ("set right", 0.0, "valid")):
        tried = await set_clock(access, setter, trial.clock.now() + off_s)
        if not tried.accepted:
            record_absent(trial, f"a clock {title} by {off_s:g} s", f"the system refuses that: {tried.text}")
            continue
        await _flag(trial, access, setter, f"{title} ({off_s:g} s)", quality)
        await _trace(trial, access, f"{title} ({off_s:g} s)")


async def _future(trial: Trial, access: OfficeAccess) -> None:
    """Times of the readings that the system holds and of the entries of its log."""
    stamps = [what for what, _value in await stored_values(access)]
    reader = log_reader(access)
    if reader is not None:
        entries = (await whole_log(access, reader)).entries
        stamps += [f"entry {entry.number} at {entry.time_stamp}" for entry in entries]
    now = trial.clock.now() + _ANSWER_S
    late_s = {what: _time_in(what) - now for what in stamps}
    latest = max(late_s.values(), default=0.0)
    late = sorted(what for what, seconds in late_s.items() if seconds > 0)[:_MOST_SHOWN]
    trial.record.observe(FUTURE, max(0.0, latest), unit="s", what="; ".join(late) or f"{len(stamps)} records")


def _time_in(what: str) -> float:
    """The time in the words of a record (``... at <time>``)."""
    return parse_iso(what.rsplit(" at ", 1)[1])


async def _flag(trial: Trial, access: OfficeAccess, setter: str, what: str, quality: str) -> None:
    async with access.session(setter) as office:
        reply = await office.messenger.call(Verb.GET, SET_CLOCK.noun)
    clock = reply.payload(SET_CLOCK.noun, ServiceClock)
    told = {clock.quality, reply.message.header.time_quality}
    trial.record.observe(FLAGGED, told == {quality}, what=f"{what}: {', '.join(sorted(told))}, should be {quality}")


async def _trace(trial: Trial, access: OfficeAccess, what: str) -> None:
    reader = log_reader(access)
    if reader is None:
        trial.record.could_not_look(TRACED, NO_READER)
        return
    entries = (await whole_log(access, reader)).entries
    traced = [entry for entry in entries[-_MOST_SHOWN:] if str(SET_CLOCK.noun) in entry.action]
    trial.record.observe(TRACED, bool(traced), found=len(traced), what=what)


def checks(trial: Trial) -> Sequence[Check]:
    limit = {"limit": trial.bound("dt_clk", subject="meter_han").number}
    return [
        Check("the clock is right", "at_most", ERROR, limit),
        Check("no record is from the future", "at_most", FUTURE, limit),
        Check("the system says whether its time can be trusted", "always", FLAGGED),
        Check("a step of the clock leaves a trace", "always", TRACED),
    ]


PROBE = Probe("I-L5", "office_https", stimulus, checks)
