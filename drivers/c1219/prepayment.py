"""Decade 11, prepayment: tables 116 and 117, and procedure 22, which changes the credit.

Only the names of the tables, of the procedure and of events 52 to 55 are published (TERMINETER); **all layouts of this
module are unverified** and are this project's reading. A device file states where another meter's table has more.

Amounts are whole numbers in the smallest part of the currency that the meter counts, prices such amounts a kWh.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, IntFlag

from drivers.c1219.codecs import U8, U32, Int, Layout, Several
from drivers.c1219.load_control import PREPAYMENT_CONTROL, PREPAYMENT_STATUS

__all__ = [
    "CREDIT_CHANGE",
    "CREDIT_NOW",
    "PREPAYMENT_CONTROL",
    "PREPAYMENT_STATUS",
    "PREPAYMENT_STATUS_LAYOUT",
    "CreditChange",
    "CreditNow",
    "How",
    "LimitAction",
    "PrepaymentControl",
    "PrepaymentStatus",
    "StatusFlags",
    "prepayment_control",
]


class StatusFlags(IntFlag):
    """Flags of table 116."""

    LOW = 1
    EXHAUSTED = 2
    EMERGENCY_IN_USE = 4


@dataclass(frozen=True, slots=True)
class PrepaymentStatus:
    """Table 116. ``emergency_credit`` is what is left of it, ``remaining_s`` for how long the credit lasts."""

    flags: int
    credit: int
    emergency_credit: int
    debt: int
    remaining_s: int


PREPAYMENT_STATUS_LAYOUT = Layout(
    PrepaymentStatus, flags=U8, credit=Int(4), emergency_credit=Int(4), debt=Int(4), remaining_s=U32
)  # fmt: skip


class LimitAction(IntEnum):
    """What the meter does without credit."""

    NONE = 0
    DISCONNECT = 1
    LIMIT_DEMAND = 2
    PARTIAL_LOAD = 3


@dataclass(frozen=True, slots=True)
class PrepaymentControl:
    """Table 117. ``prepaid`` 0 or 1; ``action`` is a `LimitAction`, ``limit_w`` the power that one of them leaves;
    ``low`` is the credit from which on it is low; one price for each tier.
    """

    prepaid: int
    action: int
    limit_w: int
    low: int
    emergency: int
    prices: tuple[int, ...]


def prepayment_control(tiers: int) -> Layout[PrepaymentControl]:
    """The layout of table 117 of a meter with ``tiers`` tiers (table 21)."""
    return Layout(
        PrepaymentControl,
        prepaid=U8,
        action=U8,
        limit_w=Int(4),
        low=Int(4),
        emergency=Int(4),
        prices=Several(Int(4), tiers),
    )


class How(IntEnum):
    """How procedure 22 changes the credit."""

    SET = 0
    ADD = 1
    SUBTRACT = 2


@dataclass(frozen=True, slots=True)
class CreditChange:
    """Parameters of procedure 22. A ``transaction`` counts once, whoever brings it how often."""

    how: int
    amount: int
    transaction: int


CREDIT_CHANGE = Layout(CreditChange, how=U8, amount=Int(4), transaction=U32)


@dataclass(frozen=True, slots=True)
class CreditNow:
    """What procedure 22 returns: the credit after the change."""

    credit: int


CREDIT_NOW = Layout(CreditNow, credit=Int(4))
