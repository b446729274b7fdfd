"""I-L2 on DLMS: a value that cannot be is refused, and nothing of it is kept.

Writes of impossible values to all that can be set, several attributes in one request of which one is impossible, and
the row's command or write with a value of another type; then everything is read back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from bench.access.dlms import DlmsAccess
from bench.controls.attempts import attempt, record_effect
from bench.controls.base import Probe
from bench.controls.dlms._forged import send_forged
from bench.controls.dlms._invalid import Invalid, gap_after, invalid_values
from bench.controls.dlms._parameters import CLOCK, DATA, DISCONNECT_CONTROL, clock_of
from bench.controls.dlms._row import exchange_of
from bench.controls.dlms._surface import read_each, read_one
from bench.controls.variants import record_absent
from bench.judgement.check import Check
from drivers.dlms.apdu import ActionRequestNormal, Apdu, Attribute, SetRequestNormal, decode_apdu, encode_apdu
from drivers.dlms.client import DlmsClient
from drivers.dlms.data import Data, DateTime, Enum, Integer, OctetString, Structure
from drivers.dlms.enums import Conformance, DataAccessResult
from drivers.dlms.errors import DecodeError

if TYPE_CHECKING:
    from bench.controls.trial import Trial

TAKEN = "an impossible value was taken"
KEPT = "what had been set before was still set"
PARTLY = "a part of a write was kept of which another part had been refused"
COMMANDED = "the row's message with an impossible value was taken"
EFFECT = "the row's message with an impossible value took effect"
GOOD = "the same message with its right value took effect"

IMPOSSIBLE_VALUES: Mapping[str, Data] = {
    "an octet-string": OctetString(b"\x00"),
    "a structure": Structure([OctetString(bytes(6)), Enum(1)]),
}
"""In place of a value of another type."""
CANARY = b"AMIBENCH I-L2"
_BEYOND_THE_LAST_MODE = 8


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    access = exchange.access
    await exchange.prepare()
    async with access.session(exchange.role) as client:
        gap = await _gap(trial, client, access)
        values = tuple(invalid_values(access, trial.clock.now(), gap))
        before = await _present(client, (value.attribute for value in values))
        for title in sorted({str(v.attribute) for v in values if v.attribute not in before}):
            record_absent(trial, f"impossible values of {title}", f"{exchange.role} cannot read it")
        for value in values:
            if value.attribute in before:
                await _write(trial, client, value)
        await _read_back(trial, client, access, before)
        await _several(trial, client, access, before)
        await _impossible_messages(trial, client)
        await record_effect(trial, exchange, EFFECT, "after all impossible values")
        command = await attempt(exchange.perform(client))
    await record_effect(trial, exchange, GOOD, "the row's message", command)
    await exchange.restore()


async def _gap(trial: Trial, client: DlmsClient, access: DlmsAccess) -> datetime | None:
    """A local time that daylight saving leaves out, by the rules in the meter's clock."""
    rules = [Attribute(CLOCK, access.names.clock, index) for index in (5, 7, 8)]
    begin, saving, enabled = (answer.value for answer in await read_each(client, rules))
    if isinstance(begin, OctetString) and isinstance(saving, Integer) and enabled is True:
        try:
            return gap_after(trial.clock.now(), DateTime.from_bytes(begin), int(saving))
        except DecodeError:
            pass  # a rule that is no date-time leaves out no hour
    record_absent(trial, "times in the gap of daylight saving", "the meter's clock has no daylight saving")
    return None


async def _present(client: DlmsClient, attributes: Iterable[Attribute]) -> dict[Attribute, Data]:
    answers = await read_each(client, dict.fromkeys(attributes))
    return {a.attribute: a.value for a in answers if a.given and a.value is not None}


async def _write(trial: Trial, client: DlmsClient, value: Invalid) -> None:
    tried = await attempt(client.set(value.attribute, value.value))
    trial.record.observe(TAKEN, tried.accepted, what=f"{value.attribute}: {value.what}", answer=tried.text)


async def _read_back(trial: Trial, client: DlmsClient, access: DlmsAccess, before: Mapping[Attribute, Data]) -> None:
    """The clock must go on as if nobody had tried; everything else must be as it was."""
    after = await _present(client, before)
    for attribute, value in before.items():
        if attribute != clock_of(access):
            trial.record.observe(KEPT, after.get(attribute) == value, what=str(attribute))
    at = (await access.meter(client).clock()).at
    error_s = None if at is None else abs(at - trial.clock.now())
    right = error_s is not None and error_s <= trial.bound("dt_clk", subject="meter_han").number
    trial.record.observe(KEPT, right, what="the clock", error_s=error_s)


async def _several(trial: Trial, client: DlmsClient, access: DlmsAccess, before: Mapping[Attribute, Data]) -> None:
    """One request that writes a text that is good and a control mode that cannot be, in both orders."""
    text = Attribute(DATA, access.names.consumer_message, 2)
    mode = Attribute(DISCONNECT_CONTROL, access.names.disconnect_control, 4)
    if not client.negotiated.conformance & Conformance.MULTIPLE_REFERENCES or not {text, mode} <= before.keys():
        record_absent(trial, "several attributes in one write", "not offered, or not both attributes are there")
        return
    good, bad = (text, OctetString(CANARY)), (mode, Enum(_BEYOND_THE_LAST_MODE))
    for order in ((good, bad), (bad, good)):
        what = " then ".join("good" if item is good else "impossible" for item in order)
        tried = await attempt(client.set_list([item[0] for item in order], [item[1] for item in order]))
        done = tried.accepted and all(result is DataAccessResult.SUCCESS for result in tried.value)
        trial.record.observe(TAKEN, done, what=f"one write, {what}", answer=f"{tried.text} {tried.value or ''}")
        answer = await read_one(client, text)
        trial.record.observe(PARTLY, answer.value != before[text], what=what, seen=repr(answer.value))
        if answer.value != before[text]:
            await attempt(client.set(text, before[text]))


async def _impossible_messages(trial: Trial, client: DlmsClient) -> None:
    """The row's command or write with values of other types than its own."""
    request = decode_apdu(exchange_of(trial).request())
    right = type(_value_of(request))
    for what, value in IMPOSSIBLE_VALUES.items():
        changed = _with_value(request, value)
        if changed is None:
            record_absent(trial, "the row's message with an impossible value", "the row neither commands nor writes")
            return
        if not isinstance(value, right):
            tried = await send_forged(client, client.protect(encode_apdu(changed)))
            trial.record.observe(COMMANDED, tried.accepted, what=f"{what} in its place", answer=tried.text)


def _value_of(request: Apdu) -> Data | None:
    if isinstance(request, ActionRequestNormal):
        return request.parameters
    return request.value if isinstance(request, SetRequestNormal) else None


def _with_value(request: Apdu, value: Data) -> Apdu | None:
    """The same message with another value; None for one that carries none."""
    if isinstance(request, ActionRequestNormal):
        return replace(request, parameters=value)
    return replace(request, value=value) if isinstance(request, SetRequestNormal) else None


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("every impossible value is refused", "never", TAKEN),
        Check("what was set stays as it was", "always", KEPT),
        Check("a write is carried out whole or not at all", "never", PARTLY),
        Check("the row's message with an impossible value is refused", "never", COMMANDED),
        Check("it has no effect", "never", EFFECT),
        Check("the right message is carried out", "always", GOOD),
    ]


PROBE = Probe("I-L2", "dlms", stimulus, checks)
