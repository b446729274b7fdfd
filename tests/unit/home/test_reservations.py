"""Flow reservation: from what the customer plans to the vehicle's watts, through energy management and gateway."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from drivers.sep2.der import FixedPoint
from drivers.sep2.events import DateTimeInterval, EventStatus
from drivers.sep2.loads import DutyCycle, EndDeviceControl, Offset
from drivers.sep2.programs import ProgramKind
from drivers.sep2.reservations import FlowReservationRequest, FlowReservationResponse, SignedRealEnergy
from drivers.sep2.resources import Device
from fixtures.faults import Faults
from fixtures.office.reservations import ReservationBook
from tests.unit.home.chain import LOAD_W, RATED_W, Home, home

HALF_W = RATED_W / 2.0
DRAWS = 0.95
"""A vehicle stays a little below what it may draw."""
VEHICLES = b"\x00\x03\x00\x00"


@dataclass
class Scene:
    """The home, and what its gateway has asked the utility for."""

    home: Home
    asked: list[FlowReservationRequest]

    @property
    def vehicle_w(self) -> float:
        return self.home.world.service_point("wallbox").delivered.active_w

    async def plans(self, energy_wh: float, within_s: float = 7200.0) -> FlowReservationRequest:
        """The customer plans; what has then reached the utility."""
        self.home.cems.administer("plan_charge", {"energy_wh": energy_wh, "within_s": within_s})
        await self.home.after(60.0)
        return self.asked[-1]

    def reserve(
        self, request: FlowReservationRequest, power_w: float, energy_wh: float, *, start: float = 0.0, duration: int
    ) -> FlowReservationResponse:
        now = int(self.home.clock.now())
        reserved = FlowReservationResponse(
            mrid=self.home.mrid(),
            created=now,
            status=EventStatus(current=0, at=now),
            interval=DateTimeInterval(start=now + int(start), duration=duration),
            energy=SignedRealEnergy.of(energy_wh),
            power=FixedPoint.of(power_w),
            subject=request.mrid,
        )
        self.home.utility.reservations.reserve(self.home.pki.lfdi("esi"), reserved)
        return reserved


@asynccontextmanager
async def scene(directory: Path, faults: Mapping[str, frozenset[str]] | None = None) -> AsyncIterator[Scene]:
    async with home(directory, faults, charger=True) as made:
        asked: list[FlowReservationRequest] = []

        def requested(_device: Device, request: FlowReservationRequest) -> None:
            asked.append(request)

        made.utility.reservations.requested = requested
        await made.after(60.0)
        yield Scene(made, asked)


async def test_the_vehicle_waits_charges_as_reserved_and_waits_again(tmp_path: Path) -> None:
    async with scene(tmp_path) as here:
        assert here.vehicle_w == pytest.approx(DRAWS * RATED_W, rel=0.05)
        request = await here.plans(3000.0)
        assert (request.energy.number, request.power.number) == (3000.0, RATED_W)
        assert here.vehicle_w == pytest.approx(0.0, abs=10.0)
        reserved = here.reserve(request, HALF_W, 3000.0, start=300.0, duration=1200)
        await here.home.after(240.0)
        assert here.vehicle_w == pytest.approx(0.0, abs=10.0)
        await here.home.after(120.0)
        assert here.vehicle_w == pytest.approx(DRAWS * HALF_W, rel=0.05)
        assert here.home.told(reserved.mrid) == [1, 2]
        await here.home.after(1200.0)
        assert here.vehicle_w == pytest.approx(0.0, abs=10.0)
        assert here.home.told(reserved.mrid) == [1, 2, 3]


async def test_no_more_energy_flows_than_is_reserved(tmp_path: Path) -> None:
    async with scene(tmp_path) as here:
        request = await here.plans(3000.0)
        reserved = here.reserve(request, HALF_W, 500.0, duration=3600)
        await here.home.after(120.0)
        assert here.vehicle_w > 0.9 * HALF_W * DRAWS
        await here.home.after(600.0)
        assert here.vehicle_w == pytest.approx(0.0, abs=10.0)
        assert here.home.told(reserved.mrid) == [1, 2, 3]


@pytest.mark.parametrize(("fault", "still"), [("", False), ("F-P152", True)])
async def test_a_reservation_that_is_taken_back_ends(tmp_path: Path, fault: str, still: bool) -> None:
    async with scene(tmp_path, {"cems": frozenset({fault} - {""})}) as here:
        request = await here.plans(3000.0)
        reserved = here.reserve(request, HALF_W, 3000.0, duration=3600)
        await here.home.after(120.0)
        program = here.home.utility.reservations.program_for(here.home.pki.lfdi("esi"))
        program.cancel(reserved.mrid, here.home.clock.now())
        await here.home.after(120.0)
        assert (here.vehicle_w > 100.0) is still
        assert (6 in here.home.told(reserved.mrid)) is not still


async def test_a_customer_who_ends_the_plan_charges_freely_and_the_utility_knows(tmp_path: Path) -> None:
    async with scene(tmp_path) as here:
        await here.plans(3000.0)
        here.home.cems.administer("end_plan", {})
        await here.home.after(120.0)
        assert here.vehicle_w == pytest.approx(DRAWS * RATED_W, rel=0.05)
        assert here.asked[-1].cancelled


async def test_a_vehicle_feeds_back_what_is_reserved(tmp_path: Path) -> None:
    async with scene(tmp_path) as here:
        request = await here.plans(-1000.0)
        here.reserve(request, HALF_W, -1000.0, duration=3600)
        await here.home.after(120.0)
        assert here.vehicle_w == pytest.approx(-HALF_W, rel=0.1)


async def test_a_control_of_a_program_goes_before_a_reservation(tmp_path: Path) -> None:
    async with scene(tmp_path) as here:
        request = await here.plans(3000.0)
        here.reserve(request, HALF_W, 3000.0, duration=3600)
        await here.home.after(120.0)
        program = here.home.program(ProgramKind.LOAD)
        program.put(load_control(here.home, duty_cycle=DutyCycle(normal=25)), here.home.clock.now())
        await here.home.after(200.0)
        assert here.vehicle_w == pytest.approx(DRAWS * RATED_W / 4.0, rel=0.05)


def load_control(made: Home, duration: int = 600, **what: object) -> EndDeviceControl:
    now = int(made.clock.now())
    return EndDeviceControl(
        **{
            "mrid": made.mrid(),
            "created": now,
            "status": EventStatus(current=0, at=now),
            "interval": DateTimeInterval(start=now, duration=duration),
            "category": VEHICLES,
            **what,
        }
    )


@pytest.mark.parametrize(
    ("what", "share"),
    [
        ({"duty_cycle": DutyCycle(normal=0)}, 0.0),
        ({"duty_cycle": DutyCycle(normal=50)}, 0.5),
        ({"offset": Offset(load=2500)}, 0.75),
        ({"offset": Offset(load=9000)}, 0.0),
    ],
    ids=["off", "duty cycle", "set-back", "below what a pilot can say"],
)
async def test_a_control_of_loads_reaches_the_vehicle(tmp_path: Path, what: dict[str, object], share: float) -> None:
    async with home(tmp_path, charger=True) as made:
        await made.after(60.0)
        program = made.program(ProgramKind.LOAD)
        event = load_control(made, **what)
        program.put(event, made.clock.now())
        await made.after(120.0)
        vehicle = made.world.service_point("wallbox")
        assert vehicle.delivered.active_w == pytest.approx(share * DRAWS * RATED_W, rel=0.05, abs=10.0)
        assert made.drawn_w > -4000.0 + 0.9 * LOAD_W
        assert made.told(event.mrid) == [1, 2]
        await made.after(700.0)
        assert vehicle.delivered.active_w == pytest.approx(DRAWS * RATED_W, rel=0.05)


@pytest.mark.parametrize(
    ("seat", "fault"), [("cems", "F-P150"), ("cems", "F-P151"), ("cems", "F-P153"), ("esi", "F-P154")]
)
async def test_a_defect_shows_in_the_vehicles_watts(tmp_path: Path, seat: str, fault: str) -> None:
    async with scene(tmp_path, {seat: frozenset({fault})}) as here:
        request = await here.plans(3000.0)
        seen = [here.vehicle_w]
        here.reserve(request, HALF_W, 500.0, duration=3600)
        await here.home.after(120.0)
        seen.append(here.vehicle_w)
        await here.home.after(900.0)
        seen.append(here.vehicle_w)
        right = [0.0, DRAWS * HALF_W, 0.0]
        assert seen != pytest.approx(right, rel=0.05, abs=10.0)


async def test_a_plan_outlives_a_power_cut_of_the_energy_management(tmp_path: Path) -> None:
    async with scene(tmp_path) as here:
        request = await here.plans(3000.0)
        here.home.cems.power(False)
        await here.home.after(30.0)
        here.home.cems.power(True)
        await here.home.after(60.0)
        assert here.vehicle_w == pytest.approx(0.0, abs=10.0)
        here.reserve(request, HALF_W, 3000.0, duration=3600)
        await here.home.after(120.0)
        assert here.vehicle_w == pytest.approx(DRAWS * HALF_W, rel=0.05)


async def test_a_reservation_survives_a_power_cut_of_the_gateway(tmp_path: Path) -> None:
    async with scene(tmp_path) as here:
        request = await here.plans(3000.0)
        here.home.esi.power(False)
        await here.home.after(30.0)
        here.home.esi.power(True)
        await here.home.after(300.0)
        here.reserve(request, HALF_W, 3000.0, duration=3600)
        await here.home.after(240.0)
        assert here.vehicle_w == pytest.approx(DRAWS * HALF_W, rel=0.05)


@pytest.mark.parametrize(("energy_wh", "within_s"), [(0.0, 3600.0), (9000.0, 3600.0), (1000.0, -5.0)])
async def test_what_cannot_be_charged_is_not_planned(tmp_path: Path, energy_wh: float, within_s: float) -> None:
    async with scene(tmp_path) as here:
        with pytest.raises(ValueError, match="do not flow"):
            here.home.cems.administer("plan_charge", {"energy_wh": energy_wh, "within_s": within_s})
        await here.home.after(60.0)
        assert here.asked == []
        assert here.vehicle_w == pytest.approx(DRAWS * RATED_W, rel=0.05)


async def test_of_more_power_than_the_charger_has_it_takes_what_it_can(tmp_path: Path) -> None:
    async with scene(tmp_path) as here:
        request = await here.plans(3000.0)
        reserved = here.reserve(request, 2.0 * RATED_W, 3000.0, duration=3600)
        await here.home.after(120.0)
        assert here.vehicle_w == pytest.approx(DRAWS * RATED_W, rel=0.05)
        assert here.home.told(reserved.mrid) == [1, 2]


async def test_a_vehicle_that_leaves_gets_none_of_its_reservation(tmp_path: Path) -> None:
    async with scene(tmp_path) as here:
        request = await here.plans(3000.0)
        reserved = here.reserve(request, HALF_W, 3000.0, duration=900)
        await here.home.after(120.0)
        here.home.world.plant.vehicle("wallbox").plug(False)
        await here.home.after(60.0)
        assert here.vehicle_w == pytest.approx(0.0, abs=1.0)
        await here.home.after(900.0)
        assert here.home.told(reserved.mrid) == [1, 2, 3]


async def test_what_the_utility_itself_grants_reaches_the_vehicle_through_the_gateway(tmp_path: Path) -> None:
    async with home(tmp_path, charger=True) as made:
        ReservationBook(made.utility, {"capacity_w": HALF_W}, Faults(), lambda: None)
        here = Scene(made, [])
        await made.after(60.0)
        made.cems.administer("plan_charge", {"energy_wh": 2000.0, "within_s": 7200.0})
        await made.after(60.0)
        assert here.vehicle_w == pytest.approx(0.0, abs=10.0)
        await made.after(180.0)
        assert here.vehicle_w == pytest.approx(DRAWS * HALF_W, rel=0.05)
        await made.after(3600.0)
        assert here.vehicle_w == pytest.approx(0.0, abs=10.0)
