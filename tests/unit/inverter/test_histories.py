"""Whatever happens to an inverter: it stays within its rating, needs few steps, and comes to rest."""

from __future__ import annotations

import random

import pytest

from fixtures.clock import PlantClock
from fixtures.inverter.grid import StiffGrid, balanced
from fixtures.inverter.model import Command, Inverter
from fixtures.inverter.nameplate import AbnormalCategory, Nameplate, scaled
from fixtures.inverter.settings import LimitActivePower, Ramps, SetActivePower, VoltVar, VoltWatt, WattVar
from fixtures.inverter.sources import Battery, PvArray, Sources

RATED = 10_000.0
EVENTS = 40
MOST_STEPS = 150
"""An event's, on average."""


class History:
    """One inverter and the chance that rules its life."""

    def __init__(self, clock: PlantClock, seed: int) -> None:
        self.chance = chance = random.Random(seed)
        self.storage = chance.random() < 0.5
        phases = chance.choice((1, 3))
        nameplate = Nameplate(
            phases=phases,
            abnormal_category=chance.choice(list(AbnormalCategory)),
            ratings=scaled(RATED, phases=phases, storage=self.storage),
        )
        battery = Battery(8000.0, RATED, RATED) if self.storage else None
        array = None if self.storage and chance.random() < 0.5 else PvArray(1.2 * RATED)
        self.inverter = Inverter(clock, nameplate, Sources(array, battery), chance=chance)
        self.grid = StiffGrid(balanced(240.0, 60.0, phases))
        self.inverter.connect(self.grid)

    def grid_event(self) -> None:
        chance = self.chance
        voltage = chance.choice((1.0, 1.0, 1.0, 0.95, 1.05, 1.08, 0.8, 0.6, 0.4, 0.0, 1.15, 1.25))
        frequency = chance.choice((60.0, 60.0, 60.0, 60.2, 59.7, 61.0, 61.5, 58.0, 62.5, 56.0))
        self.grid.set(240.0 * voltage, frequency, chance.choice((0.0, 0.0, 20.0, 60.0)))

    def setting(self) -> None:
        chance = self.chance
        on = chance.random() < 0.7
        least = -1.0 if self.storage else 0.0
        functions = [
            {"volt_var": VoltVar(enabled=on, autonomous_reference=chance.random() < 0.3)},
            {"limit_active_power": LimitActivePower(on, chance.random())},
            {"volt_watt": VoltWatt(enabled=on, of_available=chance.random() < 0.3)},
            {"set_active_power": SetActivePower(on, chance.uniform(least, 1.0))},
            {"watt_var": WattVar(enabled=on), "ramps": Ramps(chance.choice((0.0, 0.05)), chance.choice((0.0, 0.1)))},
        ]
        self.inverter.apply(**chance.choice(functions))

    def command(self) -> None:
        self.inverter.command(self.chance.choice(list(Command)))

    def weather(self) -> None:
        if self.inverter.sources.pv is not None:
            self.inverter.set_irradiance(
                self.chance.choice((1000.0, 500.0, 0.0)), [(100.0, self.chance.uniform(0, 1000))]
            )


@pytest.mark.parametrize("seed", range(16))
async def test_it_stays_within_its_rating_and_comes_to_rest(seed: int, plant_clock: PlantClock) -> None:
    history = History(plant_clock, seed)
    inverter, chance = history.inverter, history.chance
    apparent: list[float] = []
    inverter.listen(lambda: apparent.append(inverter.measurements().apparent_va))
    for _ in range(EVENTS):
        chance.choice([history.grid_event, history.grid_event, history.setting, history.command, history.weather])()
        await plant_clock.advance_to(plant_clock.now() + chance.choice((0.01, 0.1, 1.0, 10.0, 100.0, 1000.0)))
    assert max(apparent) <= RATED * 1.0001
    assert len(apparent) < EVENTS * MOST_STEPS
    history.grid.set(240.0, 60.0)
    inverter.apply(set_active_power=SetActivePower())
    await plant_clock.advance_to(plant_clock.now() + 40_000.0)
    apparent.clear()
    await plant_clock.advance_to(plant_clock.now() + 7 * 86_400.0)
    assert apparent == []
