"""I-M3 on Modbus/TLS: there is no secret to guess; attempts without a right leave their entry in the log.

Certificates cannot be guessed, so the control asks for the log only: a write that the device refused for want of a
right is there within t_log, as refused, where the supplier declares a log.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.access.modbus import NO_ROLE, SECURE
from bench.controls.base import Probe
from bench.controls.modbus._changes import change_of, good_one, send_as
from bench.controls.modbus._log import read_log
from bench.controls.modbus._row import access_of
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.judgement.check import Check

REFUSED = "the attempt was refused"
LOGGED = "the refused attempt stands in the log"
OBEYED = "the row's sender was obeyed afterwards"


async def stimulus(trial: Trial) -> None:
    access, exchange = access_of(trial), change_of(trial)
    record_absent(trial, "guessing", "certificates have no secret that could be guessed")
    await exchange.prepare()
    point = exchange.point
    denied = [role for role in access.clients if not access.rights.may_write(role, point.space, point.address)]
    for role in (*denied, *([NO_ROLE] if access.has(NO_ROLE) else [])):
        known = {entry.sequence for entry in await read_log(access) or ()}
        tried = await send_as(access, [exchange.request()], role)
        trial.record.observe(REFUSED, not tried.accepted, what=role, answer=tried.text)
        await trial.station.advance(trial.bound("t_log").number / 2)
        entries = await read_log(access)
        if entries is None:
            record_absent(trial, "log of refused attempts", "the device file declares no log")
            continue
        new = [
            one for one in entries if one.sequence not in known and one.subject == exchange.written[0] and one.result
        ]
        trial.record.observe(LOGGED, len(new) == 1, what=role, entries=len(new))
    await good_one(trial, OBEYED, "after the attempts")
    await exchange.restore()


def checks(trial: Trial) -> Sequence[Check]:
    found = [
        Check("attempts without a right are refused", "always", REFUSED),
        Check("the row's sender is not kept out by them", "always", OBEYED),
    ]
    if access_of(trial).declared.log is not None:
        found.append(Check("each stands in the log as refused", "always", LOGGED))
    return found


PROBE = Probe("I-M3", SECURE, stimulus, checks)
