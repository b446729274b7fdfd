"""C-M5 Rogue HAN device, re-pairing.

At a gateway devices join in a window that somebody opens, by what was entered for them: before it is opened, when it is
over, and without having been entered none joins; who joined is not displaced by another in its name. A server that does
not know the device's PIN, and the neighbour's gateway, are not followed.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.access.sep2_keys import foreign_tries
from bench.access.sep2_member import CREATED, OK, Candidate
from bench.controls.base import Probe
from bench.controls.sep2._acts import GOOD, Case, exchange_of, follow, impostor, record_effects, works
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.judgement.check import Check
from drivers.sep2.devices import LogEvent
from drivers.sep2.identity import with_check_digit
from drivers.sep2.vocabulary import FunctionSet

JOINED, DISPLACED = "somebody joined who should not", "somebody took the place of a device of the home"
MEMBER = "the device that should join is in, and stays in"
EFFECT = "a signal of a server that should not be followed took effect"
_WINDOW_S = 60.0
_ENTRY = LogEvent(created=0, function_set=FunctionSet.GENERAL, code=1, number=1, pen=32_473, profile=1)


async def stimulus(trial: Trial) -> None:
    await works(trial, "before")
    exchange = exchange_of(trial)
    await _servers(trial)
    record_absent(trial, "a PIN that differs each time", "the PIN of a 2030.5 device is printed on it")
    if _lets_join(trial):
        await exchange.prepare()
        await _joining(trial)
    else:
        record_absent(trial, "joining", "no devices join at it, or the device file names none (appliance, appliance-2)")
    await works(trial, "after")


def _lets_join(trial: Trial) -> bool:
    access = exchange_of(trial).access
    return bool(access.own_server) and access.has_secret("appliance") and access.has_secret("appliance-2")


async def _servers(trial: Trial) -> None:
    exchange = exchange_of(trial)
    wrong_pin = with_check_digit((exchange.access.pin // 10 + 1) % 100_000)
    for what, name, pin in (
        ("the neighbour's gateway", "neighbour", None),
        ("the right server, with another PIN", exchange.party, wrong_pin),
    ):
        event = exchange.new_event()
        async with impostor(trial, name, event, pin=pin) as false:
            await follow(trial)
            exchange.server = false
            await record_effects(trial, [Case(what, event)], EFFECT)
            trial.record.observe(EFFECT, bool(false.told(event.mrid)), what=f"{what} is answered")
            exchange.server = None


async def _joining(trial: Trial) -> None:
    access = exchange_of(trial).access
    device, other = Candidate(access), Candidate(access, "appliance-2")
    await device.enter()
    await _must_not(trial, device, "no window was opened")
    await device.open_window(_WINDOW_S)
    await _must_not(trial, other, "nobody entered it")
    await trial.station.advance(_WINDOW_S + 1.0)
    await _must_not(trial, device, "the window is over")
    await device.come_in()
    trial.record.observe(MEMBER, await device.works(), what="after it has joined")
    await other.come_in()
    for what, opened in (await foreign_tries(other, device, _ENTRY)).items():
        trial.record.observe(DISPLACED, opened, what=f"another device {what}")
    await device.open_window(_WINDOW_S)
    lfdi = device.lfdi
    as_it = await other.join(shown=other.credential, lfdi=lfdi)
    trial.record.observe(DISPLACED, as_it in (OK, CREATED), what="joins again in its name", status=as_it)
    clone = await device.join()
    trial.record.observe(DISPLACED, clone in (OK, CREATED), what="its maker's certificate joins again", status=clone)
    key = await device.get_link_key(shown=access.credential("stranger"))
    trial.record.observe(DISPLACED, key == OK, what="a stranger asks for its key", status=key)
    trial.record.observe(MEMBER, await device.works(), what="after all that")
    await device.take_out()
    await other.take_out()


async def _must_not(trial: Trial, device: Candidate, what: str) -> None:
    status = await device.join()
    trial.record.observe(JOINED, status in (OK, CREATED) or await device.works(), what=what, status=status)


def checks(trial: Trial) -> Sequence[Check]:
    found = [
        Check("who is not the device's server is not followed", "never", EFFECT),
        Check("good signals work before and after", "always", GOOD),
    ]
    if _lets_join(trial):
        found += [
            Check("nobody joins without window and entry", "never", JOINED),
            Check("nobody takes a device's place", "never", DISPLACED),
            Check("the right device joins and stays", "always", MEMBER),
        ]
    return found


PROBE = Probe("C-M5", "sep2", stimulus, checks)
