"""I-L1 Corrupt frames have no effect.

HTTP has no frame check, so what frames an answer is damaged: its status line, its length, its end. Each damaged answer
carries a good signal, which would take effect if it were taken.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bench.controls.base import Probe
from bench.controls.sep2._acts import GOOD, Case, exchange_of, record_effects, works
from bench.controls.trial import Trial
from bench.judgement.check import Check
from drivers.sep2.server import HttpRequest, HttpResponse
from drivers.sep2.vocabulary import MEDIA_TYPE

EFFECT = "a signal in a damaged answer took effect"
SENT = "the device asked for the damaged answer"
_TRIES = 8
"""Damaged answers of each class; each costs a poll."""


async def stimulus(trial: Trial) -> None:
    await works(trial, "before")
    exchange = exchange_of(trial)
    for name, damage in _CLASSES.items():
        event = exchange.offer(exchange.new_event())
        damaging = _Damaging(event.mrid, damage, trial)
        exchange.counterpart.alter = damaging
        for _number in range(_TRIES if name in _RANDOM else 1):
            await exchange.counterpart.polled(within_s=2.0 * exchange.access.poll_s)
        exchange.counterpart.alter = None
        exchange.program.events.clear()
        trial.record.observe(SENT, damaging.hits > 0, what=name, times=damaging.hits)
        await record_effects(trial, [Case(name, event)], EFFECT)
    await works(trial, "after")


class _Damaging:
    """Damages the answers that hold the signal."""

    def __init__(self, mrid: bytes, damage: Callable[[bytes, Trial], bytes], trial: Trial) -> None:
        self._mark = mrid.hex().upper().encode()
        self._damage = damage
        self._trial = trial
        self.hits = 0

    def __call__(self, _request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if self._mark not in response.body:
            return response
        self.hits += 1
        return HttpResponse(200, raw=self._damage(response.body, self._trial))


def _answer(body: bytes, length: int | str) -> bytes:
    head = f"HTTP/1.1 200 OK\r\ncontent-type: {MEDIA_TYPE}\r\ncontent-length: {length}\r\n\r\n"
    return head.encode() + body


def _flipped_status(body: bytes, trial: Trial) -> bytes:
    whole = bytearray(_answer(body, len(body)))
    whole[trial.random.randrange(len(_MAGIC))] ^= 1 << trial.random.randrange(8)
    return bytes(whole)


def _burst(body: bytes, trial: Trial) -> bytes:
    whole = bytearray(_answer(body, len(body)))
    start = trial.random.randrange(len(_MAGIC) - 1)
    whole[start : start + 4] = bytes(value ^ 0xA5 for value in whole[start : start + 4])
    return bytes(whole)


_MAGIC = b"HTTP/"
"""Without these bytes no answer is one. Other bits of the status line make another right answer of it."""

_CLASSES: dict[str, Callable[[bytes, Trial], bytes]] = {
    "a bit of the status line": _flipped_status,
    "a burst in the status line": _burst,
    "a length that is too long": lambda body, _trial: _answer(body, len(body) + 40),
    "a length that is no number": lambda body, _trial: _answer(body, "4e2"),
    "a length below zero": lambda body, _trial: _answer(body, -1),
    "two lengths": lambda body, _trial: _answer(body, f"{len(body)}\r\ncontent-length: {len(body) - 7}"),
    "a document that breaks off": lambda body, _trial: _answer(
        body[: body.rfind(b"</interval>") + 40], len(body[: body.rfind(b"</interval>") + 40])
    ),
    "a document that breaks off in its last tag": lambda body, _trial: _answer(body[:-4], len(body) - 4),
    "chunks that do not add up": lambda body, _trial: (
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nZZ\r\n" + body + b"\r\n0\r\n\r\n"
    ),
}
_RANDOM = ("a bit of the status line", "a burst in the status line")


def checks(trial: Trial) -> Sequence[Check]:
    return [
        Check("a damaged answer has no effect", "never", EFFECT),
        Check("the damaged answers were asked for", "always", SENT),
        Check("good signals work before and after", "always", GOOD),
    ]


PROBE = Probe("I-L1", "sep2", stimulus, checks)
