"""I-L4 on Modbus/TLS: who has no credential changes nothing.

The row's message comes without a certificate, with one that anybody could make, with one that gives no role, and to the
ports where plain Modbus would be spoken; to undeclared unit ids too. For a minute after each nothing happens.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.access.modbus import SECURE
from bench.controls.base import Probe
from bench.controls.modbus._changes import change_of, good_one, send_as, strangers_of, took_effect
from bench.controls.modbus._row import access_of
from bench.controls.trial import Trial
from bench.judgement.check import Check

OBEYED = "the row's sender was obeyed"
TAKEN = "a message without a credential was confirmed"
EFFECT = "a message without a credential took effect"
_WATCHED_S = 60.0
_OTHER_UNITS = (0, 2, 100, 247, 255)


async def stimulus(trial: Trial) -> None:
    access, exchange = access_of(trial), change_of(trial)
    await exchange.prepare()
    await good_one(trial, OBEYED, "before")
    tries = [(f"{who} at {port}", who, port, None) for who in strangers_of(access) for port in access.ports]
    tries += [(f"plain Modbus at {port}", "", port, None) for port in access.plaintext_ports]
    for what, role, port, unit in tries:
        tried = await send_as(access, [exchange.request()], role, port=port, unit=unit)
        trial.record.observe(TAKEN, tried.accepted, what=what, answer=tried.text)
        await trial.station.advance(_WATCHED_S)
        await took_effect(trial, EFFECT, what, tried)
    for unit in _OTHER_UNITS:
        if unit not in access.declared.units:
            tried = await send_as(access, [exchange.request()], access.role, unit=unit)
            trial.record.observe(TAKEN, tried.accepted, what=f"unit {unit}", answer=tried.text)
    await good_one(trial, OBEYED, "afterwards")
    await exchange.restore()


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("the row's sender is obeyed", "always", OBEYED),
        Check("no message without a credential is confirmed", "never", TAKEN),
        Check("none takes effect", "never", EFFECT),
    ]


PROBE = Probe("I-L4", SECURE, stimulus, checks)
