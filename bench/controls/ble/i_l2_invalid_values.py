"""I-L2 on Bluetooth: an invalid value is refused, and nothing of it is applied."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence

from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.ble._row import access_of, good_one, settings, took_effect
from bench.controls.trial import Trial
from bench.judgement.check import Check
from drivers.gatt.load_control import COMMAND, SET_POINT, Act, encode_set_point
from drivers.gatt.sig import CURRENT_TIME

GOOD = "the owner's message worked"
REFUSED, KEPT, DONE = "an invalid value was refused", "settings were unchanged", "an invalid command took effect"


async def stimulus(trial: Trial) -> None:
    await good_one(trial, GOOD, "before")
    await trial.exchange.prepare()
    async with access_of(trial).session() as client:
        before = await settings(trial, client)
        for what, characteristic, value in _invalid(trial):
            tried = await attempt(client.write(characteristic, value))
            trial.record.observe(REFUSED, not tried.accepted and tried.answered, what=what, answer=tried.text)
            trial.record.observe(KEPT, await settings(trial, client) == before, what=what)
            effect = await took_effect(trial, client)
            if effect is not None:
                trial.record.observe(DONE, effect, what=what)
    await good_one(trial, GOOD, "afterwards")


def _invalid(trial: Trial) -> Iterator[tuple[str, str, bytes]]:
    points = access_of(trial).declared.set_points
    command = struct.Struct("<BHHB")
    yield "an act that does not exist", COMMAND, command.pack(9, 1, 10, 0)
    yield "a limit above 100 %", COMMAND, command.pack(Act.LIMIT, 1, 10, 101)
    yield "a duty of 255 %", COMMAND, command.pack(Act.CYCLE, 1, 10, 255)
    yield "a command with an octet too many", COMMAND, command.pack(Act.OFF, 1, 10, 0) + b"\x00"
    if points is not None:
        low, high = points.range
        yield "a set-point too high", SET_POINT, encode_set_point(high + 0.01)
        yield "a set-point too low", SET_POINT, encode_set_point(low - 0.01)
        yield "a set-point that is not there", SET_POINT, b"\x00\x80"
        yield "a set-point of one octet", SET_POINT, b"\x00"
    yield "the 30th of February", CURRENT_TIME, struct.pack("<HBBBBBBBB", 2026, 2, 30, 0, 0, 0, 0, 0, 0)
    yield "an hour of 24", CURRENT_TIME, struct.pack("<HBBBBBBBB", 2026, 2, 3, 24, 0, 0, 0, 0, 0)


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("the owner's message works", "always", GOOD),
        Check("an invalid value is refused", "always", REFUSED),
        Check("nothing of it is applied", "always", KEPT),
        Check("it has no effect", "never", DONE),
    ]


PROBE = Probe("I-L2", "ble", stimulus, checks)
