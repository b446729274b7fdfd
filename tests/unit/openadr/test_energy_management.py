"""OpenADR from the utility to the watts: the energy management is a VEN of its gateway, which is one of the utility."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from drivers.sep2.der import DERControl, DERControlBase
from drivers.sep2.events import DateTimeInterval, EventStatus
from drivers.sep2.prices import TextMessage
from drivers.sep2.programs import ProgramKind
from drivers.sep2.vocabulary import ResponseStatus
from tests.unit.openadr.chain import OadrHome, oadr_home

IDLE_W, SHED_W = -2000.0, -3000.0
VEHICLES = b"\x00\x01\x00\x00"


@pytest.fixture
async def made(tmp_path: Path) -> AsyncIterator[OadrHome]:
    async with oadr_home(tmp_path, to_the_load=True) as one:
        yield one


async def test_an_event_reaches_the_load_through_two_vtns_and_ends(made: OadrHome) -> None:
    program = made.program(ProgramKind.LOAD)
    event = made.shed(0.5, duration=300)
    program.put(event, made.clock.now())
    await made.after(120.0)
    assert made.drawn_w == pytest.approx(SHED_W)
    await made.after(400.0)
    assert made.drawn_w == pytest.approx(IDLE_W)
    assert made.told(event.mrid) == [ResponseStatus.RECEIVED]


async def test_who_opted_in_and_cannot_follow_opts_out_at_every_hop(made: OadrHome) -> None:
    made.world.service_point("cems").stick_relay(True)
    program = made.program(ProgramKind.LOAD)
    event = made.shed(0.5, duration=600)
    program.put(event, made.clock.now())
    await made.after(240.0)
    assert made.drawn_w == pytest.approx(IDLE_W)
    assert made.told(event.mrid) == [ResponseStatus.RECEIVED, ResponseStatus.OPT_OUT]


async def test_what_no_device_of_the_home_is_for_is_answered_and_does_nothing(made: OadrHome) -> None:
    program = made.program(ProgramKind.DER)
    now = int(made.clock.now())
    event = DERControl(
        mrid=made.mrid(),
        created=now,
        status=EventStatus(current=0, at=now),
        interval=DateTimeInterval(start=now, duration=600),
        category=VEHICLES,
        base=DERControlBase(fixed_w=-5000),
    )
    program.put(event, made.clock.now())
    await made.after(120.0)
    assert made.drawn_w == pytest.approx(IDLE_W)


async def test_a_text_arrives_with_its_blanks(made: OadrHome) -> None:
    program = made.program(ProgramKind.TEXT)
    now = int(made.clock.now())
    text = TextMessage(
        mrid=made.mrid(),
        created=now,
        status=EventStatus(current=0, at=now),
        interval=DateTimeInterval(start=now, duration=600),
        text=" two  blanks ",
    )
    program.put(text, made.clock.now())
    await made.after(120.0)
    shown = [one for offered in made.esi._resources.programs for one in offered.events.values()]
    assert [one.text for one in shown if isinstance(one, TextMessage)] == [" two  blanks "]
    assert made.told(text.mrid) == [ResponseStatus.RECEIVED]
