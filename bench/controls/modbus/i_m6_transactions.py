"""I-M6 on Modbus/TLS: a message that comes twice counts once, and one that breaks off counts not at all."""

from __future__ import annotations

from collections.abc import Sequence

from bench.access.modbus import SECURE
from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.modbus._changes import change_of, good_one, took_effect
from bench.controls.modbus._row import access_of
from bench.controls.trial import Trial
from bench.judgement.check import Check
from drivers.modbus.adu import Adu, wrap_tcp
from drivers.transport.tap import repeat

OBEYED = "the row's sender was obeyed"
ONCE = "a message that came twice had the effect of one"
BROKEN = "a message that broke off took effect"
_TRANSACTION, _END_S = 0x4D36, 20.0


async def stimulus(trial: Trial) -> None:
    access, exchange = access_of(trial), change_of(trial)
    await exchange.prepare()
    await good_one(trial, OBEYED, "before")
    async with access.session() as client:
        with client.taps["adu"].interfering(repeat(2)):
            tried = await attempt(exchange.send(client))
        effect = await exchange.observe()
        right = tried.accepted and effect.happened is True and await exchange.times() == 1
        trial.record.observe(ONCE, right, what="the same transaction twice", answer=tried.text)
    await exchange.restore()
    await exchange.prepare()
    whole = wrap_tcp(Adu(access.declared.units[0], exchange.request(), _TRANSACTION))
    for length in sorted({len(whole) - 1, len(whole) // 2, 8}):
        async with access.session(timeout_s=0.05) as client:
            tried = await attempt(client.send_raw(whole[:length]))
        await trial.station.advance(_END_S)
        await took_effect(trial, BROKEN, f"{length} of {len(whole)} bytes", tried)
    await good_one(trial, OBEYED, "afterwards")
    await exchange.restore()


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("the row's sender is obeyed", "always", OBEYED),
        Check("a message that comes twice counts once", "always", ONCE),
        Check("one that breaks off has no effect", "never", BROKEN),
    ]


PROBE = Probe("I-M6", SECURE, stimulus, checks)
