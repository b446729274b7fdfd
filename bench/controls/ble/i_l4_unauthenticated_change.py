"""I-L4 on Bluetooth: who is not paired by the owner writes nothing, in no way in which something can be written."""

from __future__ import annotations

from collections.abc import Sequence

from bench.access.ble import BYSTANDER
from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.ble._row import access_of, command_of, good_one, handle_of, pair_as, settings, took_effect
from bench.controls.trial import Trial
from bench.judgement.check import Check
from drivers.gatt.client import GattClient

GOOD = "the owner's message worked"
TAKEN, DONE, KEPT = "a write was accepted", "the command took effect", "settings were unchanged"
_WATCH_S = 60.0
_ANSWERS = frozenset({0x13, 0x17, 0x19})
_PREPARE, _EXECUTE = 0x16, 0x18


async def stimulus(trial: Trial) -> None:
    access = access_of(trial)
    await good_one(trial, GOOD, "before")
    await trial.exchange.prepare()
    async with access.session() as client:
        before = await settings(trial, client)
    async with access.stranger() as adapter, access.open_link(adapter) as client:
        await _try_all(trial, client, "not paired")
        await access.hand.open_window()
        await pair_as(client, BYSTANDER)
        await _try_all(trial, client, "after a pairing that nobody confirmed")
    await trial.station.advance(_WATCH_S)
    effect = await took_effect(trial)
    if effect is None:
        trial.record.could_not_look(DONE, "no power analyser is wired to the appliance")
    else:
        trial.record.observe(DONE, effect, what=f"{_WATCH_S:g} s later")
    async with access.session() as client:
        trial.record.observe(KEPT, await settings(trial, client) == before)
    await trial.exchange.restore()
    await good_one(trial, GOOD, "afterwards")


async def _try_all(trial: Trial, client: GattClient, who: str) -> None:
    tried = await attempt(command_of(trial).send(client))
    trial.record.observe(TAKEN, tried.accepted, what=f"the row's command, {who}", answer=tried.text)
    for name in access_of(trial).declared.writable:
        handle = handle_of(client, name)
        tried = await attempt(client.write(handle, b"\x02\x00"))
        trial.record.observe(TAKEN, tried.accepted, what=f"{name}, {who}", answer=tried.text)
        await client.write(handle, b"\x02\x00", response=False)  # a command is never answered: its effect is looked for
        part = bytes((_PREPARE,)) + handle.to_bytes(2, "little") + b"\x00\x00\x02\x00"
        tried = await attempt(client.ask(part))
        taken = tried.accepted and tried.value[0] in _ANSWERS
        trial.record.observe(TAKEN, taken, what=f"{name} prepared, {who}", answer=tried.text)
        await attempt(client.ask(bytes((_EXECUTE, 1))))


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("the owner's message works", "always", GOOD),
        Check("no write is accepted", "never", TAKEN),
        Check("nothing is actuated", "never", DONE),
        Check("settings stay as they are", "always", KEPT),
    ]


PROBE = Probe("I-L4", "ble", stimulus, checks)
