"""C-H1 on Bluetooth: each request for a weaker pairing is refused, and so are numbers that differ on both sides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bench.access.ble import BYSTANDER, OWNER
from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.ble._row import LOCKED_S, WrongHand, access_of, ask, good_one, pair_as
from bench.controls.trial import Trial
from bench.judgement.check import Check
from drivers.gatt.security import IoCapability, PairingManner

GOOD = "the owner's message worked"
PAIRED, GIVEN = "a weaker pairing was accepted", "data were given"
_SHORT = 7
_COMPARES = PairingManner(IoCapability.DISPLAY_YES_NO)


async def stimulus(trial: Trial) -> None:
    access = access_of(trial)
    await good_one(trial, GOOD, "before")
    offers = {
        "nothing to show and no keys": BYSTANDER,
        "nothing to show, protection asked for": replace(BYSTANDER, mitm=True),
        "legacy pairing": access.manner(replace(OWNER, secure_connections=False)),
        "legacy pairing by nobody": replace(BYSTANDER, secure_connections=False),
        f"a key of {_SHORT} bytes": access.manner(replace(OWNER, key_size=_SHORT)),
        "numbers that differ": replace(_COMPARES, person=WrongHand(trial)),
    }
    async with access.stranger() as adapter:
        for what, manner in offers.items():
            async with access.open_link(adapter) as client:
                await access.hand.open_window()
                tried = await pair_as(client, manner)
                trial.record.observe(PAIRED, tried.accepted, what=what, answer=tried.text)
                tried = await attempt(ask(trial, client))
                trial.record.observe(GIVEN, tried.accepted, what=what, answer=tried.text)
            await adapter.hci.forget()
            await trial.station.advance(LOCKED_S)
    await good_one(trial, GOOD, "afterwards")


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("the owner's message works", "always", GOOD),
        Check("no weaker pairing is accepted", "never", PAIRED),
        Check("and nothing is given for it", "never", GIVEN),
    ]


PROBE = Probe("C-H1", "ble", stimulus, checks)
