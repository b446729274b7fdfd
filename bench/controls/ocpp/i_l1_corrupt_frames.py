"""I-L1 Corrupt frames have no effect.

OCPP has no frame check of its own; what its frames say of themselves is spoilt: reserved bits, opcodes that there are
not, a mask from the server, lengths too long and too short, messages that break off. The frame would set a limit; it
does not, and the station serves again.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Sequence

from bench.controls.base import Probe
from bench.controls.ocpp._acts import GOOD, back, exchange_of, limited, record, works
from bench.controls.trial import Trial
from bench.judgement.check import Check

EFFECT = "a spoilt frame took effect"
BACK = "the station is connected again"
_TEXT, _FIN = 0x01, 0x80
_ROUNDS = 2
_PASSED_S = 2.0


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    await works(trial, "before")
    await exchange.prepare()
    for _round in range(_ROUNDS):
        action, payload = exchange.call()
        message = json.dumps([2, f"frame-{trial.random.randrange(10**9)}", action, payload]).encode()
        for what, frame in _spoilt(trial, message):
            before = exchange.csms.attempts
            await exchange.there.session.link.transport.write(frame)
            await trial.station.advance(_PASSED_S)
            record(trial, EFFECT, await limited(trial), what)
            if exchange.there.session.alive and what not in _HANGING:
                continue
            await exchange.there.session.close()
            came = await back(trial, before, 2.0 * exchange.access.declared.retry_s)
            trial.record.observe(BACK, came is not None, what=what)
    await works(trial, "after")


_HANGING = frozenset({"a length that is too long", "a frame that breaks off"})
"""After these the station still waits for the rest: the bench closes the connection."""


def _spoilt(trial: Trial, message: bytes) -> Iterator[tuple[str, bytes]]:
    good = _head(_FIN | _TEXT, len(message)) + message
    yield "reserved bits", bytes((good[0] | 0x40,)) + good[1:]
    yield "an opcode that there is not", bytes((_FIN | 0x03 + trial.random.randrange(4),)) + good[1:]
    yield "a control frame that is too long", bytes((_FIN | 0x09,)) + good[1:]
    yield "a masked frame of a server", _masked(trial, message)
    yield "a continuation of nothing", bytes((_FIN,)) + good[1:]
    yield "a length that is too short", _head(_FIN | _TEXT, len(message) - 20) + message
    yield "a length that is too long", _head(_FIN | _TEXT, len(message) + 20) + message
    yield "a frame that breaks off", good[: trial.random.randrange(5, len(good) - 1)]
    yield "a bit of the length", _length_flipped(trial, good)


def _head(first: int, length: int) -> bytes:
    return struct.pack(">BB", first, length) if length < 126 else struct.pack(">BBH", first, 126, length)


def _masked(trial: Trial, message: bytes) -> bytes:
    mask = trial.random.randbytes(4)
    head = bytearray(_head(_FIN | _TEXT, len(message)))
    head[1] |= 0x80
    return bytes(head) + mask + bytes(byte ^ mask[at % 4] for at, byte in enumerate(message))


def _length_flipped(trial: Trial, frame: bytes) -> bytes:
    """The length loses a bit that it has: what follows it is no frame any more."""
    spoilt = bytearray(frame)
    at = 3 if spoilt[1] == 126 else 1
    bits = [bit for bit in range(7) if spoilt[at] & 1 << bit]
    spoilt[at] ^= 1 << trial.random.choice(bits)
    return bytes(spoilt)


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("a spoilt frame has no effect", "never", EFFECT),
        Check("the station is there again", "always", BACK),
        Check("good limits work before and after", "always", GOOD),
    ]


PROBE = Probe("I-L1", "ocpp", stimulus, checks)
