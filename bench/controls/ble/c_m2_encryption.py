"""C-M2 on Bluetooth: links are worth level 4, other offers are refused, and no canary goes over a link in clear.

Below the controller nobody can look over HCI. What is looked at is how the keys came about, how long they are, and what
is sent before a link is encrypted, told to who never encrypts, or advertised.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bench.access.ble import OWNER, short
from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.ble._row import access_of, exchange_of, pair_as, values, write
from bench.controls.traces import forms_of, found_in
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.judgement.check import Check
from drivers.gatt.client import GattClient

LEVEL, KEY = "security level of the owner's link", "bytes of its key"
TAKEN = "a weaker pairing was accepted"
CLEAR, TOLD = "a canary was seen in clear", "a stranger was told what is not public"
_WAIT_S, _LISTEN_S = 10.0, 0.2
_SHORT = 7


async def stimulus(trial: Trial) -> None:
    access = access_of(trial)
    await exchange_of(trial).prepare()
    canary = f"ZEBRA-{trial.random.randrange(10**8):08}".encode()
    async with access.session() as client:
        worth = client.security
        trial.record.observe(LEVEL, int(worth.level), what=str(worth.method))
        trial.record.observe(KEY, worth.key_size, unit="bytes")
        await _plant(trial, client, canary)
    async with access.stranger() as adapter:
        for what, manner in (
            ("legacy pairing", replace(OWNER, secure_connections=False)),
            (f"a key of {_SHORT} bytes", replace(OWNER, key_size=_SHORT)),
        ):
            async with access.open_link(adapter) as client:
                await access.hand.open_window()
                tried = await pair_as(client, access.manner(manner))
            trial.record.observe(TAKEN, tried.accepted, what=what, answer=tried.text)
            await adapter.hci.forget()
        await _listen(trial, canary)


async def _plant(trial: Trial, client: GattClient, canary: bytes) -> None:
    name = access_of(trial).declared.text
    if name:
        await write(client, name, canary)
    else:
        record_absent(trial, "a text of the customer's", "the device file names no characteristic that takes one")


async def _listen(trial: Trial, canary: bytes) -> None:
    """What a stranger sees of a device that is in use."""
    access, forms = access_of(trial), forms_of(canary)
    public = {*access.declared.public, *access.declared.told}
    async with access.stranger() as adapter:
        adverts = await adapter.adverts(_LISTEN_S)
        for raw in {advert.raw for advert in adverts}:
            trial.record.observe(CLEAR, bool(found_in(raw, forms)), what="advertising")
        async with access.open_link(adapter) as client:
            with client.taps["line"].capturing() as seen:
                await values(client)
                for handle, found in client.characteristics.items():
                    if short(found.uuid) not in public and "notify" in found.properties:
                        await attempt(client.subscribe(handle))
                await trial.station.advance(_WAIT_S)
                await values(client)  # what was told before comes before the answers
            told = [notice for notice in client.notices() if short(notice.uuid) not in public]
            trial.record.observe(TOLD, bool(told), what=f"within {_WAIT_S:g} s", count=len(told))
            line = b"".join(one.data for one in seen)
            trial.record.observe(CLEAR, bool(found_in(line, forms)), what="an open link", octets=len(line))


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("the owner's link has level 4", "at_least", LEVEL, {"limit": 4}),
        Check("its key has 16 bytes", "at_least", KEY, {"limit": 16}),
        Check("a weaker pairing is refused", "never", TAKEN),
        Check("no canary is seen in clear", "never", CLEAR),
        Check("a stranger is told nothing", "never", TOLD),
    ]


PROBE = Probe("C-M2", "ble", stimulus, checks)
