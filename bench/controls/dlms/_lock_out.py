"""Locking a client of a meter out, as an attacker does: by wrong passwords."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bench.controls.attempts import attempt

if TYPE_CHECKING:
    from bench.access.dlms import DlmsAccess
    from bench.controls.trial import Trial

TRIES_OF_UNDECLARED = 10


def declared_lock_s(access: DlmsAccess) -> float:
    """How long a lock-out lasts (PIXIT); 0 where none is declared."""
    return float(access.pixit("lockout", {}).get("seconds", 0.0))


async def lock_out(trial: Trial, access: DlmsAccess, role: str, port: str) -> None:
    """Guess at the password of ``role`` on ``port`` as often as locks it by the declaration, no faster than r_guess."""
    tries = int(access.pixit("lockout", {}).get("tries") or TRIES_OF_UNDECLARED)
    pause = 1.0 / trial.bound("r_guess").number
    client = access.new_client(role, port=port)
    secret = client.identity.secret
    client.identity = replace(client.identity, secret=secret[:-1] + bytes((secret[-1] ^ 1,)))
    try:
        await client.link.open()
        for _number in range(tries):
            asked = trial.clock.now()
            await attempt(client.associate())
            await trial.station.advance(max(0.0, asked + pause - trial.clock.now()))
    finally:
        await client.close()
        note_lock_out(access, role)


def note_lock_out(access: DlmsAccess, role: str) -> None:
    """Write into the device's ledger that ``role`` has just been locked out, for as long as is declared."""
    access.station.wear.locked_out(access.seat, role, access.station.clock.now() + declared_lock_s(access))
