"""Relative prices, the appliance's clock, and what it says of its own sleep."""

from __future__ import annotations

from pathlib import Path

import pytest

from drivers.cta2045.basic import Basic, Opcode, OperationalState
from drivers.cta2045.device_time import FullHour, UtcTime
from drivers.cta2045.errors import ApplicationNakError, ResponseCodeError
from drivers.cta2045.intermediate import GET_UTC, EnergyPrice, Intermediate
from tests.unit.han.appliances import START, home

HOUR_S = 3600.0


async def test_a_high_relative_price_sheds_until_a_usual_one(tmp_path: Path) -> None:
    async with home(tmp_path) as at:
        await at.client.relative_price(1.9)
        assert at.watts == 4500.0
        await at.client.relative_price(2.1)
        assert at.watts == 0.0
        await at.client.relative_price(1.0)
        await at.released()
        assert at.watts == 4500.0


async def test_the_next_price_begins_when_the_time_of_the_present_one_is_over(tmp_path: Path) -> None:
    async with home(tmp_path) as at:
        await at.client.relative_price(1.0)
        await at.client.next_relative_price(3.0)
        await at.client.time_remaining(800.0)
        await at.let_pass(790.0)
        assert at.watts == 4500.0
        await at.let_pass(12.0)
        assert at.watts == 0.0
        await at.client.time_remaining(200.0)  # of the high price, after which none is known
        await at.let_pass(240.0)
        assert at.watts == 4500.0


async def test_a_high_price_after_a_high_one_sheds_on(tmp_path: Path) -> None:
    async with home(tmp_path) as at:
        await at.client.time_remaining(200.0)
        await at.client.next_relative_price(None)
        await at.client.relative_price(20.0)
        await at.client.next_relative_price(4.0)
        await at.let_pass(900.0)
        assert at.watts == 0.0
        await at.client.relative_price(None)
        await at.released()
        assert at.watts == 4500.0


async def test_what_is_said_of_a_price_to_come_ends_no_other_event(tmp_path: Path) -> None:
    async with home(tmp_path) as at:
        await at.client.price(EnergyPrice(99, 840, 2))
        await at.client.next_relative_price(1.0)
        assert at.watts == 0.0
        await at.client.grid_emergency(None)
        await at.client.relative_price(1.0)
        await at.released()
        assert at.watts == 0.0


@pytest.mark.parametrize(("fault", "watts"), [("F-U12", 4500.0), ("", 0.0)])
async def test_a_byte_taken_for_a_percentage(tmp_path: Path, fault: str, watts: float) -> None:
    async with home(tmp_path, "water_heater", *([fault] if fault else [])) as at:
        await at.client.relative_price(2.1)
        assert at.watts == watts


async def test_a_pump_runs_by_the_time_that_it_was_told(tmp_path: Path) -> None:
    """From 8 to 20 h of its own local time; it is midnight UTC."""
    async with home(tmp_path, "pool_pump", used=False) as at:
        assert at.watts == 0.0
        await at.client.set_utc(UtcTime(START, 28, 4))  # eight hours east
        assert at.watts == 1100.0
        shown = await at.client.utc()
        assert (round(shown.at - at.clock.now()), shown.zone_quarters, shown.saving_quarters) == (0, 28, 4)
        await at.client.set_utc(UtcTime(START, 24, 4))
        assert at.watts == 0.0
        await at.let_pass(HOUR_S)
        assert at.watts == 1100.0


async def test_a_full_hour_sets_the_clock_to_the_nearest_such_moment(tmp_path: Path) -> None:
    """The fifth of January 2026 is a Monday."""
    async with home(tmp_path, "pool_pump", used=False) as at:
        await at.client.synchronise(FullHour(1, 9))
        assert at.watts == 1100.0
        assert round((await at.client.utc()).at - START) == round(9 * HOUR_S)
        await at.client.synchronise(FullHour(0, 23))
        assert round((await at.client.utc()).at - START) == round(-HOUR_S)
        assert at.watts == 0.0


@pytest.mark.parametrize("byte", [24, 7 << 5 | 1])
async def test_an_hour_that_there_is_not_is_refused(tmp_path: Path, byte: int) -> None:
    async with home(tmp_path, used=False) as at:
        with pytest.raises(ApplicationNakError):
            await at.client.command(Opcode.TIME_SYNC, byte)


async def test_a_time_of_the_wrong_length_is_refused(tmp_path: Path) -> None:
    async with home(tmp_path, used=False) as at:
        with pytest.raises(ResponseCodeError):
            await at.client.request(Intermediate(GET_UTC, bytes(5)), "set UTC time")


@pytest.mark.parametrize(("fault", "said"), [("", [Opcode.SLEEP, Opcode.WAKE]), ("F-U14", [])])
async def test_it_says_that_it_sleeps_and_that_it_wakes(tmp_path: Path, fault: str, said: list[Opcode]) -> None:
    async with home(tmp_path, "water_heater", *([fault] if fault else [])) as at:
        for on in (False, True):
            at.seat.change_appliance("switch", on)
            await at.client.listen(at.clock.now() + 1.0)
        assert list(at.client.unasked) == [Basic(opcode) for opcode in said]
        assert await at.client.state() == OperationalState.RUNNING_NORMAL


@pytest.mark.parametrize("opcode", [Opcode.SLEEP, Opcode.WAKE])
async def test_a_module_does_not_send_it_to_sleep(tmp_path: Path, opcode: Opcode) -> None:
    async with home(tmp_path, used=False) as at:
        with pytest.raises(ApplicationNakError) as caught:
            await at.client.command(opcode)
        assert caught.value.reason == 1
