"""Signing in at a portal with a secret: right ones and wrong ones, no faster than the bound on guessing allows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.access.office import OfficeAccess
from bench.controls.attempts import Attempt, attempt
from bench.controls.office._visitors import CUSTOMER, THIRD_PARTY, credential_of

if TYPE_CHECKING:
    from bench.controls.trial import Trial


@dataclass(frozen=True)
class Login:
    """A name at the portal with its right secret; ``kind``: customer or third party."""

    kind: str
    user: str
    secret: str

    def __str__(self) -> str:
        return f"{self.kind.replace('_', ' ')} {self.user}"


def logins(access: OfficeAccess) -> Iterator[Login]:
    """One of each kind that the device file declares."""
    for kind in (CUSTOMER, THIRD_PARTY):
        if kind in access.pixit("counterparts", {}):
            yield Login(kind, *credential_of(access, kind))


def another_login(access: OfficeAccess, login: Login) -> Login | None:
    """Somebody else who signs in there, None when the device file declares nobody."""
    if "another_user" in access.pixit("counterparts", {}).get(CUSTOMER, {}):
        other = Login(CUSTOMER, *credential_of(access, CUSTOMER, "another_"))
        if other.user != login.user:
            return other
    return next((one for one in logins(access) if one.user != login.user), None)


async def sign_in(access: OfficeAccess, login: Login, secret: str = "") -> Attempt:
    """Try to sign in, with the right secret or with ``secret``, over a connection of its own."""
    portal = access.portal()
    signing_in = portal.sign_in_third_party if login.kind == THIRD_PARTY else portal.sign_in
    try:
        return await attempt(signing_in(login.user, secret or login.secret))
    finally:
        await portal.close()


async def guess(trial: Trial, access: OfficeAccess, login: Login, count: int) -> tuple[list[Attempt], float]:
    """``count`` wrong secrets, no faster than r_guess: what came of each, and how long all took (s).

    As many as lock the name by declaration are a lock-out in the ledger.
    """
    pause_s = 1.0 / trial.bound("r_guess").number
    began = trial.clock.now()
    tries: list[Attempt] = []
    for _ in range(count):
        asked = trial.clock.now()
        tries.append(await sign_in(access, login, _other_than(trial, login.secret)))
        await trial.station.advance(max(0.0, asked + pause_s - trial.clock.now()))
    lockout = access.pixit("lockout", {})
    if count >= int(lockout.get("tries", count + 1)):
        until = trial.clock.now() + float(lockout.get("seconds", 0.0))
        trial.station.wear.locked_out(access.seat, login.user, until)
    return tries, trial.clock.now() - began


def _other_than(trial: Trial, secret: str) -> str:
    """A wrong secret of the same length."""
    index = trial.random.randrange(len(secret))
    return secret[:index] + ("x" if secret[index] != "x" else "y") + secret[index + 1 :]
