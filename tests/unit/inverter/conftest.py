"""An inverter to try, and EPRI's OpenDER beside it as an oracle that this project did not write."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from typing import Any

import opender
import pytest

from fixtures.clock import PlantClock
from fixtures.faults import Faults
from fixtures.inverter.converter import Converter
from fixtures.inverter.grid import GridSample, StiffGrid, balanced
from fixtures.inverter.model import Inverter
from fixtures.inverter.nameplate import AbnormalCategory, Nameplate, NormalCategory, scaled
from fixtures.inverter.settings import Settings, default_settings
from fixtures.inverter.sources import Battery, PvArray, Sources

RATED_W = 10_000.0
NOMINAL_V = 240.0
NOMINAL_HZ = 60.0


class Rig:
    """An inverter on a stepped clock beside a stiff grid."""

    def __init__(self, clock: PlantClock, inverter: Inverter, grid: StiffGrid) -> None:
        self.clock, self.inverter, self.grid = clock, inverter, grid

    async def wait(self, seconds: float) -> None:
        await self.clock.advance_to(self.clock.now() + seconds)

    def put(self, voltage_pu: float = 1.0, frequency_hz: float = NOMINAL_HZ, angle_deg: float = 0.0) -> None:
        """What the grid holds from now on."""
        self.grid.set(voltage_pu * NOMINAL_V, frequency_hz, angle_deg)

    @property
    def active_pu(self) -> float:
        return self.grid.active_w / RATED_W

    @property
    def reactive_pu(self) -> float:
        return self.grid.reactive_var / RATED_W

    async def until(self, happened: Callable[[], bool], within_s: float) -> float:
        """Seconds until ``happened``, looked at whenever the inverter does something; infinity when it did not."""
        start, seen = self.clock.now(), [float("inf")]

        def look() -> None:
            if happened():
                seen[0] = min(seen[0], self.clock.now() - start)

        stop = self.inverter.listen(look)
        await self.wait(within_s)
        stop()
        return seen[0]


def nameplate_of(
    abnormal: AbnormalCategory = AbnormalCategory.III,
    normal: NormalCategory = NormalCategory.B,
    phases: int = 1,
    storage: bool = False,
) -> Nameplate:
    return Nameplate(
        phases=phases,
        abnormal_category=abnormal,
        normal_category=normal,
        ratings=scaled(RATED_W, phases=phases, storage=storage),
    )


def sources_of(available_pu: float = 1.2, storage: bool = False, capacity_wh: float = 20_000.0) -> Sources:
    """An array that gives ``available_pu`` at the terminals, or a battery alone."""
    if storage:
        return Sources(battery=Battery(capacity_wh, RATED_W, RATED_W))
    return Sources(pv=PvArray(available_pu * RATED_W, efficiency=1.0))


@pytest.fixture
def rig(plant_clock: PlantClock) -> Callable[..., Rig]:
    """Makes a rig: ``faults``, what `nameplate_of` and `sources_of` take, and functions to apply at once."""

    def make(
        *faults: str,
        available_pu: float = 1.2,
        storage: bool = False,
        abnormal: AbnormalCategory = AbnormalCategory.III,
        phases: int = 1,
        **functions: Any,
    ) -> Rig:
        nameplate = nameplate_of(abnormal, phases=phases, storage=storage)
        inverter = Inverter(
            plant_clock,
            nameplate,
            sources_of(available_pu, storage),
            faults=Faults(faults),
            chance=random.Random(7),
            settings=default_settings(nameplate).changed(**functions),
        )
        grid = StiffGrid(balanced(NOMINAL_V, NOMINAL_HZ, phases))
        inverter.connect(grid)
        return Rig(plant_clock, inverter, grid)

    return make


@pytest.fixture
def rest() -> Callable[..., tuple[float, float]]:
    """Where an inverter comes to rest: (active, reactive) pu at a grid, after it rested at a nominal one."""

    def find(
        sample: GridSample, available_pu: float = 1.2, nameplate: Nameplate | None = None, **functions: Any
    ) -> tuple[float, float]:
        nameplate = nameplate or nameplate_of(phases=len(sample.voltages_v))
        storage = nameplate.ratings.charge_w > 0.0
        settings: Settings = default_settings(nameplate).changed(**functions)
        converter = Converter(nameplate, settings, sources_of(available_pu, storage, capacity_wh=1e12), in_service=True)
        converter.settle(balanced(NOMINAL_V, NOMINAL_HZ, nameplate.phases))
        for _ in range(5):
            converter.step(60.0, sample)
        return converter.active_w / RATED_W, converter.reactive_var / RATED_W

    return find


@pytest.fixture
def oracle(monkeypatch: pytest.MonkeyPatch) -> Callable[..., opender.DER]:
    """Makes an OpenDER model with the same ratings; ``step_s`` None: for states of rest."""
    logging.getLogger().addFilter(lambda record: "Theta is not defined" not in record.getMessage())

    def make(step_s: float | None = None, storage: bool = False, **settings: Any) -> opender.DER:
        monkeypatch.setattr(opender.DER, "t_s", 100_000.0 if step_s is None else step_s)
        stock: dict[str, Any] = {
            "NP_VA_MAX": RATED_W,
            "NP_P_MAX": RATED_W,
            "NP_Q_MAX_INJ": 0.44 * RATED_W,
            "NP_Q_MAX_ABS": 0.44 * RATED_W,
            "NP_AC_V_NOM": NOMINAL_V,
            "NP_PHASE": "SINGLE",
            "NP_Q_CAPABILITY_LOW_P": "SAME",
            "NP_CURRENT_PU": 1.08,
        }
        if storage:
            stock |= {"NP_P_MAX_CHARGE": RATED_W, "NP_APPARENT_POWER_CHARGE_MAX": RATED_W}
            form = opender.DERCommonFileFormatBESS(**stock | settings)
            return opender.DER_BESS(form)
        return opender.DER(opender.DERCommonFileFormat(**stock | settings))

    return make
