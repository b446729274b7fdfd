"""I-M3 on Bluetooth: passkeys cannot be guessed, and who tries leaves a trace.

Guesses need a window that the owner has opened; so the chance of a guess is that of the tries that one window lets
through, of which each has a passkey of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bench.access.ble import OWNER
from bench.controls.base import Probe
from bench.controls.ble._row import WrongHand, access_of, bond, exchange_of, good_one, pair_as, power_cycle, read
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.judgement.check import Check

GOOD = "the owner's message worked"
TAKEN = "a wrong passkey was accepted"
LIMITED = "after the declared number of wrong passkeys the right one was refused"
GUESSED = "probability of guessing the passkey within a window"
LOCK_TIME = "time from the last wrong passkey to the right one being accepted"
OVER_POWER_CUT = "wrong passkeys count over a power cut"
LOGGED = "a failed pairing was logged"
_PASSKEYS = 1_000_000
_OFF_S, _FIRST_WAIT_S = 5.0, 2.0


async def stimulus(trial: Trial) -> None:
    access = access_of(trial)
    tries = access.declared.tries
    await good_one(trial, GOOD, "before")
    await exchange_of(trial).prepare()
    await _wrong(trial, tries)
    locked_at = trial.clock.now()
    trial.record.observe(LIMITED, not await _right(trial), what=f"{tries} wrong ones")
    trial.record.observe(GUESSED, tries / _PASSKEYS, unit="1")
    await _until_accepted(trial, locked_at)
    await _logged(trial)
    await _wrong(trial, tries - 1)
    await power_cycle(trial, _OFF_S)
    await _wrong(trial, 1)
    trial.record.observe(OVER_POWER_CUT, not await _right(trial), what=f"a power cut before the {tries}th")
    await _until_accepted(trial, trial.clock.now())
    await good_one(trial, GOOD, "afterwards")


async def _wrong(trial: Trial, count: int) -> None:
    access, pause = access_of(trial), 1.0 / trial.bound("r_guess").number
    async with access.stranger() as adapter:
        for number in range(count):
            async with access.open_link(adapter) as client:
                await access.hand.open_window()
                tried = await pair_as(client, replace(OWNER, person=WrongHand(trial)))
            trial.record.observe(TAKEN, tried.accepted, what=f"wrong passkey {number + 1}", answer=tried.text)
            await trial.station.advance(pause)


async def _right(trial: Trial) -> bool:
    access = access_of(trial)
    async with access.stranger() as adapter, access.open_link(adapter) as client:
        await access.hand.open_window()
        return (await pair_as(client, access.manner())).accepted


async def _until_accepted(trial: Trial, locked_at: float) -> None:
    longest_s, wait_s = trial.bound("t_lock_max").number, _FIRST_WAIT_S
    while not await _right(trial) and trial.clock.now() - locked_at <= longest_s:
        await trial.station.advance(wait_s)
        wait_s *= 2
    trial.record.observe_duration(LOCK_TIME, trial.clock.now() - locked_at)


async def _logged(trial: Trial) -> None:
    access = access_of(trial)
    if not access.declared.log:
        record_absent(trial, "a log of pairings", "the device file names none")
        return
    async with access.stranger() as adapter:
        await bond(trial, adapter)
        async with access.open_link(adapter) as client:
            told = (await read(client, access.declared.log)).decode(errors="replace")
    trial.record.observe(LOGGED, "failed" in told, what=told.splitlines()[0] if told else "nothing")


def checks(trial: Trial) -> Sequence[Check]:
    return [
        Check("the owner's message works", "always", GOOD),
        Check("no wrong passkey is accepted", "never", TAKEN),
        Check("tries are limited", "always", LIMITED),
        Check("a guess is improbable", "at_most", GUESSED, trial.limit("p_guess")),
        Check("the lock-out ends within t_lock_max", "at_most", LOCK_TIME, trial.limit("t_lock_max")),
        Check("a power cut does not reset the count", "always", OVER_POWER_CUT),
        Check("failures are logged", "always", LOGGED),
    ]


PROBE = Probe("I-M3", "ble", stimulus, checks)
