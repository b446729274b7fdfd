"""I-M6 on Bluetooth: a command that comes twice acts once, and one that was only prepared does not act at all."""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.ble._row import access_of, command_of, took_effect
from bench.controls.trial import Trial
from bench.judgement.check import Check
from drivers.gatt.load_control import COMMAND

ONCE = "after two commands one release was enough"
DONE = "a command that was only prepared took effect"
GOOD = "a command that was executed took effect"
_PREPARE, _EXECUTE = 0x16, 0x18


async def stimulus(trial: Trial) -> None:
    exchange, access = command_of(trial), access_of(trial)
    value = exchange.order.encode()
    await exchange.prepare()
    async with access.session() as client:
        handle = client.handle_of(COMMAND).to_bytes(2, "little")
        halves = [
            bytes((_PREPARE,)) + handle + at.to_bytes(2, "little") + value[at : at + 3]
            for at in range(0, len(value), 3)
        ]
        for half in halves:
            await attempt(client.ask(half))
        trial.record.observe(DONE, await took_effect(trial), what="not executed")
        await attempt(client.ask(bytes((_EXECUTE, 0))))
        trial.record.observe(DONE, await took_effect(trial), what="cancelled")
        for half in halves:
            await attempt(client.ask(half))
    trial.record.observe(DONE, await took_effect(trial), what="the link ended")
    async with access.session() as client:
        await attempt(client.ask(bytes((_EXECUTE, 1))))
        trial.record.observe(DONE, await took_effect(trial), what="executed on another link")
        for half in reversed(halves):
            await attempt(client.ask(half))
        await attempt(client.ask(bytes((_EXECUTE, 1))))
        trial.record.observe(DONE, await took_effect(trial), what="in the wrong order")
        for half in halves:
            await attempt(client.ask(half))
        await attempt(client.ask(bytes((_EXECUTE, 1))))
        trial.record.observe(GOOD, await took_effect(trial))
        await exchange.send(client)
        await exchange.undo(client)
        await trial.station.advance(exchange.back_s)
        trial.record.observe(ONCE, await exchange.runs() is True)


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("what is only prepared has no effect", "never", DONE),
        Check("what is executed has one", "always", GOOD),
        Check("a command that comes twice acts once", "always", ONCE),
    ]


PROBE = Probe("I-M6", "ble", stimulus, checks)
