"""C-M2 Encryption on the wire.

A canary text is planted in the meter. While the row's exchange runs, canary and energy register are read, and the meter
pushes the canary, everything on the line is captured. None of it may be found there, and every message must be
authenticated and encrypted in the declared suite.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from bench.access.dlms import MANAGEMENT, DlmsAccess
from bench.access.push import NoAddressError, PushListener, bench_address, push_now, pushing_to
from bench.controls.base import Probe
from bench.controls.dlms._ciphering import Protected, protection_of, protections
from bench.controls.dlms._credentials import metering_attribute
from bench.controls.dlms._row import exchange_of
from bench.controls.dlms._surface import read_one
from bench.controls.traces import forms_of, forms_of_number, found_in
from bench.controls.variants import record_absent
from bench.judgement.check import Check
from drivers.dlms.apdu import Attribute
from drivers.dlms.client import DlmsClient
from drivers.dlms.data import Data, Integer, OctetString
from drivers.dlms.errors import RefusedError
from drivers.dlms.selection import CaptureObject
from drivers.transport.tap import Seen

if TYPE_CHECKING:
    from bench.controls.trial import Trial

FOUND = "canaries found on the wire"
CIPHERED = "the message was authenticated and encrypted"
SUITE = "the security control byte names the declared suite"
READ = "the canary was read"
PUSHED = "the notification with the canary came"
_DATA, _PUSH_SETUP = 1, 40
_VALUE = 2
_PUSH_S = 30.0


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    access = exchange.access
    await exchange.prepare()
    canary = f"ZEBRA-{trial.random.randbytes(6).hex()}".encode()
    async with access.session(MANAGEMENT) as planter:
        holder = Attribute(_DATA, access.names.consumer_message, _VALUE)
        before = await planter.get(holder)
        await planter.set(holder, OctetString(canary))
    try:
        await _polled(trial, access, canary)
        await _pushed(trial, access, canary)
    finally:
        async with access.session(MANAGEMENT) as planter:
            await planter.set(holder, before)
        await exchange.restore()


async def _polled(trial: Trial, access: DlmsAccess, canary: bytes) -> None:
    """The row's exchange and a reading of the canary, as the row's client."""
    exchange = exchange_of(trial)
    await access.ask_counter(exchange.role)
    client = access.new_client(exchange.role)
    with client.taps["line"].capturing() as line, client.taps["ciphered"].capturing() as messages:
        try:
            await client.associate()
            await exchange.send(client)
            told = await _read(client, Attribute(_DATA, access.names.consumer_message, _VALUE))
            energy = await _read(client, metering_attribute(access))
        finally:
            await client.close()
    trial.record.observe(
        READ, bytes(told) == canary if isinstance(told, OctetString) else False, what="consumer message"
    )
    forms = {"canary": forms_of(canary)}
    if isinstance(energy, Integer):
        forms["energy register"] = forms_of_number(int(energy))
    _search(trial, forms, line, messages)
    for _seen, protected in protections(messages):
        _judge(trial, protected, access.client(exchange.role).suite, "polled")


async def _read(client: DlmsClient, attribute: Attribute) -> Data | None:
    try:
        return await client.get(attribute)
    except RefusedError:
        return None  # the row's client may not read this one; the others are captured all the same


def _search(
    trial: Trial, forms: Mapping[str, Mapping[str, bytes]], line: Sequence[Seen], messages: Sequence[Seen]
) -> None:
    """Look through the line, and through the messages, since a frame may cut a value in two."""
    for layer, capture in (("line", line), ("ciphered", messages)):
        content = b"".join(seen.data for seen in capture)
        hits = [f"{name}, {form}, on layer {layer}" for name in forms for form in found_in(content, forms[name])]
        kept = [trial.record.capture(content)] if layer == "line" else []
        trial.record.observe(FOUND, list(hits), what=f"polled, layer {layer}", layer=layer, captures=kept)


async def _pushed(trial: Trial, access: DlmsAccess, canary: bytes) -> None:
    """A notification that carries the canary."""
    try:
        address = bench_address(access)
    except NoAddressError as error:
        trial.record.could_not_look(PUSHED, str(error))
        return
    holder = CaptureObject(_DATA, access.names.consumer_message, _VALUE)
    async with PushListener(trial.station, address) as listener, access.session(MANAGEMENT) as client:
        if not (await read_one(client, Attribute(_PUSH_SETUP, access.names.push_setup, _VALUE))).given:
            record_absent(trial, "notification", "the meter has no push setup")
            trial.record.observe(PUSHED, True, what="without a push setup nothing has to come")
            return
        try:
            async with pushing_to(access, client, listener.destination, [holder]):
                await push_now(access, client)
                pushed = await listener.next(_PUSH_S)
        except RefusedError as error:
            trial.record.could_not_look(PUSHED, f"the meter cannot be had to push to the bench: {error}")
            return
    trial.record.observe(PUSHED, pushed is not None, what="within 30 s of the method push")
    if pushed is None:
        return
    hits = [f"canary, {form}, in a notification" for form in found_in(pushed.apdu, forms_of(canary))]
    kept = trial.record.capture(pushed.apdu, ".apdu")
    trial.record.observe(FOUND, list(hits), what="pushed", layer="ciphered", captures=[kept])
    _judge(trial, protection_of(pushed.apdu), access.client(MANAGEMENT).suite, "pushed")


def _judge(trial: Trial, protected: Protected, suite: int, how: str) -> None:
    what = f"{how}: {protected.title}"
    byte = "none" if protected.control is None else f"0x{protected.control:02x}"
    trial.record.observe(CIPHERED, protected.authenticated_and_encrypted, what=what, control_byte=byte)
    if protected.control is not None:
        trial.record.observe(SUITE, protected.suite == suite, what=what, control_byte=byte)


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("the canary is there to be read", "always", READ),
        Check("the meter pushes the canary", "always", PUSHED),
        Check("nothing of the row's data is readable on the wire", "empty", FOUND),
        Check("every message is authenticated and encrypted", "always", CIPHERED),
        Check("every ciphered message is in the declared suite", "always", SUITE),
    ]


PROBE = Probe("C-M2", "dlms", stimulus, checks)
