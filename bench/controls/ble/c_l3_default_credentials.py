"""C-L3 on Bluetooth: no passkey of the dictionary opens the device while nobody types one in, and one unit's keys are
worth nothing at another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from bench.access.ble import LINK, OWNER
from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.ble._row import LOCKED_S, Nobody, access_of, exchange_of, pair_as
from bench.controls.trial import Trial
from bench.judgement.check import Check

if TYPE_CHECKING:
    from drivers.gatt.adapter import Adapter

PAIRED = "a passkey of the dictionary was accepted with nobody at the device"
ELSEWHERE = "one unit's keys opened another"
_FREE = 3
_DICTIONARY = (
    *(123_456, 111_111, 654_321, 121_212, 1, 999_999, 112_233, 222_222, 333_333, 555_555, 777_777, 888_888, 696_969),
    *(100_000, 123_123, 159_753, 666_666, 987_654, 12_345, 1_234),
)
"""Common passkeys; 000000 is left out, which the bench's stack cannot show."""


async def stimulus(trial: Trial) -> None:
    access = access_of(trial)
    await exchange_of(trial).prepare()
    async with access.stranger() as adapter:
        for number, passkey in enumerate(_DICTIONARY[: trial.bound("n_dict").count]):
            if number and number % _FREE == 0:
                await trial.station.advance(LOCKED_S)
            async with access.open_link(adapter) as client:
                await access.hand.open_window()
                tried = await pair_as(client, replace(OWNER, passkey=passkey, person=Nobody(trial)))
            trial.record.observe(PAIRED, tried.accepted, what=f"{passkey:06}", answer=tried.text)
    neighbour = _neighbour(trial)
    if not neighbour:
        trial.record.could_not_look(ELSEWHERE, "the station has no second unit of its kind")
        return
    tried = await attempt(_at(trial, neighbour, await access.owner()))
    trial.record.observe(ELSEWHERE, tried.accepted, what=neighbour, answer=tried.text)


def _neighbour(trial: Trial) -> str:
    """Another seat with the same device file and a Bluetooth port."""
    seats, own = trial.station.lab.seats, trial.station.lab.seat(trial.seat).device
    others = (name for name, seat in seats.items() if name != trial.seat and seat.speaks(LINK) and seat.device == own)
    return next(others, "")


async def _at(trial: Trial, seat: str, owner: Adapter) -> None:
    """Encrypt the link to another unit with the keys that were agreed with this one."""
    async with trial.station.bluetooth(seat) as adapter:
        client = await adapter.client(access_of(trial).declared.answer_s)
        async with client:
            ((_identity, keys),) = await owner.hci.keys.get_all()
            await adapter.hci.keys.update(str(client.connection.peer_address), keys)
            await adapter.hci.encrypt(client.connection, client.answer_s)


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("no passkey of the dictionary is accepted", "never", PAIRED),
        Check("one unit's keys open no other", "never", ELSEWHERE),
    ]


PROBE = Probe("C-L3", "ble", stimulus, checks)
