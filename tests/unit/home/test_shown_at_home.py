"""What a gateway shows a display of the home: what other devices mirror, and the credit that the utility keeps."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from drivers.sep2.client import Sep2Client
from drivers.sep2.home_readings import Metered, accounts, usage
from drivers.sep2.prepayment import (
    Account,
    AccountBalance,
    AccountingUnit,
    CreditRegister,
    CreditStatus,
    PrepayOperationStatus,
    ServiceStatus,
)
from tests.unit.home.chain import Home, home

_W = 38


def account(cents: int) -> Account:
    def euro(value: int) -> AccountingUnit:
        return AccountingUnit(currency=978, multiplier=-2, value=value)

    payment = CreditRegister(mrid=bytes(15) + b"\x02", credit=euro(2000), effective=1_767_500_000, token="0123456789")
    return Account(
        bytes(15) + b"\x01",
        AccountBalance(available=euro(cents), status=CreditStatus.LOW),
        PrepayOperationStatus(service=ServiceStatus.CONNECTED),
        (payment,),
        euro(500),
        "prepaid",
    )


@asynccontextmanager
async def display(made: Home) -> AsyncIterator[Sep2Client]:
    client = Sep2Client(made.esi.sep2_url, made.pki.credential("cems"), made.clock)
    try:
        yield client
    finally:
        await client.close()


@pytest.mark.parametrize(("fault", "shown"), [("", 4.27), ("F-P177", 427.0)])
async def test_the_credit_that_the_utility_keeps_is_shown(tmp_path: Path, fault: str, shown: float) -> None:
    async with home(tmp_path, {"esi": frozenset({fault} - {""})}) as made:
        made.utility.accounts.append(account(427))
        await made.after(120.0)
        async with display(made) as client:
            (found,) = await accounts(client)
        assert found.balance.available.amount == pytest.approx(shown)
        assert (found.balance.status, found.status.service) == (CreditStatus.LOW, ServiceStatus.CONNECTED)
        assert [one.credit.amount for one in found.payments] == [20.0]


async def test_a_payment_changes_what_is_shown(tmp_path: Path) -> None:
    async with home(tmp_path) as made:
        made.utility.accounts.append(account(427))
        await made.after(120.0)
        made.utility.accounts[:] = [account(2427)]
        await made.after(60.0)
        async with display(made) as client:
            (found,) = await accounts(client)
        assert found.balance.available.amount == pytest.approx(24.27)


async def test_an_account_is_shown_to_its_own_gateway_only(tmp_path: Path) -> None:
    async with home(tmp_path) as made:
        other = account(1)
        made.utility.accounts.append(Account(other.mrid, other.balance, other.status, lfdi=bytes(20)))
        await made.after(120.0)
        async with display(made) as client:
            assert await accounts(client) == []


@pytest.mark.parametrize(("fault", "follows"), [("", True), ("F-P176", False)])
async def test_what_devices_mirror_is_shown_as_it_changes(tmp_path: Path, fault: str, follows: bool) -> None:
    async with home(tmp_path, {"esi": frozenset({fault} - {""})}, charger=True) as made:
        made.utility.devices[made.pki.lfdi("esi")].post_rate_s = 30
        await made.after(300.0)
        async with display(made) as client:
            before = power_of(await usage(client))
            made.world.plant.vehicle("wallbox").plug(False)
            await made.after(60.0)
            after = power_of(await usage(client))
        assert before.value < -6000.0
        assert (after.value == pytest.approx(0.0, abs=10.0)) is follows
        assert after.at is not None
        assert 0.0 <= made.clock.now() - after.at <= 60.0


def power_of(shown: list[Metered]) -> Metered:
    return next(one for one in shown if one.name == "charger" and one.unit == _W)
