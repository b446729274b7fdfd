"""Emulated instruments on a service point, spoken to line by line without a port."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fixtures.instruments.device import ScpiDevice
from fixtures.instruments.seats import InstrumentSeat
from fixtures.plant import ServicePoint
from fixtures.world import World

SeatMaker = Callable[..., InstrumentSeat]


@pytest.fixture
def point(world: World) -> ServicePoint:
    """The service point ``home``, on the grid of 230 V."""
    return world.plant.add_service_point("home")


@pytest.fixture
def seat(world: World, point: ServicePoint) -> SeatMaker:
    """Make a seat of a kind on ``home``, begun but without open ports."""

    def make(kind: str, **settings: Any) -> InstrumentSeat:
        where = {} if kind == "ac_source" else {"service_point": point.name}
        made = world.add(kind, kind, {**where, **settings})
        assert isinstance(made, InstrumentSeat)
        made.device.clear_all()
        made.begin()
        return made

    return make


async def ask(device: ScpiDevice, message: str) -> str:
    """The response to a query, which must leave no error."""
    answer = await device.execute(message)
    assert device.errors.take() == '0,"No error"'
    assert answer is not None
    return answer


async def tell(device: ScpiDevice, message: str) -> None:
    """Execute commands, which must leave no error and answer nothing."""
    assert await device.execute(message) is None
    assert device.errors.take() == '0,"No error"'


async def error_of(device: ScpiDevice, message: str) -> int:
    """The code of the one error that a message leaves."""
    await device.execute(message)
    code = int(device.errors.take().partition(",")[0])
    assert len(device.errors) == 0
    return code
