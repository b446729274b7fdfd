"""I-L3 Value fidelity: what the station tells of power, current and energy is what the reference instrument measures.

At points from nothing to all that the station can. The limits are the supplier's: PIXIT ``reading_accuracy`` by
quantity (``power``, ``current``, ``energy``) a share of the value and a floor.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.base import Probe
from bench.controls.ocpp._acts import exchange_of
from bench.controls.trial import Trial
from bench.judgement.check import Check
from drivers.charging import ChargerReadings

POINTS = "operating points at which the reference instrument measured"
POWER, CURRENT, ENERGY = "power as the station tells it", "current as the station tells it", "energy as it tells it"
_LIMITS_A = (0.0, 6.0, 13.0, 32.0, 63.0, 80.0)
_SETTLE_S, _LASTING_S = 15.0, 900.0
_ACCURACY = {"power": (0.01, 10.0), "current": (0.01, 0.1), "energy": (0.01, 5.0)}
"""Class B of EN 50470-3, where the supplier declares nothing."""


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    if not exchange.wiring.has("power_analyser"):
        trial.record.could_not_look(POINTS, f"no power analyser is wired to {trial.seat}")
        return
    await exchange.prepare()
    limits = [limit for limit in _LIMITS_A if limit <= exchange.rated_a]
    for limit_a in limits:
        await exchange.role.set_limit(limit_a)
        await trial.station.advance(_SETTLE_S)
        first = await exchange.role.readings()
        await _compare(trial, first, f"{limit_a:g} A")
        began = trial.clock.now()
        power_w = (await (await exchange.wiring.analyser()).active_power()).value
        await trial.station.advance(_LASTING_S)
        last = await exchange.role.readings()
        if first.energy_wh is not None and last.energy_wh is not None:
            trial.record.observe(
                ENERGY,
                last.energy_wh - first.energy_wh,
                unit="Wh",
                what=f"{limit_a:g} A",
                reference=power_w * (trial.clock.now() - began) / 3600.0,
            )
    trial.record.observe(POINTS, len(limits), unit="points")
    await exchange.restore()


async def _compare(trial: Trial, told: ChargerReadings, what: str) -> None:
    analyser = await exchange_of(trial).wiring.analyser()
    power, current = await analyser.active_power(), await analyser.current()
    for series, value, measured in (
        (POWER, told.power_w, power),
        (CURRENT, told.currents_a[0] if told.currents_a else None, current),
    ):
        if value is None:
            trial.record.could_not_look(series, f"{what}: the station does not tell it")
            continue
        trial.record.observe(
            series,
            value,
            unit=measured.unit,
            standard_uncertainty=measured.standard_uncertainty,
            what=what,
            reference=measured.value,
            instrument=str(measured.instrument),
        )


def checks(trial: Trial) -> Sequence[Check]:
    device = trial.station.lab.seat(trial.seat).device
    stated = {**_ACCURACY, **(device.pixit.get("reading_accuracy", {}) if device is not None else {})}
    found = [Check("there are points enough", "at_least", POINTS, {"limit": trial.bound("n_value_points").number})]
    for name, series in (("power", POWER), ("current", CURRENT), ("energy", ENERGY)):
        share, floor = stated[name]
        limits = {"limit": float(share), "floor": float(floor)}
        found.append(Check(f"{name} is what flows", "relative_to_reference", series, limits))
    return found


PROBE = Probe("I-L3", "ocpp", stimulus, checks)
