"""I-M3 on DLMS: a password cannot be guessed, and who tries leaves a trace.

Only passwords (LLS) can be guessed; of clients that prove a key, a failed log-on is looked for in the log. On each port
where a client with a password is served: wrong passwords as fast as the bound allows, then the right one during the
lock-out and after it, with a power cut in the lock-out and one between wrong passwords.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from bench.access.dlms import PUBLIC, DlmsAccess
from bench.controls.attempts import Attempt, attempt
from bench.controls.base import Probe
from bench.controls.dlms._credentials import log_on_roles
from bench.controls.dlms._events import logged
from bench.controls.dlms._lock_out import note_lock_out
from bench.controls.dlms._power import power_cycle
from bench.controls.dlms._row import access_of, exchange_of
from bench.controls.guessing import chance, tries_a_day
from bench.controls.variants import record_absent
from bench.judgement.check import Check

if TYPE_CHECKING:
    from bench.controls.trial import Trial

RIGHT = "the right password was accepted at first"
WRONG_TAKEN = "a wrong password was accepted"
LIMITED = "after the declared number of wrong passwords the right one was refused"
GUESSED = "probability of guessing the password within a year"
LOCK_TIME = "time from the last wrong password to the right one being accepted"
UNLOCK_TIME = "time from the declared end of the lock-out to the right password being accepted"
OTHERS = "others were served during the lock-out"
OVER_POWER_CUT = "wrong passwords count over a power cut as declared"
LOGGED = "a failed log-on was logged"
LOG_TIME = "time from the failed log-on to its entry"

TRIES_OF_UNDECLARED = 10
_OFF_S = 5.0
_ANSWER_S = 10.0
_EARLY_S = 10.0
_LOOK_EVERY_S = 2.0
_PROOF_BYTES = 17


async def stimulus(trial: Trial) -> None:
    access = access_of(trial)
    for role in log_on_roles(access):
        if not access.client(role).guessable:
            await _failed_proof(trial, access, role)
        elif not access.ports_of(role):
            record_absent(trial, f"client {role}", "none of its ports is connected on this station")
        else:
            for port in access.ports_of(role):
                await _Guesser(trial, access, role, port).guess()


async def _failed_proof(trial: Trial, access: DlmsAccess, role: str) -> None:
    """A client that has the keys for the AARQ answers the meter's challenge wrongly."""
    ports = access.ports_of(role)
    if not ports:
        record_absent(trial, f"client {role}", "none of its ports is connected on this station")
        return
    await access.ask_counter(role, ports[0])
    client = access.new_client(role, port=ports[0])
    began = trial.clock.now()
    try:
        await client.link.open()
        association = client.association
        await association.send_aarq(association.make_aarq())
        association.accept(await association.receive_aare())
        tried = await attempt(association.reply(trial.random.randbytes(_PROOF_BYTES)))
    finally:
        await client.close()
    await _look_for_entry(trial, access, f"client {role}: {tried.text}", began)


async def _look_for_entry(trial: Trial, access: DlmsAccess, what: str, began: float) -> None:
    """A failed log-on must be in the log within t_log."""
    ended = trial.clock.now()
    while True:
        waited = trial.clock.now() - ended  # until the reading begins: a slow line is not the log's delay
        entries = await logged(access, "login_failed", began - trial.bound("dt_clk", subject="meter_han").number)
        if entries is None:
            trial.record.could_not_look(LOGGED, "the device file declares no event of a failed log-on (event_table)")
            return
        if entries or waited > trial.bound("t_log").number:
            break
        await trial.station.advance(1.0)
    trial.record.observe(LOGGED, bool(entries), what=what, entries=len(entries))
    if entries:
        trial.record.observe_duration(LOG_TIME, waited, what=what)


