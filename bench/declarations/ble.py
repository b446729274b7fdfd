"""A Bluetooth device: who it is, what it offers to whom, how it advertises."""

from __future__ import annotations

from collections.abc import Sequence

from bench.access.ble import BleAccess, short
from bench.declarations.base import Comparison, Topic
from drivers.gatt import sig
from drivers.gatt.client import GattClient
from drivers.gatt.errors import AttError

_PRIVATE = 0b01  # the two highest bits of a resolvable private address
_LISTEN_S = 0.2


async def identity(comparison: Comparison) -> None:
    """Model and serial number by the device information."""
    declared, access = comparison.device.identity, BleAccess(comparison.station, comparison.seat)
    try:
        async with access.session() as client:
            model, serial = await client.read(sig.MODEL), await client.read(sig.SERIAL)
    finally:
        await access.close()
    comparison.hold_each(
        {
            "model": (declared.model, model.decode(errors="replace")),
            "serial": (declared.serial, serial.decode(errors="replace")),
        }
    )


async def characteristics(comparison: Comparison) -> None:
    """All that is declared is there, and is read by whom it should be."""
    access = BleAccess(comparison.station, comparison.seat)
    declared = access.declared
    try:
        async with access.stranger() as adapter, access.open_link(adapter) as client:
            anybody = await _readable(client)
        async with access.session() as client:
            owner, there = await _readable(client), {short(one.uuid) for one in client.characteristics.values()}
    finally:
        await access.close()
    expected = {*declared.public, *declared.told, *declared.readable, *declared.writable}
    comparison.hold("characteristics that are missing", "", " ".join(sorted(expected - there)))
    comparison.hold("characteristics that nobody declares", "", " ".join(sorted(there - expected)))
    comparison.hold("what anybody reads", " ".join(sorted(declared.public)), " ".join(sorted(anybody)))
    both = {*declared.public, *declared.readable}
    comparison.hold("what the owner reads", " ".join(sorted(both)), " ".join(sorted(owner)))


async def _readable(client: GattClient) -> set[str]:
    found = set()
    for handle, one in client.characteristics.items():
        if "read" not in one.properties:
            continue
        try:
            await client.read(handle)
        except AttError:
            continue
        found.add(short(one.uuid))
    return found


async def advertising(comparison: Comparison) -> None:
    """Whether the address is one that changes."""
    access = BleAccess(comparison.station, comparison.seat)
    async with access.stranger() as adapter:
        kinds = {int(advert.address[:2], 16) >> 6 for advert in await adapter.adverts(_LISTEN_S)}
    if not kinds:
        comparison.unseen("the address changes", "the device was not heard")
        return
    comparison.hold("the address changes", access.declared.private_address, kinds == {_PRIVATE})


TOPICS: Sequence[Topic] = (
    Topic("identity", identity),
    Topic("characteristics", characteristics),
    Topic("advertising", advertising),
)
