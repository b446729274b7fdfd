"""C-L3 on C12.18: no default password opens the port.

The dictionary is tried in groups that stay below the declared lock-out, each group followed by the right password,
which begins the count anew. C12.18 asks for a password alone, so that one dictionary tries all roles at once.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.access.c1218 import MANAGEMENT, C1218Access
from bench.controls.attempts import Attempt, attempt
from bench.controls.base import Probe
from bench.controls.c1218._port import access_of, second_unit
from bench.controls.dlms._defaults import passwords
from bench.controls.trial import Trial
from bench.judgement.check import Check
from drivers.c1218.services import PASSWORD_LENGTH

GUESSED = "a default password was accepted"
SHARED = "the password of one unit was accepted by the other"
LOGGED_ON = "the configured password was accepted"
_MARGIN_S = 1.0


async def stimulus(trial: Trial) -> None:
    access = access_of(trial)
    bound = trial.bound("n_dict")
    stepped = trial.clock.mode == "stepped" and bound.plant_clock is not None
    count = bound.plant_clock if stepped and bound.plant_clock is not None else bound.count
    device = trial.station.lab.seat(trial.seat).device
    assert device is not None
    guesses = [guess for guess in passwords(count, device.identity) if len(guess) <= PASSWORD_LENGTH]
    at_a_time = max(1, int(access.pixit("lockout", {}).get("tries", 3)) - 1)
    await _right(trial, access)
    for first in range(0, len(guesses), at_a_time):
        for number, guess in enumerate(guesses[first : first + at_a_time], first + 1):
            tried = await _try(access, guess)
            trial.record.observe(GUESSED, tried.accepted, what=f"guess {number}", answer=tried.text)
        await _right(trial, access)
    await _two_units(trial, access)


async def _two_units(trial: Trial, access: C1218Access) -> None:
    """The other unit's passwords on the unit under test, and the other way round."""
    other = second_unit(access)
    if other is None:
        trial.record.could_not_look(SHARED, "the station has one unit of the type only, and two are needed")
        return
    for owner, device in ((other, access), (access, other)):
        for role in owner.clients:
            tried = await _try(device, owner.credential(role).password or b"")
            what = f"{role} of {owner.seat} on {device.seat}"
            trial.record.observe(SHARED, tried.accepted, what=what, answer=tried.text)
            await _right(trial, device)


async def _try(access: C1218Access, password: bytes) -> Attempt:
    async with access.identified() as client:
        await client.logon(access.table(MANAGEMENT).user_id)
        return await attempt(client.security(password))


async def _right(trial: Trial, access: C1218Access) -> None:
    """The positive control. Waits for the end of a lock-out."""
    password = access.credential(MANAGEMENT).password or b""
    tried = await _try(access, password)
    if not tried.accepted:
        await trial.station.advance(float(access.pixit("lockout", {}).get("seconds", 900.0)) + _MARGIN_S)
        tried = await _try(access, password)
    trial.record.observe(LOGGED_ON, tried.accepted, what=f"{MANAGEMENT} on {access.seat}", answer=tried.text)


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("the configured password is accepted", "always", LOGGED_ON),
        Check("no default password is accepted", "never", GUESSED),
        Check("no unit takes the password of another", "never", SHARED),
    ]


PROBE = Probe("C-L3", "c1218", stimulus, checks)
