"""C-H3 on Bluetooth: a new pairing replaces the keys of the old one, removing a bond makes its keys worthless, and a
power cut in the middle of a pairing leaves one of both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from bench.access.ble import OWNER, BleAccess
from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.ble._row import Nobody, access_of, bond, good_one, pair_as, power_cycle
from bench.controls.trial import Trial
from bench.judgement.check import Check

if TYPE_CHECKING:
    from bumble.keys import PairingKeys

    from drivers.gatt.adapter import Adapter

GOOD = "the owner's message worked"
NEW, OLD = "the new keys were good", "the old keys were good"
ONE = "after a power cut exactly one of old and new keys was good"
REMOVED = "the keys of a bond that was removed were good"
_OLD_TRIES, _OFF_S = 20, 5.0


async def stimulus(trial: Trial) -> None:
    access = access_of(trial)
    await good_one(trial, GOOD, "before")
    owner = await access.owner()
    before = await _keys(owner)
    await _anew(trial, owner)
    after = await _keys(owner)
    trial.record.observe(NEW, await _opens(access, owner, after))
    for number in range(_OLD_TRIES):
        trial.record.observe(OLD, await _opens(access, owner, before), what=f"try {number + 1}")
    await _interrupted(trial, owner, after)
    await bond(trial, owner)
    last = await _keys(owner)
    await access.hand.forget()
    trial.record.observe(REMOVED, await _opens(access, owner, last), what="removed at the device")
    await owner.hci.forget()
    await good_one(trial, GOOD, "afterwards")


async def _anew(trial: Trial, owner: Adapter) -> None:
    access = access_of(trial)
    async with access.open_link(owner) as client:
        await access.hand.open_window()
        await access.pair(client)


class _CutsPower(Nobody):
    """Whoever is to type in the passkey cuts the supply instead."""

    async def meanwhile(self) -> None:
        """In the middle of the pairing, once."""
        self.in_vain = False
        await power_cycle(self.trial, _OFF_S)


async def _interrupted(trial: Trial, owner: Adapter, keys: PairingKeys) -> None:
    access = access_of(trial)
    await _restore(owner, keys)
    async with access.open_link(owner) as client:
        await access.hand.open_window()
        await pair_as(client, replace(OWNER, person=_CutsPower(trial)))
    await _restore(owner, keys)
    trial.record.observe(ONE, await _opens(access, owner, keys), what="cut while the passkey was typed in")


async def _keys(owner: Adapter) -> PairingKeys:
    ((_identity, keys),) = await owner.hci.keys.get_all()
    return keys


async def _restore(owner: Adapter, keys: PairingKeys) -> None:
    ((identity, _keys),) = await owner.hci.keys.get_all()
    await owner.hci.keys.update(identity, keys)


async def _opens(access: BleAccess, owner: Adapter, keys: PairingKeys) -> bool:
    """Whether the device encrypts with these keys, and serves the owner then."""
    present = await _keys(owner)
    await _restore(owner, keys)

    async def question() -> None:
        async with access.open_link(owner) as client:
            await client.read(next(h for h, c in client.characteristics.items() if access.is_state(c.uuid)))

    tried = await attempt(question())
    await _restore(owner, present)
    return tried.accepted


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("the owner's message works", "always", GOOD),
        Check("new keys are good", "always", NEW),
        Check("old keys are not", "never", OLD),
        Check("a power cut leaves one of both", "always", ONE),
        Check("keys of a removed bond are worthless", "never", REMOVED),
    ]


PROBE = Probe("C-H3", "ble", stimulus, checks)
