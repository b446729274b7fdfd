"""C-L3 No default or shared credential.

Every client that logs on is tried with a dictionary of default credentials on every port where it is served, throttled
below the declared lock-out. Then the credentials of two units of the type are tried on one another.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bench.access.dlms import DlmsAccess
from bench.access.dlms_clients import DlmsClientTable
from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.dlms._credentials import log_on_roles, log_on_with, second_unit
from bench.controls.dlms._defaults import keys, passwords
from bench.controls.dlms._lines import port_of
from bench.controls.dlms._lock_out import note_lock_out
from bench.controls.dlms._row import exchange_of
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.judgement.check import Check
from bench.lab.device import Identity
from drivers.dlms.client import ClientIdentity
from drivers.dlms.enums import Mechanism
from drivers.dlms.security import PARAMETERS

GUESSED = "a default credential logged on"
SHARED = "the credential of one unit logged on to the other"
LOGGED_ON = "the configured credential logged on"
_WAIT_MARGIN_S = 1.0


async def stimulus(trial: Trial) -> None:
    access = exchange_of(trial).access
    for role in log_on_roles(access):
        for port in access.ports_of(role):
            await _dictionary(trial, access, role, port)
        if not access.ports_of(role):
            record_absent(trial, f"client {role}", "none of its ports is connected on this station")
    await _two_units(trial, access)


async def _dictionary(trial: Trial, access: DlmsAccess, role: str, port: str) -> None:
    """Guesses in groups that stay below the lock-out, each group followed by the configured credential."""
    guesses = list(_guesses(trial, access.identity(role), _name_plate(trial)))
    if not guesses:
        record_absent(trial, f"dictionary for client {role}", "its credential is a key pair, which nobody guesses")
        return
    table = access.client(role)
    at_a_time = max(1, int(access.pixit("lockout", {}).get("tries", 3)) - 1) if table.guessable else len(guesses)
    where = f"client {role} on {port}"
    await _log_on(trial, access, role, port)
    for first in range(0, len(guesses), at_a_time):
        client = access.new_client(role, port=port)
        try:
            for number, guess in enumerate(guesses[first : first + at_a_time], first + 1):
                client.identity = guess
                tried = await attempt(client.associate())
                what = f"{where}, guess {number}"
                trial.record.observe(GUESSED, tried.accepted, what=what, answer=tried.text)
                if tried.accepted:
                    await client.release()
        finally:
            await client.close()
        await _log_on(trial, access, role, port)


def _guesses(trial: Trial, identity: ClientIdentity, plate: Identity) -> Iterator[ClientIdentity]:
    count = _dictionary_size(trial)
    match identity.mechanism:
        case Mechanism.LLS:
            yield from (replace(identity, secret=guess) for guess in passwords(count, plate))
        case Mechanism.HLS_ECDSA:
            return
        case _ if identity.security is not None and identity.ciphered:
            for key in keys(count, PARAMETERS[identity.security.suite].key_size):
                material = replace(identity.security, global_unicast_key=key, authentication_key=_partner(key))
                yield replace(identity, secret=key, security=material)
        case _:
            yield from (replace(identity, secret=guess) for guess in passwords(count, plate))


def _partner(key: bytes) -> bytes:
    """The authentication key that published examples use beside a unicast key: the Green Book's, else the same."""
    return bytes(range(0xD0, 0xE0)) if key == bytes(range(16)) else key


def _dictionary_size(trial: Trial) -> int:
    bound = trial.bound("n_dict")
    stepped = trial.clock.mode == "stepped"
    return bound.plant_clock if stepped and bound.plant_clock is not None else bound.count


def _name_plate(trial: Trial) -> Identity:
    device = trial.station.lab.seat(trial.seat).device
    assert device is not None
    return device.identity


async def _log_on(trial: Trial, access: DlmsAccess, role: str, port: str) -> None:
    """The positive control, which also begins the count of wrong guesses anew. Waits for the end of a lock-out."""
    tried = await attempt(_associate(access, role, port))
    if not tried.accepted and access.client(role).guessable:
        note_lock_out(access, role)
        await trial.station.advance(float(access.pixit("lockout", {}).get("seconds", 900.0)) + _WAIT_MARGIN_S)
        tried = await attempt(_associate(access, role, port))
    trial.record.observe(LOGGED_ON, tried.accepted, what=f"client {role} on {port}", answer=tried.text)


async def _associate(access: DlmsAccess, role: str, port: str) -> None:
    async with access.session(role, port=port):
        pass


async def _two_units(trial: Trial, access: DlmsAccess) -> None:
    """The other unit's credential on the unit under test, and the other way round."""
    other = second_unit(trial)
    if other is None:
        trial.record.could_not_look(SHARED, "the station has one unit of the type only, and two are needed")
        return
    for role in log_on_roles(access):
        if role in other.clients:
            await _swapped(trial, other, access, role)
            await _swapped(trial, access, other, role)


async def _swapped(trial: Trial, owner: DlmsAccess, device: DlmsAccess, role: str) -> None:
    """``owner``'s credential on ``device``."""
    port = port_of(device, role)
    what = f"client {role} of {owner.seat} on {device.seat}"
    if port is None or not _same_kind(owner.client(role), device.client(role)):
        record_absent(trial, what, "the unit does not serve that client on this station")
        return
    await _log_on(trial, device, role, port)
    tried = await log_on_with(owner, device, role, port)
    trial.record.observe(SHARED, tried.accepted, what=what, answer=tried.text)
    await _log_on(trial, device, role, port)


def _same_kind(one: DlmsClientTable, other: DlmsClientTable) -> bool:
    return (one.mechanism, one.suite, one.ciphered) == (other.mechanism, other.suite, other.ciphered)


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("the configured credentials log on", "always", LOGGED_ON),
        Check("no default credential logs on", "never", GUESSED),
        Check("no unit takes the credential of another", "never", SHARED),
    ]


PROBE = Probe("C-L3", "dlms", stimulus, checks)
