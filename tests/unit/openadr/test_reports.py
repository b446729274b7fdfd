"""Telemetry up the chain: a VTN asks, the gateway has the home's DER tell, and sends what they told with its time."""

from __future__ import annotations

from pathlib import Path

import pytest

from drivers.sep2.monitoring import DerPowers, Told, powers_of
from drivers.sep2.resources import Device
from drivers.sep2.responses import MirrorUsagePoint
from tests.unit.openadr.chain import OadrHome, oadr_home

_EVERY_S = 60


async def watched(made: OadrHome, for_s: float) -> list[DerPowers]:
    """What the utility is told while it asks for reports."""
    found: list[DerPowers] = []

    def reported(_device: Device, told: Told) -> None:
        if isinstance(told, MirrorUsagePoint):
            found.append(powers_of(told))

    made.utility.reported = reported
    made.utility.devices[made.pki.lfdi("esi")].post_rate_s = _EVERY_S
    await made.after(for_s)
    return found


async def test_a_vtn_that_asks_is_told_powers_with_their_time(tmp_path: Path) -> None:
    async with oadr_home(tmp_path) as made:
        found = await watched(made, 400.0)
        assert found
        assert found[-1].active_w == pytest.approx(4000.0)
        assert made.clock.now() - found[-1].at <= 2.0 * _EVERY_S


async def test_a_vtn_that_no_longer_asks_is_told_nothing_more(tmp_path: Path) -> None:
    async with oadr_home(tmp_path) as made:
        found = await watched(made, 400.0)
        made.utility.devices[made.pki.lfdi("esi")].post_rate_s = None
        await made.after(200.0)
        before = len(found)
        await made.after(600.0)
        assert len(found) == before
