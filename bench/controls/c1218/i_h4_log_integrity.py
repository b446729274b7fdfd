"""I-H4 on C12.18: the event log cannot be rewritten, emptied in silence, flushed, or lost in a power cut.

Every role writes the logs and starts the procedures that clear data and list pointers. Cheap events are wrong
passwords, each an entry of table 76, of which there come more than the log can hold.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from bench.access.c1218 import MANAGEMENT, C1218Access
from bench.access.dlms_events import declared_events
from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.c1218._port import access_of, answers_again
from bench.controls.log_integrity import REWRITTEN, MeterLog, checks
from bench.controls.trial import Trial
from drivers.c1218.client import C1218Client
from drivers.c1218.names import ProcedureCall
from drivers.c1219.logs import ACT_LOGS, EVENT_CONTROL, EVENT_LOG, EVENTS, HISTORY, HISTORY_CONTROL, logs_layout
from drivers.c1219.procedures import Procedure
from drivers.metering import LoggedEvent

_TABLES = (EVENTS, HISTORY_CONTROL, HISTORY, EVENT_CONTROL, EVENT_LOG)
_CLEARING = (
    Procedure.COLD_START,
    Procedure.CLEAR_DATA,
    Procedure.RESET_LIST_POINTERS,
    Procedure.UPDATE_LAST_READ,
    Procedure.CLEAR_STATUS,
)
_WRONG = b"no such password"
_MARGIN_S, _BATCH = 1.0, 100


async def stimulus(trial: Trial) -> None:
    await _EventLog(trial, access_of(trial)).attack()


class _EventLog(MeterLog):
    def __init__(self, trial: Trial, access: C1218Access) -> None:
        super().__init__(trial)
        self._access = access

    async def entries(self) -> Sequence[LoggedEvent]:
        async with self._access.session(MANAGEMENT) as client:
            return await self._access.meter(client).events("standard")

    def code(self, meaning: str) -> int | None:
        found = declared_events(self.trial.station.lab.seat(self.trial.seat).device).find(meaning)
        return None if found is None else found.code

    def key(self, event: LoggedEvent) -> Hashable:
        """A sequence number may be given anew to one that took the place of a lost one."""
        return event.at, event.code, event.others.get("argument")

    async def overwrite(self) -> None:
        """Write the tables of the logs and start what clears, as every role that may log on."""
        for role in self._access.clients:
            before = await self.entries()
            async with self._access.session(role) as client:
                await self._write(client, role)
                meter = self._access.meter(client)
                for procedure in _CLEARING:
                    await attempt(meter.start(ProcedureCall(int(procedure))))
            self.record_clearing(role, before, await self.entries())

    async def _write(self, client: C1218Client, role: str) -> None:
        for number in _TABLES:
            for what, request in (
                ("whole", client.write(number, bytes(11))),
                ("part", client.write_part(number, 1, bytes(2))),
            ):
                tried = await attempt(request)
                self.trial.record.observe(
                    REWRITTEN, tried.accepted, what=f"{role}, table {number}, {what}", answer=tried.text
                )

    async def flush(self) -> None:
        """``log_flush`` times the log's capacity of wrong passwords, and the end of the lock-out that they bring."""
        access = self._access
        async with access.session(MANAGEMENT) as client:
            meter = access.meter(client)
            version = (await meter.configuration()).version
            capacity = (await meter.table(ACT_LOGS, logs_layout(version))).event_entries
        left = int(capacity * self.trial.bound("log_flush").number)
        while left > 0:
            async with access.identified() as client:
                await client.logon(access.table(MANAGEMENT).user_id)
                for _number in range(min(left, _BATCH)):
                    await attempt(client.security(_WRONG))
            left -= _BATCH
        locked_s = float(access.pixit("lockout", {}).get("seconds", 0.0))
        await self.trial.station.advance(locked_s + _MARGIN_S)

    async def back(self) -> None:
        await answers_again(self.trial, self._access, 2 * self.trial.bound("t_boot").number)


PROBE = Probe("I-H4", "c1218", stimulus, checks)