class _Guesser:
    """Guesses at the password of one client on one port."""

    def __init__(self, trial: Trial, access: DlmsAccess, role: str, port: str) -> None:
        self._trial = trial
        self._access = access
        self._role = role
        self._port = port
        self._where = f"client {role} on {port}"
        lockout = access.pixit("lockout", {})
        self._declared_tries: int | None = lockout.get("tries")
        self._declared_s: float | None = lockout.get("seconds")
        self._kept: bool | None = lockout.get("kept")

    @property
    def _tries(self) -> int:
        return self._declared_tries or TRIES_OF_UNDECLARED

    async def guess(self) -> None:
        """All of it; the client can log on again afterwards."""
        trial = self._trial
        tried = await self._right()
        trial.record.observe(RIGHT, tried.accepted, what=self._where, answer=tried.text)
        began = trial.clock.now()
        took_s = await self._wrong(self._tries)
        locked_at = trial.clock.now()
        note_lock_out(self._access, self._role)
        await _look_for_entry(trial, self._access, self._where, began)
        locked = await self._while_locked(locked_at)
        locked_s = await self._until_unlocked(locked_at) if locked else self._not_locked()
        daily = tries_a_day(self._tries, took_s, locked_s)
        probability = chance(daily, self._access.identity(self._role).secret)
        trial.record.observe(GUESSED, probability, unit="1", what=self._where, tries_a_day=daily)
        await self._count_over_power_cut()

    async def _while_locked(self, locked_at: float) -> bool:
        """The right password is refused, the others are served, and a power cut changes as much as is declared.

        Whether there is a lock-out at all.
        """
        trial = self._trial
        tried = await self._right()
        if self._declared_tries is None:
            record_absent(trial, f"{self._where}: declared number of tries", "PIXIT lockout states none")
        else:
            what = f"{self._where}, {self._declared_tries} wrong ones"
            trial.record.observe(LIMITED, not tried.accepted, what=what, answer=tried.text)
        await self._others()
        if tried.accepted:
            return False
        if self._kept is None or self._declared_s is None or self._declared_s < 2 * trial.bound("t_boot").number:
            record_absent(
                trial, f"{self._where}: power cut in the lock-out", "undeclared, or over before it has booted"
            )
            return True
        if not await power_cycle(trial, self._access, _OFF_S, response_timeout_s=_ANSWER_S):
            trial.record.observe(OVER_POWER_CUT, False, what=f"{self._where}: the meter does not answer any more")
            return True
        still = trial.clock.now() - locked_at < self._declared_s
        tried = await self._right()
        if still:
            as_declared = tried.accepted is not self._kept
            what = f"{self._where}, power cut in the lock-out"
            trial.record.observe(OVER_POWER_CUT, as_declared, what=what, answer=tried.text, declared_kept=self._kept)
        return True

    async def _others(self) -> None:
        """Who else logs on: the row's sender and the public client, on all their ports."""
        access = self._access
        for role in dict.fromkeys((exchange_of(self._trial).role, PUBLIC)):
            if role not in access.clients:
                continue
            for port in access.ports_of(role):
                tried = await attempt(self._log_on(role, port))
                what = f"{role} on {port} while {self._where} is locked"
                self._trial.record.observe(OTHERS, tried.accepted, what=what, answer=tried.text)

    async def _until_unlocked(self, locked_at: float) -> float:
        """Wait for the end of the lock-out; how long it was, in s."""
        trial = self._trial
        longest = trial.bound("t_lock_max").number
        if self._declared_s is not None and not (await self._right()).accepted:
            await trial.station.advance(max(0.0, locked_at + self._declared_s - trial.clock.now() - _EARLY_S))
        pause = _LOOK_EVERY_S
        while not (await self._right()).accepted:
            if trial.clock.now() - locked_at > longest:
                trial.record.observe_duration(LOCK_TIME, trial.clock.now() - locked_at, what=self._where)
                return trial.clock.now() - locked_at
            await trial.station.advance(pause)
            pause = _LOOK_EVERY_S if self._declared_s is not None else 2 * pause
        locked_s = trial.clock.now() - locked_at
        trial.record.observe_duration(LOCK_TIME, locked_s, what=self._where)
        if self._declared_s is not None:
            late = max(0.0, locked_s - self._declared_s)
            trial.record.observe_duration(UNLOCK_TIME, late, what=self._where)
        return locked_s

    def _not_locked(self) -> float:
        """No time at all passed until the right password was accepted."""
        for series in (LOCK_TIME, UNLOCK_TIME):
            self._trial.record.observe_duration(series, 0.0, what=f"{self._where}: no lock-out")
        return 0.0

    async def _count_over_power_cut(self) -> None:
        """One wrong password fewer than lock, a power cut, and then that one."""
        trial = self._trial
        if self._kept is None or self._declared_tries is None or self._declared_tries < 2:
            record_absent(trial, f"{self._where}: power cut between wrong passwords", "PIXIT lockout does not say")
            return
        await self._wrong(self._declared_tries - 1)
        if not await power_cycle(trial, self._access, _OFF_S, response_timeout_s=_ANSWER_S):
            trial.record.observe(OVER_POWER_CUT, False, what=f"{self._where}: the meter does not answer any more")
            return
        await self._wrong(1)
        locked_at = trial.clock.now()
        note_lock_out(self._access, self._role)
        tried = await self._right()
        as_declared = tried.accepted is not self._kept
        what = f"{self._where}, power cut between wrong passwords"
        trial.record.observe(OVER_POWER_CUT, as_declared, what=what, answer=tried.text, declared_kept=self._kept)
        if not tried.accepted:
            await self._until_unlocked(locked_at)

    # -- passwords -----------------------------------------------------------------------------------------------------

    async def _wrong(self, count: int) -> float:
        """So many wrong passwords in one connection, no faster than r_guess; how long they took, in s."""
        trial = self._trial
        client = self._access.new_client(self._role, port=self._port)
        right, pause = client.identity, 1.0 / trial.bound("r_guess").number
        try:
            await client.link.open()
            began = trial.clock.now()
            for number in range(count):
                asked = trial.clock.now()
                client.identity = replace(right, secret=self._other_than(right.secret))
                tried = await attempt(client.associate())
                what = f"{self._where}, wrong password {number + 1}"
                trial.record.observe(WRONG_TAKEN, tried.accepted, what=what, answer=tried.text)
                await trial.station.advance(max(0.0, asked + pause - trial.clock.now()))
            return trial.clock.now() - began
        finally:
            await client.close()

    def _other_than(self, secret: bytes) -> bytes:
        """A wrong password of the same length and kind."""
        index = self._trial.random.randrange(len(secret))
        wrong = bytes((0x30 + (secret[index] + 1) % 10,)) if secret.isdigit() else bytes((secret[index] ^ 1,))
        return secret[:index] + wrong + secret[index + 1 :]

    async def _right(self) -> Attempt:
        return await attempt(self._log_on(self._role, self._port))

    async def _log_on(self, role: str, port: str) -> None:
        async with self._access.session(role, port=port):
            pass


