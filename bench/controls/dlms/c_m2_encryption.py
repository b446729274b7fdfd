"""C-M2 Encryption on the wire.

A canary text is planted in the meter. While the row's exchange runs, canary and energy register are read, and the meter
pushes the canary, everything on the line is captured. None of it may be found there, and every message must be
authenticated and encrypted in the declared suite.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bench.access.dlms import MANAGEMENT
from bench.access.push import NoAddressError, PushListener, bench_address, push_now, pushing_to
from bench.controls.base import Probe
from bench.controls.dlms._canary import DATA, READ, VALUE, Forms, canaries, planted
from bench.controls.dlms._ciphering import Protected, protection_of, protections
from bench.controls.dlms._notices import listening, notice_of
from bench.controls.dlms._row import exchange_of
from bench.controls.dlms._surface import read_one
from bench.controls.traces import forms_of, found_in
from bench.controls.variants import record_absent
from bench.judgement.check import Check
from drivers.dlms.apdu import Attribute
from drivers.dlms.errors import RefusedError
from drivers.dlms.selection import CaptureObject
from drivers.transport.tap import Seen

if TYPE_CHECKING:
    from bench.controls.trial import Trial

FOUND = "canaries found on the wire"
CIPHERED = "the message was authenticated and encrypted"
SUITE = "the security control byte names the declared suite"
PUSHED = "the notification came"
_PUSH_SETUP = 40
_PUSH_S = 30.0


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    await exchange.prepare()
    async with planted(trial) as canary:
        await _polled(trial, canary)
        await _pushed(trial, canary)
        await _noticed(trial, canary)
    await exchange.restore()


async def _polled(trial: Trial, canary: bytes) -> None:
    """The row's exchange and a reading of the canary, as the row's client."""
    exchange = exchange_of(trial)
    access, role = exchange.access, exchange.role
    await access.ask_counter(role)
    client = access.new_client(role)
    with client.taps["line"].capturing() as line, client.taps["ciphered"].capturing() as messages:
        try:
            await client.associate()
            await exchange.send(client)
            forms = await canaries(trial, client, canary)
        finally:
            await client.close()
    _search(trial, forms, line, messages, secret=access.client(role).guessable)
    for _seen, protected in protections(messages):
        _judge(trial, protected, access.client(role).suite, "polled")


def _search(trial: Trial, forms: Forms, line: Sequence[Seen], messages: Sequence[Seen], *, secret: bool) -> None:
    """Look through the line, and through the messages, since a frame may cut a value in two.

    ``secret``: a password is on the line.
    """
    for layer, capture in (("line", line), ("ciphered", messages)):
        content = b"".join(seen.data for seen in capture)
        hits = [f"{name}, {form}, on layer {layer}" for name in forms for form in found_in(content, forms[name])]
        kept = [trial.record.capture(content, secret=secret)] if layer == "line" else []
        trial.record.observe(FOUND, list(hits), what=f"polled, layer {layer}", layer=layer, captures=kept)


async def _pushed(trial: Trial, canary: bytes) -> None:
    """A notification that carries the canary."""
    access = exchange_of(trial).access
    try:
        address = bench_address(access)
    except NoAddressError as error:
        trial.record.could_not_look(PUSHED, str(error))
        return
    holders = [CaptureObject(DATA, access.names.consumer_message, VALUE)] if canary else []
    async with PushListener(trial.station, address) as listener, access.session(MANAGEMENT) as client:
        if not (await read_one(client, Attribute(_PUSH_SETUP, access.names.push_setup, VALUE))).given:
            record_absent(trial, "notification", "the meter has no push setup")
            trial.record.observe(PUSHED, True, what="without a push setup nothing has to come")
            return
        try:
            async with pushing_to(access, client, listener.destination, holders):
                await push_now(access, client)
                pushed = await listener.next(_PUSH_S)
        except RefusedError as error:
            trial.record.could_not_look(PUSHED, f"the meter cannot be had to push to the bench: {error}")
            return
    trial.record.observe(PUSHED, pushed is not None, what="within 30 s of the method push")
    if pushed is not None:
        _look_at_notification(trial, pushed.apdu, canary, "pushed")


async def _noticed(trial: Trial, canary: bytes) -> None:
    """The row's own notification, which carries the canary besides."""
    notice = notice_of(trial)
    if notice is None:
        return
    if canary:
        notice.also = (CaptureObject(DATA, notice.access.names.consumer_message, VALUE), *notice.also)
    if not await listening(trial, notice, PUSHED):
        return
    found = await notice.perform(trial.bound("t_evt").number)
    trial.record.observe(PUSHED, found is not None, what="the row's notification")
    if found is not None:
        _look_at_notification(trial, found.apdu, canary, "the row's notification")
    await notice.restore()


def _look_at_notification(trial: Trial, apdu: bytes, canary: bytes, how: str) -> None:
    forms = forms_of(canary) if canary else {}
    hits = [f"canary, {form}, in a notification" for form in found_in(apdu, forms)]
    kept = trial.record.capture(apdu, ".apdu")
    trial.record.observe(FOUND, list(hits), what=how, layer="ciphered", captures=[kept])
    _judge(trial, protection_of(apdu), exchange_of(trial).access.client(MANAGEMENT).suite, how)


def _judge(trial: Trial, protected: Protected, suite: int, how: str) -> None:
    what = f"{how}: {protected.title}"
    byte = "none" if protected.control is None else f"0x{protected.control:02x}"
    trial.record.observe(CIPHERED, protected.authenticated_and_encrypted, what=what, control_byte=byte)
    if protected.control is not None:
        trial.record.observe(SUITE, protected.suite == suite, what=what, control_byte=byte)


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("a canary is there to be read", "always", READ),
        Check("the meter pushes when it is told to", "always", PUSHED),
        Check("nothing of the row's data is readable on the wire", "empty", FOUND),
        Check("every message is authenticated and encrypted", "always", CIPHERED),
        Check("every ciphered message is in the declared suite", "always", SUITE),
    ]


PROBE = Probe("C-M2", "dlms", stimulus, checks)
