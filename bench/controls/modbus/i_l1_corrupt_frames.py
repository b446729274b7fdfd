"""I-L1 on Modbus: a damaged frame has no effect.

On a serial line single bits and bursts are wrong in address, PDU and CRC of a good write, and the frame is cut off; the
device says nothing. On TCP, which has no frame check, the header's protocol and length are wrong, and the message is
cut off (what is within belongs to I-M2). What is set stays set.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from bench.controls.attempts import attempt
from bench.controls.bits import flipped
from bench.controls.modbus._probes import on_both
from bench.controls.modbus._row import access_of
from bench.controls.modbus._setting import Setting, setting_of
from bench.controls.trial import Trial
from bench.judgement.check import Check
from drivers.modbus.adu import Adu, seal_rtu, wrap_tcp
from drivers.modbus.requests import is_exception

if TYPE_CHECKING:
    from drivers.modbus.client import ModbusClient

GOOD = "the same write, undamaged, was carried out"
TAKEN = "a damaged frame was answered as a good one"
KEPT = "what had been set before was still set"
_LONGEST_BURST = 16
_TRANSACTION = 0x4D42
_HEADER_LENGTH_AND_PROTOCOL = (16, 48)
_QUIET_S, _END_S = 0.05, 20.0


async def stimulus(trial: Trial) -> None:
    setting = await setting_of(trial)
    if setting is None:
        trial.record.could_not_look(KEPT, "the device file names no setting that may be changed and changed back")
        return
    for port in access_of(trial).ports:
        await _good(trial, setting, port, "before")
        for what, frames in _classes(trial, setting, port):
            for frame in frames:
                await _send(trial, setting, port, frame, what)
            kept = await setting.read() == setting.value
            trial.record.observe(KEPT, kept, what=f"{what} at {port}")
            if not kept:
                await setting.put_back()
        await _good(trial, setting, port, "afterwards")


async def _good(trial: Trial, setting: Setting, port: str, when: str) -> None:
    for value in (setting.other, setting.value):
        async with setting.access.session(setting.writer, port=port) as client:
            tried = await attempt(client.send_pdu(setting.write(value)))
        done = tried.accepted and not is_exception(tried.value) and await setting.read() == value
        trial.record.observe(GOOD, done, what=f"{when} at {port}", answer=tried.text)


def _classes(trial: Trial, setting: Setting, port: str) -> Iterator[tuple[str, list[bytes]]]:
    """What is sent, in groups after which the setting is looked at."""
    unit, pdu = setting.access.declared.units[0], setting.write(setting.other)
    if setting.access.profile_of(port) == "rtu":
        frame = seal_rtu(bytes((unit,)) + pdu)
        parts = {"address": (0, 8), "request": (8, 8 * len(frame) - 16), "CRC": (8 * len(frame) - 16, 8 * len(frame))}
        for part, (first, last) in parts.items():
            yield f"{part} damaged", list(_damages(trial, frame, first, last))
        cuts = range(1, len(frame))
    else:
        frame = wrap_tcp(Adu(unit, pdu, _TRANSACTION))
        first, last = _HEADER_LENGTH_AND_PROTOCOL
        yield "header damaged", list(_damages(trial, frame, first, last))
        cuts = range(8, len(frame))
    chosen = sorted({trial.random.choice(cuts) for _ in range(trial.bound("n_bursts").count)} | {len(frame) - 1})
    yield "cut off", [frame[:length] for length in chosen]


def _damages(trial: Trial, frame: bytes, first: int, last: int) -> Iterator[bytes]:
    draw = trial.random
    for _number in range(trial.bound("n_bit_flips").count):
        yield flipped(frame, [draw.randrange(first, last)])
    for _number in range(trial.bound("n_bursts").count):
        begin = draw.randrange(first, last - 1)
        end = min(last, begin + draw.randint(2, _LONGEST_BURST))
        yield flipped(frame, sorted({begin, end - 1, *(bit for bit in range(begin, end) if draw.random() < 0.5)}))


async def _send(trial: Trial, setting: Setting, port: str, frame: bytes, what: str) -> None:
    """Put a frame on the line and take what comes; on TCP on a connection of its own, which then ends."""
    async with setting.access.session(setting.writer, port=port, timeout_s=_QUIET_S) as client:
        tried = await attempt(client.send_raw(frame))
        confirmed = tried.accepted and _confirms(client, setting, tried.value)
        captures = [trial.record.capture(frame, ".frame")]
        trial.record.observe(TAKEN, confirmed, what=f"{what} at {port}", answer=tried.text, captures=captures)
    if what == "cut off" and not client.link.broadcasts:
        await trial.station.advance(_END_S)


def _confirms(client: ModbusClient, setting: Setting, answer: bytes) -> bool:
    """Whether what came confirms the write."""
    function = setting.write(setting.other)[0]
    at = 1 if client.link.broadcasts else 7
    return len(answer) > at and answer[at] == function


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("the undamaged write is carried out", "always", GOOD),
        Check("no damaged frame is taken", "never", TAKEN),
        Check("nothing has changed", "always", KEPT),
    ]


PROBES = on_both("I-L1", stimulus, checks)
