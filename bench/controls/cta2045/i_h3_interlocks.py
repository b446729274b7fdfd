"""I-H3 on CTA-2045: what could do harm is not done: scalding water, feeding in, events that were never begun."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bench.controls.base import Probe
from bench.controls.cta2045._row import access_of, asked, exchange_of, good_one, set_point
from bench.controls.trial import Trial
from bench.judgement.check import Check
from drivers.cta2045.basic import Basic, Opcode
from drivers.cta2045.frame import Frame
from drivers.cta2045.intermediate import SetPoints, Termination, Units

GOOD = "a good command was carried out"
REFUSED, KEPT = "a harmful order was refused", "the set-point was unchanged"
_HARMFUL_C = (70, 95, 0x7FFF)
_LOAD_UP_S, _LOOKS = 3600.0, 8
WARMEST = "temperature while the appliance stores more"


async def stimulus(trial: Trial) -> None:
    await good_one(trial, GOOD, "before")
    async with access_of(trial).session() as client:
        before = await set_point(trial, client)
        for what, frame in _harmful(trial):
            tried = await asked(client, frame)
            trial.record.observe(REFUSED, not tried.accepted and tried.answered, what=what, answer=tried.text)
            trial.record.observe(KEPT, await set_point(trial, client) == before, what=what)
        if before is not None:
            await trial.station.box.do(trial.seat, "use", on=False)
            await client.load_up(_LOAD_UP_S * _LOOKS)
            for _look in range(_LOOKS):
                await client.listen(trial.clock.now() + _LOAD_UP_S)
                trial.record.observe(WARMEST, await client.present_temperature(), unit="degC")
            await client.end()
    await exchange_of(trial).prepare()
    await good_one(trial, GOOD, "afterwards")


def _harmful(trial: Trial) -> Iterator[tuple[str, Frame]]:
    declared = access_of(trial).declared
    if declared.set_points is not None:
        for degrees in _HARMFUL_C:
            points = SetPoints(declared.device_type, Units.CELSIUS, degrees, degrees)
            yield f"a set-point of {degrees} degrees", points.encode().frame()
    yield "an order to feed in", Basic(Opcode.POWER_LEVEL, 0xFF).frame()
    yield "the end of an event that was never begun", Termination(0xDEAD_BEEF).encode().frame()


def checks(trial: Trial) -> Sequence[Check]:
    found = [
        Check("good commands work before and after", "always", GOOD),
        Check("a harmful order is refused", "always", REFUSED),
        Check("nothing of it is applied", "always", KEPT),
    ]
    points = access_of(trial).declared.set_points
    if points is not None:
        found.append(Check("it never gets too warm", "at_most", WARMEST, {"limit": points.range[1]}))
    return found


PROBE = Probe("I-H3", "cta2045", stimulus, checks)
