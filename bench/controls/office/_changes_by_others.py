"""I-L4 and I-M1 on rows that write or notify: who cannot prove who he is, and who may not, changes nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING

from bench.access.office_rights import Act
from bench.controls.attempts import attempt
from bench.controls.office._changes import (
    Session,
    act_of,
    change_of,
    hand_in,
    record_good,
    record_no_effect,
)
from bench.controls.office._commands import COMMANDS, Contents, command
from bench.controls.office._http import let_in
from bench.controls.office._messages import with_signature
from bench.controls.office._parties import BAD_VARIANTS, bad_credentials, claimed_parties, peers_of
from bench.controls.office._row import by_customer, sender_session
from bench.controls.office._visitors import (
    CUSTOMER,
    THIRD_PARTY,
    another_customer,
    credential_of,
    third_party,
)
from bench.controls.variants import record_absent
from bench.judgement.check import Check
from drivers.cim.errors import OfficeClosedError, OfficeTlsError
from drivers.cim.office import CimOffice
from drivers.cim.portal import PortalClient

if TYPE_CHECKING:
    from bench.controls.trial import Trial

TAKEN = "a change without authentication was taken"
CHANGED = "something changed without authentication"
BEYOND = "a change beyond the party's role was taken"
CHANGED_BEYOND = "something changed at a message beyond the party's role"
GOOD = "the change by the party that may make it took effect"

_MADE_UP = "b" * 43
_LATER_S = 86_400.0
_READ_SCOPES = ("readings",)


async def without_authentication(trial: Trial) -> None:
    """The row's message by everybody who cannot prove who he is, then by its sender."""
    change = change_of(trial)
    await change.prepare()
    async for who, session in _strangers(trial):
        tried = await attempt(change.send(session))
        trial.record.observe(TAKEN, let_in(tried), what=f"with {who}", answer=tried.text)
        if isinstance(session, CimOffice) and not isinstance(tried.error, OfficeTlsError | OfficeClosedError):
            await _every_command(trial, session, TAKEN, f"with {who}", COMMANDS)
    if not by_customer(trial):
        async with sender_session(trial) as office:
            unsigned = with_signature(await change.request(office), None)
            tried = await attempt(hand_in(office, unsigned))
            trial.record.observe(TAKEN, tried.accepted, what="without a signature", answer=tried.text)
    await trial.station.advance(trial.bound("t_no_actuation").number)
    await record_no_effect(trial, CHANGED, "after all messages")
    await record_good(trial, GOOD)


async def _every_command(trial: Trial, office: CimOffice, series: str, who: str, acts: Sequence[Act]) -> None:
    """Whatever else changes something; orders are for tomorrow."""
    contents = Contents(trial.station, start=trial.clock.now() + _LATER_S)
    for act in acts:
        tried = await attempt(command(office, act, contents))
        trial.record.observe(series, tried.accepted, what=f"{act}, {who}", answer=tried.text)


async def _strangers(trial: Trial) -> AsyncIterator[tuple[str, Session]]:
    change = change_of(trial)
    access = change.access
    if not by_customer(trial):
        for who, credential in bad_credentials(access, change.sender).items():
            if who != BAD_VARIANTS["expired"]:  # that is C-H1's
                office = access.office(change.sender, client=access.client(credential))
                try:
                    yield who, office
                finally:
                    await office.close()
        return
    portal = access.portal()
    try:
        yield "no token", portal
        portal.client.token = _MADE_UP
        yield "a made-up token", portal
        portal.client.token = ""
        await portal.sign_in(*credential_of(access, CUSTOMER))
        given_back = portal.client.token
        await portal.sign_out()
        portal.client.token = given_back
        yield "a token that was given back", portal
    finally:
        await portal.close()


def checks_without_authentication() -> Sequence[Check]:
    return [
        Check("the change by its sender works", "always", GOOD),
        Check("no change without authentication is taken", "never", TAKEN),
        Check("nothing changes", "never", CHANGED),
    ]


async def beyond_their_role(trial: Trial) -> None:
    """The row's message by every party that may not send it, and whatever else a party may not; then by its sender."""
    change = change_of(trial)
    await change.prepare()
    async for who, session in _others(trial):
        tried = await attempt(change.send(session))
        trial.record.observe(BEYOND, let_in(tried), what=who, answer=tried.text)
    rights = change.access.rights
    for party in claimed_parties(change.access):
        async with change.access.session(party) as office:
            acts = [act for act in COMMANDS if not rights.may(party, act)]
            await _every_command(trial, office, BEYOND, f"by {party}", acts)
    await record_no_effect(trial, CHANGED_BEYOND, "after all messages")
    await record_good(trial, GOOD)


async def _others(trial: Trial) -> AsyncIterator[tuple[str, Session]]:
    change = change_of(trial)
    access = change.access
    if by_customer(trial):
        async for other in _others_at_the_portal(trial):
            yield other
        return
    async with sender_session(trial) as office:
        assert isinstance(office, CimOffice)
        act = act_of(await change.request(office))
    for party in claimed_parties(access):
        if party != change.sender and not access.rights.may(party, act):
            async with access.session(party) as office:
                yield party, office


async def _others_at_the_portal(trial: Trial) -> AsyncIterator[tuple[str, Session]]:
    """Another customer, a third party, the customer with a token for readings only, systems without a token."""
    access = change_of(trial).access
    counterparts = access.pixit("counterparts", {})
    if "another_user" in counterparts.get(CUSTOMER, {}):
        async with another_customer(access) as portal:
            yield "another customer", portal
    else:
        record_absent(trial, "another customer", "the device file names none (PIXIT counterparts)")
    if THIRD_PARTY in counterparts:
        async with third_party(access) as portal:
            yield "a third party", portal
    portal = access.portal()
    try:
        await portal.sign_in(*credential_of(access, CUSTOMER), scopes=_READ_SCOPES)
        yield f"the customer with scope {' '.join(_READ_SCOPES)}", portal
    finally:
        await portal.close()
    for party in peers_of(access):
        portal = PortalClient(access.client(party))
        try:
            yield f"{party}, which has no token", portal
        finally:
            await portal.close()


def checks_beyond_their_role() -> Sequence[Check]:
    return [
        Check("what a role may not change is refused", "never", BEYOND),
        Check("nothing changes", "never", CHANGED_BEYOND),
        Check("the change by the role that may make it works", "always", GOOD),
    ]
