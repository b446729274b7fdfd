"""A home in a world of its own: a utility's server that the test holds, the gateway, the energy management system."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from drivers.sep2.events import DateTimeInterval, EventStatus
from drivers.sep2.loads import EndDeviceControl, Offset
from drivers.sep2.programs import Program, ProgramKind
from drivers.sep2.resources import ResourceServer
from drivers.sep2.server import Sep2Server
from drivers.sep2.tls import server_context
from fixtures.charger.modbus_seat import make_seat as make_charger
from fixtures.clock import PlantClock
from fixtures.han.seat import make_seat as make_appliance
from fixtures.home.cems import Cems
from fixtures.home.esi import Esi
from fixtures.home.factory import make_cems, make_esi
from fixtures.home.pki import HomePki
from fixtures.inverter.seat import make_seat as make_inverter
from fixtures.world import World

START = 1_767_571_200.0
LOAD_W = 2000.0
RATED_A = 32.0
RATED_W = RATED_A * 230.0
WALLBOX: dict[str, Any] = {
    "family": "wallbox_quasar",
    "ports": ["tls"],
    "rated_a": RATED_A,
    "discharges": True,
    "reserve_percent": 30.0,
    "vehicle": {"discharge_w": 7400.0},
}


class Home:
    """The world, its seats, and the utility."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.clock = world.clock
        self.utility = ResourceServer(world.clock.now, poll_rate_s=30)
        self.port = Sep2Server(self.utility.handle)
        self.numbers = 0

    @property
    def esi(self) -> Esi:
        seat = self.world.seats["esi"]
        assert isinstance(seat, Esi)
        return seat

    @property
    def cems(self) -> Cems:
        seat = self.world.seats["cems"]
        assert isinstance(seat, Cems)
        return seat

    @property
    def pki(self) -> HomePki:
        return self.esi.pki

    @property
    def drawn_w(self) -> float:
        return self.world.service_point("cems").measured.active_w

    def program(self, kind: ProgramKind, primacy: int = 1) -> Program:
        self.numbers += 1
        return self.utility.add_program(kind, self.mrid(), primacy)

    def mrid(self) -> bytes:
        self.numbers += 1
        return self.numbers.to_bytes(12, "big") + (32_473).to_bytes(4, "big")

    def shed(self, share: float, *, start: float = 0.0, duration: int = 600, **more: Any) -> EndDeviceControl:
        """Draw ``share`` of the rating from ``start`` s from now on."""
        now = int(self.clock.now())
        return EndDeviceControl(
            mrid=self.mrid(),
            created=now,
            status=EventStatus(current=0, at=now),
            interval=DateTimeInterval(start=now + int(start), duration=duration),
            category=b"\x00\x00\x20\x00",
            offset=Offset(load=round((1.0 - share) * 10_000)),
            **more,
        )

    async def after(self, seconds: float) -> None:
        await self.clock.advance_to(self.clock.now() + seconds)

    def told(self, mrid: bytes) -> list[int]:
        """Statuses of the responses that the utility got, in order."""
        return [received.response.status or 0 for received in self.utility.answers(mrid)]


@asynccontextmanager
async def home(
    directory: Path,
    faults: Mapping[str, frozenset[str]] | None = None,
    *,
    inverter: bool = False,
    charger: bool = False,
    appliances: Mapping[str, str] | None = None,
) -> AsyncIterator[Home]:
    """The home, which follows the utility from the start; with an inverter in the place of the plain generator, with
    a vehicle at a charger, and with a water heater where ``appliances`` says how the energy management drives one."""
    faults = faults or {}
    world = World(PlantClock(START, guard_s=5.0), directory, seed=1)
    esi = {"servers": {"headend": "seat:none", "lms": "seat:none"}, "devices": ["cems"]}
    cems: dict[str, Any] = {"servers": {"esi": "seat:esi"}, "load_w": LOAD_W}
    if inverter:
        world.plant.add_source("der", voltage_v=240.0, frequency_hz=60.0)
        world.plant.add_service_point("inverter1", source="der")
        world.add("inverter1", "", {"ports": ["tls"]}, factory=make_inverter)
        cems |= {"inverter": "seat:inverter1/tls"}
    else:
        cems |= {"generator_w": 5000.0, "available_w": 4000.0}
    if charger:
        world.add("wallbox", "", dict(WALLBOX), factory=make_charger)
        cems |= {
            "charger": {"url": "seat:wallbox/tls", "family": "wallbox_quasar", "rated_a": RATED_A, "discharges": True}
        }
    if appliances:
        world.add("heater", "", {"appliance": "water_heater"}, factory=make_appliance)
        cems |= {"appliances": appliances}
    world.add("esi", "esi", esi, factory=make_esi, faults=faults.get("esi", ()))
    world.add("cems", "cems", cems, factory=make_cems, faults=faults.get("cems", ()))
    await world.start()
    made = Home(world)
    made.utility.register(made.pki.lfdi("esi"), made.pki.pin("esi"))
    made.port.open(server_context(made.pki.credential("headend")))
    made.esi.set_server("headend", made.port.url)
    try:
        yield made
    finally:
        await world.stop()
        made.port.release()
