"""An account of the central wallet, by what is left of it."""

from __future__ import annotations

import pytest

from drivers.sep2.prepayment import CreditStatus, ServiceStatus, account_of

MRID = bytes(16)


@pytest.mark.parametrize(
    ("cents", "status"),
    [
        (501, CreditStatus.OK),
        (500, CreditStatus.LOW),
        (1, CreditStatus.LOW),
        (0, CreditStatus.EXHAUSTED),
        (-1, CreditStatus.NEGATIVE),
    ],
)
def test_the_state_of_a_credit_follows_from_what_is_left(cents: int, status: CreditStatus) -> None:
    balance = account_of(MRID, cents, low_cents=500).balance
    assert balance.status == status
    assert balance.available.amount == pytest.approx(cents / 100.0)


def test_the_supply_is_on_unless_it_is_not() -> None:
    assert account_of(MRID, 1).status.service == ServiceStatus.CONNECTED
    assert account_of(MRID, 1, on=False).status.service == ServiceStatus.DISCONNECTED
