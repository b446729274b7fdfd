"""I-M3 on C12.18: a password cannot be guessed, and who tries leaves a trace.

Wrong passwords as fast as the bound allows, then the right one during the lock-out and after it, with a power cut in
the lock-out. The lock is the port's: C12.18 asks for a password alone, so that there is nobody else to lock out.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.access.c1218 import MANAGEMENT, C1218Access
from bench.controls.attempts import Attempt, attempt
from bench.controls.base import Probe
from bench.controls.c1218._port import access_of, logged
from bench.controls.guessing import chance, tries_a_day
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.judgement.check import Check

RIGHT = "the right password was accepted at first"
WRONG_TAKEN = "a wrong password was accepted"
LIMITED = "after the declared number of wrong passwords the right one was refused"
GUESSED = "probability of guessing the password within a year"
LOCK_TIME = "time from the last wrong password to the right one being accepted"
UNLOCK_TIME = "time from the declared end of the lock-out to the right password being accepted"
OVER_POWER_CUT = "wrong passwords count over a power cut as declared"
LOGGED = "a failed log-on was logged"
TRIES_OF_UNDECLARED = 10
_OFF_S, _EARLY_S, _LOOK_EVERY_S = 5.0, 10.0, 2.0


async def stimulus(trial: Trial) -> None:
    access = access_of(trial)
    lockout = access.pixit("lockout", {})
    tries, declared_s = int(lockout.get("tries") or TRIES_OF_UNDECLARED), lockout.get("seconds")
    tried = await _right(access)
    trial.record.observe(RIGHT, tried.accepted, what=MANAGEMENT, answer=tried.text)
    began = trial.clock.now()
    took_s = await _wrong(trial, access, tries)
    locked_at = trial.clock.now()
    tried = await _right(access)
    trial.record.observe(LIMITED, not tried.accepted, what=f"{tries} wrong ones", answer=tried.text)
    if not tried.accepted:
        await _power_cut(trial, access, lockout, locked_at)
    locked_s = await _until_unlocked(trial, access, locked_at, declared_s) if not tried.accepted else 0.0
    if tried.accepted:
        for series in (LOCK_TIME, UNLOCK_TIME):
            trial.record.observe_duration(series, 0.0, what="no lock-out")
    secret = access.credential(MANAGEMENT).password or b""
    daily = tries_a_day(tries, took_s, locked_s)
    trial.record.observe(GUESSED, chance(daily, secret), unit="1", what=MANAGEMENT, tries_a_day=daily)
    await _entry(trial, access, began)
    await _count_over_power_cut(trial, access, lockout)


async def _right(access: C1218Access) -> Attempt:
    return await _try(access, access.credential(MANAGEMENT).password or b"")


async def _try(access: C1218Access, password: bytes) -> Attempt:
    async with access.identified() as client:
        await client.logon(access.table(MANAGEMENT).user_id)
        return await attempt(client.security(password))


async def _wrong(trial: Trial, access: C1218Access, count: int) -> float:
    """So many wrong passwords, no faster than r_guess; how long they took, in s."""
    secret, pause = access.credential(MANAGEMENT).password or b"", 1.0 / trial.bound("r_guess").number
    began = trial.clock.now()
    async with access.identified() as client:
        await client.logon(access.table(MANAGEMENT).user_id)
        for number in range(count):
            asked = trial.clock.now()
            tried = await attempt(client.security(_other_than(trial, secret)))
            trial.record.observe(WRONG_TAKEN, tried.accepted, what=f"wrong password {number + 1}", answer=tried.text)
            await trial.station.advance(max(0.0, asked + pause - trial.clock.now()))
    return trial.clock.now() - began


def _other_than(trial: Trial, secret: bytes) -> bytes:
    """A wrong password of the same length and kind."""
    index = trial.random.randrange(len(secret))
    wrong = bytes((0x30 + (secret[index] + 1) % 10,)) if secret.isdigit() else bytes((secret[index] ^ 1,))
    return secret[:index] + wrong + secret[index + 1 :]


async def _power_cut(trial: Trial, access: C1218Access, lockout: dict[str, object], locked_at: float) -> None:
    """A power cut in the lock-out changes as much as is declared."""
    kept, declared_s = lockout.get("kept"), lockout.get("seconds")
    if kept is None or not isinstance(declared_s, int | float) or declared_s < 2 * trial.bound("t_boot").number:
        record_absent(trial, "power cut in the lock-out", "undeclared, or over before it has booted")
        return
    await _cycle(trial, access)
    if trial.clock.now() - locked_at < declared_s:
        tried = await _right(access)
        as_declared = tried.accepted is not kept
        trial.record.observe(OVER_POWER_CUT, as_declared, what="power cut in the lock-out", answer=tried.text)


async def _cycle(trial: Trial, access: C1218Access) -> None:
    """Cut the power and wait for the boot: while it is locked the meter serves nobody who would tell."""
    await trial.station.power(access.seat, False)
    await trial.station.advance(_OFF_S)
    await trial.station.power(access.seat, True)
    await trial.station.advance(float(access.pixit("boot_s", 0.0)) + _LOOK_EVERY_S)


async def _until_unlocked(trial: Trial, access: C1218Access, locked_at: float, declared_s: float | None) -> float:
    """Wait for the end of the lock-out; how long it was, in s."""
    longest = trial.bound("t_lock_max").number
    if declared_s is not None and not (await _right(access)).accepted:
        await trial.station.advance(max(0.0, locked_at + declared_s - trial.clock.now() - _EARLY_S))
    pause = _LOOK_EVERY_S
    while not (await _right(access)).accepted and trial.clock.now() - locked_at <= longest:
        await trial.station.advance(pause)
        pause = _LOOK_EVERY_S if declared_s is not None else 2 * pause
    locked_s = trial.clock.now() - locked_at
    trial.record.observe_duration(LOCK_TIME, locked_s, what=MANAGEMENT)
    if declared_s is not None:
        trial.record.observe_duration(UNLOCK_TIME, max(0.0, locked_s - declared_s), what=MANAGEMENT)
    return locked_s


async def _count_over_power_cut(trial: Trial, access: C1218Access, lockout: dict[str, object]) -> None:
    """One wrong password fewer than lock, a power cut, and then that one."""
    kept, tries = lockout.get("kept"), lockout.get("tries")
    if kept is None or not isinstance(tries, int) or tries < 2:
        record_absent(trial, "power cut between wrong passwords", "PIXIT lockout does not say")
        return
    await _wrong(trial, access, tries - 1)
    await _cycle(trial, access)
    await _wrong(trial, access, 1)
    locked_at = trial.clock.now()
    tried = await _right(access)
    what = "power cut between wrong passwords"
    trial.record.observe(OVER_POWER_CUT, tried.accepted is not kept, what=what, answer=tried.text)
    if not tried.accepted:
        declared_s = lockout.get("seconds")
        await _until_unlocked(trial, access, locked_at, declared_s if isinstance(declared_s, int | float) else None)


async def _entry(trial: Trial, access: C1218Access, began: float) -> None:
    """A failed log-on is in the log; with the port locked nobody can look sooner than the lock-out ends."""
    entries = await logged(access, "login_failed", began - trial.bound("dt_clk", subject="meter_han").number)
    if entries is None:
        trial.record.could_not_look(LOGGED, "the device file declares no event of a failed log-on (event_table)")
        return
    trial.record.observe(LOGGED, bool(entries), what=MANAGEMENT, entries=len(entries))


def checks(trial: Trial) -> Sequence[Check]:
    lockout = access_of(trial).pixit("lockout", {})
    found = [
        Check("the right password is accepted", "always", RIGHT),
        Check("no wrong password is accepted", "never", WRONG_TAKEN),
        Check("guessing takes too long to pay", "at_most", GUESSED, trial.limit("p_guess")),
        Check("the lock-out ends within t_lock_max", "at_most", LOCK_TIME, trial.limit("t_lock_max")),
        Check("a failed log-on is logged", "always", LOGGED),
    ]
    if "tries" in lockout:
        found.append(Check("wrong passwords lock the port as declared", "always", LIMITED))
    if "seconds" in lockout:
        found.append(Check("the right password works again in time", "at_most", UNLOCK_TIME, trial.limit("t_unlock")))
    if "kept" in lockout:
        found.append(Check("a power cut changes no count that is declared to be kept", "always", OVER_POWER_CUT))
    return found


PROBE = Probe("I-M3", "c1218", stimulus, checks)
