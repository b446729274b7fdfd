"""I-M5 on C12.18: privileged actions leave exactly one entry in the event log, table 76.

The row's command, a step of the clock and a setting are done once each; the log then has one entry more of the declared
code, with the right time, the user who did it, and, in its argument, that it was done.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from bench.access.c1218 import MANAGEMENT, C1218Access
from bench.access.dlms_events import declared_events
from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.c1218._port import READER, access_of, exchange_of
from bench.controls.c1218._writes import setting_of, write
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.exchanges.c1218_exchange import C1218Act, C1218SwitchCommand
from bench.judgement.check import Check
from drivers.metering import LoggedEvent

DONE = "the action was carried out"
TRACE = "the action left exactly one entry"
WHEN = "time of the entry less that of the action"
WHO = "the entry names the user who acted"
READABLE = "time from the action to its entry"
REFUSED = "a refused action was logged as done"
ROW = "the row's command"
_STEP_S = 60.0
_LOOK_BACK_S = 3600.0
Act = Callable[[], Awaitable[object]]


async def stimulus(trial: Trial) -> None:
    access, exchange = access_of(trial), exchange_of(trial)
    if isinstance(exchange, C1218Act):
        await exchange.prepare()
        settle = exchange.scene.settle if isinstance(exchange, C1218SwitchCommand) else None
        await _one(trial, access, ROW, exchange.trace, exchange.perform, settle)
        await _refused(trial, access, exchange)
        await exchange.restore()
    setting = await setting_of(access)
    await _one(trial, access, "a setting", "limit_changed", lambda: _write(access, setting.other))
    await _write(access, setting.content)
    await _one(trial, access, "a step of the clock", "clock_adjusted_new", lambda: _set_clock(trial, access, _STEP_S))
    await _set_clock(trial, access, 0.0)


async def _write(access: C1218Access, content: bytes) -> None:
    async with access.session(MANAGEMENT) as client:
        await write(client, content)


async def _set_clock(trial: Trial, access: C1218Access, ahead_s: float) -> None:
    async with access.session(MANAGEMENT) as client:
        await access.meter(client).set_clock(trial.clock.now() + ahead_s)


async def _one(trial: Trial, access: C1218Access, what: str, meaning: str, act: Act, settle: Act | None = None) -> None:
    """Do it once and look for its entry."""
    declared = declared_events(trial.station.lab.seat(trial.seat).device).find(meaning)
    if declared is None:
        record_absent(trial, f"entry of {what}", f"the device file declares no event {meaning} (event_table)")
        return
    before = await _entries(trial, access)
    at = trial.clock.now()
    tried = await attempt(act())
    trial.record.observe(DONE, tried.accepted, what=what, answer=tried.text)
    if settle is not None:
        await settle()
    while True:
        entries = await _entries(trial, access)
        fresh = [one for one in entries if one not in before and one.code == declared.code]
        waited = trial.clock.now() - at
        if fresh or waited > trial.bound("t_log").number:
            break
        await trial.station.advance(1.0)
    trial.record.observe(TRACE, len(fresh) == 1, what=what, found=len(fresh))
    if not fresh:
        return
    trial.record.observe_duration(READABLE, waited, what=what)
    entry = fresh[0]
    ahead = _STEP_S if meaning == "clock_adjusted_new" else 0.0
    if entry.at is not None:
        trial.record.observe_duration(WHEN, abs(entry.at - at - ahead), what=what)
    role = exchange_of(trial).role if what == ROW else MANAGEMENT
    expected = access.table(role).user_id
    trial.record.observe(WHO, entry.others.get("user") == expected, what=what, named=str(entry.others.get("user")))


async def _refused(trial: Trial, access: C1218Access, exchange: C1218Act) -> None:
    """A reader's attempt at the same command leaves no entry that says it was done."""
    if READER not in access.clients:
        record_absent(trial, "a refused action", "the device declares no client that may only read")
        return
    declared = declared_events(trial.station.lab.seat(trial.seat).device).find(exchange.trace)
    before = await _entries(trial, access)
    async with access.session(READER) as client:
        await attempt(exchange.perform(client))
    fresh = [one for one in await _entries(trial, access) if one not in before]
    said = declared is not None and any(one.code == declared.code for one in fresh)
    trial.record.observe(REFUSED, said, what="the row's command by a reader")


async def _entries(trial: Trial, access: C1218Access) -> Sequence[LoggedEvent]:
    async with access.session(MANAGEMENT) as client:
        return await access.meter(client).events("standard", trial.clock.now() - _LOOK_BACK_S)


def checks(trial: Trial) -> Sequence[Check]:
    found = [
        Check("the actions are carried out", "always", DONE),
        Check("each leaves exactly one entry", "always", TRACE),
        Check("it is there within t_log", "at_most", READABLE, trial.limit("t_log")),
        Check("its time is right", "at_most", WHEN, trial.limit("dt_clk", subject="meter_han")),
        Check("it names who acted", "always", WHO),
    ]
    if isinstance(trial.exchange, C1218Act) and READER in access_of(trial).clients:
        found.append(Check("a refused action is not logged as done", "never", REFUSED))
    return found


PROBE = Probe("I-M5", "c1218", stimulus, checks)
