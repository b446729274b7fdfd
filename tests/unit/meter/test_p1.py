"""The customer's port P1: a telegram a second while somebody listens, with what the meter counts."""

from __future__ import annotations

import itertools

from drivers.p1.port import P1Port
from drivers.p1.telegram import Telegram
from drivers.transport.base import SilenceError
from drivers.transport.urls import make_transport
from fixtures.meter.model.metrology import Quantity
from fixtures.meter.p1_port import telegram_of
from fixtures.world import World

from .wire import MeterOnWire

PORTS = ["p1"]
GAS = ["gas"]


async def listener(meter: MeterOnWire, world: World) -> P1Port:
    port = P1Port(make_transport(meter.seat.endpoints()["p1"], world.clock, counted=True, baud=115_200))
    await port.open()
    return port


async def test_a_telegram_comes_every_second_and_shows_the_registers(world: World) -> None:
    meter = await MeterOnWire.start(world, ports=PORTS, sub_devices=GAS)
    port = await listener(meter, world)
    received = [await port.next(world.clock.now() + 5.0) for _ in range(3)]
    await port.close()
    assert [round(later.at - earlier.at, 3) for earlier, later in itertools.pairwise(received)] == [1, 1]
    telegram = received[-1].telegram
    assert telegram is not None
    counted = meter.meter.metrology.rate_count(Quantity.IMPORT, 1)
    assert telegram.quantity("1-0:1.8.1").value * 1000 == counted
    assert telegram.text("0-0:96.1.1") == meter.seat.unit.serial
    device = meter.meter.channels[0].device
    assert device is not None
    assert telegram.text("0-1:96.1.0") == device.equipment


async def test_nothing_runs_while_nobody_listens(world: World) -> None:
    meter = await MeterOnWire.start(world, ports=PORTS)
    port = await listener(meter, world)
    await port.next(world.clock.now() + 5.0)
    await port.close()
    again = await listener(meter, world)
    began = world.clock.now()
    await again.next(began + 5.0)
    await again.close()
    assert world.clock.now() - began < 2.5


async def test_a_meter_without_supply_sends_nothing(world: World) -> None:
    meter = await MeterOnWire.start(world, ports=PORTS)
    meter.seat.power(False)
    port = await listener(meter, world)
    try:
        await port.next(world.clock.now() + 5.0)
    except SilenceError:
        pass
    else:
        raise AssertionError("a telegram came")
    finally:
        await port.close()


async def test_long_failures_are_listed_with_their_duration(world: World) -> None:
    meter = await MeterOnWire.start(world, ports=PORTS)
    telegram = Telegram.decode(telegram_of(meter.meter).encode())
    values = telegram.line("1-0:99.97.0").values
    assert values[:2] == ("1", "0-0:96.7.19")  # the outage of its past, nine minutes
    assert values[3] == "0000000540*s"
