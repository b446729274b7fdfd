"""The energy management system at the meter's consumer port: it takes what is its meter's, and gives the receipt."""

from __future__ import annotations

from pathlib import Path

import pytest

from fixtures.clock import PlantClock
from fixtures.faults import Faults
from fixtures.home.meter_port import MeterPort, Notice
from fixtures.meter.model.events import EventCode
from fixtures.world import World
from tests.unit.meter.wire import MeterOnWire

PORTS = ["tcp", "consumer"]


class Customer:
    """The port of one system, and what it took."""

    def __init__(self, world: World, keys: str = "meter/consumer") -> None:
        self.taken: list[Notice] = []
        self.port = MeterPort("cems", keys, world, self.taken.append)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(PlantClock(1_767_571_200.0), tmp_path, seed=7628)


async def told(meter: MeterOnWire) -> None:
    meter.meter.recorder.record(EventCode.CREDIT_LOW)
    await meter.wait(60.0)


async def test_a_notice_is_taken_and_its_receipt_given(world: World) -> None:
    meter, customer = await MeterOnWire.start(world, ports=PORTS), Customer(world)
    await told(meter)
    notices = meter.meter.consumption.notices
    assert [len(notices.pending), len(customer.taken)] == [1, 0]
    customer.port.plug(meter.seat.endpoints()["consumer"])
    await meter.wait(60.0)
    assert [one.code for one in customer.taken] == [EventCode.CREDIT_LOW]
    assert not notices.pending
    await told(meter)
    assert len(customer.taken) == 2
    customer.port.unplug()
    await told(meter)
    assert [len(notices.pending), len(customer.taken)] == [1, 2]


async def test_who_has_other_keys_takes_nothing(world: World) -> None:
    meter, customer = await MeterOnWire.start(world, ports=PORTS), Customer(world, "another/consumer")
    customer.port.plug(meter.seat.endpoints()["consumer"])
    await told(meter)
    assert not customer.taken
    assert len(meter.meter.consumption.notices.pending) == 1
    customer.port.unplug()


async def test_it_comes_back_when_the_meter_was_without_supply(world: World) -> None:
    meter, customer = await MeterOnWire.start(world, ports=PORTS), Customer(world)
    customer.port.plug(meter.seat.endpoints()["consumer"])
    await meter.wait(10.0)
    meter.seat.power(False)
    await meter.wait(300.0)
    meter.seat.power(True)
    await meter.wait(60.0)
    await told(meter)
    assert EventCode.CREDIT_LOW in {one.code for one in customer.taken}
    assert not meter.meter.consumption.notices.pending
    customer.port.unplug()


async def test_f_m3_no_receipt_is_given(world: World) -> None:
    meter, customer = await MeterOnWire.start(world, ports=PORTS), Customer(world)
    customer.port.fresh(Faults({"F-M3"}))
    customer.port.plug(meter.seat.endpoints()["consumer"])
    await told(meter)
    assert customer.taken
    assert len(meter.meter.consumption.notices.pending) == 1
    customer.port.unplug()
