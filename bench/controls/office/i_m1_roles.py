"""I-M1 on office systems: each party may command what the access table grants it, and nothing else.

Every party with a certificate gives every command of the interface. What it may not do would matter if it were done:
the row's order for at once, a change to an order that stands. What it may do changes nothing: an order that is taken
back, a change to a meter or an order that nobody has; there it counts that the refusal is not for want of a right. At a
portal a customer whose token does not cover moves asks for one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bench.access.office_rights import Act
from bench.controls.attempts import Attempt, attempt, record_effect
from bench.controls.base import Probe
from bench.controls.office._changes import is_order
from bench.controls.office._changes_by_others import beyond_their_role, checks_beyond_their_role
from bench.controls.office._commands import (
    COMMANDS,
    NOBODYS_METER,
    NOBODYS_ORDER,
    ORDERS,
    Contents,
    command,
)
from bench.controls.office._orders import A_DAY_S, control_of, give, in_words, order_of, status_of, the_one
from bench.controls.office._parties import claimed_parties
from bench.controls.office._visitors import CUSTOMER, credential_of, has_portal
from bench.exchanges.meters import asked_meter
from bench.judgement.check import Check
from drivers.cim.errors import OfficeRefusedError
from drivers.cim.office import CimOffice, Orders
from drivers.cim.payloads import OrderStatus
from drivers.cim.vocabulary import Code, Noun, OrderState

if TYPE_CHECKING:
    from bench.controls.trial import Trial
    from drivers.cim.messenger import Reply

BEYOND = "a command beyond the party's role was taken"
WITHIN = "a command within the party's role was let in"
STANDING = "an order that others tried to change stands as it was"
ACTUATED = "the switch moved at a command beyond a party's role"
GOOD = "the order of the party that may give it took effect"

_FOR_WANT_OF_RIGHT = frozenset({Code.FORBIDDEN, Code.UNAUTHENTICATED, Code.UNSUPPORTED})
_READ_SCOPES = ("readings",)


async def stimulus(trial: Trial) -> None:
    if not is_order(trial):
        await beyond_their_role(trial)
        return
    exchange = order_of(trial)
    if not exchange.access.rights.stated:
        trial.record.could_not_look(BEYOND, "the device file has no access table (PIXIT access_table)")
        return
    await exchange.prepare()
    async with exchange.access.session(exchange.sender) as office:
        standing = await give(office, control_of(trial, after_s=A_DAY_S))
        for party in claimed_parties(exchange.access):
            await _try_party(trial, party, standing.order)
        status = await status_of(office, standing.order)
        trial.record.observe(STANDING, status.state is OrderState.SCHEDULED, what=in_words(status))
        await office.cancel((standing.order,))
    if has_portal(exchange.access):
        await _try_scope(trial)
    await record_effect(trial, exchange, ACTUATED, "after all commands")
    await exchange.prepare()
    await record_effect(trial, exchange, GOOD, exchange.sender, await attempt(exchange.perform()))
    await exchange.restore()


async def _try_party(trial: Trial, party: str, standing: str) -> None:
    access = order_of(trial).access
    async with access.session(party) as office:
        for act in COMMANDS:
            if access.rights.may(party, act):
                tried = await attempt(_harmless(trial, office, act))
                let_in = tried.accepted or _code(tried) not in _FOR_WANT_OF_RIGHT
                trial.record.observe(WITHIN, let_in, what=f"{party}: {act}", answer=tried.text)
            else:
                tried = await attempt(command(office, act, Contents(trial.station, order=standing)))
                trial.record.observe(BEYOND, tried.accepted, what=f"{party}: {act}", answer=tried.text)


async def _harmless(trial: Trial, office: CimOffice, act: Act) -> None:
    """Give a command that the party may give, so that nothing is different afterwards."""
    meter = "" if act in ORDERS else NOBODYS_METER
    start = trial.clock.now() + A_DAY_S
    reply = await command(office, act, Contents(trial.station, meter=meter, order=NOBODYS_ORDER, start=start))
    if act in ORDERS:
        await office.cancel((_taken(reply).order,))


def _taken(reply: Reply) -> OrderStatus:
    orders = reply.payload(Noun.END_DEVICE_CONTROLS, tuple[OrderStatus, ...])
    return the_one(Orders(orders, reply.errors, reply))


def _code(tried: Attempt) -> str:
    return tried.error.code if isinstance(tried.error, OfficeRefusedError) else ""


async def _try_scope(trial: Trial) -> None:
    """A customer's token for readings does not cover a move."""
    access = order_of(trial).access
    portal = access.portal()
    try:
        await portal.sign_in(*credential_of(access, CUSTOMER), scopes=_READ_SCOPES)
        for kind in ("in", "out"):
            tried = await attempt(portal.request_move(kind, asked_meter(trial.station)))
            what = f"customer with scope {' '.join(_READ_SCOPES)}: move {kind}"
            trial.record.observe(BEYOND, tried.accepted, what=what, answer=tried.text)
    finally:
        await portal.close()


def checks(trial: Trial) -> Sequence[Check]:
    if not is_order(trial):
        return checks_beyond_their_role()
    return [
        Check("what a role may not do is refused", "never", BEYOND),
        Check("what a role may do is let in", "always", WITHIN),
        Check("a standing order is not changed by others", "always", STANDING),
        Check("nothing is actuated", "never", ACTUATED),
        Check("the order of the role that may give it is carried out", "always", GOOD),
    ]


PROBE = Probe("I-M1", "office_https", stimulus, checks)
