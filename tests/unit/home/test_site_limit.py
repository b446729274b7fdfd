"""Limits at the point of connection, kept by a home whose DER and loads are numbers."""

from __future__ import annotations

import pytest

from fixtures.clock import PlantClock
from fixtures.faults import Faults
from fixtures.home.site_limit import SiteFlow, SiteLimiter

RATED_W, LOAD_W = 15_000.0, 2_000.0


class House:
    """DER of `RATED_W` of which ``available_w`` can come, and a load."""

    def __init__(self, clock: PlantClock, *faults: str, available_w: float = 12_000.0) -> None:
        self.available_w, self.load_w, self.acts = available_w, LOAD_W, 0
        self.limiter = SiteLimiter(clock, Faults(faults), "house", self.measure, self.act)

    @property
    def generated_w(self) -> float:
        return min(self.available_w, self.limiter.generation * RATED_W)

    @property
    def drawn_w(self) -> float:
        return self.limiter.loads * self.load_w - self.generated_w

    async def measure(self) -> SiteFlow:
        return SiteFlow(self.drawn_w, self.generated_w, RATED_W, LOAD_W)

    async def act(self) -> None:
        self.acts += 1


@pytest.fixture
def house(plant_clock: PlantClock) -> House:
    return House(plant_clock)


async def test_what_is_fed_in_comes_to_the_limit_at_once_and_stays(house: House, plant_clock: PlantClock) -> None:
    house.limiter.hold(export_w=3000.0, import_w=None)
    await plant_clock.advance_to(plant_clock.now() + 1.0)
    assert -house.drawn_w == pytest.approx(3000.0)
    acts = house.acts
    await plant_clock.advance_to(plant_clock.now() + 100.0)
    assert house.acts == acts


async def test_a_load_that_goes_away_is_made_up_for(house: House, plant_clock: PlantClock) -> None:
    house.limiter.hold(export_w=3000.0, import_w=None)
    await plant_clock.advance_to(plant_clock.now() + 1.0)
    house.load_w = 0.0
    await plant_clock.advance_to(plant_clock.now() + 30.0)
    assert -house.drawn_w == pytest.approx(3000.0, abs=50.0)


async def test_what_is_drawn_comes_to_the_limit(plant_clock: PlantClock) -> None:
    house = House(plant_clock, available_w=500.0)
    house.limiter.hold(export_w=None, import_w=900.0)
    await plant_clock.advance_to(plant_clock.now() + 1.0)
    assert house.drawn_w == pytest.approx(900.0)
    assert house.limiter.limits_loads


async def test_without_a_limit_nothing_is_held_and_no_timer_runs(house: House, plant_clock: PlantClock) -> None:
    assert house.limiter.hold(export_w=3000.0, import_w=None)
    assert not house.limiter.hold(export_w=3000.0, import_w=None)
    assert house.limiter.hold(export_w=None, import_w=None)
    acts = house.acts
    await plant_clock.advance_to(plant_clock.now() + 1000.0)
    assert (house.limiter.generation, house.limiter.loads, house.acts) == (1.0, 1.0, acts)
    assert not house.limiter.limits_generation


async def test_f_p123_leaves_out_what_the_home_draws(plant_clock: PlantClock) -> None:
    house = House(plant_clock, "F-P123")
    house.limiter.hold(export_w=3000.0, import_w=None)
    await plant_clock.advance_to(plant_clock.now() + 60.0)
    assert -house.drawn_w == pytest.approx(1000.0, abs=50.0)
