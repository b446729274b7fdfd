"""Customers take premises over and enrol them in programs; what gateways are shown of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from drivers.cim import OfficeRefusedError
from drivers.cim.enrolment import Enrolment, agreements, enrol, enrolments
from drivers.cim.messenger import Messenger
from drivers.cim.portal_enrolment import EnrolmentPortal
from drivers.cim.signal_calls import give
from drivers.cim.signals import Signal, SignalKind
from fixtures.office.homes import HomeServer
from tests.unit.office.doubles import START, Station, station

PREMISES = {"P-1": {"meter": "M-1001", "home": "esi"}, "P-2": {"meter": "M-1002"}, "P-3": {"meter": "M-1003"}}
CIS: dict[str, Any] = {
    "customers": {"ada": {"meters": ["M-1001"]}, "bob": {"meters": ["M-1002"]}, "carol": {}},
    "third_parties": ["aggregator"],
    "premises": PREMISES,
}
LMS: dict[str, Any] = {
    "homes": ["esi"],
    "programs": ["peak", "night"],
    "premises": {"P-1": {"account": "ada", "meter": "M-1001", "home": "esi"}},
}


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Station]:
    async with station(tmp_path, "cis", "lms", cis=CIS, lms=LMS) as made:
        yield made


async def customer(running: Station, name: str) -> EnrolmentPortal:
    portal = running.portal()
    await portal.sign_in(name, running.secret(f"office/customer/{name}"))
    return EnrolmentPortal(portal)


def lms(running: Station, party: str = "operator") -> Messenger:
    return running.office("lms", party).messenger


def homes_of(running: Station) -> HomeServer:
    """What load management shows its gateways."""
    service: Any = running.world.seat("lms")
    homes: HomeServer = service._service.kit.homes
    return homes


def offered(running: Station) -> int:
    """How many events the gateway is shown."""
    server = homes_of(running).resources
    (gateway,) = server.devices
    return sum(len(program.current(running.clock.now())) for program in server.programs_of(gateway))


async def test_premises_are_taken_over_once_by_the_code_of_the_letter(running: Station) -> None:
    carol, code = await customer(running, "carol"), running.secret("office/premises/P-3")
    for premises, meter, shown in (
        ("P-3", "M-1003", "wrong"),
        ("P-3", "M-1001", code),
        ("P-1", "M-1001", code),
        ("P-9", "M-1003", code),
    ):
        with pytest.raises(OfficeRefusedError, match="not_found"):
            await carol.bind(premises, meter, shown)
    await carol.bind("P-3", "M-1003", code)
    assert (await carol.portal.account())["meters"] == ["M-1003"]
    assert [one.account for one in await agreements(lms(running), ("P-3",))] == ["carol"]
    for again in (carol, await customer(running, "bob")):
        with pytest.raises(OfficeRefusedError, match="conflict"):
            await again.bind("P-3", "M-1003", code)


async def test_premises_that_were_taken_over_outlast_a_restart(running: Station) -> None:
    carol = await customer(running, "carol")
    await carol.bind("P-3", "M-1003", running.secret("office/premises/P-3"))
    for seat in ("cis", "lms"):
        running.world.seat(seat).power(on=False)
        running.world.seat(seat).power(on=True)
    await running.pass_time(300.0)
    assert (await (await customer(running, "carol")).portal.account())["meters"] == ["M-1003"]
    assert len(await agreements(lms(running), ("P-3",))) == 1


async def test_anothers_premises_are_as_unknown_as_none(running: Station) -> None:
    ada, bob = await customer(running, "ada"), await customer(running, "bob")
    own = await ada.enrol("P-1", "peak")
    for asked in (
        bob.enrol("P-1", "night"),
        bob.enrol("P-9", "night"),
        bob.enrolment(own),
        bob.enrolments("P-1"),
        bob.withdraw(own),
    ):
        with pytest.raises(OfficeRefusedError, match="not_found"):
            await asked
    assert (await ada.enrolment(own))["state"] == "enrolled"


async def test_a_gateway_is_shown_its_programs_events_from_the_start_to_the_withdrawal(running: Station) -> None:
    ada, operator = await customer(running, "ada"), lms(running)
    own = await ada.enrol("P-1", "peak", START + 600.0)
    for program in ("peak", "night"):
        await give(operator, (Signal(kind=SignalKind.LOAD, homes=(), program=program, duration=7200, share=0.5),))
    assert offered(running) == 0
    await running.pass_time(601.0)
    assert offered(running) == 1
    await (await customer(running, "ada")).withdraw(own)  # the first token has ended
    assert offered(running) == 0


async def test_an_enrolment_to_come_outlasts_a_restart(running: Station) -> None:
    ada = await customer(running, "ada")
    await ada.enrol("P-1", "peak", START + 900.0)
    await give(lms(running), (Signal(kind=SignalKind.LOAD, homes=(), program="peak", duration=7200, share=0.5),))
    running.world.seat("lms").power(on=False)
    running.world.seat("lms").power(on=True)
    await running.pass_time(300.0)
    assert offered(running) == 0
    await running.pass_time(601.0)
    assert offered(running) == 1


async def test_a_third_party_needs_consent_to_enrol_that_is_live(running: Station) -> None:
    ada, third = await customer(running, "ada"), lms(running, "aggregator")
    wish = Enrolment(premises="P-1", program="peak")
    with pytest.raises(OfficeRefusedError, match="forbidden"):
        await enrol(third, wish)
    await ada.portal.consent("aggregator", "M-1001", START, START + 9000.0)  # to readings
    with pytest.raises(OfficeRefusedError, match="forbidden"):
        await enrol(third, wish)
    consent = await ada.consent("aggregator", "M-1001", START, START + 9000.0)
    assert (await enrol(third, wish)).third_party == "aggregator"
    await ada.portal.revoke_consent(consent)
    with pytest.raises(OfficeRefusedError, match="forbidden"):
        await enrol(third, Enrolment(premises="P-1", program="night"))
    assert len(await enrolments(lms(running), ("P-1",))) == 1


async def test_a_signal_names_a_program_that_there_is_and_no_homes_beside(running: Station) -> None:
    for homes, program in (((), "no such"), (("esi",), "peak"), ((), "")):
        signal = Signal(kind=SignalKind.LOAD, homes=homes, program=program, duration=600, share=0.5)
        with pytest.raises(OfficeRefusedError, match="unknown_home"):
            await give(lms(running), (signal,))
