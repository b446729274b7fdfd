"""I-H11 on Modbus: settings that harm the grid are refused to every client, and those that merely may are logged.

The row's exchange names harmful writes (`ModbusWrite.harmful`): those beyond what the standard allows must be refused
to every role; those within must stand in the log, with old and new value, where a role may write them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bench.access.modbus_declared import ANONYMOUS
from bench.controls.modbus._changes import change_of, send_as
from bench.controls.modbus._log import read_log
from bench.controls.modbus._probes import on_both
from bench.controls.modbus._row import access_of
from bench.controls.trial import Trial
from bench.judgement.check import Check

if TYPE_CHECKING:
    from bench.exchanges.modbus_write import Harmful

TAKEN = "a setting beyond what is allowed was taken"
TRACE = "a setting that was taken stands in the log with its old and new value"
TRIED = "harmful settings that were tried"


async def stimulus(trial: Trial) -> None:
    access, exchange = access_of(trial), change_of(trial)
    await exchange.prepare()
    harmful = await exchange.harmful()
    trial.record.observe(TRIED, len(harmful), unit="settings")
    for one in harmful:
        for role in access.clients or (ANONYMOUS,):
            await _one(trial, one, role)
    await exchange.restore()


async def _one(trial: Trial, one: Harmful, role: str) -> None:
    access = access_of(trial)
    known = {entry.sequence for entry in await read_log(access) or ()}
    tried = await send_as(access, [one.request], role)
    what = f"{one.what}, {role}"
    if not one.allowed:
        trial.record.observe(TAKEN, tried.accepted, what=what, answer=tried.text)
    if not tried.accepted:
        return
    entries = await read_log(access)
    new = [entry for entry in entries or () if entry.sequence not in known and not entry.result]
    changed = [entry for entry in new if entry.before != entry.after or one.undo == one.request]
    trial.record.observe(TRACE, bool(changed), what=what, entries=len(new))
    await send_as(access, [one.undo], role)


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("there are settings to try", "at_least", TRIED, {"limit": 1}),
        Check("what is beyond the allowed is refused to every role", "never", TAKEN),
        Check("what is within is logged with old and new value", "always", TRACE),
    ]


PROBES = on_both("I-H11", stimulus, checks)
