"""`amibench check --online`: who answers, without a try of any credential."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bench.access.identify import IdentifyError, dlms_meter, office_system
from bench.lab.config import load_lab
from bench.lab.online import installed_identifiers
from bench.lab.station import Station

LAB = Path(__file__).parents[3] / "lab_configs" / "emulated.toml"


@pytest.fixture
async def station(tmp_path: Path) -> AsyncIterator[Station]:
    async with Station(load_lab(LAB), tmp_path) as station:
        await station.fresh()
        yield station


@pytest.mark.parametrize("port", ["tcp", "hdlc", "optical"])
async def test_a_meter_tells_its_public_client_who_it_is(station: Station, port: str) -> None:
    assert "67983921" in await dlms_meter(station, "meter1", port)


async def test_an_office_system_shows_its_certificate_and_asks_for_one(station: Station) -> None:
    assert await office_system(station, "headend", "https") == "listens, and asks for a certificate"


async def test_a_port_where_nobody_should_listen_is_not_asked(station: Station) -> None:
    assert "nobody should listen there" in await office_system(station, "headend", "http")


async def test_a_meter_without_power_is_a_problem_in_words(station: Station) -> None:
    await station.power("headend", False)
    with pytest.raises(IdentifyError):
        await office_system(station, "headend", "https")


def test_both_links_are_registered() -> None:
    assert {"dlms", "office_https"} <= installed_identifiers().keys()
