"""I-L1 on C12.18: a damaged packet has no effect.

A good write is held back and sent damaged: single bits and bursts wrong in the header, the data and the CRC; then cut
off. The meter answers NAK or nothing, and what is set stays set.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bench.access.c1218 import MANAGEMENT, C1218Access
from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.bits import flipped
from bench.controls.c1218._port import access_of
from bench.controls.c1218._writes import TARGET, Setting, read_setting, setting_of, write
from bench.controls.trial import Trial
from bench.judgement.check import Check
from drivers.c1218.client import C1218Client
from drivers.c1218.packet import ACK, HEADER, NAK, Packet
from drivers.c1218.services import Write, encode_request
from drivers.transport.base import SilenceError

GOOD = "the same write, undamaged, was carried out"
TAKEN = "a damaged packet was acknowledged"
ANSWER = "answer to a damaged packet"
KEPT = "what had been set before was still set"
_QUIET_S = 1.5
_LONGEST_BURST = 16
_SESSION_PACKETS = 40


async def stimulus(trial: Trial) -> None:
    access = access_of(trial)
    setting = await setting_of(access)
    await _good(trial, access, setting, "before")
    for damaged in _batches(trial, setting):
        await _send_all(trial, access, damaged)
        kept = await read_setting(access) == setting.content
        trial.record.observe(KEPT, kept, what=damaged[0][0])
        if not kept:
            break
    await _put_back(access, setting)
    await _good(trial, access, setting, "afterwards")


async def _good(trial: Trial, access: C1218Access, setting: Setting, when: str) -> None:
    async with access.session(MANAGEMENT) as client:
        for content in (setting.other, setting.content):
            tried = await attempt(write(client, content))
            same = tried.accepted and await client.read(TARGET) == content
            trial.record.observe(GOOD, same, what=when, answer=tried.text)


async def _put_back(access: C1218Access, setting: Setting) -> None:
    if await read_setting(access) != setting.content:
        async with access.session(MANAGEMENT) as client:
            await write(client, setting.content)


def _batches(trial: Trial, setting: Setting) -> Iterator[list[tuple[str, bytes]]]:
    """What is sent, in groups after which the setting is looked at."""
    good = Packet(encode_request(Write(TARGET, setting.other))).encode()
    singles, bursts = trial.bound("n_bit_flips").count, trial.bound("n_bursts").count
    for part, (first, last) in _regions(good).items():
        batch = [_flip(trial, good, part, first, last, 1) for _ in range(singles)]
        batch += [_flip(trial, good, part, first, last, trial.random.randint(2, _LONGEST_BURST)) for _ in range(bursts)]
        yield batch
    cuts = sorted({trial.random.randrange(1, len(good)) for _ in range(bursts)} | {len(good) - 3, len(good) - 2})
    yield [(f"cut off after {length} of {len(good)} bytes", good[:length]) for length in cuts]


def _regions(good: bytes) -> Mapping[str, tuple[int, int]]:
    """First and last byte of the parts that the CRC covers, and of the CRC itself."""
    return {"header": (1, HEADER), "data": (HEADER, len(good) - 2), "CRC": (len(good) - 2, len(good))}


def _flip(trial: Trial, good: bytes, part: str, first: int, last: int, length: int) -> tuple[str, bytes]:
    start = trial.random.randrange(8 * first, max(8 * first + 1, 8 * last - length + 1))
    bits = list(range(start, min(start + length, 8 * last)))
    if length > 2:
        bits = [bits[0], *(bit for bit in bits[1:-1] if trial.random.random() < 0.5), bits[-1]]
    return f"{part}, {len(bits)} bits wrong from bit {start} on", flipped(good, bits)


async def _send_all(trial: Trial, access: C1218Access, damaged: Sequence[tuple[str, bytes]]) -> None:
    at = 0
    while at < len(damaged):
        async with access.session(MANAGEMENT) as client:
            for what, line in damaged[at : at + _SESSION_PACKETS]:
                at += 1
                if await _send(trial, client, what, line):
                    break  # the packet was taken: what the session is in now nobody knows


async def _send(trial: Trial, client: C1218Client, what: str, line: bytes) -> bool:
    """Put bytes on the line as they are; True when the meter took them for a good packet."""
    await client.taps["line"].send(line)
    said = await _heard(client)
    taken = bytes((ACK,)) in said
    words = "ACK" if taken else "NAK" if bytes((NAK,)) in said else "silence" if not said else said.hex()
    trial.record.observe(TAKEN, taken, what=what, answer=words, captures=[trial.record.capture(line, ".line")])
    trial.record.observe(ANSWER, words, what=what)
    return taken


async def _heard(client: C1218Client) -> bytes:
    """All that comes until nothing more does."""
    transport, heard = client.link.transport, b""
    deadline = transport.clock.now() + _QUIET_S
    try:
        while True:
            heard += (await transport.read(deadline)).data
    except SilenceError:
        return heard


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("the undamaged write is carried out", "always", GOOD),
        Check("no damaged packet is taken", "never", TAKEN),
        Check("it is answered by NAK, or not at all", "within", ANSWER, {"allowed": ["NAK", "silence"]}),
        Check("nothing has changed", "always", KEPT),
    ]


PROBE = Probe("I-L1", "c1218", stimulus, checks)
