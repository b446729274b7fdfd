"""From a VTN to the watts: the gateway registers, screens, offers, answers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from drivers.sep2.programs import ProgramKind
from tests.unit.openadr.chain import OadrHome, oadr_home

IDLE_W, SHED_W = -2000.0, -3000.0


@pytest.fixture
async def made(tmp_path: Path) -> AsyncIterator[OadrHome]:
    async with oadr_home(tmp_path) as one:
        yield one


async def test_an_event_reaches_the_watts_and_is_accepted_once(made: OadrHome) -> None:
    program = made.program(ProgramKind.LOAD)
    event = made.shed(0.5, duration=300)
    program.put(event, made.clock.now())
    await made.after(90.0)
    assert made.drawn_w == pytest.approx(SHED_W)
    assert made.told(event.mrid) == [1]
    await made.after(400.0)
    assert made.drawn_w == pytest.approx(IDLE_W)
    assert made.told(event.mrid) == [1]


async def test_a_cancelled_event_ends_after_its_dwell(made: OadrHome) -> None:
    program = made.program(ProgramKind.LOAD)
    event = made.shed(0.5)
    program.put(event, made.clock.now())
    await made.after(90.0)
    program.cancel(event.mrid, made.clock.now())
    await made.after(150.0)
    assert made.drawn_w == pytest.approx(IDLE_W)
    assert made.told(event.mrid) == [1, 6]
