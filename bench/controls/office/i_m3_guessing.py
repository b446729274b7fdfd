"""I-M3 on office systems: a secret cannot be guessed, and who tries leaves a trace.

Only the secrets of a portal can be guessed: wrong ones as fast as the bound allows, then the right one during the
lock-out and after it, with a power cut in the lock-out and one between wrong secrets. Of parties that prove a key the
failures are looked for in the log: a message signed with another key, a log-on with a revoked certificate.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from bench.access.office import OfficeAccess
from bench.access.office_rights import Act
from bench.controls.attempts import Attempt, attempt
from bench.controls.base import Probe
from bench.controls.guessing import chance, tries_a_day
from bench.controls.office._commands import CANCEL, Contents, command
from bench.controls.office._log import ACCEPTED, NO_READER, entries_in_time, log_reader, newest_number
from bench.controls.office._parties import claimed_parties, peers_of
from bench.controls.office._power import SHORT_CUT_S, power_cycle
from bench.controls.office._row import access_of
from bench.controls.office._signing_in import Login, another_login, guess, logins, sign_in
from bench.controls.office._visitors import has_portal
from bench.controls.variants import record_absent
from bench.judgement.check import Check
from drivers.cim.messenger import MessageOptions
from drivers.cim.payloads import AuditEntry
from drivers.cim.vocabulary import Noun, Verb

if TYPE_CHECKING:
    from bench.controls.trial import Trial

WRONG_TAKEN = "a wrong secret was accepted"
RIGHT = "the right key or secret was accepted"
LIMITED = "after the declared number of wrong secrets the right one was refused"
GUESSED = "probability of guessing the secret within a year"
LOCK_TIME = "time from the last wrong secret to the right one being accepted"
UNLOCK_TIME = "time from the declared end of the lock-out to the right secret being accepted"
OTHERS = "others were served during the lock-out"
OVER_POWER_CUT = "wrong secrets count over a power cut as declared"
LOGGED = "a failure was logged"
LOG_TIME = "time from the failure to its entry"

TAKEN_FOR_GOOD = "the system does not see that it is wrong (controls I-M2, C-H1, C-H3)"
TRIES = 10
"""Wrong keys, and wrong secrets where no number of them is declared to lock."""
_HARMLESS = (CANCEL, Act(Verb.CREATED, Noun.END_DEVICE_EVENTS), Act(Verb.CHANGE, Noun.SERVICE_CLOCK))
"""Commands by which nothing happens: an order that nobody gave is cancelled, an event is told, a clock is set to what
it shows."""
_EARLY_S = 10.0
_LOOK_EVERY_S = 2.0


async def stimulus(trial: Trial) -> None:
    access = access_of(trial)
    reader = log_reader(access)
    if reader is None:
        trial.record.could_not_look(LOGGED, NO_READER)
        return
    await _wrong_signatures(trial, access, reader)
    await _revoked(trial, access, reader)
    if not has_portal(access):
        record_absent(trial, "secrets that can be guessed", "the system has no portal: every party proves a key")
    for login in logins(access):
        await _Guesser(trial, access, reader, login).run()


# -- keys ------------------------------------------------------------------------------------------------------------


async def _wrong_signatures(trial: Trial, access: OfficeAccess, reader: str) -> None:
    """A party's command that changes nothing, signed with another's key, again and again; then with its own."""
    parties = claimed_parties(access)
    able, act = next(
        ((party, act) for act in _HARMLESS for party in parties if access.rights.may(party, act)), (None, CANCEL)
    )
    other = next((party for party in parties if party != able), None)
    if able is None or other is None:
        record_absent(trial, "signatures by another key", "the device file names no two parties with keys")
        return
    contents, signer = Contents(trial.station), access.credential(other)
    ids = [f"bench-i-m3-{trial.random.getrandbits(64):016x}" for _ in range(TRIES)]
    before, what = await newest_number(access, reader), f"{able}, signed by {other}"
    async with access.session(able) as office:
        for message_id in ids:
            wrong = MessageOptions(message_id=message_id, signer=signer)
            tried = await attempt(command(office, act, contents, wrong))
            await trial.station.advance(1.0 / trial.bound("r_guess").number)
        if tried.accepted:
            record_absent(trial, what, TAKEN_FOR_GOOD)
        else:
            await _look_for_entry(trial, access, reader, before, what, lambda entry: entry.message == ids[-1])
        tried = await attempt(command(office, act, contents))
        trial.record.observe(RIGHT, tried.accepted, what=f"{able}, signed by itself", answer=tried.text)


async def _revoked(trial: Trial, access: OfficeAccess, reader: str) -> None:
    """A party whose certificate was revoked."""
    party = next(iter(peers_of(access)), None)
    if party is None:
        record_absent(trial, "a revoked certificate", "the device file names none")
        return
    before, what = await newest_number(access, reader), f"{party}, revoked certificate"
    async with access.session(f"{party}.revoked") as office:
        tried = await attempt(command(office, CANCEL, Contents(trial.station)))
    if tried.accepted:
        record_absent(trial, what, TAKEN_FOR_GOOD)
    else:
        await _look_for_entry(trial, access, reader, before, what, lambda entry: entry.who == party)


async def _look_for_entry(
    trial: Trial, access: OfficeAccess, reader: str, before: int, what: str, fits: Callable[[AuditEntry], bool]
) -> None:
    """A failure must be in the log within t_log."""
    found, waited = await entries_in_time(
        trial, access, reader, before, lambda entry: entry.result != ACCEPTED and fits(entry)
    )
    trial.record.observe(LOGGED, bool(found), what=what, entries=len(found))
    if found:
        trial.record.observe_duration(LOG_TIME, waited, what=what)


# -- secrets ---------------------------------------------------------------------------------------------------------


class _Guesser:
    """Guesses at the secret of one name at the portal."""

    def __init__(self, trial: Trial, access: OfficeAccess, reader: str, login: Login) -> None:
        self._trial, self._access, self._reader, self._login = trial, access, reader, login
        lockout = access.pixit("lockout", {})
        self._declared_tries: int | None = lockout.get("tries")
        self._declared_s: float | None = lockout.get("seconds")
        self._kept: bool | None = lockout.get("kept")

    async def run(self) -> None:
        """All of it; the right secret is accepted again afterwards."""
        trial, where = self._trial, str(self._login)
        tried = await self._right()
        trial.record.observe(RIGHT, tried.accepted, what=f"{where}, at first", answer=tried.text)
        before = await newest_number(self._access, self._reader)
        took_s = await self._wrong(self._declared_tries or TRIES)
        locked_at = trial.clock.now()
        locked = await self._while_locked(locked_at)
        user = self._login.user
        await _look_for_entry(trial, self._access, self._reader, before, where, lambda entry: entry.who == user)
        locked_s = await self._until_unlocked(locked_at) if locked else 0.0
        daily = tries_a_day(self._declared_tries or TRIES, took_s, locked_s)
        probability = chance(daily, self._login.secret.encode())
        trial.record.observe(GUESSED, probability, unit="1", what=where, tries_a_day=daily)
        await self._count_over_power_cut()

    async def _while_locked(self, locked_at: float) -> bool:
        """The right secret is refused, others are served, and a power cut changes as much as is declared; whether there
        is a lock-out at all."""
        trial = self._trial
        tried = await self._right()
        if self._declared_tries is None:
            record_absent(trial, f"{self._login}: declared number of tries", "PIXIT lockout states none")
        else:
            what = f"{self._login}, {self._declared_tries} wrong ones"
            trial.record.observe(LIMITED, not tried.accepted, what=what, answer=tried.text)
        if tried.accepted:
            return False
        await self._others()
        if self._kept is None or self._declared_s is None:
            record_absent(trial, f"{self._login}: power cut in the lock-out", "PIXIT lockout does not say")
        elif not await power_cycle(trial, self._access):
            trial.record.could_not_look(OVER_POWER_CUT, f"no answer any more after {SHORT_CUT_S:g} s without power")
        elif trial.clock.now() - locked_at < self._declared_s:
            tried = await self._right()
            what = f"{self._login}, power cut in the lock-out"
            as_declared = tried.accepted is not self._kept
            trial.record.observe(OVER_POWER_CUT, as_declared, what=what, answer=tried.text, declared_kept=self._kept)
        return True

    async def _others(self) -> None:
        """Another name at the portal, and a party with a certificate."""
        other = another_login(self._access, self._login)
        if other is None:
            record_absent(self._trial, "another name during the lock-out", "the device file declares no other")
        else:
            tried = await sign_in(self._access, other)
            what = f"{other} while {self._login} is locked"
            self._trial.record.observe(OTHERS, tried.accepted, what=what, answer=tried.text)
        party = claimed_parties(self._access)[0]
        async with self._access.session(party) as office:
            healthy = (await office.health()).status < 400
        self._trial.record.observe(OTHERS, healthy, what=f"{party} while {self._login} is locked")

    async def _until_unlocked(self, locked_at: float) -> float:
        """Wait for the end of the lock-out; how long it was (s)."""
        trial = self._trial
        longest = trial.bound("t_lock_max").number
        if self._declared_s is not None and not (await self._right()).accepted:
            await trial.station.advance(max(0.0, locked_at + self._declared_s - trial.clock.now() - _EARLY_S))
        pause_s = _LOOK_EVERY_S
        while not (await self._right()).accepted:
            if trial.clock.now() - locked_at > longest:
                break
            await trial.station.advance(pause_s)
            pause_s = _LOOK_EVERY_S if self._declared_s is not None else 2 * pause_s
        locked_s = trial.clock.now() - locked_at
        trial.record.observe_duration(LOCK_TIME, locked_s, what=str(self._login))
        if self._declared_s is not None:
            late_s = max(0.0, locked_s - self._declared_s)
            trial.record.observe_duration(UNLOCK_TIME, late_s, what=str(self._login))
        return locked_s

    async def _count_over_power_cut(self) -> None:
        """One wrong secret fewer than lock, a power cut, and then that one."""
        trial = self._trial
        if self._kept is None or self._declared_tries is None or self._declared_tries < 2:
            record_absent(trial, f"{self._login}: power cut between wrong secrets", "PIXIT lockout does not say")
            return
        await self._wrong(self._declared_tries - 1)
        if not await power_cycle(trial, self._access):
            trial.record.could_not_look(OVER_POWER_CUT, f"no answer any more after {SHORT_CUT_S:g} s without power")
            return
        await self._wrong(1)
        locked_at = trial.clock.now()
        tried = await self._right()
        what = f"{self._login}, power cut between wrong secrets"
        as_declared = tried.accepted is not self._kept
        trial.record.observe(OVER_POWER_CUT, as_declared, what=what, answer=tried.text, declared_kept=self._kept)
        if not tried.accepted:
            await self._until_unlocked(locked_at)

    async def _wrong(self, count: int) -> float:
        """So many wrong secrets; how long they took (s)."""
        tries, took_s = await guess(self._trial, self._access, self._login, count)
        for number, tried in enumerate(tries, 1):
            what = f"{self._login}, wrong secret {number}"
            self._trial.record.observe(WRONG_TAKEN, tried.accepted, what=what, answer=tried.text)
        return took_s

    async def _right(self) -> Attempt:
        return await sign_in(self._access, self._login)


def checks(trial: Trial) -> Sequence[Check]:
    access = access_of(trial)
    found = [
        Check("the right key or secret is accepted", "always", RIGHT),
        Check("a failure is logged", "always", LOGGED),
        Check("its entry is there within t_log", "at_most", LOG_TIME, trial.limit("t_log")),
    ]
    if not has_portal(access):
        return found
    found += [
        Check("no wrong secret is accepted", "never", WRONG_TAKEN),
        Check("guessing takes too long to pay", "at_most", GUESSED, trial.limit("p_guess")),
        Check("the lock-out ends within t_lock_max", "at_most", LOCK_TIME, trial.limit("t_lock_max")),
    ]
    lockout = access.pixit("lockout", {})
    if "tries" in lockout:
        found.append(Check("wrong secrets lock the name as declared", "always", LIMITED))
        found.append(Check("nobody else is locked out", "always", OTHERS))
    if "seconds" in lockout:
        found.append(Check("the right secret works again in time", "at_most", UNLOCK_TIME, trial.limit("t_unlock")))
    if "kept" in lockout:
        found.append(Check("a power cut changes no count that is declared to be kept", "always", OVER_POWER_CUT))
    return found


PROBE = Probe("I-M3", "office_https", stimulus, checks)
