"""C-H3 Per-device keys and key change.

A party renews its certificate by the normal way. The new one works at once; once it has been used to revoke the old
one, the old one is refused. Power cuts fall on the renewal, between renewal and revocation, and on the revocation:
afterwards the party still has one that works. One party's certificate is good for no other's name. At the portal a
customer changes its password, with the same questions.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from bench.access.office import OfficeAccess
from bench.controls.attempts import Attempt, attempt
from bench.controls.base import Probe
from bench.controls.office._parties import OPERATOR, STRANGER, claimed_parties, peers_of
from bench.controls.office._passwords import PasswordChange
from bench.controls.office._power import power_cycle
from bench.controls.office._renewal import prepared, recognised, renew, revoke
from bench.controls.office._row import access_of
from bench.controls.office._visitors import has_portal
from bench.controls.trial import Trial
from bench.judgement.check import Check
from drivers.cim.credentials import Credential
from drivers.cim.vocabulary import Noun, Verb

NEW_AFTER = "new credential handed out to accepted"
OLD_REFUSED = "an old credential was accepted after it had been replaced"
ONE_WORKS = "the party has a credential that works after the cut"
BOTH_WORK = "old and new password work after the cut"
OTHERS_NAME = "a certificate was good for another party's name"
_TRY_EVERY_S = 1.0
_MOST_TURNS = 12
_POINTS = ("during the renewal", "between renewal and revocation", "during the revocation")


async def stimulus(trial: Trial) -> None:
    access = access_of(trial)
    party = peers_of(access)[0]
    current = await _change(trial, access, party)
    for number in range(trial.bound("n_rotation_cuts").count):
        current = await _cut(trial, access, party, current, _POINTS[number % len(_POINTS)])
    await _others_name(trial, access, party)
    if has_portal(access):
        await _password(trial, access)


# -- certificates ----------------------------------------------------------------------------------------------------


async def _change(trial: Trial, access: OfficeAccess, party: str) -> Credential:
    """A whole change; the credential that is in force at its end."""
    old = access.credential(party)
    new = await _renewed(access, party, old)
    await _record_new(trial, f"the new certificate of {party}", lambda: recognised(access, new))
    await _revoked(access, party, new, old)
    for number in range(1, trial.bound("n_old_key").count + 1):
        tried = await attempt(recognised(access, old))
        what = f"the old certificate of {party}, try {number}"
        trial.record.observe(OLD_REFUSED, tried.value is True, what=what, answer=tried.text)
    return new


async def _record_new(trial: Trial, what: str, works: Callable[[], Awaitable[bool]]) -> None:
    """Ask until the new credential is accepted, and record how long that took."""
    limit_s, begun = trial.bound("t_new_key").number, trial.clock.now()
    while (await attempt(works())).value is not True and trial.clock.now() - begun <= limit_s:
        await trial.station.advance(_TRY_EVERY_S)
    trial.record.observe_duration(NEW_AFTER, trial.clock.now() - begun, what=what)


async def _renewed(access: OfficeAccess, party: str, old: Credential) -> Credential:
    """A new credential, written down before anything else is done with it."""
    client = access.client(old)
    try:
        new = await renew(access, client, prepared(old))
    finally:
        await client.close()
    access.station.ledger(access.seat).begin_rotation(party, new.to_pem().encode("ascii"))
    return new


async def _revoked(access: OfficeAccess, party: str, new: Credential, old: Credential) -> None:
    client = access.client(new)
    try:
        await revoke(access, client, old.certificate_pem)
    finally:
        await client.close()
    access.station.ledger(access.seat).finish_rotation(party)


async def _cut(trial: Trial, access: OfficeAccess, party: str, old: Credential, point: str) -> Credential:
    """A change with a power cut at ``point``; the credential that is in force afterwards."""
    if point == _POINTS[0]:
        client = access.client(old)
        try:
            await _while_power_goes(trial, access, renew(access, client, prepared(old)))
        finally:
            await client.close()
        works = await attempt(recognised(access, old))
        trial.record.observe(ONE_WORKS, works.value is True, what=point, answer=works.text)
        return old
    new = await _renewed(access, party, old)
    if point == _POINTS[1]:
        await power_cycle(trial, access)
        await _record_one(trial, access, point, old, new)
        await _revoked(access, party, new, old)
        return new
    client = access.client(new)
    try:
        done = await _while_power_goes(trial, access, revoke(access, client, old.certificate_pem))
    finally:
        await client.close()
    await _record_one(trial, access, point, old, new)
    if not done.accepted:
        await _revoked(access, party, new, old)
    else:
        access.station.ledger(access.seat).finish_rotation(party)
    return new


async def _while_power_goes(trial: Trial, access: OfficeAccess, asking: Awaitable[Any]) -> Attempt:
    """Ask, and cut the power a random moment later."""
    task = asyncio.ensure_future(attempt(asking))
    for _ in range(trial.random.randint(0, _MOST_TURNS)):
        await asyncio.sleep(0)
    await power_cycle(trial, access)
    return await task


async def _record_one(trial: Trial, access: OfficeAccess, point: str, old: Credential, new: Credential) -> None:
    tried = [await attempt(recognised(access, credential)) for credential in (new, old)]
    works = [one.value is True for one in tried]
    trial.record.observe(ONE_WORKS, any(works), what=point, new=works[0], old=works[1])


async def _others_name(trial: Trial, access: OfficeAccess, party: str) -> None:
    """Other parties' certificates under the name of the operator, who may ask for the time."""
    for holder in dict.fromkeys((STRANGER, party)):
        if holder not in claimed_parties(access) or not access.has_secret(OPERATOR):
            continue
        office = access.office(OPERATOR, client=access.client(holder))
        try:
            tried = await attempt(office.messenger.call(Verb.GET, Noun.SERVICE_CLOCK))
        finally:
            await office.close()
        what = f"the certificate of {holder} under the name of {OPERATOR}"
        trial.record.observe(OTHERS_NAME, tried.accepted, what=what, answer=tried.text)


