"""The outlet of a charger and the vehicle at it: what is offered, what is drawn, and when the contactor moves."""

from __future__ import annotations

import pytest

from fixtures.charger.evse import Evse, EvseFacts
from fixtures.clock import PlantClock
from fixtures.faults import Faults
from fixtures.plant import Plant, Vehicle, VehicleFacts
from fixtures.plant.vehicle import current_of


class Outlet:
    """A charger's power part with a vehicle, on a stepped clock."""

    def __init__(self, *faults: str, vehicle: VehicleFacts | None = None, facts: EvseFacts | None = None) -> None:
        self.clock = PlantClock()
        plant = Plant(self.clock)
        self.point = plant.service_point("charger")
        self.pilot = plant.pilot("charger")
        self.evse = Evse(self.clock, self.point, self.pilot, facts or EvseFacts())
        self.evse.fresh(Faults(faults))
        self.vehicle: Vehicle = plant.vehicle("charger")
        self.vehicle.reset(vehicle or VehicleFacts())

    def state(self) -> str:
        """The pilot's state."""
        return self.evse.state.value

    async def after(self, seconds: float) -> float:
        """Let time pass; the RMS current then, A."""
        await self.clock.advance_to(self.clock.now() + seconds)
        return self.point.delivered.current_a


@pytest.mark.parametrize(
    ("duty", "amperes"), [(0.05, 0.0), (0.08, 6.0), (0.1, 6.0), (0.5, 30.0), (0.85, 51.0), (0.9, 65.0), (0.965, 80.0)]
)
def test_a_vehicle_reads_duty_cycles_as_the_table_has_them(duty: float, amperes: float) -> None:
    assert current_of(duty) == pytest.approx(amperes)


@pytest.mark.parametrize("limit", [6.0, 6.4, 10.0, 16.0, 32.0, 51.0, 51.8, 52.5, 60.0, 80.0])
async def test_no_duty_cycle_allows_more_than_the_limit(limit: float) -> None:
    outlet = Outlet()
    outlet.evse.offer(limit)
    assert outlet.pilot.pwm is not None
    assert limit - 2.0 < current_of(outlet.pilot.pwm) <= limit


@pytest.mark.parametrize("limit", [0.0, 3.0, 5.9])
async def test_less_than_six_amperes_pauses(limit: float) -> None:
    outlet = Outlet()
    outlet.vehicle.plug(True)
    outlet.evse.offer(16.0)
    assert await outlet.after(10.0) == pytest.approx(0.95 * 15.7, rel=0.02)
    outlet.evse.offer(limit)
    assert outlet.pilot.pwm is None
    assert await outlet.after(5.0) == 0.0
    assert not outlet.evse.closed


async def test_a_pause_that_is_none_lets_six_amperes_flow() -> None:
    outlet = Outlet("F-P98")
    outlet.vehicle.plug(True)
    outlet.evse.offer(3.0)
    assert await outlet.after(10.0) == pytest.approx(5.7)


async def test_one_formula_for_all_currents_allows_too_much() -> None:
    outlet = Outlet("F-P57")
    outlet.evse.offer(54.0)
    assert outlet.pilot.pwm is not None
    assert current_of(outlet.pilot.pwm) > 60.0


async def test_power_is_on_within_three_seconds_of_ready_and_off_with_the_plug() -> None:
    outlet = Outlet()
    outlet.evse.offer(16.0)
    assert outlet.state() == "A"
    outlet.vehicle.plug(True)
    assert outlet.state() == "B"
    await outlet.after(0.6)
    assert outlet.state() == "C"
    assert await outlet.after(3.0) > 14.0
    outlet.vehicle.plug(False)
    await outlet.after(0.1)
    assert not outlet.evse.closed
    assert outlet.evse.imported_wh > 0.0


async def test_a_vehicle_that_can_feeds_back_down_to_its_reserve() -> None:
    outlet = Outlet(
        vehicle=VehicleFacts(capacity_wh=10_000.0, charge_percent=50.0, discharge_w=7_000.0),
        facts=EvseFacts(discharges=True),
    )
    outlet.vehicle.plug(True)
    outlet.evse.offer(-20.0)
    await outlet.after(10.0)
    assert outlet.evse.power_w == pytest.approx(-4600.0)
    await outlet.after(3600.0)
    assert outlet.vehicle.charge_percent == pytest.approx(20.0, abs=0.1)
    assert outlet.evse.power_w == 0.0
    assert outlet.evse.exported_wh == pytest.approx(2850.0, rel=0.02)


async def test_another_vehicle_does_not_feed_back() -> None:
    outlet = Outlet(facts=EvseFacts(discharges=True))
    outlet.vehicle.plug(True)
    outlet.evse.offer(-20.0)
    assert await outlet.after(10.0) == 0.0


async def test_a_full_battery_ends_charging() -> None:
    outlet = Outlet(vehicle=VehicleFacts(capacity_wh=10_000.0, charge_percent=90.0))
    outlet.vehicle.plug(True)
    outlet.evse.offer(None)
    assert await outlet.after(10.0) > 70.0
    assert await outlet.after(3600.0) == 0.0
    assert outlet.state() == "B"
    assert outlet.vehicle.charge_percent == pytest.approx(100.0)


async def test_after_a_pause_charging_waits_until_it_was_permitted_without_a_break() -> None:
    outlet = Outlet(facts=EvseFacts(dwell_s=60.0))
    outlet.vehicle.plug(True)
    outlet.evse.offer(16.0)
    assert await outlet.after(5.0) > 10.0
    outlet.evse.offer(0.0)
    await outlet.after(50.0)
    outlet.evse.offer(16.0)
    assert await outlet.after(5.0) == 0.0
    assert await outlet.after(10.0) > 10.0
    for _ in range(5):
        outlet.evse.offer(0.0)
        await outlet.after(5.0)
        outlet.evse.offer(16.0)
        assert await outlet.after(50.0) == 0.0
    assert await outlet.after(10.0) > 10.0
