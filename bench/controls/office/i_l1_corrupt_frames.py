"""I-L1 Corrupt frames have no effect.

HTTP has no frame check, so only what frames a message is damaged here: method and path, the length, the field of the
signature, and the end of the message, which is cut off. The message sets the system's clock a few seconds ahead, signed
anew each time, so that it would take effect if it were taken. The clock must stay as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from bench.access.office import OfficeAccess
from bench.controls.base import Probe
from bench.controls.office._clock import clock_setter, offset_of, set_clock
from bench.controls.office._damage import (
    Field,
    burst_bits,
    cut,
    first_line,
    flipped,
    header_field,
    length_field,
    waits_for_more,
)
from bench.controls.office._http import as_http, exchanged
from bench.controls.office._messages import SIGNATURE
from bench.controls.office._row import access_of
from bench.controls.trial import Trial
from bench.exchanges.office_exchange import swallow
from bench.judgement.check import Check
from drivers.cim.canonical import Request
from drivers.cim.office import CimOffice
from drivers.cim.raw import RawConnection

TAKEN = "a damaged message was taken"
KEPT = "the clock is as it was"
GOOD = "the undamaged message was taken"
_AHEAD_S = 5.0
_TOLERANCE_S = 1.0
_PAYLOAD = b'"Payload"'
_LENGTH = "length"

Damage = Callable[[bytes], bytes]


async def stimulus(trial: Trial) -> None:
    access = access_of(trial)
    setter = clock_setter(access)
    if setter is None:
        trial.record.could_not_look(TAKEN, "the device file names no party that may set the clock")
        return
    before = last = await offset_of(access, setter)
    async with access.session(setter) as office:
        for name, damages in _classes(trial).items():
            await _send_class(trial, access, office, name, damages)
            now = await offset_of(access, setter)
            drift, last = now - last, now
            trial.record.observe(KEPT, abs(drift) < _TOLERANCE_S, what=f"after damage to the {name}", drift_s=drift)
    tried = await set_clock(access, setter, trial.clock.now() + last + _AHEAD_S)
    moved = await offset_of(access, setter) - last
    trial.record.observe(GOOD, abs(moved - _AHEAD_S) < _TOLERANCE_S, what="clock set ahead", answer=tried.text)
    await set_clock(access, setter, trial.clock.now() + before)


def _classes(trial: Trial) -> dict[str, list[Damage]]:
    """What is damaged, and each of the damages."""
    return {
        "method and path": list(_flips(trial, first_line)),
        _LENGTH: list(_flips(trial, length_field)),
        "signature": list(_flips(trial, lambda request: header_field(request, SIGNATURE))),
        "end": list(_cuts(trial)),
    }


def _flips(trial: Trial, field_of: Callable[[bytes], Field]) -> Iterator[Damage]:
    """Single bits, then bursts."""
    for _ in range(trial.bound("n_bit_flips").count):
        yield lambda request: flipped(request, field_of(request), trial.random)
    for _ in range(trial.bound("n_bursts").count):
        yield lambda request: flipped(
            request, field_of(request), trial.random, burst_bits(field_of(request), trial.random)
        )


def _cuts(trial: Trial) -> Iterator[Damage]:
    """Cut with a length that fits what is left, then with the length that the whole message had."""
    for _ in range(trial.bound("n_bit_flips").count):
        yield lambda request: cut(request, _PAYLOAD, trial.random, honest=True)
    for _ in range(trial.bound("n_bursts").count):
        yield lambda request: cut(request, _PAYLOAD, trial.random, honest=False)


async def _send_class(
    trial: Trial, access: OfficeAccess, office: CimOffice, name: str, damages: Sequence[Damage]
) -> None:
    connection: RawConnection | None = None
    host = access.url.partition("://")[2]
    try:
        for number, damage in enumerate(damages, 1):
            if connection is None:
                connection = RawConnection(access.url, office.client.credential)
                await connection.open()
            good = as_http(await _message(office, trial.clock.now()), host)
            bad = damage(good)
            while bad == good:
                bad = damage(good)
            waiting = waits_for_more(bad) if b"content-length: " in bad else True
            if waiting:
                await connection.send(bad)
                await connection.close()
                taken, answer = False, "none: the sender closed, the rest never came"
            else:
                reply = await exchanged(connection, bad)
                taken, answer = reply.status is not None and reply.status < 400, str(reply.status or "closed")
            trial.record.observe(TAKEN, taken, what=f"{name}, {number}", answer=answer)
            # Behind a length that is too short the rest of the message is taken for the next one.
            if waiting or name == _LENGTH or reply.closed or b"connection: close" in reply.data.lower():
                await connection.close()
                connection = None
    finally:
        if connection is not None:
            await connection.close()


async def _message(office: CimOffice, now: float) -> Request:
    """The message, signed and not sent."""
    kept: list[bytes] = []

    def keep(message: bytes) -> Sequence[bytes]:
        kept.append(message)
        return ()

    with office.client.message.interfering(keep):
        await swallow(office.set_service_clock(now + _AHEAD_S))
    return Request.from_bytes(kept[0])


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("no damaged message is taken", "never", TAKEN),
        Check("no damaged message has an effect", "always", KEPT),
        Check("the undamaged message is taken", "always", GOOD),
    ]


PROBE = Probe("I-L1", "office_https", stimulus, checks)
