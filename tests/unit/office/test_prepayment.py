"""3.2.1 and 3.2.2 between office systems: payments count once; limits and actions reach the meter or are refused."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from drivers.cim import OfficeRefusedError
from drivers.cim.consumption import ConsumptionLimit
from drivers.cim.office import balances_in
from drivers.cim.prepayment import Payment, PrepaymentAction
from drivers.cim.vocabulary import Limited, WithoutCredit
from tests.unit.office.doubles import Station, station


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Station]:
    async with station(tmp_path, "headend", "mdms", "cis") as made:
        yield made


def payment(name: str = "p-1", meter: str = "M-1001", amount: int = 1_000) -> Payment:
    return Payment(payment=name, meter=meter, amount=amount)


async def test_a_payment_at_the_portal_reaches_the_meter_once(running: Station) -> None:
    portal = running.portal()
    await portal.sign_in("ada", running.secret("office/customer/ada"))
    assert (await portal.pay("M-1001", "p-1", 1_000))["credit"] == 1_000
    with pytest.raises(OfficeRefusedError):
        await portal.pay("M-1001", "p-1", 1_000)
    assert running.meters["M-1001"].credit == 1_000
    assert (await portal.credit("M-1001"))["credit"] == 1_000


@pytest.mark.parametrize(("meter", "amount"), [("M-1002", 1_000), ("M-1001", 0), ("M-1001", -5), ("M-1001", 2**31)])
async def test_what_cannot_be_paid_is_refused(running: Station, meter: str, amount: int) -> None:
    portal = running.portal()
    await portal.sign_in("ada", running.secret("office/customer/ada"))
    with pytest.raises(OfficeRefusedError):
        await portal.pay(meter, "p-1", amount)
    assert {name: double.credit for name, double in running.meters.items() if double.credit} == {}


async def test_of_several_payments_with_a_bad_one_none_is_made(running: Station) -> None:
    with pytest.raises(OfficeRefusedError):
        await running.office("headend", "cis").pay((payment(), payment("p-2", "nobody's")))
    assert running.meters["M-1001"].credit == 0


async def test_a_payment_that_did_not_arrive_can_be_made_again(running: Station) -> None:
    headend, meter = running.office("headend", "cis"), running.meters["M-1001"]
    meter.reachable = False
    reply = await headend.pay((payment(),))
    assert (balances_in(reply), [error.code for error in reply.errors]) == ((), ["unreachable"])
    meter.reachable = True
    (balance,) = balances_in(await headend.pay((payment(),)))
    assert (balance.credit, balance.payment) == (1_000, "p-1")


async def test_the_same_payment_has_the_same_token_after_a_lost_answer(running: Station) -> None:
    headend, meter = running.office("headend", "cis"), running.meters["M-1001"]
    await headend.pay((payment(),))
    meter.credit, tokens = 0, list(meter.tokens)
    with pytest.raises(OfficeRefusedError):
        await headend.pay((payment(),))
    assert meter.tokens == tokens


async def test_only_the_mdms_says_what_is_done_without_credit(running: Station) -> None:
    action = PrepaymentAction(meter="M-1001", action=WithoutCredit.LIMIT_DEMAND, limit=2_000)
    with pytest.raises(OfficeRefusedError):
        await running.office("headend", "cis").set_prepayment_actions((action,))
    (balance,) = await running.office("headend", "mdms").set_prepayment_actions((action,))
    assert (balance.action, balance.limit) == (WithoutCredit.LIMIT_DEMAND, 2_000)
    assert running.meters["M-1001"].without_credit == (WithoutCredit.LIMIT_DEMAND, 2_000)


async def test_a_limit_is_set_and_answered_with_what_the_meter_holds(running: Station) -> None:
    order = ConsumptionLimit(meter="M-1001", limited=Limited.ENERGY, warning=20, limit=40, duration=60, reset=True)
    (status,) = await running.office("headend", "mdms").set_limits((order,))
    assert (status.warning, status.limit, status.exceeded, status.output_state) == (20, 40, False, True)
    assert running.meters["M-1001"].operations == ["reset energy"]


@pytest.mark.parametrize(
    "bad",
    [
        {"warning": 50},
        {"limit": -1, "warning": -1},
        {"duration": 0},
        {"limited": Limited.DEMAND_RATE_1, "reset": True},
        {"meter": "nobody's"},
    ],
)
async def test_an_impossible_limit_is_refused(running: Station, bad: dict[str, object]) -> None:
    given = {"meter": "M-1001", "limited": Limited.ENERGY, "warning": 20, "limit": 40, **bad}
    with pytest.raises(OfficeRefusedError):
        await running.office("headend", "mdms").set_limits((ConsumptionLimit(**given),))  # type: ignore[arg-type]
    assert running.meters["M-1001"].limits == {}
