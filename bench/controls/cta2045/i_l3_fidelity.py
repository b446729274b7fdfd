"""I-L3 on CTA-2045: the power and the energy that an appliance tells are those that the analyser sees."""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.base import Probe
from bench.controls.cta2045._row import access_of, exchange_of
from bench.controls.trial import Trial
from bench.judgement.check import Check
from drivers.cta2045.basic import Opcode

POWER, ENERGY = "power that the appliance tells", "energy that it counts between two readings"
_LEVELS = (127, 96, 64, 32, 0)
_COUNT_S = 600.0
_SHARE, _FLOOR_W, _FLOOR_WH = 0.01, 2.0, 2.0


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    await exchange.prepare()
    async with access_of(trial).session() as client:
        for level in _LEVELS:
            await client.command(Opcode.POWER_LEVEL, level)
            await trial.station.advance(1.0)
            seen = await exchange.power()
            before = await exchange.told(client)
            if seen is None:
                trial.record.could_not_look(POWER, "no power analyser is wired to the appliance")
                break
            what = f"level {level} of 127"
            trial.record.observe(POWER, before["power_w"], unit="W", reference=seen.value, what=what)
            began = trial.clock.now()
            await client.listen(began + _COUNT_S)
            after = await exchange.told(client)
            counted = after["energy_wh"] - before["energy_wh"]
            drawn = seen.value * (trial.clock.now() - began) / 3600.0
            trial.record.observe(ENERGY, counted, unit="Wh", reference=drawn, what=what)
        await client.end()
    await trial.station.advance(access_of(trial).back_s)


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("its power is the analyser's", "relative_to_reference", POWER, {"limit": _SHARE, "floor": _FLOOR_W}),
        Check("its energy is the analyser's", "relative_to_reference", ENERGY, {"limit": _SHARE, "floor": _FLOOR_WH}),
    ]


PROBE = Probe("I-L3", "cta2045", stimulus, checks)
