"""At a service point of the plant: what the meter sees, and an island that is found out."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from fixtures.clock import PlantClock
from fixtures.faults import Faults
from fixtures.inverter.connection import PointConnection
from fixtures.inverter.measurements import Alarm, OperatingState
from fixtures.inverter.model import Inverter
from fixtures.inverter.nameplate import Nameplate, scaled
from fixtures.inverter.settings import (
    AntiIslanding,
    ConstantPowerFactor,
    FrequencyDroop,
    FrequencyTrip,
    TripPoint,
    VoltVar,
    WattVar,
)
from fixtures.inverter.sources import PvArray, Sources
from fixtures.plant import Load, MainsSource, Rlc, ServicePoint

RATED_W, NOMINAL_V, NOMINAL_HZ = 10_000.0, 240.0, 60.0
LIMIT_S = 2.0
"""Clause 8.1."""
WIDE = FrequencyTrip(
    high=(TripPoint(66.0, 1000.0), TripPoint(66.0, 1000.0)), low=(TripPoint(50.0, 1000.0), TripPoint(50.0, 1000.0))
)


class House:
    """A service point with an inverter behind its meter."""

    def __init__(self, clock: PlantClock, phases: int, faults: Faults) -> None:
        self.clock = clock
        self.source = MainsSource("grid", phases, NOMINAL_V, NOMINAL_HZ)
        self.point = ServicePoint("house", clock, self.source)
        nameplate = Nameplate(phases=phases, ratings=scaled(RATED_W, phases=phases))
        self.inverter = Inverter(clock, nameplate, Sources(PvArray(RATED_W, efficiency=1.0)), faults=faults)
        self.inverter.connect(PointConnection(self.point, "pv"))

    async def wait(self, seconds: float) -> None:
        await self.clock.advance_to(self.clock.now() + seconds)

    def balance(self, share: float = 1.0, quality: float = 1.0) -> None:
        """A resonant circuit that takes ``share`` of the inverter's power."""
        resistance, omega = NOMINAL_V**2 * self.point.phases / (share * RATED_W), 2 * math.pi * NOMINAL_HZ
        circuit = Rlc(resistance, resistance / (quality * omega), quality / (resistance * omega))
        self.point.set_circuits((circuit,) * self.point.phases)

    async def opens(self, within_s: float) -> float:
        """Seconds from the opening of the grid's switch until the inverter feeds nothing; infinity."""
        start, seen = self.clock.now(), [math.inf]
        self.inverter.listen(
            lambda: seen.append(self.clock.now() - start) if self.inverter.converter.active_w == 0.0 else None
        )
        self.source.set(on=False)
        await self.wait(within_s)
        return min(seen)


@pytest.fixture
def house(plant_clock: PlantClock) -> Callable[..., House]:
    def make(*faults: str, phases: int = 1) -> House:
        return House(plant_clock, phases, Faults(faults))

    return make


@pytest.mark.parametrize("phases", [1, 3])
async def test_the_meter_sees_the_export(phases: int, house: Callable[..., House]) -> None:
    home = house(phases=phases)
    assert home.point.measured.active_w == pytest.approx(-RATED_W)
    home.point.set_load(Load(4000.0))
    assert home.point.measured.active_w == pytest.approx(-6000.0)
    await home.wait(3600.0)
    assert home.point.energy().export_wh == pytest.approx(6000.0)
    assert home.inverter.energy().injected_wh == pytest.approx(10_000.0)


@pytest.mark.parametrize(("share", "quality"), [(1.0, 1.0), (0.95, 1.0), (1.05, 1.0), (1.0, 2.5), (0.98, 0.5)])
async def test_a_balanced_island_is_found_out(share: float, quality: float, house: Callable[..., House]) -> None:
    """IEEE 1547.1 tests at a quality factor of 1, with wide trip settings."""
    home = house()
    home.inverter.apply(frequency_trip=WIDE)
    home.balance(share, quality)
    assert await home.opens(5.0) <= LIMIT_S
    assert home.inverter.alarms & Alarm.GRID_DISCONNECT
    assert home.point.load_side_voltage_v() == 0.0


