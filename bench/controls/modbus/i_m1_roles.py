"""I-M1 on Modbus/TLS: the role in the certificate decides who may change what, exactly as the device file says.

Every declared client, and one whose certificate gives no role, sends the row's message. Where it is not granted the
device refuses (by any exception, or by ending the connection), and nothing happens.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.access.modbus import NO_ROLE, SECURE
from bench.controls.base import Probe
from bench.controls.modbus._changes import change_of, good_one, send_as, took_effect
from bench.controls.modbus._row import access_of
from bench.controls.trial import Trial
from bench.judgement.check import Check

OBEYED = "the row's sender was obeyed"
GRANTED = "whom the device file grants it was obeyed"
DENIED = "whom the device file does not grant it was confirmed"
EFFECT = "a message without the right took effect"


async def stimulus(trial: Trial) -> None:
    access, exchange = access_of(trial), change_of(trial)
    await exchange.prepare()
    await good_one(trial, OBEYED, "before")
    point = exchange.point
    for role in (*access.clients, *([NO_ROLE] if access.has(NO_ROLE) else [])):
        granted = access.rights.may_write(role, point.space, point.address, point.size)
        tried = await send_as(access, [exchange.request()], role)
        trial.record.observe(GRANTED if granted else DENIED, tried.accepted, what=role, answer=tried.text)
        if granted:
            await exchange.restore()
            await exchange.prepare()
        else:
            await took_effect(trial, EFFECT, role, tried)
    await good_one(trial, OBEYED, "afterwards")
    await exchange.restore()


def checks(trial: Trial) -> Sequence[Check]:
    access, point = access_of(trial), change_of(trial).point
    found = [
        Check("the row's sender is obeyed", "always", OBEYED),
        Check("who is not granted it is refused", "never", DENIED),
        Check("and changes nothing", "never", EFFECT),
    ]
    if any(access.rights.may_write(role, point.space, point.address, point.size) for role in access.clients):
        found.append(Check("who is granted it is obeyed", "always", GRANTED))
    return found


PROBE = Probe("I-M1", SECURE, stimulus, checks)
