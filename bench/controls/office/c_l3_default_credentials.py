"""C-L3 No default or shared credential.

The portal's sign-in is tried with a dictionary of default passwords, for the declared customer and third party (below
the declared lock-out) and for the accounts that systems come with. The HTTPS port is tried with the same dictionary by
HTTP Basic. An office system has no second unit of its type on a station; in its place stand the systems of the utility,
no two of which may prove the same key, and two customers, neither of whose passwords may open the other's account.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bench.access.office import LINK, PLAINTEXT, TRUST, OfficeAccess
from bench.controls.attempts import Attempt, attempt
from bench.controls.base import Probe
from bench.controls.office._defaults import USERS, passwords
from bench.controls.office._http import let_in
from bench.controls.office._parties import claimed_parties
from bench.controls.office._row import access_of
from bench.controls.office._surface import known_paths
from bench.controls.office._visitors import CUSTOMER, THIRD_PARTY, credential_of, has_portal
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.judgement.check import Check
from bench.lab.device import Identity
from drivers.cim.credentials import Credential
from drivers.cim.errors import OfficeTlsError
from drivers.cim.portal import PortalClient
from drivers.cim.raw import RawConnection

GUESSED = "a default credential was accepted"
SHARED = "the credential of one customer opened the account of another"
KEYS = "public keys that the systems of the utility prove"
LOGGED_ON = "the configured credential was accepted"
_WAIT_MARGIN_S = 1.0


async def stimulus(trial: Trial) -> None:
    access = access_of(trial)
    guesses = passwords(_dictionary_size(trial), _name_plate(trial))
    await _basic(trial, access, guesses)
    if has_portal(access):
        await _dictionary(trial, access, CUSTOMER, guesses)
        if THIRD_PARTY in access.pixit("counterparts", {}):
            await _dictionary(trial, access, THIRD_PARTY, guesses)
        await _usual_accounts(trial, access, guesses)
        await _two_customers(trial, access)
    else:
        record_absent(trial, "sign-in with a password", "the system takes certificates only")
    await _keys_of_all(trial, access)


def _dictionary_size(trial: Trial) -> int:
    bound = trial.bound("n_dict")
    stepped = trial.clock.mode == "stepped"
    return bound.plant_clock if stepped and bound.plant_clock is not None else bound.count


def _name_plate(trial: Trial) -> Identity:
    device = trial.station.lab.seat(trial.seat).device
    assert device is not None
    return device.identity


async def _basic(trial: Trial, access: OfficeAccess, guesses: Sequence[str]) -> None:
    """The dictionary by HTTP Basic, without a certificate, on a path that is not for everybody."""
    path = next((path for path in known_paths(access) if not access.rights.may_get("stranger", path)), "/config")
    client = access.client(TRUST)
    try:
        for number, guess in enumerate(guesses, 1):
            token = base64.b64encode(f"{USERS[number % len(USERS)]}:{guess}".encode()).decode("ascii")
            tried = await attempt(client.get(path, {"authorization": f"Basic {token}"}))
            _record(trial, f"HTTP Basic, guess {number}", tried)
            if isinstance(tried.error, OfficeTlsError):
                record_absent(trial, "HTTP Basic, other guesses", "nobody without a certificate gets to say a word")
                break
    finally:
        await client.close()
    for party in claimed_parties(access)[:1]:
        async with access.session(party) as office:
            tried = await attempt(office.health())
            trial.record.observe(LOGGED_ON, let_in(tried), what=f"certificate of {party}", answer=tried.text)


async def _dictionary(trial: Trial, access: OfficeAccess, kind: str, guesses: Sequence[str]) -> None:
    """Guesses in groups that stay below the lock-out, each group followed by the configured credential."""
    user, _secret = credential_of(access, kind)
    at_a_time = max(1, int(access.pixit("lockout", {}).get("tries", 3)) - 1)
    portal = access.portal()
    try:
        await _log_on(trial, access, portal, kind)
        for first in range(0, len(guesses), at_a_time):
            for number, guess in enumerate(guesses[first : first + at_a_time], first + 1):
                _record(trial, f"{kind}, guess {number}", await attempt(_sign_in(portal, kind, user, guess)))
            await _log_on(trial, access, portal, kind)
    finally:
        await portal.close()


async def _usual_accounts(trial: Trial, access: OfficeAccess, guesses: Sequence[str]) -> None:
    portal = access.portal()
    try:
        for user, guess in zip(USERS, guesses, strict=False):
            _record(trial, f"account {user}", await attempt(_sign_in(portal, CUSTOMER, user, guess)))
    finally:
        await portal.close()


async def _sign_in(portal: PortalClient, kind: str, user: str, secret: str) -> None:
    portal.client.token = ""
    if kind == CUSTOMER:
        await portal.sign_in(user, secret)
    else:
        await portal.sign_in_third_party(user, secret)


async def _log_on(trial: Trial, access: OfficeAccess, portal: PortalClient, kind: str) -> None:
    """The positive control, which also begins the count of wrong guesses anew. Waits for the end of a lock-out."""
    user, secret = credential_of(access, kind)
    tried = await attempt(_sign_in(portal, kind, user, secret))
    if not tried.accepted:
        await trial.station.advance(float(access.pixit("lockout", {}).get("seconds", 900.0)) + _WAIT_MARGIN_S)
        tried = await attempt(_sign_in(portal, kind, user, secret))
    trial.record.observe(LOGGED_ON, tried.accepted, what=kind, answer=tried.text)


async def _two_customers(trial: Trial, access: OfficeAccess) -> None:
    if "another_user" not in access.pixit("counterparts", {}).get(CUSTOMER, {}):
        trial.record.could_not_look(SHARED, "the device file declares one customer only, and two are needed")
        return
    one, other = credential_of(access, CUSTOMER), credential_of(access, CUSTOMER, "another_")
    portal = access.portal()
    try:
        for (user, _own), (owner, secret) in ((one, other), (other, one)):
            tried = await attempt(_sign_in(portal, CUSTOMER, user, secret))
            trial.record.observe(SHARED, tried.accepted, what=f"password of {owner} for {user}", answer=tried.text)
    finally:
        await portal.close()


async def _keys_of_all(trial: Trial, access: OfficeAccess) -> None:
    """The keys that the utility's systems on this station prove in the handshake."""
    for party in claimed_parties(access)[:1]:
        credential = access.credential(party)
        for seat in trial.station.lab.seats.values():
            if any(link.carries == LINK and link.profile != PLAINTEXT for link in seat.links.values()):
                tried = await attempt(_key_at(OfficeAccess(trial.station, seat.name).url, credential))
                if tried.accepted:
                    trial.record.observe(KEYS, tried.value, what=seat.name)


async def _key_at(url: str, credential: Credential) -> str:
    """The hash of the public key that a system proves."""
    async with RawConnection(url, credential) as connection:
        key = x509.load_der_x509_certificate(connection.peer_certificate).public_key()
    return hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()


def _record(trial: Trial, what: str, tried: Attempt) -> None:
    trial.record.observe(GUESSED, let_in(tried), what=what, answer=tried.text)


def checks(trial: Trial) -> Sequence[Check]:
    found = [
        Check("the configured credentials are accepted", "always", LOGGED_ON),
        Check("no default credential is accepted", "never", GUESSED),
        Check("no two systems of the utility prove the same key", "unique", KEYS),
    ]
    if has_portal(access_of(trial)):
        found.append(Check("no customer's password opens another's account", "never", SHARED))
    return found


PROBE = Probe("C-L3", "office_https", stimulus, checks)
