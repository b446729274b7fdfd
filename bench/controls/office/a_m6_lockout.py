"""A-M6 on office systems: wrong credentials of one lock nobody else out."""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.office._changes import hand_in, is_order, made_anew
from bench.controls.office._flood import attackers_name
from bench.controls.office._legitimate import LegitimateClient
from bench.controls.office._orders import A_DAY_S, control_of
from bench.controls.office._parties import bad_credentials
from bench.controls.office._row import access_of, by_customer, exchange_of
from bench.controls.office._visitors import CUSTOMER, credential_of
from bench.controls.trial import Trial
from bench.judgement.check import Check
from drivers.cim.messenger import MessageOptions
from drivers.cim.office import CimOffice

REFUSED = "a wrong credential was refused"
ANSWERED = "authorised request answered while somebody tries wrong credentials"

_TRIES = 5


async def stimulus(trial: Trial) -> None:
    """Twice as many wrong signatures as lock somebody out, and bad certificates; meanwhile the row's sender works.

    Who attacks is a further credential of the sender's role, where there is one: the nearest that could be mixed up.
    """
    access, exchange = access_of(trial), exchange_of(trial)
    client = LegitimateClient(trial, 4 * trial.bound("t_resp").number)
    await client.begin()
    try:
        tries = 2 * int(access.pixit("lockout", {}).get("tries", _TRIES))
        if by_customer(trial):
            await _wrong_passwords(trial, tries)
        else:
            await _wrong_signatures(trial, tries)
        strangers = {} if by_customer(trial) else bad_credentials(access, exchange.sender)
        for words, credential in strangers.items():
            tried = await attempt(_by(trial, access.office(exchange.sender, client=access.client(credential))))
            trial.record.observe(REFUSED, not tried.accepted, what=words, answer=tried.text)
        for number in range(trial.bound("p_ok").count):
            tried = await client.ask()
            trial.record.observe(ANSWERED, tried.accepted, what=f"request {number + 1}", answer=tried.text)
            await trial.station.advance(1.0)
    finally:
        await client.end()


async def _by(trial: Trial, office: CimOffice) -> None:
    """The row's message over ``office``: an order is for tomorrow."""
    try:
        if is_order(trial):
            await office.order((control_of(trial, after_s=A_DAY_S),))
        else:
            await exchange_of(trial).send(office)
    finally:
        await office.close()


async def _wrong_signatures(trial: Trial, count: int) -> None:
    access, sender = access_of(trial), exchange_of(trial).sender
    twin = f"{sender}-2"
    attacker = twin if access.has_secret(twin) else sender
    options = MessageOptions(signer=access.credential(attackers_name(access)))
    async with access.session(attacker) as office:
        for number in range(count):
            tried = await attempt(_wrongly_signed(trial, office, options))
            trial.record.observe(REFUSED, not tried.accepted, what=f"wrong signature {number + 1}", answer=tried.text)


async def _wrongly_signed(trial: Trial, office: CimOffice, options: MessageOptions) -> None:
    if is_order(trial):
        await office.order((control_of(trial, after_s=A_DAY_S),), options)
    else:
        message = await exchange_of(trial).request(office)
        await hand_in(office, made_anew(office, message, options))


async def _wrong_passwords(trial: Trial, count: int) -> None:
    """At a portal: wrong passwords for another account, by somebody at the same place."""
    access = access_of(trial)
    user, _ = credential_of(access, CUSTOMER, "another_")
    portal = access.portal()
    try:
        for number in range(count):
            tried = await attempt(portal.sign_in(user, f"wrong-{number}"))
            trial.record.observe(REFUSED, not tried.accepted, what=f"wrong password {number + 1}", answer=tried.text)
    finally:
        await portal.close()


def checks(trial: Trial) -> Sequence[Check]:
    return [
        Check("wrong credentials are refused as a rule", "at_least_true", REFUSED, {"count": 1, "of": _TRIES}),
        Check(
            "the authorised sender is served all the while",
            "at_least_true",
            ANSWERED,
            trial.enough("p_ok"),
        ),
    ]


PROBE = Probe("A-M6", "office_https", stimulus, checks)
