"""Hostile traffic at a C12.18 port, in its share of the line time.

Bytes on the line: noise, broken packets, packets that promise more than comes. Messages in good packets: unknown
services, services cut short and too long, wrong counts and checksums, packets out of order.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping

from bench.access.c1218 import C1218Access
from bench.controls.attempts import attempt
from bench.controls.trial import Trial
from drivers.c1218.client import C1218Client
from drivers.c1218.packet import Control, Packet
from drivers.c1218.services import Read, Write, encode_request
from drivers.transport.line_time import LineFormat, line_time_s

_LINE = LineFormat(9600)
_SERVICES = (0x20, 0x30, 0x3F, 0x40, 0x4F, 0x50, 0x51, 0x60, 0x70)
Maker = Callable[[random.Random], bytes]


def _noise(draw: random.Random) -> bytes:
    return draw.randbytes(draw.randint(1, 120))


def _broken(draw: random.Random) -> bytes:
    raw = bytearray(Packet(draw.randbytes(draw.randint(1, 40))).encode())
    raw[draw.randrange(1, len(raw))] ^= 1 << draw.randrange(8)
    return bytes(raw)


def _promising(draw: random.Random) -> bytes:
    return b"\xee\x00\x00\x00" + draw.randint(100, 0xFFFF).to_bytes(2, "big") + draw.randbytes(12)


def _unknown(draw: random.Random) -> bytes:
    return bytes((draw.choice([0x00, 0x1F, 0x22, 0x3A, 0x53, 0x6F, 0x7F, 0x80, 0xFE]),)) + draw.randbytes(6)


def _truncated(draw: random.Random) -> bytes:
    whole = encode_request(Write(6, draw.randbytes(20)))
    return whole[: draw.randint(1, len(whole) - 1)]


def _over_long(draw: random.Random) -> bytes:
    return encode_request(Read(23)) + draw.randbytes(40)


def _miscounted(draw: random.Random) -> bytes:
    return b"\x40\x00\x06" + draw.randint(100, 0xFFFF).to_bytes(2, "big") + draw.randbytes(10)


def _random_service(draw: random.Random) -> bytes:
    return bytes((draw.choice(_SERVICES),)) + draw.randbytes(draw.randint(0, 45))


LINE_CLASSES: Mapping[str, Maker] = {"noise": _noise, "broken packets": _broken, "packets that end early": _promising}
MESSAGE_CLASSES: Mapping[str, Maker] = {
    "unknown services": _unknown,
    "truncated services": _truncated,
    "over-long services": _over_long,
    "wrong length fields": _miscounted,
    "random services": _random_service,
}
SEQUENCE_CLASS = "packets out of order"
CLASSES = (*LINE_CLASSES, *MESSAGE_CLASSES, SEQUENCE_CLASS)


async def flood(trial: Trial, access: C1218Access, kind: str, count: int) -> list[bytes]:
    """``count`` hostile messages of a class by somebody who then takes the probe off; what was sent."""
    sent: list[bytes] = []
    client = access.client()
    try:
        await client.link.open()
        await attempt(client.identify())
        for _number in range(count):
            raw = _hostile(trial.random, kind)
            sent.append(raw)
            next_at = trial.clock.now() + line_time_s(len(raw), _LINE) / trial.bound("r_mal", transport="serial").number
            await client.taps["line"].send(raw)
            await attempt(_listen(client, next_at))
            await trial.station.advance(max(0.0, next_at - trial.clock.now()))
    finally:
        await client.abort()
    return sent


async def _listen(client: C1218Client, until: float) -> None:
    """Take what comes; what it is does not matter."""
    await client.link.transport.read(until)
    await client.link.transport.write(b"\x06")


def _hostile(draw: random.Random, kind: str) -> bytes:
    if kind in LINE_CLASSES:
        return LINE_CLASSES[kind](draw)
    if kind == SEQUENCE_CLASS:
        control = Control.MULTIPLE | draw.choice([Control.NONE, Control.FIRST, Control.TOGGLE])
        return Packet(draw.randbytes(12), control, draw.randrange(256)).encode()
    control = draw.choice([Control.NONE, Control.TOGGLE])
    return Packet(MESSAGE_CLASSES[kind](draw), control).encode()
