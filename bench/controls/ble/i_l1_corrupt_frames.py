"""I-L1 on Bluetooth: messages that were cut off, or whose lengths are wrong, have no effect.

The frame check is the controller's, below HCI; what can be wrong above it are lengths.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.ble._row import access_of, good_one, handle_of, settings, took_effect
from bench.controls.trial import Trial
from bench.judgement.check import Check
from drivers.gatt.client import GattClient
from drivers.gatt.errors import ATT_ERRORS

GOOD = "the owner's message worked"
REFUSED, KEPT, DONE = "a spoilt message was refused", "settings were unchanged", "a spoilt message took effect"
_WRITE, _PREPARE, _EXECUTE, _ERROR = 0x12, 0x16, 0x18, 0x01


async def stimulus(trial: Trial) -> None:
    access = access_of(trial)
    await good_one(trial, GOOD, "before")
    await trial.exchange.prepare()
    async with access.session() as client:
        before = await settings(trial, client)
        for what, pdus in _spoilt(trial, client):
            answers = [await attempt(client.ask(pdu)) for pdu in pdus]
            last = answers[-1]
            refused = any(one.accepted and one.value[:1] == bytes((_ERROR,)) for one in answers) or not last.accepted
            code = ATT_ERRORS.get(last.value[-1], "?") if last.accepted and last.value[:1] == b"\x01" else last.text
            trial.record.observe(REFUSED, refused, what=what, answer=code)
            trial.record.observe(KEPT, await settings(trial, client) == before, what=what)
            effect = await took_effect(trial, client)
            if effect is None:
                trial.record.could_not_look(DONE, what)
            else:
                trial.record.observe(DONE, effect, what=what)
    await good_one(trial, GOOD, "afterwards")


def _spoilt(trial: Trial, client: GattClient) -> Iterator[tuple[str, list[bytes]]]:
    for name in access_of(trial).declared.fixed:
        size = access_of(trial).declared.fixed[name]
        handle = handle_of(client, name).to_bytes(2, "little")
        whole = b"\x02" + bytes(size - 1)
        for length in range(size):
            yield f"{length} of {size} octets to {name}", [bytes((_WRITE,)) + handle + whole[:length]]
        yield f"one octet too many to {name}", [bytes((_WRITE,)) + handle + whole + b"\x00"]
        part = bytes((_PREPARE,)) + handle + b"\x01\x00" + whole[1:]
        yield f"a part that begins at octet 1 of {name}", [part, bytes((_EXECUTE, 1))]
    yield "a write without a handle", [bytes((_WRITE, 1))]
    yield "a prepared write without an offset", [bytes((_PREPARE, 1, 0))]


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("the owner's message works", "always", GOOD),
        Check("a spoilt message is refused", "always", REFUSED),
        Check("nothing of it is applied", "always", KEPT),
        Check("it has no effect", "never", DONE),
    ]


PROBE = Probe("I-L1", "ble", stimulus, checks)
