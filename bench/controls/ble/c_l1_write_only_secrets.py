"""C-L1 on Bluetooth: no characteristic shows a key. Everything is read, as a stranger and as the owner."""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.base import Probe
from bench.controls.ble._row import access_of, exchange_of, values
from bench.controls.traces import forms_of, found_in
from bench.controls.trial import Trial
from bench.judgement.check import Check

READ, FOUND = "characteristics that could be read", "a secret was found in what was read"


async def stimulus(trial: Trial) -> None:
    access = access_of(trial)
    await exchange_of(trial).prepare()
    async with access.session() as client:
        known = await _keys(trial)
        read = {f"{name} as the owner": value for name, value in (await values(client)).items()}
    async with access.stranger() as adapter, access.open_link(adapter) as client:
        read |= {f"{name} as a stranger": value for name, value in (await values(client)).items()}
    trial.record.observe(READ, len(read))
    for what, value in read.items():
        told = [name for name, key in known.items() if found_in(value, forms_of(key))]
        trial.record.observe(FOUND, bool(told), what=what, secrets=", ".join(told))


async def _keys(trial: Trial) -> dict[str, bytes]:
    """The keys of the bond, which the bench knows as its other half."""
    owner = await access_of(trial).owner()
    known = {}
    for _identity, keys in await owner.hci.keys.get_all():
        for name, key in (("long-term key", keys.ltk), ("identity key", keys.irk)):
            if key is not None:
                known[name] = bytes(key.value)
                trial.station.secrets.remember(bytes(key.value))
    return known


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("the device can be read", "at_least", READ, {"limit": 1}),
        Check("no secret can be read", "never", FOUND),
    ]


PROBE = Probe("C-L1", "ble", stimulus, checks)
