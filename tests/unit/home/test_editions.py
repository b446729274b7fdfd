"""A device polls a server of its host while what is offered there has changed since it was read, and is for it."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from drivers.sep2.programs import ProgramKind
from tests.unit.home.chain import Home, home

SEEN_S = 200.0


@pytest.fixture
async def made(tmp_path: Path) -> AsyncIterator[Home]:
    async with home(tmp_path) as one:
        yield one


def polls(made: Home) -> int:
    """Of the energy management at its gateway."""
    session = made.cems.follower._sessions.get("esi")
    return session.polls if session is not None else 0


async def test_what_was_read_is_not_read_again(made: Home) -> None:
    made.program(ProgramKind.LOAD).put(made.shed(0.5, duration=7200), made.clock.now())
    await made.after(SEEN_S)
    before = polls(made)
    await made.after(3600.0)
    assert polls(made) == before > 0


async def test_news_is_read(made: Home) -> None:
    program = made.program(ProgramKind.LOAD)
    event = made.shed(0.5, duration=7200)
    program.put(event, made.clock.now())
    await made.after(SEEN_S)
    before = polls(made)
    program.cancel(event.mrid, made.clock.now())
    await made.after(SEEN_S)
    assert polls(made) > before


async def test_what_is_for_others_is_not_looked_at(made: Home) -> None:
    sauna = dataclasses.replace(made.shed(0.5, duration=7200), category=b"\x00\x00\x00\x20")
    made.program(ProgramKind.LOAD).put(sauna, made.clock.now())
    await made.after(SEEN_S)
    assert made.esi.has_signals()
    assert polls(made) == 0


async def test_a_gateway_that_goes_is_noticed_while_an_event_holds(made: Home) -> None:
    made.program(ProgramKind.LOAD).put(made.shed(0.5, duration=7200), made.clock.now())
    await made.after(SEEN_S)
    assert made.cems.follower.reachable("esi")
    made.esi.power(False)
    await made.after(30.0)
    assert not made.cems.follower.reachable("esi")
