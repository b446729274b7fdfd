"""A home device at servers that lie, are slow, or go away; and what a seeded defect changes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from drivers.sep2.programs import ProgramKind
from drivers.sep2.server import HttpRequest, HttpResponse
from drivers.sep2.tls import server_context
from fixtures import commissioning
from fixtures.fault_box import FaultBoxError
from tests.unit.home.chain import Home, home

IDLE_W, SHED_W = -2000.0, -3000.0


@pytest.fixture
async def made(tmp_path: Path) -> AsyncIterator[Home]:
    async with home(tmp_path) as one:
        yield one


def junk_at(made: Home, part: str) -> None:
    """Answers whose path contains ``part`` are no documents."""

    def handle(request: HttpRequest) -> HttpResponse:
        return HttpResponse(200, b"<a") if part in request.path else made.utility.handle(request)

    made.port.handler = handle


async def test_one_program_that_cannot_be_read_keeps_no_other_one_back(made: Home) -> None:
    good, bad = made.program(ProgramKind.LOAD), made.program(ProgramKind.LOAD, 9)
    junk_at(made, bad.path + "/")
    event = made.shed(0.5)
    good.put(event, made.clock.now())
    await made.after(60.0)
    assert made.told(event.mrid) == [1, 2]


async def test_a_device_comes_back_from_junk_by_itself(made: Home) -> None:
    program = made.program(ProgramKind.LOAD)
    junk_at(made, "/")
    await made.after(600.0)
    made.port.handler = made.utility.handle
    event = made.shed(0.5)
    program.put(event, made.clock.now())
    await made.after(120.0)
    assert made.told(event.mrid) == [1, 2]


async def test_answers_wait_for_a_server_that_is_away(made: Home) -> None:
    program = made.program(ProgramKind.LOAD)
    event = made.shed(0.5, duration=300)
    program.put(event, made.clock.now())
    await made.after(60.0)
    assert made.port.context is not None
    context = made.port.context
    made.port.shut()
    await made.after(3600.0)
    made.port.open(context)
    await made.after(200.0)
    assert made.told(event.mrid) == [1, 2, 3]
    completed = made.utility.answers(event.mrid)[-1].response
    assert completed.created is not None
    assert completed.created - event.interval.end < 30


async def test_a_power_cut_moves_nothing_and_the_signal_holds_on(made: Home) -> None:
    program = made.program(ProgramKind.LOAD)
    program.put(made.shed(0.5, duration=3600), made.clock.now())
    await made.after(60.0)
    made.cems.power(False)
    await made.after(30.0)
    assert made.drawn_w == pytest.approx(SHED_W)
    made.cems.power(True)
    await made.after(60.0)
    assert made.drawn_w == pytest.approx(SHED_W)


@pytest.mark.parametrize(("fault", "seat"), [("F-I9", "esi"), ("F-I7", "esi")])
async def test_a_device_that_does_not_look_at_the_server_follows_anybody(tmp_path: Path, fault: str, seat: str) -> None:
    async with home(tmp_path, {seat: frozenset({fault})}) as made:
        event = made.shed(0.5)
        made.program(ProgramKind.LOAD).put(event, made.clock.now())
        made.port.shut()
        made.port.open(server_context(made.pki.credential("stranger")))
        await made.after(120.0)
        assert made.drawn_w == pytest.approx(SHED_W)


async def test_an_installer_sets_only_servers_that_there_are(made: Home) -> None:
    with pytest.raises(FaultBoxError, match="follows no server"):
        commissioning.set_server(made.world, "esi", {"server": "nobody", "url": "https://127.0.0.1:1"})
    with pytest.raises(FaultBoxError, match="takes server, url"):
        commissioning.set_server(made.world, "esi", {"server": "headend"})
    commissioning.set_server(made.world, "esi", {"server": "headend", "url": ""})
    assert not made.esi.has_signals()
