"""I-H4 on C12.18: the event log cannot be rewritten, emptied in silence, flushed, or lost in a power cut.

Every role writes the logs and starts the procedures that clear data and list pointers. Cheap events are wrong
passwords, each an entry of table 76, of which there come more than the log can hold.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.access.c1218 import MANAGEMENT, C1218Access
from bench.access.dlms_events import declared_events
from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.c1218._port import access_of, answers_again
from bench.controls.trial import Trial
from bench.judgement.check import Check
from drivers.c1218.names import ProcedureCall
from drivers.c1219.logs import ACT_LOGS, EVENT_CONTROL, EVENT_LOG, EVENTS, HISTORY, HISTORY_CONTROL, logs_layout
from drivers.c1219.procedures import Procedure
from drivers.metering import LoggedEvent

REWRITTEN = "a client could overwrite a log or switch it off"
CLEARED = "the log was emptied without a trace"
FLUSHED = "a tamper entry was displaced by cheap events"
LOST = "of the newest entries, lost in a power cut"
IN_ORDER = "entries stand in the order in which they were made"
STILL_LOGS = "the log still takes entries after it was filled"
_TABLES = (EVENTS, HISTORY_CONTROL, HISTORY, EVENT_CONTROL, EVENT_LOG)
_CLEARING = (
    Procedure.COLD_START,
    Procedure.CLEAR_DATA,
    Procedure.RESET_LIST_POINTERS,
    Procedure.UPDATE_LAST_READ,
    Procedure.CLEAR_STATUS,
)
_WRONG = b"no such password"
_BETWEEN_S, _OFF_S, _MARGIN_S = 2.0, 10.0, 1.0
_BATCH = 100


async def stimulus(trial: Trial) -> None:
    """Overwrite, clear, flush with cheap events, cut the power during an append."""
    access = access_of(trial)
    tamper = await _tamper(trial, access)
    await _overwrite(trial, access)
    await _flush(trial, access)
    events = await _entries(access)
    kept = any(event.code == tamper.code and event.at == tamper.at for event in events)
    trial.record.observe(FLUSHED, not kept, what=f"entry {tamper.code} at {tamper.at}")
    stamps = [event.at for event in events if event.at is not None]
    trial.record.observe(IN_ORDER, stamps == sorted(stamps))
    newer = await _tamper(trial, access)
    trial.record.observe(STILL_LOGS, newer in await _entries(access))
    await _power_cuts(trial, access)


async def _tamper(trial: Trial, access: C1218Access) -> LoggedEvent:
    """Open and close the cover; the entry that the opening made."""
    for opened in (True, False):
        await trial.station.box.do(trial.seat, "cover", open=opened)
        await trial.station.advance(_BETWEEN_S)
    declared = declared_events(trial.station.lab.seat(trial.seat).device).find("cover_opened")
    return [event for event in await _entries(access) if declared is None or event.code == declared.code][-1]


async def _entries(access: C1218Access) -> Sequence[LoggedEvent]:
    async with access.session(MANAGEMENT) as client:
        return await access.meter(client).events("standard")


async def _overwrite(trial: Trial, access: C1218Access) -> None:
    """Write the tables of the logs and start what clears, as every role that may log on."""
    for role in access.clients:
        before = await _entries(access)
        async with access.session(role) as client:
            for number in _TABLES:
                for what, request in (
                    ("whole", client.write(number, bytes(11))),
                    ("part", client.write_part(number, 1, bytes(2))),
                ):
                    tried = await attempt(request)
                    trial.record.observe(
                        REWRITTEN, tried.accepted, what=f"{role}, table {number}, {what}", answer=tried.text
                    )
            meter = access.meter(client)
            for procedure in _CLEARING:
                await attempt(meter.start(ProcedureCall(int(procedure))))
        after = await _entries(access)
        gone = any(event not in after for event in before)
        declared = declared_events(trial.station.lab.seat(trial.seat).device).find("log_cleared")
        traced = declared is not None and any(event.code == declared.code and event not in before for event in after)
        trial.record.observe(CLEARED, gone and not traced, what=role)


async def _flush(trial: Trial, access: C1218Access) -> None:
    """``log_flush`` times the log's capacity of wrong passwords, and the end of the lock-out that they bring."""
    async with access.session(MANAGEMENT) as client:
        meter = access.meter(client)
        version = (await meter.configuration()).version
        capacity = (await meter.table(ACT_LOGS, logs_layout(version))).event_entries
    left = int(capacity * trial.bound("log_flush").number)
    while left > 0:
        async with access.identified() as client:
            await client.logon(access.table(MANAGEMENT).user_id)
            for _number in range(min(left, _BATCH)):
                await attempt(client.security(_WRONG))
        left -= _BATCH
    await trial.station.advance(float(access.pixit("lockout", {}).get("seconds", 0.0)) + _MARGIN_S)


async def _power_cuts(trial: Trial, access: C1218Access) -> None:
    """Make an entry, cut the power as it is written, and look for the newest entries afterwards."""
    newest = trial.bound("n_last_entries").count
    for number in range(2):
        await trial.station.box.do(trial.seat, "cover", open=number % 2 == 0)
        before = (await _entries(access))[-newest:]
        await trial.station.power(trial.seat, False)
        await trial.station.advance(_OFF_S)
        await trial.station.power(trial.seat, True)
        await answers_again(trial, access, 2 * trial.bound("t_boot").number)
        after = await _entries(access)
        lost = [f"{event.code} at {event.at}" for event in before if _key(event) not in set(map(_key, after))]
        trial.record.observe(LOST, lost, what=f"cut {number + 1}")  # type: ignore[arg-type]


def _key(event: LoggedEvent) -> tuple[float | None, int, object]:
    """What tells an entry: a sequence number may be given anew to one that took the place of a lost one."""
    return event.at, event.code, event.others.get("argument")


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("no client overwrites a log", "never", REWRITTEN),
        Check("the log is not emptied without a trace", "never", CLEARED),
        Check("tamper entries outlive cheap events", "never", FLUSHED),
        Check("a full log goes on", "always", STILL_LOGS),
        Check("entries keep their order", "always", IN_ORDER),
        Check("no recent entry is lost in a power cut", "empty", LOST),
    ]


PROBE = Probe("I-H4", "c1218", stimulus, checks)