ACTIVE = {
    "steep volt-var at low power": (
        0.1,
        {"volt_var": VoltVar(True, ((0.95, 0.44), (0.98, 0.0), (1.02, 0.0), (1.04, -0.44)), response_time_s=1.0)},
    ),
    "watt-var at its rating": (1.0, {"watt_var": WattVar(enabled=True)}),
    "fast droop": (0.33, {"frequency_droop": FrequencyDroop(k_over=0.02, k_under=0.02, response_time_s=0.2)}),
    "power factor": (0.66, {"constant_power_factor": ConstantPowerFactor(power_factor=0.9)}),
}


@pytest.mark.parametrize("detuned", [0.95, 1.0, 1.05])
@pytest.mark.parametrize("quality", [0.5, 1.0, 2.5])
@pytest.mark.parametrize("name", ACTIVE)
async def test_no_function_hides_the_island(
    name: str, quality: float, detuned: float, house: Callable[..., House]
) -> None:
    """Wide trip settings; inductive and capacitive reactive power in balance with the inverter's, or 5 % off."""
    share, functions = ACTIVE[name]
    home = house()
    home.inverter.apply(frequency_trip=WIDE, **functions)
    home.inverter.set_irradiance(1000.0 * share)
    await home.wait(60.0)
    flowing = home.inverter.measurements()
    resistance, omega = NOMINAL_V**2 / flowing.active_w, 2 * math.pi * NOMINAL_HZ
    inductive = quality * flowing.active_w
    capacitive = detuned * (inductive - flowing.reactive_var)
    circuit = Rlc(resistance, NOMINAL_V**2 / (inductive * omega), capacitive / (NOMINAL_V**2 * omega))
    home.point.set_circuits(circuit)
    assert await home.opens(3.0) <= LIMIT_S


async def test_three_phases_find_their_island_out(house: Callable[..., House]) -> None:
    home = house(phases=3)
    home.balance()
    assert await home.opens(5.0) <= LIMIT_S


async def test_without_detection_the_island_lives(house: Callable[..., House]) -> None:
    home = house()
    home.inverter.apply(anti_islanding=AntiIslanding(enabled=False))
    home.balance()
    assert await home.opens(5.0) == math.inf
    assert home.point.load_side_voltage_v() == pytest.approx(NOMINAL_V, rel=0.01)


@pytest.mark.parametrize("load", [Load(), Load(resistance_ohm=5.76), Load(2000.0), Load(resistance_ohm=50.0)])
async def test_a_house_that_loses_the_grid_goes_dark(load: Load, house: Callable[..., House]) -> None:
    home = house()
    home.point.set_load(load)
    assert await home.opens(5.0) <= LIMIT_S
    assert home.point.supply_voltage_v() == 0.0


async def test_it_comes_back_by_itself_after_the_delay(house: Callable[..., House]) -> None:
    home = house()
    await home.opens(30.0)
    assert home.inverter.state is OperatingState.TRIPPED
    home.source.set(on=True)
    await home.wait(299.0)
    assert home.point.measured.active_w == 0.0
    await home.wait(2.0)
    assert home.inverter.state is OperatingState.ENTERING_SERVICE
    await home.wait(300.0)
    assert home.point.measured.active_w == pytest.approx(-RATED_W)
    assert home.inverter.alarms is Alarm.NONE


async def test_grid_events_are_not_taken_for_an_island(house: Callable[..., House]) -> None:
    home = house()
    home.balance()
    for frequency in (60.3, 59.8, 60.4, 59.7, 60.2, 60.0) * 3:
        home.source.set(frequency_hz=frequency)
        await home.wait(0.1)
    assert home.inverter.state is OperatingState.CONTINUOUS


async def test_fault_p32_the_house_stays_alive_after_grid_loss(house: Callable[..., House]) -> None:
    home = house("F-P32")
    home.point.set_load(Load(2000.0))
    assert await home.opens(60.0) == math.inf
    assert home.point.load_side_voltage_v() == pytest.approx(NOMINAL_V)


async def test_fault_p33_it_is_back_after_30_s(house: Callable[..., House]) -> None:
    home = house("F-P33")
    await home.opens(10.0)
    home.source.set(on=True)
    await home.wait(31.0)
    assert home.inverter.state.in_service


async def test_fault_t22_the_island_is_found_out_late(house: Callable[..., House]) -> None:
    home = house("F-T22")
    home.balance()
    assert LIMIT_S < await home.opens(4.0) < math.inf
