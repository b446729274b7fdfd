"""Hostile attribute PDUs by class, and sending them."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from bench.controls.attempts import attempt
from drivers.gatt.client import GattClient

if TYPE_CHECKING:
    from bench.controls.trial import Trial

Maker = Callable[[random.Random], bytes]
_REQUESTS = (0x02, 0x04, 0x06, 0x08, 0x0A, 0x0C, 0x0E, 0x10, 0x12, 0x16, 0x18)
_UNKNOWN = (0x14, 0x1A, 0x22, 0x26, 0x2A, 0x30, 0x3E)
_READ_BY_TYPE, _READ_BLOB, _WRITE, _PREPARE, _MTU = 0x08, 0x0C, 0x12, 0x16, 0x02


def _unknown(draw: random.Random) -> bytes:
    return bytes((draw.choice(_UNKNOWN),)) + draw.randbytes(draw.randint(0, 18))


def _truncated(draw: random.Random) -> bytes:
    return bytes((draw.choice([0x04, 0x06, 0x08, 0x0A, 0x0C, 0x10, 0x16]),)) + draw.randbytes(draw.randint(0, 1))


def _over_long(draw: random.Random) -> bytes:
    return bytes((_WRITE,)) + draw.randbytes(draw.randint(300, 500))


def _noise(draw: random.Random) -> bytes:
    return bytes((draw.choice(_REQUESTS),)) + draw.randbytes(draw.randint(0, 22))


def _wrong_handle(draw: random.Random) -> bytes:
    return bytes((draw.choice([0x0A, _WRITE]),)) + draw.randint(0x0400, 0xFFFF).to_bytes(2, "little")


def _wrong_range(draw: random.Random) -> bytes:
    first = draw.randint(2, 0xFFFF)
    return bytes((_READ_BY_TYPE,)) + first.to_bytes(2, "little") + (first - 1).to_bytes(2, "little") + b"\x03\x28"


def _wrong_offset(draw: random.Random) -> bytes:
    handle = draw.randint(1, 12).to_bytes(2, "little")
    return bytes((_READ_BLOB,)) + handle + draw.randint(600, 0xFFFF).to_bytes(2, "little")


def _small_mtu(draw: random.Random) -> bytes:
    return bytes((_MTU,)) + draw.randint(0, 22).to_bytes(2, "little")


CLASSES: Mapping[str, Maker] = {
    "unknown requests": _unknown,
    "truncated requests": _truncated,
    "requests longer than the MTU": _over_long,
    "noise": _noise,
    "handles that are none": _wrong_handle,
    "ranges that end before they begin": _wrong_range,
    "offsets beyond the value": _wrong_offset,
    "an MTU that is too small": _small_mtu,
}
_ANSWER_S = 2.0
_SILENCES = 2


async def flood(trial: Trial, client: GattClient, maker: Maker) -> list[bytes]:
    """``n_mal`` hostile PDUs, each after the answer to the one before; what was sent. Stops when nothing answers."""
    sent: list[bytes] = []
    silences, patience_s = 0, client.answer_s
    client.answer_s = min(patience_s, _ANSWER_S)
    for _number in range(trial.bound("n_mal", transport="ip").count):
        pdu = maker(trial.random)
        sent.append(pdu)
        silences = 0 if (await attempt(client.ask(pdu))).answered else silences + 1
        if silences == _SILENCES or not client.connected:
            break
    client.answer_s = patience_s
    await trial.station.advance(len(sent) / trial.bound("r_mal", transport="ip").number)
    return sent
