"""Reports of DER from a home's inverter to the utility's server, which asks for them, or does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from drivers.sep2.monitoring import DerPowers, powers_of
from tests.unit.home.chain import Home, home
from tests.unit.home.test_inverter import fed_w


def told(made: Home) -> dict[str, DerPowers]:
    device = made.utility.devices[made.pki.lfdi("esi")]
    return {one.name: one for one in map(powers_of, device.meters.values())}


def ask(made: Home, every_s: int | None) -> None:
    made.utility.devices[made.pki.lfdi("esi")].post_rate_s = every_s


async def test_who_asks_is_told_what_the_inverter_does_and_how_old_that_is(tmp_path: Path) -> None:
    async with home(tmp_path, inverter=True) as made:
        await made.after(400.0)
        assert not told(made)
        ask(made, 60)
        await made.after(300.0)
        powers = told(made)["inverter"]
        assert powers.active_w == pytest.approx(fed_w(made), rel=0.02)
        assert made.clock.now() - powers.at <= 61.0
        status = made.utility.devices[made.pki.lfdi("esi")].status
        assert status is not None
        assert status.connected is not None
        assert status.connected.bits & 1


async def test_who_asks_no_longer_is_told_no_more(tmp_path: Path) -> None:
    async with home(tmp_path, inverter=True) as made:
        ask(made, 60)
        await made.after(400.0)
        assert told(made)
        ask(made, None)
        await made.after(300.0)
        last = told(made)["inverter"].at
        await made.after(600.0)
        assert told(made)["inverter"].at == last


async def test_an_inverter_that_is_silent_is_not_told_of_anew(tmp_path: Path) -> None:
    async with home(tmp_path, inverter=True) as made:
        ask(made, 60)
        await made.after(400.0)
        made.world.seats["inverter1"].power(False)
        await made.after(70.0)
        last = told(made)["inverter"].at
        await made.after(300.0)
        assert told(made)["inverter"].at == last
