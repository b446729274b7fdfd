"""An aggregator manages its own sites by distribution management, and nobody else's."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from drivers.cim.errors import OfficeRefusedError
from drivers.cim.signal_calls import end, give, stand
from drivers.cim.signals import Signal, SignalKind
from tests.unit.office.doubles import Station, station

SITES = {"aggregator": ["esi"], "aggregator-2": ["esi-2"]}
HOMES = ("esi", "esi-2")
LIMIT = Signal(kind=SignalKind.GENERATION, homes=("esi",), duration=600, share=0.5)


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Station]:
    async with station(tmp_path, "headend", "dms", dms={"sites": SITES}, headend={"homes": HOMES}) as made:
        yield made


async def test_a_limit_is_offered_by_the_headend_and_ended_by_who_gave_it(running: Station) -> None:
    aggregator = running.office("dms", "aggregator").messenger
    (taken,) = await give(aggregator, (LIMIT,))
    (offered,) = await stand(running.office("headend", "operator").messenger)
    assert (offered.signal, offered.state) == (taken.signal, "offered")
    (ended,) = await end(aggregator, (taken.signal,))
    assert ended.state == "cancelled"
    assert await stand(aggregator) == ()


async def test_another_aggregator_may_neither_limit_nor_see_nor_end(running: Station) -> None:
    other = running.office("dms", "aggregator-2").messenger
    with pytest.raises(OfficeRefusedError, match="forbidden"):
        await give(other, (LIMIT,))
    (taken,) = await give(running.office("dms", "aggregator").messenger, (LIMIT,))
    assert await stand(other) == ()
    with pytest.raises(OfficeRefusedError, match="unknown_order"):
        await end(other, (taken.signal,))


async def test_operators_of_distribution_management_see_all_limits(running: Station) -> None:
    (taken,) = await give(running.office("dms", "aggregator").messenger, (LIMIT,))
    (seen,) = await stand(running.office("dms", "operator").messenger)
    assert seen.signal == taken.signal


async def test_only_generation_is_managed(running: Station) -> None:
    load = Signal(kind=SignalKind.LOAD, homes=("esi",), duration=600, share=0.5)
    with pytest.raises(OfficeRefusedError, match="unsupported"):
        await give(running.office("dms", "aggregator").messenger, (load,))
