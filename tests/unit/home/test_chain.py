"""From the utility's server to the watts: the gateway and the energy management system follow, screen and answer."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from drivers.sep2.client import Sep2Client
from drivers.sep2.der import DERControl, DERControlBase
from drivers.sep2.devices import EndDeviceList
from drivers.sep2.errors import WrongServerError
from drivers.sep2.events import DateTimeInterval
from drivers.sep2.programs import ProgramKind
from drivers.sep2.tls import CIPHER, server_context
from tests.unit.home.chain import Home, home

IDLE_W, SHED_W = -2000.0, -3000.0


@pytest.fixture
async def made(tmp_path: Path) -> AsyncIterator[Home]:
    async with home(tmp_path) as one:
        yield one


async def test_a_signal_reaches_the_watts_and_each_answer_comes_back(made: Home) -> None:
    program = made.program(ProgramKind.LOAD)
    event = made.shed(0.5, duration=300)
    program.put(event, made.clock.now())
    await made.after(60.0)
    assert made.drawn_w == pytest.approx(SHED_W)
    assert made.told(event.mrid) == [1, 2]
    await made.after(400.0)
    assert made.drawn_w == pytest.approx(IDLE_W)
    assert made.told(event.mrid) == [1, 2, 3]


async def test_a_signal_for_a_time_to_come_waits_for_it(made: Home) -> None:
    program = made.program(ProgramKind.LOAD)
    program.put(made.shed(0.5, start=600.0), made.clock.now())
    await made.after(590.0)
    assert made.drawn_w == pytest.approx(IDLE_W)
    await made.after(20.0)
    assert made.drawn_w == pytest.approx(SHED_W)


async def test_a_cancelled_signal_ends_after_its_dwell(made: Home) -> None:
    program = made.program(ProgramKind.LOAD)
    event = made.shed(0.5)
    program.put(event, made.clock.now())
    await made.after(60.0)
    program.cancel(event.mrid, made.clock.now())
    await made.after(120.0)
    assert made.drawn_w == pytest.approx(IDLE_W)
    assert made.told(event.mrid)[-1] == 6


async def test_of_two_programs_the_lower_primacy_goes_first(made: Home) -> None:
    first, second = made.program(ProgramKind.LOAD, 1), made.program(ProgramKind.LOAD, 5)
    weak, strong = made.shed(0.9), made.shed(0.25)
    second.put(weak, made.clock.now())
    await made.after(60.0)
    assert made.drawn_w == pytest.approx(-2200.0)
    first.put(strong, made.clock.now())
    await made.after(60.0)
    assert made.drawn_w == pytest.approx(-3500.0)
    assert made.told(weak.mrid)[-1] == 14


async def test_an_expired_signal_stops_at_the_gateway(made: Home) -> None:
    program = made.program(ProgramKind.LOAD)
    now = int(made.clock.now())
    event = dataclasses.replace(made.shed(0.5), interval=DateTimeInterval(start=now - 900, duration=600))
    program.shows_over = True
    program.put(event, made.clock.now())
    await made.after(60.0)
    assert made.told(event.mrid) == [254]
    assert not made.esi.has_signals()


async def test_a_generator_keeps_to_its_limit(made: Home) -> None:
    program = made.program(ProgramKind.DER)
    shed = made.shed(0.5)
    head = {name: getattr(shed, name) for name in ("mrid", "created", "status", "interval")}
    program.put(DERControl(**head, base=DERControlBase(max_lim_w=2000)), made.clock.now())
    await made.after(60.0)
    assert made.drawn_w == pytest.approx(1000.0)


async def test_stored_signals_run_without_the_server(made: Home) -> None:
    program = made.program(ProgramKind.LOAD)
    program.put(made.shed(0.5, start=300.0, duration=300), made.clock.now())
    await made.after(60.0)
    made.port.shut()
    await made.after(280.0)
    assert made.drawn_w == pytest.approx(SHED_W)
    await made.after(400.0)
    assert made.drawn_w == pytest.approx(IDLE_W)


async def test_an_impostor_is_not_followed(made: Home) -> None:
    event = made.shed(0.5)
    made.program(ProgramKind.LOAD).put(event, made.clock.now())
    made.port.shut()
    made.port.open(server_context(made.pki.credential("stranger")))
    await made.after(120.0)
    assert made.drawn_w == pytest.approx(IDLE_W)
    assert made.told(event.mrid) == []


async def test_a_home_that_nobody_signals_sets_no_timers(tmp_path: Path) -> None:
    async with home(tmp_path) as made:
        made.esi.set_server("headend", "")
        await made.after(1.0)
        before = made.utility.now()
        await made.after(30 * 86_400.0)
        assert made.utility.now() - before == pytest.approx(30 * 86_400.0)
        assert not made.esi.follower.waits


async def test_the_gateway_serves_its_own_devices_only(made: Home) -> None:
    url = made.esi.endpoints()["han"]
    async with Sep2Client(url, made.pki.credential("cems"), made.clock) as client:
        answer = await client.request("GET", "/edev?s=0&l=10")
        assert answer.tls == ("TLSv1.2", CIPHER)
        assert (await client.get_list("/edev", EndDeviceList)).members[0].lfdi == made.pki.lfdi("cems")
    async with Sep2Client(url, made.pki.credential("cems-2"), made.clock) as client:
        assert (await client.request("GET", "/edev")).status == 403


async def test_a_client_asks_nothing_more_of_another_server(made: Home) -> None:
    url = made.esi.endpoints()["han"]
    other = frozenset({made.pki.lfdi("headend")})
    async with Sep2Client(url, made.pki.credential("cems"), made.clock, servers=other) as client:
        with pytest.raises(WrongServerError):
            await client.request("GET", "/dcap")