# -- a customer's password -------------------------------------------------------------------------------------------


async def _password(trial: Trial, access: OfficeAccess) -> None:
    change = PasswordChange(access, f"{trial.random.getrandbits(64):016x}")
    before = change.current
    await change.make()
    await _record_new(trial, "the new password", lambda: change.signs_in(change.current))
    for number in range(1, trial.bound("n_old_key").count + 1):
        accepted = await change.signs_in(before)
        trial.record.observe(OLD_REFUSED, accepted, what=f"the old password, try {number}")
        await change.signs_in(change.current)  # which begins the count of wrong passwords anew
    for _ in range(max(1, trial.bound("n_rotation_cuts").count // len(_POINTS))):
        before = change.current
        await change.sign_in()
        await _while_power_goes(trial, access, change.ask())
        old, new = await change.signs_in(before), await change.signs_in(change.wanted)
        what = "during a change of the password"
        trial.record.observe(ONE_WORKS, old or new, what=what, old=old, new=new)
        trial.record.observe(BOTH_WORK, old and new, what=what)
        change.settle(new)
    await change.close()


def checks(trial: Trial) -> Sequence[Check]:
    found = [
        Check("the new credential works in time", "at_most", NEW_AFTER, trial.limit("t_new_key")),
        Check("the old credential is refused", "never", OLD_REFUSED),
        Check("a power cut leaves the party a credential", "always", ONE_WORKS),
        Check("no certificate is good for another's name", "never", OTHERS_NAME),
    ]
    if has_portal(access_of(trial)):
        found.append(Check("a power cut leaves one password, not two", "never", BOTH_WORK))
    return found


PROBE = Probe("C-H3", "office_https", stimulus, checks)
