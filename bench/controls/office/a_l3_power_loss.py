"""A-L3 on office systems: the system survives losing its power, also in the middle of a write."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bench.access.office import OfficeAccess
from bench.controls.attempts import Attempt, attempt
from bench.controls.base import Probe
from bench.controls.office._holdings import stock
from bench.controls.office._orders import A_DAY_S, control_of, give
from bench.controls.office._power import answers_again
from bench.controls.office._row import access_of, exchange_of
from bench.controls.office._state import SystemState, changed, lost_entries, lost_events, read_state
from bench.controls.office._tomorrow import give_for_tomorrow, giver_of, how_it_stands, take_all_back
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.judgement.check import Check
from drivers.cim.office import CimOffice
from drivers.cim.vocabulary import Control, OrderState

ANSWERED = "the system answered again by itself"
BOOT_TIME = "time from power to the first correct answer"
READINGS_CHANGED = "readings that the power cut changed or removed"
EVENTS_LOST = "events that the power cut removed"
LOG_LOST = "entries of the log that the power cut removed"
ORDER_KEPT = "an order for tomorrow stands as before the power cut"

_LONGEST_PHASE_S = 20.0
_LONGEST_CUT_S = 40.0
_TURNS = 10


async def stimulus(trial: Trial) -> None:
    """``n_cyc`` power cuts at random phase, the first one during a write."""
    access = access_of(trial)
    await stock(access)
    giver = giver_of(access)
    order = await give_for_tomorrow(trial, access, giver) if giver is not None else ""
    if giver is None:
        record_absent(trial, "orders over a power cut", "the system takes none")
        await exchange_of(trial).prepare()
        await exchange_of(trial).perform()  # what the write will repeat
    before: SystemState | None = await read_state(access)
    for number in range(trial.bound("n_cyc").count):
        what = f"cut {number + 1}"
        assert before is not None
        await trial.station.advance(trial.random.uniform(0.0, _LONGEST_PHASE_S))
        if number == 0:
            await _cut_in_a_write(trial, access)
        else:
            await trial.station.power(trial.seat, False)
        await trial.station.advance(trial.random.uniform(1.0, _LONGEST_CUT_S))
        await trial.station.power(trial.seat, True)
        before = await _come_back(trial, access, before, what)
        if before is None:
            return
        if giver is not None:
            stands = await attempt(how_it_stands(access, giver, order))
            trial.record.observe(ORDER_KEPT, stands.value == OrderState.SCHEDULED, what=what, answer=_words(stands))
    if giver is not None:
        await take_all_back(access, giver)


async def _cut_in_a_write(trial: Trial, access: OfficeAccess) -> None:
    """Cut the power while something is on its way that changes what the system holds. Its answer is of no interest."""
    giver = giver_of(access)
    async with access.session(giver or exchange_of(trial).sender) as office:
        await office.health()  # the connection is there
        write = _order(trial, office) if giver is not None else exchange_of(trial).perform(office)
        under_way = asyncio.create_task(attempt(write))
        for _turn in range(_TURNS):
            await asyncio.sleep(0)
        await trial.station.power(trial.seat, False)
        under_way.cancel()
        await asyncio.gather(under_way, return_exceptions=True)


async def _order(trial: Trial, office: CimOffice) -> None:
    await give(office, control_of(trial, after_s=A_DAY_S, control=Control.CONNECT))


def _words(stands: Attempt) -> str:
    return str(stands.value) if stands.accepted else stands.text


async def _come_back(trial: Trial, access: OfficeAccess, before: SystemState, what: str) -> SystemState | None:
    """Wait for the system and compare; its state then, None when it stays away."""
    boot = await answers_again(trial, access, 2 * trial.bound("t_boot").number)
    trial.record.observe(ANSWERED, boot is not None, what=what)
    if boot is None:
        return None
    trial.record.observe_duration(BOOT_TIME, boot, what=what)
    after = await read_state(access)
    trial.record.observe(READINGS_CHANGED, changed(before, after), what=what)  # type: ignore[arg-type]
    trial.record.observe(EVENTS_LOST, lost_events(before, after), what=what)  # type: ignore[arg-type]
    trial.record.observe(LOG_LOST, lost_entries(before, after), what=what)  # type: ignore[arg-type]
    return after


def checks(trial: Trial) -> Sequence[Check]:
    found = [
        Check("the system comes back without help", "always", ANSWERED),
        Check("it answers within t_boot of power", "at_most", BOOT_TIME, trial.limit("t_boot")),
        Check("no reading is lost or changed", "empty", READINGS_CHANGED),
        Check("no event is lost", "empty", EVENTS_LOST),
        Check("no entry of the log is lost", "empty", LOG_LOST),
    ]
    if giver_of(access_of(trial)) is not None:
        found.append(Check("an order that was taken still stands", "always", ORDER_KEPT))
    return found


PROBE = Probe("A-L3", "office_https", stimulus, checks)
