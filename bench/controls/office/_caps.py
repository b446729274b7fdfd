"""The caps on disconnections that a system declares (PIXIT ``disconnect_caps``), and orders that come above them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.access.office import OfficeAccess
from bench.access.office_rights import Act
from bench.controls.office._commands import APPROVE
from bench.controls.office._orders import A_DAY_S, control_of, give
from bench.controls.office._parties import claimed_parties
from drivers.cim.office import CimOffice
from drivers.cim.payloads import OrderStatus
from drivers.cim.vocabulary import Control, Noun, OrderState, Verb

if TYPE_CHECKING:
    from bench.controls.trial import Trial

DISCONNECT = Act(Verb.CREATE, Noun.END_DEVICE_CONTROLS, Control.DISCONNECT)


@dataclass(frozen=True)
class Cap:
    """At most ``orders`` disconnections in ``window_s`` without a second approval."""

    orders: int
    window_s: float


def declared_caps(access: OfficeAccess) -> tuple[Cap, ...]:
    """The caps, the one over the shortest time first; none where the device file states none."""
    pairs = access.pixit("disconnect_caps", [])
    return tuple(
        sorted((Cap(int(orders), float(window_s)) for orders, window_s in pairs), key=lambda cap: cap.window_s)
    )


def approver(access: OfficeAccess) -> str | None:
    """The party that may give the second approval and whose credential the bench has, None when there is none."""
    return next((party for party in claimed_parties(access) if access.rights.may(party, APPROVE)), None)


def disconnecter(access: OfficeAccess) -> str | None:
    """The party that may order disconnections and whose credential the bench has, None when there is none."""
    return next((party for party in claimed_parties(access) if access.rights.may(party, DISCONNECT)), None)


async def fill_cap(trial: Trial, office: CimOffice, cap: Cap) -> tuple[OrderStatus, ...]:
    """One order more than ``cap`` lets through, all for tomorrow, at most one of them held."""
    given: list[OrderStatus] = []
    while len(given) <= cap.orders and not any(is_held(order) for order in given):
        given.append(await give(office, control_of(trial, after_s=A_DAY_S, control=Control.DISCONNECT)))
    return tuple(given)


def is_held(order: OrderStatus) -> bool:
    """Whether the order waits for a second approval."""
    return order.state is OrderState.HELD
