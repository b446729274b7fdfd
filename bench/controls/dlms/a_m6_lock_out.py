"""A-M6 on DLMS: a lock-out that somebody provokes on one port shuts the authorised client out of nothing."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle
from typing import TYPE_CHECKING

from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.dlms._credentials import log_on_roles
from bench.controls.dlms._lock_out import declared_lock_s, lock_out
from bench.controls.dlms._row import access_of, exchange_of
from bench.controls.variants import record_absent
from bench.judgement.check import Check
from drivers.dlms.apdu import Attribute

if TYPE_CHECKING:
    from bench.access.dlms import DlmsAccess
    from bench.controls.trial import Trial

BEFORE = "the authorised client got on before the attack"
SERVED = "the authorised client was served while another one was locked out"
KEPT = "the authorised client's session outlived the lock-out of another one"

_CLOCK, _TIME = 8, 2


async def stimulus(trial: Trial) -> None:
    """Each client with a password locked out on each port where it is served; the row's sender at work meanwhile."""
    access = access_of(trial)
    guessable = [role for role in log_on_roles(access) if access.client(role).guessable]
    ports = [(role, port) for role in guessable for port in access.ports_of(role)]
    if not ports:
        why = "no client with a password is served on a port of this station"
        record_absent(trial, "lock-out of a client", why)
        for series in (BEFORE, SERVED, KEPT):
            trial.record.could_not_look(series, why)
        return
    for role, port in ports:
        await _Victim(trial, access, role, port).attack()


class _Victim:
    """The row's sender, while client ``locked`` is locked out on ``port``."""

    def __init__(self, trial: Trial, access: DlmsAccess, locked: str, port: str) -> None:
        self._trial, self._access, self._locked, self._port = trial, access, locked, port
        self._role = exchange_of(trial).role
        self._clock = Attribute(_CLOCK, access.names.clock, _TIME)
        self._where = f"{locked} locked out on {port}"

    async def attack(self) -> None:
        """A session held through the attack, then ``p_ok`` log-ons and reads, on the other ports and on this one."""
        access, trial = self._access, self._trial
        ports = access.ports_of(self._role)
        for port in ports:
            trial.record.observe(BEFORE, await self._serves(port), what=port)
        others = [port for port in ports if port != self._port]
        if others:
            async with access.session(self._role, port=others[0]) as client:
                await lock_out(trial, access, self._locked, self._port)
                kept = await attempt(client.get(self._clock))
            trial.record.observe(KEPT, kept.accepted, what=f"{others[0]}, {self._where}", answer=kept.text)
        else:
            record_absent(trial, "a session on another port", f"{self._role} is served on {self._port} only")
            await lock_out(trial, access, self._locked, self._port)
        locked_at = trial.clock.now()
        turns = cycle((*others, self._port) if self._port in ports else others)
        for _number in range(trial.bound("p_ok").count):
            port = next(turns)
            served = await self._serves(port) or await self._serves(port)
            trial.record.observe(SERVED, served, what=f"{self._role} on {port}, {self._where}")
        left_s = locked_at + declared_lock_s(access) - trial.clock.now()
        await trial.station.advance(max(0.0, left_s))

    async def _serves(self, port: str) -> bool:
        return (await attempt(self._log_on_and_read(port))).accepted

    async def _log_on_and_read(self, port: str) -> None:
        async with self._access.session(self._role, port=port) as client:
            await client.get(self._clock)


def checks(trial: Trial) -> Sequence[Check]:
    found = [
        Check("the authorised client is served before the attack", "always", BEFORE),
        Check(
            "it is served during the lock-out of another client",
            "at_least_true",
            SERVED,
            trial.enough("p_ok"),
        ),
    ]
    if len(access_of(trial).ports_of(exchange_of(trial).role)) > 1:
        found.append(Check("its session goes on", "always", KEPT))
    return found


PROBE = Probe("A-M6", "dlms", stimulus, checks)
