"""I-H9 on Modbus: a broadcast on a serial line does only what the supplier declares.

Unit 0 is everybody, and nobody answers. The row's message is broadcast: it takes effect only where the device file
lists the point (PIXIT ``modbus.broadcast``).
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.access.modbus import PLAIN
from bench.controls.base import Probe
from bench.controls.modbus._changes import change_of, good_one, send_as, took_effect
from bench.controls.modbus._row import access_of
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.judgement.check import Check

OBEYED = "the row's sender was obeyed"
EFFECT = "a broadcast that is not declared took effect"


async def stimulus(trial: Trial) -> None:
    access, exchange = access_of(trial), change_of(trial)
    await exchange.prepare()
    await good_one(trial, OBEYED, "before")
    lines = [port for port in access.ports if access.profile_of(port) == "rtu"]
    if not lines or exchange.point.name in access.declared.broadcast:
        record_absent(trial, "undeclared broadcast", "no serial line, or the supplier declares this broadcast")
        trial.record.observe(EFFECT, False, what="nothing to broadcast")
    for port in lines if exchange.point.name not in access.declared.broadcast else ():
        tried = await send_as(access, [exchange.request()], access.role, port=port, unit=0)
        await took_effect(trial, EFFECT, f"broadcast at {port}", tried)
    await exchange.restore()


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("the row's sender is obeyed", "always", OBEYED),
        Check("no undeclared broadcast takes effect", "never", EFFECT),
    ]


PROBE = Probe("I-H9", PLAIN, stimulus, checks)
