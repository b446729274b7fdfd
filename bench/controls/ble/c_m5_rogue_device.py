"""C-M5 on Bluetooth: nobody pairs while the owner has not opened the window, by a passkey that can be learnt, or over
the owner's bond.

A passkey that stays the same is learnt a bit at a time even by Secure Connections: the device commits itself to each of
its twenty bits in a round of its own, so that the round in which a try fails tells the first wrong bit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.ble._row import LOCKED_S, Nobody, access_of, ask, good_one, pair_as
from bench.controls.trial import Trial
from bench.judgement.check import Check
from drivers.gatt.security import IoCapability, PairingManner
from drivers.transport.tap import Direction

GOOD = "the owner's message worked"
PAIRED = "somebody paired without the owner"
LEARNT = "the passkey could be learnt"
KEPT = "the owner's bond is good"
_BITS, _FREE = 20, 3
_RANDOM = 0x04  # SMP: pairing random, one in each round that went well


async def stimulus(trial: Trial) -> None:
    access = access_of(trial)
    await good_one(trial, GOOD, "before")
    owner = await access.owner()
    async with access.stranger() as adapter:
        async with access.open_link(adapter) as client:
            await access.hand.open_window(False)
            tried = await pair_as(client, access.manner())
            trial.record.observe(PAIRED, tried.accepted, what="the window is closed", answer=tried.text)
        await access.hand.open_window()
        await trial.station.advance(access.declared.window_s + 1.0)
        async with access.open_link(adapter) as client:
            tried = await pair_as(client, access.manner())
            trial.record.observe(PAIRED, tried.accepted, what="the window was left open", answer=tried.text)
        trial.record.observe(LEARNT, await _learn(trial), what="bit by bit")
    async with trial.station.bluetooth(trial.seat) as impostor:
        impostor.hci.device.static_address = owner.hci.device.static_address
        async with access.open_link(impostor) as client:
            tried = await pair_as(client, replace(access.manner(), person=Nobody(trial)))
        trial.record.observe(PAIRED, tried.accepted, what="under the owner's identity", answer=tried.text)
    async with access.open_link(owner) as client:
        tried = await attempt(ask(trial, client))
    trial.record.observe(KEPT, tried.accepted, answer=tried.text)
    await trial.station.advance(LOCKED_S)
    await good_one(trial, GOOD, "afterwards")


async def _learn(trial: Trial) -> bool:
    """Whether the passkey that the device shows can be worked out by who does not see it."""
    access, guess = access_of(trial), 1 << (_BITS - 1)
    async with access.stranger() as adapter:
        for number in range(_BITS + 2):
            if number and number % _FREE == 0:
                await trial.station.advance(LOCKED_S)
            manner = PairingManner(IoCapability.KEYBOARD_ONLY, person=Nobody(trial, guess))
            async with access.open_link(adapter) as client:
                await access.hand.open_window()
                with client.taps["smp"].capturing() as seen:
                    tried = await pair_as(client, manner)
            if tried.accepted:
                return True
            rounds = sum(1 for one in seen if one.direction is Direction.IN and one.data[:1] == bytes((_RANDOM,)))
            guess = guess ^ (1 << min(rounds, _BITS - 1)) or 1
    return False


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("the owner's message works", "always", GOOD),
        Check("nobody pairs without the owner", "never", PAIRED),
        Check("the passkey differs each time", "never", LEARNT),
        Check("the owner's bond stays", "always", KEPT),
    ]


PROBE = Probe("C-M5", "ble", stimulus, checks)
