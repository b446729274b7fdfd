"""I-M5 on Modbus/TLS: each change stands once in the device's log, with its time, what was changed, and who did it."""

from __future__ import annotations

from collections.abc import Sequence

from bench.access.modbus import SECURE
from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.modbus._changes import change_of
from bench.controls.modbus._log import read_log
from bench.controls.modbus._row import access_of
from bench.controls.trial import Trial
from bench.judgement.check import Check

ENTRIES = "entries of one change in the log"
WHEN = "time of the entry"
WHO = "the entry names who made the change"
WHAT = "the entry has the new value"
DONE = "the change was carried out"


async def stimulus(trial: Trial) -> None:
    access, exchange = access_of(trial), change_of(trial)
    if access.declared.log is None:
        trial.record.observe(ENTRIES, 0, what="the device file declares no log")
        return
    await exchange.prepare()
    known = {entry.sequence for entry in await read_log(access) or ()}
    at = trial.clock.now()
    tried = await attempt(exchange.perform())
    trial.record.observe(DONE, tried.accepted, answer=tried.text)
    point, code = exchange.point, access.declared.log.write_code
    address, items = exchange.written
    new = [
        one
        for one in await read_log(access) or ()
        if one.sequence not in known and one.code == code and one.subject == address and not one.result
    ]
    trial.record.observe(ENTRIES, len(new), what=point.name)
    role = access.clients[access.role]
    for entry in new:
        trial.record.observe(WHEN, entry.at, unit="s", reference=at)
        named = (role.role, access.credential(access.role).name)
        trial.record.observe(WHO, any(name and name in entry.who for name in named), what=entry.who)
        registers = list(items[:2])
        trial.record.observe(WHAT, list(entry.after[: len(registers)]) == registers, what=str(entry.after))
    await exchange.restore()


def checks(trial: Trial) -> Sequence[Check]:
    found = [Check("a change leaves exactly one entry", "equals", ENTRIES, {"expected": 1})]
    if access_of(trial).declared.log is not None:
        found += [
            Check("the change is carried out", "always", DONE),
            Check("the entry has its time", "close_to_reference", WHEN, {"limit": _DT_CLK_S}),
            Check("the entry names who it was", "always", WHO),
            Check("the entry has the new value", "always", WHAT),
        ]
    return found


_DT_CLK_S = 10.0
"""Largest error of the entry's time: dt_clk of devices at home (G1), for all kinds of field devices."""

PROBE = Probe("I-M5", SECURE, stimulus, checks)