def checks(trial: Trial) -> Sequence[Check]:
    access = access_of(trial)
    found = [
        Check("a failed log-on is logged", "always", LOGGED),
        Check("its entry is there within t_log", "at_most", LOG_TIME, trial.limit("t_log")),
    ]
    guessable = [role for role in log_on_roles(access) if access.client(role).guessable and access.ports_of(role)]
    if not guessable:
        return found
    found += [
        Check("the right password is accepted", "always", RIGHT),
        Check("no wrong password is accepted", "never", WRONG_TAKEN),
        Check("guessing takes too long to pay", "at_most", GUESSED, trial.limit("p_guess")),
        Check("the lock-out ends within t_lock_max", "at_most", LOCK_TIME, trial.limit("t_lock_max")),
    ]
    lockout = access.pixit("lockout", {})
    if "tries" in lockout:
        found.append(Check("wrong passwords lock the client as declared", "always", LIMITED))
    if "seconds" in lockout:
        found.append(Check("the right password works again in time", "at_most", UNLOCK_TIME, trial.limit("t_unlock")))
    if "tries" in lockout:
        found.append(Check("nobody else is locked out", "always", OTHERS))
    if "kept" in lockout:
        found.append(Check("a power cut changes no count that is declared to be kept", "always", OVER_POWER_CUT))
    return found


PROBE = Probe("I-M3", "dlms", stimulus, checks)
