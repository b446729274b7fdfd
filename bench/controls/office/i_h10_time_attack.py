"""I-H10 on office systems: whoever moves the clock moves nothing else.

Parties that may not set the clock try to, and so does somebody without a signature. Then the party that may sets it
ahead and back by seconds, an hour and a year: steps above the declared limit are refused, or else logged and flagged.
What the row's message changed stays as it is, so do readings that the system holds, and an order for a switch that was
carried out is not carried out again when its time comes a second time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bench.access.dlms import DlmsAccess
from bench.access.office import OfficeAccess
from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.office._caps import disconnecter
from bench.controls.office._changes import Change, change_of, is_order
from bench.controls.office._clock import SET_CLOCK, clock_setter, offset_of, set_clock, shift_clock
from bench.controls.office._holdings import stock
from bench.controls.office._log import log_reader, newest_number, whole_log
from bench.controls.office._orders import executes, give
from bench.controls.office._parties import claimed_parties
from bench.controls.office._row import access_of
from bench.controls.office._state import stored_values
from bench.controls.variants import record_absent
from bench.exchanges.meters import meter_name, meter_seat
from bench.exchanges.switch_scene import SwitchScene
from bench.judgement.check import Check
from drivers.cim.messenger import MessageOptions
from drivers.cim.payloads import EndDeviceControl, ServiceClock
from drivers.cim.times import iso
from drivers.cim.vocabulary import Control

if TYPE_CHECKING:
    from bench.controls.trial import Trial

FORGED = "somebody set the clock who may not"
ERROR = "error of the clock"
LARGE = "a step above the declared limit was refused, or logged and flagged"
COUNTED = "how often the row's message counted"
GONE = "readings that a step of the clock changed"
EXECUTED = "an order was carried out at its time"
AGAIN = "an order was carried out again, its time having come a second time"

NO_SETTER = "the device file names no party that may set the clock (PIXIT access_table, secrets)"
_ANSWER_S = 1.0
_AHEAD_S, _LATE_S, _BACK_S = 60.0, 60.0, 240.0
_INVALID = "invalid"


async def stimulus(trial: Trial) -> None:
    access = access_of(trial)
    setter = clock_setter(access)
    if setter is None:
        trial.record.could_not_look(ERROR, NO_SETTER)
        return
    attack = _Attack(trial, access, setter)
    await stock(access)
    readings = await stored_values(access)
    change = None if is_order(trial) else change_of(trial)
    if change is not None:
        await change.prepare()
        await change.perform()
    await attack.forged()
    await attack.authorised()
    await attack.second_time()
    held = await stored_values(access)
    gone = [what for what, value in readings if (what, value) not in held]
    trial.record.observe(GONE, list(gone), what=f"of {len(readings)}")
    if change is not None:
        await _count(trial, change)


async def _count(trial: Trial, change: Change) -> None:
    trial.record.observe(COUNTED, await change.times(), what="after all steps")
    await change.restore()


class _Attack:
    """The steps of one trial."""

    def __init__(self, trial: Trial, access: OfficeAccess, setter: str) -> None:
        self.trial, self.access, self.setter = trial, access, setter

    def _steps(self) -> list[float]:
        sizes = self.trial.bound("clock_steps").value
        assert isinstance(sizes, tuple)
        return [sign * float(size) for size in sizes for sign in (1, -1)]

    async def forged(self) -> None:
        """By every other party, and by the right one without its signature."""
        unsigned = MessageOptions(sign=False)
        for step_s in self._steps():
            when = self.trial.clock.now() + step_s
            for party in claimed_parties(self.access):
                if not self.access.rights.may(party, SET_CLOCK):
                    tried = await set_clock(self.access, party, when)
                    self.trial.record.observe(FORGED, tried.accepted, what=f"{party}, {step_s:+g} s", answer=tried.text)
            async with self.access.session(self.setter) as office:
                tried = await attempt(
                    office.messenger.call(*_SET, payload=ServiceClock(time=iso(when)), options=unsigned)
                )
            what = f"{self.setter} without a signature, {step_s:+g} s"
            self.trial.record.observe(FORGED, tried.accepted, what=what, answer=tried.text)
            await self._error(f"after forged settings by {step_s:+g} s")

    async def authorised(self) -> None:
        """Each step, and back again."""
        limit = self.access.pixit("clock_step_limit_s")
        for step_s in self._steps():
            reader = log_reader(self.access)
            before = await newest_number(self.access, reader) if reader is not None else 0
            tried = await set_clock(self.access, self.setter, self.trial.clock.now() + step_s)
            if limit is None:
                self.trial.record.could_not_look(LARGE, "the device file states no clock_step_limit_s")
            elif abs(step_s) > float(limit):
                traced = tried.accepted and await self._logged_and_flagged(reader, before)
                good = not tried.accepted or traced
                self.trial.record.observe(LARGE, good, what=f"{step_s:+g} s", answer=tried.text)
            await shift_clock(self.access, self.setter, 0.0)
            await self._error(f"after a step of {step_s:+g} s and back")

    async def _logged_and_flagged(self, reader: str | None, before: int) -> bool:
        entries = (await whole_log(self.access, reader, before)).entries if reader is not None else ()
        logged = any(str(SET_CLOCK.noun) in entry.action for entry in entries)
        async with self.access.session(self.setter) as office:
            return logged and (await office.service_clock()).quality == _INVALID

    async def _error(self, what: str) -> None:
        offset = await offset_of(self.access, self.setter)
        self.trial.record.observe(ERROR, max(0.0, abs(offset) - _ANSWER_S), what=what, unit="s")

    async def second_time(self) -> None:
        """An order that was carried out, and a clock that goes back over its time."""
        orderer = disconnecter(self.access)
        if orderer is None or not executes(self.trial):
            record_absent(self.trial, "an order whose time comes again", "the system carries none out")
            return
        scene = SwitchScene(DlmsAccess(self.trial.station, meter_seat(self.trial.station)))
        await scene.prepare(closed=True)
        start = self.trial.clock.now() + _AHEAD_S
        order = EndDeviceControl(control=Control.DISCONNECT, meter=meter_name(self.trial.station), start=iso(start))
        async with self.access.session(orderer) as office:
            await give(office, order)
        await self._until(start)
        done = await scene.observe(closed=False, within_s=_LATE_S)
        self._record(EXECUTED, done.happened, "at its time", done.detail)
        await scene.prepare(closed=True)
        back_s = max(_BACK_S, self.trial.clock.now() - start + _AHEAD_S)
        offset = await shift_clock(self.access, self.setter, -back_s)
        await self.trial.station.advance(back_s + _LATE_S)
        again = await scene.observe(closed=False)
        self._record(AGAIN, again.happened, f"the clock set back by {-offset:.0f} s", again.detail)
        await shift_clock(self.access, self.setter, 0.0)
        await scene.restore()

    async def _until(self, when: float) -> None:
        await self.trial.station.advance(max(0.0, when - self.trial.clock.now()))

    def _record(self, series: str, happened: bool | None, what: str, detail: str) -> None:
        if happened is None:
            self.trial.record.could_not_look(series, f"{what}: {detail}")
        else:
            self.trial.record.observe(series, happened, what=what, detail=detail)


_SET = (SET_CLOCK.verb, SET_CLOCK.noun)


def checks(trial: Trial) -> Sequence[Check]:
    found = [
        Check("nobody sets the clock who may not", "never", FORGED),
        Check("the clock is right after each attempt", "at_most", ERROR, trial.limit("dt_clk", subject="meter_han")),
        Check("a step above the limit is refused, or logged and flagged", "always", LARGE),
        Check("readings stay as they are", "empty", GONE),
    ]
    if not is_order(trial):
        found.append(Check("the row's message counts once", "equals", COUNTED, {"expected": 1}))
    if disconnecter(access_of(trial)) is not None and executes(trial):
        found += [
            Check("an order is carried out at its time", "always", EXECUTED),
            Check("it is carried out once", "never", AGAIN),
        ]
    return found


PROBE = Probe("I-H10", "office_https", stimulus, checks)
