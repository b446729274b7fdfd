"""Hostile input by class, and sending it: messages that are none in good frames, and frames that are none."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from bench.controls.attempts import attempt
from drivers.cta2045.client import Cta2045Client
from drivers.cta2045.frame import BASIC, INTERMEDIATE, Frame, seal
from drivers.cta2045.intermediate import SET_POINT, START_CYCLING
from drivers.cta2045.link import LINE
from drivers.transport.line_time import line_time_s

if TYPE_CHECKING:
    from bench.controls.trial import Trial

Maker = Callable[[random.Random], bytes]
_LISTEN_S = 0.3
_BREAK_S = 0.6


def _unknown_basic(draw: random.Random) -> bytes:
    return Frame(BASIC, bytes((draw.randint(0x40, 0xFF), draw.randrange(256)))).encode()


def _unknown_request(draw: random.Random) -> bytes:
    return Frame(INTERMEDIATE, bytes((draw.randint(0x20, 0x7F), draw.randrange(0x80))) + draw.randbytes(4)).encode()


def _wrong_size(draw: random.Random) -> bytes:
    return Frame(BASIC, draw.randbytes(draw.choice([1, 3, 8, 60]))).encode()


def _truncated(draw: random.Random) -> bytes:
    opcodes = draw.choice([SET_POINT, START_CYCLING]).to_bytes(2, "big")
    return Frame(INTERMEDIATE, opcodes + draw.randbytes(draw.randint(1, 4))).encode()


def _over_long(draw: random.Random) -> bytes:
    return Frame(INTERMEDIATE, SET_POINT.to_bytes(2, "big") + draw.randbytes(draw.randint(40, 100))).encode()


def _unknown_type(draw: random.Random) -> bytes:
    return Frame(draw.choice([0x0804, 0x0A01, 0x1234]), draw.randbytes(2)).encode()


def _noise(draw: random.Random) -> bytes:
    return draw.randbytes(draw.randint(4, 100))


def _wrong_sum(draw: random.Random) -> bytes:
    raw = bytearray(Frame(BASIC, draw.randbytes(2)).encode())
    raw[draw.randrange(4, len(raw))] ^= 1 << draw.randrange(8)
    return bytes(raw)


def _wrong_length(draw: random.Random) -> bytes:
    return seal(BASIC.to_bytes(2, "big") + draw.choice([0, 1, 3, 200, 0xFFFF]).to_bytes(2, "big") + draw.randbytes(2))


CLASSES: Mapping[str, Maker] = {
    "unknown basic commands": _unknown_basic,
    "unknown requests": _unknown_request,
    "basic messages of a wrong size": _wrong_size,
    "truncated requests": _truncated,
    "over-long requests": _over_long,
    "unknown message types": _unknown_type,
    "noise": _noise,
    "wrong checksums": _wrong_sum,
    "wrong lengths": _wrong_length,
}


async def flood(trial: Trial, client: Cta2045Client, maker: Maker) -> list[bytes]:
    """``n_mal`` hostile messages at their share of the line time; what was sent."""
    share, sent = trial.bound("r_mal", transport="serial").number, []
    for _number in range(trial.bound("n_mal", transport="serial").count):
        message = maker(trial.random)
        sent.append(message)
        started = trial.clock.now()
        await client.link.transport.write(message)
        await attempt(client.listen(started + _LISTEN_S))
        pause_s = max(_BREAK_S, line_time_s(len(message), LINE) / share)
        await trial.station.advance(max(0.0, started + pause_s - trial.clock.now()))
    client.unasked.clear()
    return sent
