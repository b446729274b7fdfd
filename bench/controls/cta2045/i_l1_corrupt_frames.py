"""I-L1 on CTA-2045: a damaged frame has no effect and is refused with link NAK 3.

Bits and bursts of a good basic command are wrong in header, payload and checksum, and the frame is cut off. The
appliance goes on running as before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.bits import flipped
from bench.controls.cta2045._row import access_of, exchange_of, good_one
from bench.controls.trial import Trial
from bench.judgement.check import Check
from drivers.cta2045.basic import Basic, Opcode, OperationalState
from drivers.cta2045.client import Cta2045Client
from drivers.cta2045.errors import NakCode
from drivers.cta2045.frame import ACK, HEADER

GOOD = "the command, undamaged, was carried out"
TAKEN = "a damaged frame was acknowledged"
CODE = "link NAK to a frame whose checksum is wrong"
KEPT = "the appliance ran as before"
_LONGEST_BURST = 8
_ANSWER_S, _BREAK_S = 0.15, 0.6
_NAK = 0x15


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    await good_one(trial, GOOD, "before")
    await exchange.prepare()
    async with access_of(trial).session() as client:
        for what, frames in _classes(trial):
            for frame in frames:
                await _send(trial, client, frame, what)
            state = await client.state()
            runs = await exchange.runs()
            kept = state == OperationalState.RUNNING_NORMAL and runs is not False
            trial.record.observe(KEPT, kept, what=what, state=state)
            if not kept:
                await client.end()
                await trial.station.advance(access_of(trial).back_s)
    await good_one(trial, GOOD, "afterwards")


def _classes(trial: Trial) -> Iterator[tuple[str, list[bytes]]]:
    frame = Basic(Opcode.CRITICAL_PEAK, 20).frame().encode()
    payload, end = 8 * HEADER, 8 * len(frame)
    for what, first, last in (
        ("header", 0, payload),
        ("payload", payload, end - 16),
        ("checksum", end - 16, end),
    ):
        yield what, list(_damages(trial, frame, first, last))
    yield "cut off", [frame[:length] for length in range(2, len(frame))]


def _damages(trial: Trial, frame: bytes, first: int, last: int) -> Iterator[bytes]:
    draw = trial.random
    for _number in range(trial.bound("n_bit_flips").count):
        yield flipped(frame, [draw.randrange(first, last)])
    for _number in range(trial.bound("n_bursts").count):
        begin = draw.randrange(first, last - 1)
        end = min(last, begin + draw.randint(2, _LONGEST_BURST))
        yield flipped(frame, sorted({begin, end - 1}))


async def _send(trial: Trial, client: Cta2045Client, frame: bytes, what: str) -> None:
    with client.taps["line"].capturing() as seen:
        await client.link.transport.write(frame)
        await attempt(client.listen(trial.clock.now() + (_BREAK_S if what in ("header", "cut off") else _ANSWER_S)))
    came = b"".join(one.data for one in seen if one.direction.name == "IN")
    taken = came.startswith(ACK)
    captures = [trial.record.capture(frame, ".frame")] if taken else []
    trial.record.observe(TAKEN, taken, what=what, frame=frame.hex(), answer=came.hex(), captures=captures)
    if what in ("payload", "checksum"):
        trial.record.observe(CODE, came[1] if len(came) > 1 and came[0] == _NAK else -1, what=what, answer=came.hex())


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("the undamaged command is carried out", "always", GOOD),
        Check("no damaged frame is acknowledged", "never", TAKEN),
        Check("a wrong checksum is named", "equals", CODE, {"expected": int(NakCode.CHECKSUM)}),
        Check("the appliance runs as before", "always", KEPT),
    ]


PROBE = Probe("I-L1", "cta2045", stimulus, checks)
