"""Distribution management as a VEN: what an aggregator asks of its sites stands at the headend, and ends there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from drivers.openadr.programs import ProgramVtn
from drivers.openadr.tls import server_context
from drivers.sep2.der import DERControl, DERControlBase
from drivers.sep2.events import DateTimeInterval, EventStatus
from drivers.sep2.loads import DutyCycle, EndDeviceControl
from drivers.sep2.programs import Program, ProgramKind
from drivers.sep2.resources import Received, ResourceServer
from drivers.sep2.responses import Response
from drivers.sep2.server import Sep2Server
from drivers.sep2.vocabulary import ResponseStatus
from fixtures.clock import PlantClock
from fixtures.office.distribution import VenDistribution, make_seat
from fixtures.office.factory import make_headend
from fixtures.office.seat import OfficeSeat
from fixtures.world import World
from tests.unit.home.chain import START

MRID = bytes(11) + b"\x07" + (32_473).to_bytes(4, "big")


class Chain:
    """Headend and distribution management, whose aggregator the test is."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.clock = world.clock
        self.aggregator = ResourceServer(world.clock.now, poll_rate_s=30)
        pki = self.dms.pki
        self.vtn = ProgramVtn(self.aggregator, "vtn-aggregator", pki.credential("aggregator"), poll_s=30)
        self.port = Sep2Server(self.vtn.handle)
        self.aggregator.register(pki.lfdi("dms"), pki.pin("dms"))
        self.port.open(server_context(pki.credential("aggregator")))
        self.dms.set_server("aggregator-vtn", self.port.url)

    @property
    def dms(self) -> VenDistribution:
        seat = self.world.seats["dms"]
        assert isinstance(seat, VenDistribution)
        return seat

    @property
    def headend(self) -> OfficeSeat:
        seat = self.world.seats["headend"]
        assert isinstance(seat, OfficeSeat)
        return seat

    def program(self, kind: ProgramKind) -> Program:
        return self.aggregator.add_program(kind, bytes(12) + (32_473).to_bytes(4, "big"), 3)

    async def after(self, seconds: float) -> None:
        await self.clock.advance_to(self.clock.now() + seconds)

    def offered(self) -> list[DERControl]:
        return [one for one in self.headend.edition().content if isinstance(one, DERControl)]

    def told(self) -> list[int | None]:
        return [one.response.status for one in self.aggregator.answers(MRID)]


@asynccontextmanager
async def chain(directory: Path) -> AsyncIterator[Chain]:
    world = World(PlantClock(START, guard_s=5.0), directory, seed=1)
    world.add("headend", "headend", {"homes": ["esi"], "meters": {}}, factory=make_headend)
    dms = {"vtns": {"aggregator": "seat:none"}, "sites": {"aggregator": ["esi"]}}
    world.add("dms", "openadr_dms", dms, factory=make_seat)
    await world.start()
    made = Chain(world)
    try:
        yield made
    finally:
        await world.stop()
        made.port.release()


@pytest.fixture
async def made(tmp_path: Path) -> AsyncIterator[Chain]:
    async with chain(tmp_path) as one:
        yield one


def limit(now: float) -> DERControl:
    return DERControl(
        mrid=MRID,
        created=int(now),
        status=EventStatus(current=0, at=int(now)),
        interval=DateTimeInterval(start=int(now), duration=600),
        category=b"\x00\x04\x00\x00",
        base=DERControlBase(max_lim_w=4000),
    )


async def test_a_limit_stands_at_the_headend_under_its_own_name_until_it_is_taken_back(made: Chain) -> None:
    program = made.program(ProgramKind.DER)
    program.put(limit(made.clock.now()), made.clock.now())
    await made.after(45.0)
    (found,) = made.offered()
    assert (found.mrid, found.base.max_lim_w) == (MRID, 4000)
    program.cancel(MRID, made.clock.now())
    await made.after(45.0)
    assert [one.status.cancelled for one in made.offered()] == [True]
    assert made.told() == [ResponseStatus.RECEIVED, ResponseStatus.CANCELLED]


async def test_an_opt_out_of_the_home_reaches_the_aggregator_once(made: Chain) -> None:
    made.program(ProgramKind.DER).put(limit(made.clock.now()), made.clock.now())
    await made.after(45.0)
    homes = made.headend._homes
    assert homes is not None
    resources = homes._port.resources
    assert resources is not None
    assert resources.heard is not None
    (lfdi,) = resources.devices
    response = Response(created=int(made.clock.now()), lfdi=lfdi, status=ResponseStatus.OPT_OUT, subject=MRID)
    resources.heard(Received(response, lfdi, made.clock.now()))
    await made.after(90.0)
    assert made.told() == [ResponseStatus.RECEIVED, ResponseStatus.OPT_OUT]


async def test_loads_are_not_managed_for_others(made: Chain) -> None:
    now = int(made.clock.now())
    event = EndDeviceControl(
        mrid=MRID,
        created=now,
        status=EventStatus(current=0, at=now),
        interval=DateTimeInterval(start=now, duration=600),
        category=b"\x00\x00\x20\x00",
        mandatory=True,
        duty_cycle=DutyCycle(normal=0),
    )
    made.program(ProgramKind.LOAD).put(event, made.clock.now())
    await made.after(45.0)
    assert made.headend.edition().content == ()
    assert made.told() == [ResponseStatus.NOT_APPLICABLE]
