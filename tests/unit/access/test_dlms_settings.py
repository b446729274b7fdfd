"""What a test sets on a meter and leaves behind is put back as it was found; the clock as it would be by now."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bench.access.dlms import MANAGEMENT, DlmsAccess
from bench.access.dlms_settings import CLOCK_TOLERANCE_S, SettingsAsFound
from bench.lab.config import load_lab
from bench.lab.station import Station
from drivers.dlms.apdu import Attribute
from drivers.dlms.data import OctetString

LAB = Path(__file__).parents[3] / "lab_configs" / "emulated.toml"


@pytest.fixture
async def access(tmp_path: Path) -> AsyncIterator[DlmsAccess]:
    async with Station(load_lab(LAB), tmp_path) as station:
        await station.fresh()
        yield DlmsAccess(station, "meter1")


async def test_clock_mode_and_message_are_put_back(access: DlmsAccess) -> None:
    message = Attribute(1, access.names.consumer_message, 2)
    settings = SettingsAsFound(access)
    await settings.note()
    async with access.session(MANAGEMENT) as client:
        before, mode = await client.get(message), (await access.meter(client).switch()).mode
        await access.meter(client).set_clock(access.station.clock.now() + 3600.0)
        await access.meter(client).set_control_mode(2)
        await client.set(message, OctetString(b"left behind"))
    await access.station.advance(100.0)
    assert await settings.put_back() == []
    async with access.session(MANAGEMENT) as client:
        shown = (await access.meter(client).clock()).at
        assert shown is not None
        assert abs(shown - access.station.clock.now()) <= 2 * CLOCK_TOLERANCE_S
        assert (await access.meter(client).switch()).mode == mode
        assert await client.get(message) == before


async def test_what_was_not_touched_is_not_written(access: DlmsAccess) -> None:
    settings = SettingsAsFound(access)
    await settings.note()
    async with access.session(MANAGEMENT) as client:
        entries = len(await access.meter(client).events("standard"))
    assert await settings.put_back() == []
    async with access.session(MANAGEMENT) as client:
        assert len(await access.meter(client).events("standard")) == entries


async def test_a_meter_that_is_gone_is_told_in_words(access: DlmsAccess) -> None:
    settings = SettingsAsFound(access)
    await settings.note()
    await access.station.power("meter1", False)
    (words,) = await settings.put_back()
    assert words


async def test_nothing_noted_is_nothing_to_put_back(access: DlmsAccess) -> None:
    assert await SettingsAsFound(access).put_back() == ()
