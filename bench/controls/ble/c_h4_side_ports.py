"""C-H4 on Bluetooth: advertising tells no serial number, no reading, no text, and under no lasting address."""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.base import Probe
from bench.controls.ble._row import access_of, ask, exchange_of, power_cycle, write
from bench.controls.traces import forms_of, found_in
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.judgement.check import Check
from drivers.gatt.adapter import Advert

HEARD = "advertisements that were heard"
TOLD = "an advertisement tells what it should not"
CHANGES = "advertising data change with what is measured"
SAME = "the address lasts over a power cycle"
_LISTEN_S, _WAIT_S, _OFF_S = 0.2, 3600.0, 5.0
_FIELDS = 4


async def stimulus(trial: Trial) -> None:
    access = access_of(trial)
    await exchange_of(trial).prepare()
    device = trial.station.lab.seat(trial.seat).device
    canaries = {"the serial number": device.identity.serial.encode()} if device is not None else {}
    async with access.session() as client:
        if access.declared.text:
            canaries["the customer's text"] = b"ZEBRA-CANARY"
            await write(client, access.declared.text, canaries["the customer's text"])
        first = await ask(trial, client)
    heard = await _heard(trial)
    await _search(trial, heard, canaries, first)
    await _change(trial)
    async with access.session() as client:
        second = await ask(trial, client)
    later = await _heard(trial)
    await _search(trial, later, canaries, second)
    trial.record.observe(CHANGES, _contents(heard) != _contents(later), what="after another load")
    if not access.declared.private_address:
        record_absent(trial, "an address that changes", "the device file declares none")
        return
    before = {advert.address for advert in later}
    await power_cycle(trial, _OFF_S)
    after = {advert.address for advert in await _heard(trial)}
    trial.record.observe(SAME, bool(before & after), what="a power cycle", before=str(before), after=str(after))


async def _heard(trial: Trial) -> list[Advert]:
    """What is advertised by nobody else than this device, which is alone in its box."""
    async with access_of(trial).stranger() as adapter:
        adverts = await adapter.adverts(_LISTEN_S)
    trial.record.observe(HEARD, len(adverts))
    return adverts


async def _search(trial: Trial, heard: list[Advert], canaries: dict[str, bytes], state: bytes) -> None:
    for raw in _contents(heard):
        for what, canary in canaries.items():
            trial.record.observe(TOLD, bool(found_in(raw, forms_of(canary))), what=what, capture=raw.hex())
        parts = {state[at : at + _FIELDS] for at in range(len(state) - _FIELDS + 1)}
        told = [part for part in parts if len(set(part)) > 2 and part in raw]
        trial.record.observe(TOLD, bool(told), what="a reading", capture=raw.hex())


def _contents(heard: list[Advert]) -> set[bytes]:
    return {advert.raw for advert in heard}


async def _change(trial: Trial) -> None:
    """Something else is measured from now on."""
    exchange = exchange_of(trial)
    if exchange.wiring.has("electronic_load"):
        load = await exchange.wiring.load()
        await load.set_power(1234.5)
        await load.set_input(True)
    else:
        await trial.station.box.do(trial.seat, "use", on=False)
    await trial.station.advance(_WAIT_S)


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("the device advertises", "at_least", HEARD, {"limit": 1}),
        Check("advertising tells nothing of the customer", "never", TOLD),
        Check("it does not follow what is measured", "never", CHANGES),
        Check("its address does not last", "never", SAME),
    ]


PROBE = Probe("C-H4", "ble", stimulus, checks)
