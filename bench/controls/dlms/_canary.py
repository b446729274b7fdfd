"""Canaries: what is planted in a meter, or known to be in it, and looked for where it must not turn up."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from bench.access.dlms import MANAGEMENT, DlmsAccess
from bench.controls.attempts import attempt
from bench.controls.dlms._credentials import metering_attribute
from bench.controls.dlms._row import access_of
from bench.controls.dlms._surface import read_one
from bench.controls.traces import forms_of, forms_of_number
from bench.controls.variants import record_absent
from drivers.dlms.apdu import Attribute
from drivers.dlms.client import DlmsClient
from drivers.dlms.data import Integer, OctetString

if TYPE_CHECKING:
    from bench.controls.trial import Trial

READ = "a canary was read"
DATA, VALUE = 1, 2

Forms = Mapping[str, Mapping[str, bytes]]


def canary_holder(access: DlmsAccess) -> Attribute:
    """Where the canary text is planted: the consumer message."""
    return Attribute(DATA, access.names.consumer_message, VALUE)


@asynccontextmanager
async def planted(trial: Trial) -> AsyncIterator[bytes]:
    """A text that nothing else contains stands in the meter while the context lasts.

    Empty, and on the record, where the meter does not let its management client write one.
    """
    access = access_of(trial)
    text = f"ZEBRA-{trial.random.randbytes(6).hex()}".encode()
    holder = canary_holder(access)
    async with access.session(MANAGEMENT) as planter:
        before = await read_one(planter, holder)
        tried = await attempt(planter.set(holder, OctetString(text)))
    if not tried.accepted or before.value is None:
        record_absent(trial, "canary text", f"the meter takes none as its consumer message: {tried.text}")
        yield b""
        return
    try:
        yield text
    finally:
        async with access.session(MANAGEMENT) as planter:
            await planter.set(holder, before.value)


async def canaries(trial: Trial, client: DlmsClient, text: bytes) -> Forms:
    """Read the canary text and the energy register over ``client``; the forms in which to look for both."""
    access = access_of(trial)
    forms: dict[str, Mapping[str, bytes]] = {}
    if text:
        told = await read_one(client, canary_holder(access))
        was_read = isinstance(told.value, OctetString) and bytes(told.value) == text
        trial.record.observe(READ, was_read, what="consumer message", answer=told.refusal)
        forms["canary"] = forms_of(text)
    energy = await read_one(client, metering_attribute(access))
    if isinstance(energy.value, Integer) and energy.value >= 0:
        forms["energy register"] = forms_of_number(int(energy.value))
    if not text:
        usable = bool(forms.get("energy register"))
        trial.record.observe(READ, usable, what="energy register, in place of a canary text", answer=energy.refusal)
    return forms
