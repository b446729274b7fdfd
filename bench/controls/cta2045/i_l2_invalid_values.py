"""I-L2 on CTA-2045: an invalid value is refused, and nothing of the message that holds it is applied."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence

from bench.controls.base import Probe
from bench.controls.cta2045._row import access_of, asked, exchange_of, good_one, set_point
from bench.controls.trial import Trial
from bench.judgement.check import Check
from drivers.cta2045.basic import Basic, Opcode, OperationalState
from drivers.cta2045.frame import BASIC, Frame
from drivers.cta2045.intermediate import (
    ENERGY_PRICE,
    SET_POINT,
    START_CYCLING,
    Cycling,
    EnergyPrice,
    Intermediate,
    SetPoints,
    Units,
)

GOOD = "a good command was carried out"
REFUSED, KEPT = "an invalid value was refused", "what was in force was unchanged"
_PAST_S = 7200.0


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    await good_one(trial, GOOD, "before")
    await exchange.prepare()
    async with access_of(trial).session() as client:
        before = await set_point(trial, client)
        for what, frame in _invalid(trial):
            tried = await asked(client, frame)
            trial.record.observe(REFUSED, not tried.accepted and tried.answered, what=what, answer=tried.text)
            state, now = await client.state(), await set_point(trial, client)
            kept = state == OperationalState.RUNNING_NORMAL and now == before
            trial.record.observe(KEPT, kept, what=what, state=state, set_point=now)
            if not kept:
                break
    await good_one(trial, GOOD, "afterwards")


def _invalid(trial: Trial) -> Iterator[tuple[str, Frame]]:
    access, now = access_of(trial), trial.clock.now()
    declared = access.declared
    points = declared.set_points
    if points is not None:
        low, high = points.range
        kind, other = declared.device_type, points.other
        yield "second set-point too high", SetPoints(kind, Units.CELSIUS, other, high + 1).encode().frame()
        yield "second set-point too low", SetPoints(kind, Units.CELSIUS, other, low - 1).encode().frame()
        yield "first set-point not there", SetPoints(kind, Units.CELSIUS, -0x8000, other).encode().frame()
        yield "unknown units", SetPoints(kind, 7, other, other).encode().frame()
        yield "half of the set-points", Intermediate(SET_POINT, struct.pack(">HBh", kind, 1, other)).frame()
    yield "a duty above 100 %", Cycling(1, 0.0, 10, 101).encode().frame()
    yield "a criticality above 9", Cycling(1, 0.0, 10, 50, criticality=10).encode().frame()
    yield "cycling that is over", Cycling(1, now - _PAST_S, 10, 0).encode().frame()
    yield "cycling with a byte too few", Intermediate(START_CYCLING, Cycling(1, 0.0, 10, 0).encode().body[:-1]).frame()
    yield "a price that has expired", EnergyPrice(99, 840, 2, now - _PAST_S).encode().frame()
    yield "a price of three bytes", Intermediate(ENERGY_PRICE, b"\x00\x63\x03").frame()
    yield "a level that asks to feed in", Basic(Opcode.POWER_LEVEL, 0xC0).frame()
    yield "an unknown outside status", Basic(Opcode.OUTSIDE_COMMUNICATION, 9).frame()
    yield "a command of one byte", Frame(BASIC, bytes((Opcode.LOAD_UP,)))
    yield "a command of three bytes", Frame(BASIC, bytes((Opcode.SHED, 10, 10)))


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("a good command is carried out", "always", GOOD),
        Check("an invalid value is refused", "always", REFUSED),
        Check("nothing of it is applied", "always", KEPT),
    ]


PROBE = Probe("I-L2", "cta2045", stimulus, checks)
