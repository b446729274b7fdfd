"""A gateway that is reached by office services offers its home what an aggregator asks for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from drivers.cim.errors import OfficeRefusedError
from drivers.cim.signal_calls import end, give, stand
from drivers.cim.signals import Signal, SignalKind
from drivers.cim.times import iso
from fixtures.office.seat import OfficeSeat
from tests.unit.office.doubles import Station, station

LIMIT = Signal(kind=SignalKind.GENERATION, homes=("esi",), duration=600, share=0.5)
PRICE = Signal(kind=SignalKind.PRICE, homes=("esi",), duration=3600, price=0.3)


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Station]:
    async with station(tmp_path, "esi", esi={"homes": {"esi": "cems"}}) as made:
        yield made


def offered_at(running: Station) -> int:
    seat = running.world.seats["esi"]
    assert isinstance(seat, OfficeSeat)
    return len(seat.edition().content)


async def test_a_limit_is_offered_to_the_device_of_the_home_and_ended(running: Station) -> None:
    aggregator = running.office("esi", "aggregator").messenger
    (taken,) = await give(aggregator, (LIMIT,))
    assert offered_at(running) > 0
    (ended,) = await end(aggregator, (taken.signal,))
    assert ended.state == "cancelled"
    assert await stand(aggregator) == ()


async def test_operators_see_and_do_not_give(running: Station) -> None:
    operator = running.office("esi", "operator").messenger
    with pytest.raises(OfficeRefusedError, match="forbidden"):
        await give(operator, (LIMIT,))
    assert await stand(operator) == ()


@pytest.mark.parametrize("price", [300.0, -0.5, 2.5])
async def test_a_price_that_nobody_believes_is_refused(running: Station, price: float) -> None:
    with pytest.raises(OfficeRefusedError, match="invalid_value"):
        await give(running.office("esi", "aggregator").messenger, (msgspec.structs.replace(PRICE, price=price),))
    assert offered_at(running) == 0


async def test_a_price_that_comes_late_is_refused(running: Station) -> None:
    late = msgspec.structs.replace(PRICE, start=iso(running.world.clock.now() - 1800.0))
    with pytest.raises(OfficeRefusedError, match="invalid_value"):
        await give(running.office("esi", "aggregator").messenger, (late,))


async def test_a_right_price_is_taken(running: Station) -> None:
    (taken,) = await give(running.office("esi", "aggregator").messenger, (PRICE,))
    assert taken.state == "offered"
