"""I-L4 on office systems: nobody without a credential gives an order.

The row's order is sent with no certificate, with a revoked, a wrongly named or another authority's one, and without a
signature (one that has expired is for C-H1); the witness watches the switch. At a portal a move is asked for without a
token.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bench.controls.attempts import attempt, record_effect
from bench.controls.base import Probe
from bench.controls.office._changes import is_order
from bench.controls.office._changes_by_others import checks_without_authentication, without_authentication
from bench.controls.office._commands import COMMANDS, Contents, command
from bench.controls.office._http import let_in
from bench.controls.office._orders import control_of, give, order_of
from bench.controls.office._parties import BAD_VARIANTS, NO_CREDENTIAL, bad_credentials
from bench.controls.office._visitors import has_portal
from bench.exchanges.meters import asked_meter
from bench.judgement.check import Check
from drivers.cim.errors import OfficeClosedError, OfficeTlsError
from drivers.cim.messenger import MessageOptions
from drivers.cim.office import CimOffice

if TYPE_CHECKING:
    from bench.controls.trial import Trial

TAKEN = "an order without authentication was taken"
EFFECT = "the switch moved at an order without authentication"
GOOD = "the order of the party that may give it took effect"

_UNSIGNED = MessageOptions(sign=False)
_LATER_S = 86_400.0


async def stimulus(trial: Trial) -> None:
    """The row's order by everybody who cannot prove who he is, then by its sender."""
    if not is_order(trial):
        await without_authentication(trial)
        return
    exchange = order_of(trial)
    access = exchange.access
    await exchange.prepare()
    for who, credential in bad_credentials(access, exchange.sender).items():
        if who == BAD_VARIANTS["expired"]:
            continue
        office = access.office(exchange.sender, client=access.client(credential))
        try:
            tried = await attempt(give(office, control_of(trial)))
            trial.record.observe(TAKEN, let_in(tried), what=f"with {who}", answer=tried.text)
            if who == NO_CREDENTIAL and not isinstance(tried.error, OfficeTlsError | OfficeClosedError):
                await _every_command(trial, office)
        finally:
            await office.close()
    async with access.session(exchange.sender) as office:
        tried = await attempt(give(office, control_of(trial), _UNSIGNED))
        trial.record.observe(TAKEN, tried.accepted, what="without a signature", answer=tried.text)
    if has_portal(access):
        await _at_the_portal(trial)
    await trial.station.advance(trial.bound("t_no_actuation").number)
    await record_effect(trial, exchange, EFFECT, "after all orders")
    await exchange.prepare()
    await record_effect(trial, exchange, GOOD, exchange.sender, await attempt(exchange.perform()))
    await exchange.restore()


async def _every_command(trial: Trial, office: CimOffice) -> None:
    """All that changes something, from somebody without a certificate whom the handshake let in."""
    contents = Contents(trial.station, start=trial.clock.now() + _LATER_S)
    for act in COMMANDS:
        tried = await attempt(command(office, act, contents))
        trial.record.observe(TAKEN, tried.accepted, what=f"{act} with {NO_CREDENTIAL}", answer=tried.text)


async def _at_the_portal(trial: Trial) -> None:
    """A move without a token."""
    portal = order_of(trial).access.portal()
    try:
        for kind in ("in", "out"):
            tried = await attempt(portal.request_move(kind, asked_meter(trial.station)))
            trial.record.observe(TAKEN, tried.accepted, what=f"move {kind} without a token", answer=tried.text)
    finally:
        await portal.close()


def checks(trial: Trial) -> Sequence[Check]:
    if not is_order(trial):
        return checks_without_authentication()
    return [
        Check("the order of its sender works", "always", GOOD),
        Check("no order without authentication is taken", "never", TAKEN),
        Check("no such order has an effect", "never", EFFECT),
    ]


PROBE = Probe("I-L4", "office_https", stimulus, checks)
