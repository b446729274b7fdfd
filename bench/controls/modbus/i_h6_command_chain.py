"""I-H6 on Modbus/TLS: the device's end of the chain: who ordered what, and when, can be told from its log.

The row's message, and one by a client whose certificate gives no role. The first stands in the log with the name and
the role of its sender; the second was refused, and stands there as refused with the name of who tried. Times do not
run back.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from bench.access.modbus import NO_ROLE, SECURE
from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.modbus._changes import change_of, send_as
from bench.controls.modbus._log import read_log
from bench.controls.modbus._row import access_of
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.judgement.check import Check

NAMED = "the log names who gave the command"
REFUSED = "a command without an origin was carried out"
TRACED = "the refused command stands in the log with the name of who tried"
ORDER = "the entries stand in the order of their times"


async def stimulus(trial: Trial) -> None:
    access, exchange = access_of(trial), change_of(trial)
    if access.declared.log is None:
        trial.record.observe(NAMED, False, what="the device file declares no log")
        return
    await exchange.prepare()
    known = {entry.sequence for entry in await read_log(access) or ()}
    tried = await attempt(exchange.perform())
    entries = [one for one in await read_log(access) or () if one.sequence not in known and not one.result]
    sender = access.credential(access.role).name
    named = any(sender in one.who or access.clients[access.role].role in one.who for one in entries)
    trial.record.observe(NAMED, named, what=", ".join(one.who for one in entries), answer=tried.text)
    await exchange.restore()
    await exchange.prepare()
    if access.has(NO_ROLE):
        known = {entry.sequence for entry in await read_log(access) or ()}
        tried = await send_as(access, [exchange.request()], NO_ROLE)
        trial.record.observe(REFUSED, tried.accepted, what=NO_ROLE, answer=tried.text)
        name = access.credential(NO_ROLE).name
        new = [one for one in await read_log(access) or () if one.sequence not in known and one.result]
        trial.record.observe(TRACED, any(name[:12] in one.who for one in new), what=", ".join(one.who for one in new))
    else:
        record_absent(trial, "a command without an origin", "the device file names no certificate without a role")
        trial.record.observe(REFUSED, False, what="not tried")
        trial.record.observe(TRACED, True, what="not tried")
    times = [entry.at for entry in await read_log(access) or ()]
    trial.record.observe(ORDER, all(one <= other for one, other in pairwise(times)), what=f"{len(times)} entries")
    await exchange.restore()


def checks(trial: Trial) -> Sequence[Check]:
    found = [Check("the log names who gave the command", "always", NAMED)]
    if access_of(trial).declared.log is not None:
        found += [
            Check("a command without an origin is refused", "never", REFUSED),
            Check("it leaves the name of who tried", "always", TRACED),
            Check("the log is in the order of time", "always", ORDER),
        ]
    return found


PROBE = Probe("I-H6", SECURE, stimulus, checks)
