"""Prepayment (schema 2018): what is left of a customer's credit, what was paid, and whether the service is on.

Central wallet: the utility keeps the account, gateways and displays show it. Amounts are in the currency's unit
(ISO 4217) times ten to the power of the multiplier.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from drivers.sep2.codec import (
    INT8,
    INT32,
    STRING32,
    TIME,
    UINT8,
    UINT16,
    UINT32,
    Resource,
    attribute,
    element,
    part,
    parts,
)
from drivers.sep2.events import Addressed, Identified, Link, ListLink, SepList
from drivers.sep2.lists import page
from drivers.sep2.server import HttpRequest

PREPAYMENTS = "ppy"
"""First part of the paths."""


class CreditStatus(IntEnum):
    """``CreditStatusType``."""

    OK = 0
    LOW = 1
    EXHAUSTED = 2
    NEGATIVE = 3


class ServiceStatus(IntEnum):
    """``ServiceStatusType``."""

    CONNECTED = 0
    DISCONNECTED = 1
    ARMED_FOR_CONNECT = 2
    ARMED_FOR_DISCONNECT = 3
    NO_CONTACTOR = 4
    LOAD_LIMITED = 5


CENTRAL_WALLET = 0
"""``PrepayModeType``: the utility keeps the account."""


@dataclass(frozen=True, kw_only=True)
class AccountingUnit(Resource):
    """An amount: ``value`` times ten to the power of ``multiplier``, in ``currency``."""

    currency: int = element("monetaryUnit", UINT16, required=True)
    multiplier: int = element("multiplier", INT8, required=True)
    value: int = element("value", INT32, required=True)

    @property
    def amount(self) -> float:
        return float(self.value * 10.0**self.multiplier)


@dataclass(frozen=True, kw_only=True)
class AccountBalance(Addressed):
    """What is left. ``status``: `CreditStatus`."""

    available: AccountingUnit = part("availableCredit", lambda: AccountingUnit, required=True)
    status: int | None = element("creditStatus", UINT8)
    emergency: AccountingUnit | None = part("emergencyCredit", lambda: AccountingUnit)
    emergency_status: int | None = element("emergencyCreditStatus", UINT8)


@dataclass(frozen=True, kw_only=True)
class CreditRegister(Identified):
    """A payment, or a charge. ``token`` proves it, in a way that the standard leaves open."""

    credit: AccountingUnit = part("creditAmount", lambda: AccountingUnit, required=True)
    kind: int | None = element("creditType", UINT8)
    effective: int = element("effectiveTime", TIME, required=True)
    token: str = element("token", STRING32, required=True)


@dataclass(frozen=True, kw_only=True)
class CreditRegisterList(SepList):
    """Payments of an account, newest first."""

    members: tuple[CreditRegister, ...] = parts("CreditRegister", lambda: CreditRegister)


@dataclass(frozen=True, kw_only=True)
class PrepayOperationStatus(Addressed):
    """Whether the service is on. ``service``: `ServiceStatus`; ``kind``: credit in use, 0 regular, 1 emergency."""

    kind: int | None = element("creditTypeInUse", UINT8)
    service: int = element("serviceStatus", UINT8, required=True)


@dataclass(frozen=True, kw_only=True)
class SupplyInterruptionOverrideList(SepList):
    """Times in which the service is not interrupted; their members are not read here."""


@dataclass(frozen=True, kw_only=True)
class Prepayment(Identified):
    """An account. ``low``: from where on the credit is low."""

    balance: Link = part("AccountBalanceLink", lambda: Link, required=True)
    credits: ListLink = part("CreditRegisterListLink", lambda: ListLink, required=True)
    low: AccountingUnit | None = part("lowCreditWarningLevel", lambda: AccountingUnit)
    mode: int = element("prepayMode", UINT8, required=True, default=CENTRAL_WALLET)
    status: Link = part("PrepayOperationStatusLink", lambda: Link, required=True)
    overrides: ListLink = part("SupplyInterruptionOverrideListLink", lambda: ListLink, required=True)


@dataclass(frozen=True, kw_only=True)
class PrepaymentList(SepList):
    """Accounts."""

    poll_rate: int | None = attribute("pollRate", UINT32)
    members: tuple[Prepayment, ...] = parts("Prepayment", lambda: Prepayment)


@dataclass(frozen=True)
class Account:
    """An account as a server keeps it. ``lfdi``: of the gateway that may see it; empty: all may."""

    mrid: bytes
    balance: AccountBalance
    status: PrepayOperationStatus
    payments: tuple[CreditRegister, ...] = ()
    low: AccountingUnit | None = None
    description: str = ""
    lfdi: bytes = b""


def account_of(mrid: bytes, cents: int, *, low_cents: int = 500, on: bool = True, currency: int = 978) -> Account:
    """An account of the central wallet with so many hundredths of ``currency`` left; at ``low_cents`` they are few.

    ``on``: whether the supply is.
    """

    def amount(value: int) -> AccountingUnit:
        return AccountingUnit(currency=currency, multiplier=-2, value=value)

    few = CreditStatus.LOW if cents <= low_cents else CreditStatus.OK
    status = few if cents > 0 else CreditStatus.EXHAUSTED if cents == 0 else CreditStatus.NEGATIVE
    service = ServiceStatus.CONNECTED if on else ServiceStatus.DISCONNECTED
    return Account(
        mrid,
        AccountBalance(available=amount(cents), status=status),
        PrepayOperationStatus(service=service),
        low=amount(low_cents),
    )


def prepayment_view(request: HttpRequest, accounts: Sequence[Account], rest: Sequence[str]) -> Resource | None:
    """The resource at ``/ppy/rest``; None where there is none."""
    if not rest:
        return PrepaymentList(href=f"/{PREPAYMENTS}", **page(request, [_entry(one) for one in accounts]))
    account = next((one for one in accounts if one.mrid.hex() == rest[0]), None)
    if account is None:
        return None
    href = f"/{PREPAYMENTS}/{rest[0]}"
    found: dict[str, Resource] = {
        "": _entry(account),
        "ab": account.balance,
        "os": account.status,
        "cr": CreditRegisterList(href=f"{href}/cr", **page(request, account.payments)),
        "si": SupplyInterruptionOverrideList(href=f"{href}/si", all=0, results=0),
    }
    return found.get("/".join(rest[1:]))


def _entry(account: Account) -> Prepayment:
    href = f"/{PREPAYMENTS}/{account.mrid.hex()}"
    return Prepayment(
        href=href,
        mrid=account.mrid,
        description=account.description or None,
        balance=Link(href=f"{href}/ab"),
        credits=ListLink(href=f"{href}/cr", all=len(account.payments)),
        low=account.low,
        status=Link(href=f"{href}/os"),
        overrides=ListLink(href=f"{href}/si", all=0),
    )
