"""C-H2 on Bluetooth: keys and random values of pairings never repeat, over power cycles of the device too."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from bench.controls.base import Probe
from bench.controls.ble._row import access_of, power_cycle
from bench.controls.trial import Trial
from bench.judgement.check import Check
from drivers.transport.tap import Direction

KEYS, NONCES = "long-term keys of pairings", "random values of the device"
_RANDOM = 0x04  # SMP: pairing random
_EACH = 2
_OFF_S = 5.0


async def stimulus(trial: Trial) -> None:
    access = access_of(trial)
    for _cycle in range(trial.bound("n_nonce_power_cycles").count + 1):
        for _pairing in range(_EACH):
            async with access.stranger() as adapter:
                async with access.open_link(adapter) as client:
                    await access.hand.open_window()
                    with client.taps["smp"].capturing() as seen:
                        await access.pair(client)
                for _identity, keys in await adapter.hci.keys.get_all():
                    if keys.ltk is not None:
                        trial.station.secrets.remember(bytes(keys.ltk.value))
                        trial.record.observe(KEYS, _mark(bytes(keys.ltk.value)))
                for one in seen:
                    if one.direction is Direction.IN and one.data[:1] == bytes((_RANDOM,)):
                        trial.record.observe(NONCES, one.data[1:].hex())
        await power_cycle(trial, _OFF_S)


def _mark(key: bytes) -> str:
    """What tells keys apart without telling them."""
    return hashlib.sha256(key).hexdigest()[:16]


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("no key repeats", "unique", KEYS),
        Check("no random value repeats", "unique", NONCES),
    ]


PROBE = Probe("C-H2", "ble", stimulus, checks)
