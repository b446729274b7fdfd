"""Prepayment: exact charges at two rates, tokens once, the actions without credit, friendly hours, emergency credit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from drivers.metering import SwitchState
from fixtures.meter.model.events import EventCode, Log
from fixtures.meter.model.metrology import Quantity
from fixtures.meter.model.prepayment import AccountMode, CreditState, LimitAction, Prepayment, Terms, TokenResult

from .conftest import MeterOnBench

Bench = Callable[..., MeterOnBench]
BEFORE_DAY = datetime(2026, 1, 5, 5, 30, tzinfo=UTC)
"""Half an hour before rate 1 begins."""
PREPAID = Terms(AccountMode.PREPAYMENT, (25, 10))
TOKEN = b"\0" * 12


def account_of(meter: MeterOnBench) -> Prepayment:
    return meter.meter.consumption.prepayment


def prepaid(bench: Bench, *faults: str, credit: int = 5_000, mode: int = 4, terms: Terms = PREPAID) -> MeterOnBench:
    meter = bench(*faults, start=BEFORE_DAY, control_mode=mode)
    account_of(meter).reset(credit, 1)
    account_of(meter).set_terms(terms)
    return meter


async def test_every_wh_is_charged_at_the_price_of_its_rate(bench: Bench) -> None:
    meter = prepaid(bench, credit=1_000_000)
    metrology = meter.meter.metrology
    before = [metrology.rate_count(Quantity.IMPORT, rate) for rate in (1, 2)]
    meter.load(2_345.0)
    await meter.wait(1_000.0)
    await meter.outage(60.0)
    await meter.wait(3_000.0)
    used = [metrology.rate_count(Quantity.IMPORT, rate) - was for rate, was in zip((1, 2), before, strict=True)]
    assert min(used) > 0
    assert account_of(meter).credit == 1_000_000 - 25 * used[0] - 10 * used[1]


async def test_a_token_counts_once(bench: Bench) -> None:
    account = account_of(prepaid(bench))
    assert account.enter_token(TOKEN, b"token 01", 1_000, 1) is TokenResult.EXECUTED
    assert account.enter_token(TOKEN, b"token 01", 1_000, 1) is TokenResult.VALIDATION_FAILURE
    assert account.credit == 6_000


@pytest.mark.parametrize(("fault", "credit"), [("F-P9", 7_000), ("F-I18", 7_000)])
async def test_a_defective_meter_counts_twice(bench: Bench, fault: str, credit: int) -> None:
    account = account_of(prepaid(bench, fault))
    account.enter_token(TOKEN, b"token 01", 1_000, 1)
    account.enter_token(TOKEN, b"token 01", 1_000, 1)
    assert account.credit == credit


@pytest.mark.parametrize("amount", [0, -1])
async def test_a_token_without_an_amount_is_refused(bench: Bench, amount: int) -> None:
    meter = prepaid(bench)
    assert account_of(meter).enter_token(TOKEN, b"token 01", amount, 1) is TokenResult.VALIDATION_FAILURE
    assert meter.codes(Log.SWITCH)[-1] is EventCode.TOKEN_REFUSED


async def test_the_low_credit_notice_comes_before_the_end(bench: Bench) -> None:
    meter = prepaid(bench, terms=replace(PREPAID, low=2_500))
    meter.load(2_000.0)
    await meter.wait(440.0)
    assert account_of(meter).state is CreditState.SUFFICIENT
    await meter.wait(20.0)
    assert account_of(meter).state is CreditState.LOW
    await meter.wait(460.0)
    codes = meter.codes(Log.SWITCH)
    assert codes.index(EventCode.CREDIT_LOW) < codes.index(EventCode.CREDIT_EXHAUSTED)


@pytest.mark.parametrize(("faults", "off"), [((), True), (("F-P10",), False)])
async def test_without_credit_the_switch_opens_and_the_button_does_not_close_it(
    bench: Bench, faults: tuple[str, ...], off: bool
) -> None:
    meter = prepaid(bench, *faults)
    meter.load(2_000.0)
    await meter.wait(920.0)
    assert meter.point.contact_closed is not off
    await meter.wait(90.0)
    meter.point.press_button()
    await meter.wait(5.0)
    assert meter.point.contact_closed is not off


@pytest.mark.parametrize(("mode", "closes"), [(4, False), (5, True)])
async def test_a_top_up_restores_the_supply_as_the_mode_allows(bench: Bench, mode: int, closes: bool) -> None:
    meter = prepaid(bench, mode=mode)
    meter.load(2_000.0)
    await meter.wait(1_000.0)
    assert meter.meter.switch.state is SwitchState.READY_FOR_RECONNECTION
    account_of(meter).enter_token(TOKEN, b"token 01", 10_000, 1)
    await meter.wait(5.0)
    assert meter.point.contact_closed is closes
    meter.point.press_button()
    await meter.wait(70.0)
    if not closes:
        assert meter.point.contact_closed


@pytest.mark.parametrize(("faults", "critical_on"), [((), True), (("F-P86",), False)])
async def test_partial_load_leaves_the_critical_circuits_on(
    bench: Bench, faults: tuple[str, ...], critical_on: bool
) -> None:
    meter = prepaid(bench, *faults, terms=replace(PREPAID, action=LimitAction.PARTIAL_LOAD))
    meter.load(2_000.0)
    await meter.wait(1_000.0)
    assert not meter.point.state.auxiliary_closed
    assert meter.point.contact_closed is critical_on
    account_of(meter).enter_token(TOKEN, b"token 01", 10_000, 1)
    assert meter.point.state.auxiliary_closed


async def test_a_limit_of_demand_cuts_off_what_is_above_it(bench: Bench) -> None:
    meter = prepaid(bench, terms=replace(PREPAID, action=LimitAction.LIMIT_DEMAND, limit_w=2_500))
    meter.load(2_000.0)
    await meter.wait(1_000.0)
    assert meter.point.contact_closed
    meter.load(3_000.0)
    await meter.wait(35.0)
    assert not meter.point.contact_closed


@pytest.mark.parametrize(("faults", "spared"), [((), True), (("F-P11",), False)])
async def test_nobody_is_cut_off_in_friendly_hours(bench: Bench, faults: tuple[str, ...], spared: bool) -> None:
    meter = prepaid(bench, *faults)
    account_of(meter).friendly.periods = ((6 * 60, 7 * 60),)  # local time: one hour ahead of UTC
    meter.load(2_000.0)
    await meter.wait(1_000.0)
    assert meter.point.contact_closed is spared
    await meter.wait(900.0)
    assert not meter.point.contact_closed


async def test_emergency_credit_defers_the_end_by_its_amount(bench: Bench) -> None:
    meter = prepaid(bench, terms=replace(PREPAID, low=2_500, emergency=3_000))
    account = account_of(meter)
    assert not account.use_emergency()
    meter.load(2_000.0)
    await meter.wait(500.0)
    assert account.use_emergency()
    await meter.wait(450.0)
    assert account.credit < 0
    assert meter.point.contact_closed
    await meter.wait(520.0)
    assert not meter.point.contact_closed


async def test_remaining_time_knows_the_price_to_come(bench: Bench) -> None:
    meter = prepaid(bench, credit=20_000)
    meter.load(2_000.0)
    watts = meter.meter.metrology.reading().active_w
    at_night = watts * 0.5 * 10
    expected = 1_800 + (20_000 - at_night) / (watts * 25) * 3_600
    assert meter.meter.consumption.remaining_s() == pytest.approx(expected, abs=2)
