"""The row that a trial is about, as its exchange with an office system, and the row's sender in session."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from bench.access.office import OfficeAccess
from bench.exchanges.office_exchange import OfficeExchange
from drivers.cim.office import CimOffice
from drivers.cim.portal import PortalClient

if TYPE_CHECKING:
    from bench.controls.trial import Trial

CUSTOMER = "customer"


def exchange_of(trial: Trial) -> OfficeExchange:
    """The row's exchange. Raises TypeError for one of another link, which the registry cannot have found."""
    if not isinstance(trial.exchange, OfficeExchange):
        raise TypeError(f"{trial.row.id} on {trial.link} has no exchange with an office system")
    return trial.exchange


def access_of(trial: Trial) -> OfficeAccess:
    """How the bench reaches the system under test."""
    return exchange_of(trial).access


def by_customer(trial: Trial) -> bool:
    """Whether the row's sender is a customer at the portal."""
    return exchange_of(trial).sender == CUSTOMER


@asynccontextmanager
async def sender_session(trial: Trial) -> AsyncIterator[CimOffice | PortalClient]:
    """The system as the row's sender sees it: signed in where it is a customer; connections closed at the end."""
    exchange = exchange_of(trial)
    if exchange.sender == CUSTOMER:
        async with exchange.access.customer() as portal:
            yield portal
    else:
        async with exchange.access.session(exchange.sender) as office:
            yield office
