"""I-M2 on Bluetooth: with keys of which one bit is wrong nothing is heard or changed, and the right keys work at once.

The check value of each packet is the controller's: what is spoilt here is the key behind it.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.ble._row import access_of, ask, exchange_of, good_one
from bench.controls.trial import Trial
from bench.judgement.check import Check

GOOD = "the owner's message worked"
ACCEPTED, CLEAR = "a link with wrong keys was served", "the owner's link was served without encryption"
_BITS, _SCALE = 128, 16


async def stimulus(trial: Trial) -> None:
    access = access_of(trial)
    await good_one(trial, GOOD, "before")
    await exchange_of(trial).prepare()
    owner = await access.owner()
    ((identity, keys),) = await owner.hci.keys.get_all()
    assert keys.ltk is not None
    right = bytes(keys.ltk.value)

    async def question() -> None:
        async with access.open_link(owner) as client:
            await ask(trial, client)

    for bit in range(0, _BITS, _SCALE):
        keys.ltk.value = bytes(octet ^ (1 << bit % 8 if at == bit // 8 else 0) for at, octet in enumerate(right))
        await owner.hci.keys.update(identity, keys)
        tried = await attempt(question())
        trial.record.observe(ACCEPTED, tried.accepted, what=f"bit {bit} of the key", answer=tried.text)
    await owner.hci.keys.delete(identity)
    tried = await attempt(question())
    trial.record.observe(CLEAR, tried.accepted, answer=tried.text)
    keys.ltk.value = right
    await owner.hci.keys.update(identity, keys)
    await good_one(trial, GOOD, "at once afterwards")


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("the owner's message works, at once afterwards too", "always", GOOD),
        Check("wrong keys open nothing", "never", ACCEPTED),
        Check("a bonded device is not served in clear", "never", CLEAR),
    ]


PROBE = Probe("I-M2", "ble", stimulus, checks)
