"""I-L2 on office systems: orders with impossible values are refused, and of several orders with a bad one none is
taken.

Wrong types cannot be said by a typed message, so they are put into the JSON before it is signed: nothing but the
value is wrong with such a message.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bench.access.office_rights import Act
from bench.controls.attempts import attempt, record_effect
from bench.controls.base import Probe
from bench.controls.office._changes import is_order
from bench.controls.office._changes_of_values import checks_of_values, impossible_values
from bench.controls.office._orders import A_DAY_S, control_of, give, order_of, the_one
from bench.judgement.check import Check
from drivers.cim.office import CimOffice
from drivers.cim.payloads import EndDeviceControl
from drivers.cim.times import iso
from drivers.cim.vocabulary import FINAL_STATES, Control, Noun, Verb
from drivers.transport.tap import alter

if TYPE_CHECKING:
    from bench.controls.trial import Trial

TAKEN = "an order with an impossible value was taken"
PARTLY = "a good order beside a bad one was taken"
STANDING = "orders that stand although they had been refused"
EFFECT = "the switch moved at an order with an impossible value"
GOOD = "the order with right values took effect"

_TWO_DAYS_S = 2 * A_DAY_S
_NOBODYS_METER = "nobody-has-this-meter"


async def stimulus(trial: Trial) -> None:
    """Every impossible order alone, then one beside a good order in both places, then the good order."""
    if not is_order(trial):
        await impossible_values(trial)
        return
    exchange = order_of(trial)
    await exchange.prepare()
    async with exchange.access.session(exchange.sender) as office:
        before = await _standing(office)
        for what, control in _impossible(trial).items():
            tried = await attempt(give(office, control))
            trial.record.observe(TAKEN, tried.accepted, what=what, answer=tried.text)
        for what, change in _WRONG_TYPES.items():
            with office.client.plain.interfering(alter(_changed(change))):
                tried = await attempt(give(office, control_of(trial, after_s=A_DAY_S)))
            trial.record.observe(TAKEN, tried.accepted, what=what, answer=tried.text)
        good = control_of(trial, after_s=A_DAY_S)
        bad = replace_in(good, meter=_NOBODYS_METER)
        pairs = {"a bad order second": (good, bad), "a bad order first": (bad, good)}
        if not exchange.access.rights.may(exchange.sender, Act(Verb.CREATE, Noun.END_DEVICE_CONTROLS, _other(good))):
            pairs["an order that is not the sender's to give second"] = (good, replace_in(good, control=_other(good)))
        for what, controls in pairs.items():
            tried = await attempt(_several(office, controls))
            trial.record.observe(PARTLY, tried.accepted, what=what, answer=tried.text)
        left = sorted(await _standing(office) - before)
        trial.record.observe(STANDING, left)  # type: ignore[arg-type]
        if left:
            await office.cancel(tuple(left))
    await record_effect(trial, exchange, EFFECT, "after all impossible orders")
    await exchange.prepare()
    await record_effect(trial, exchange, GOOD, exchange.sender, await attempt(exchange.perform()))
    await exchange.restore()


def _impossible(trial: Trial) -> Mapping[str, EndDeviceControl]:
    """Orders of which one value cannot be."""
    now = trial.clock.now()
    good = control_of(trial, after_s=A_DAY_S)
    return {
        "a meter that nobody has": replace_in(good, meter=_NOBODYS_METER),
        "no meter": replace_in(good, meter=""),
        "a date two days ago": replace_in(good, start=iso(now - _TWO_DAYS_S)),
        "month 13": replace_in(good, start="2026-13-45T99:99:99.000Z"),
        "not a date": replace_in(good, start="tomorrow"),
        "an end before the beginning": replace_in(good, expiry=iso(now + A_DAY_S / 2)),
        "a date in ten years": replace_in(good, start=iso(now + 3650 * A_DAY_S)),
        "a voltage limit below zero": replace_in(good, voltage_limit=-1.0),
        "a voltage limit of a million": replace_in(good, voltage_limit=1e6),
        "a register below zero": replace_in(good, final_reading=-1),
        "a priority that nobody knows": replace_in(good, priority="by yesterday"),
    }


def _other(control: EndDeviceControl) -> Control:
    return Control.CONNECT if control.control is Control.DISCONNECT else Control.DISCONNECT


def replace_in(order: EndDeviceControl, /, **changes: Any) -> EndDeviceControl:
    """A copy of an order with other values."""
    return EndDeviceControl(**{**{name: getattr(order, name) for name in order.__struct_fields__}, **changes})


def _put(key: str, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(control: dict[str, Any]) -> None:
        control[key] = value

    return change


_WRONG_TYPES: Mapping[str, Callable[[dict[str, Any]], None]] = {
    "a number for the meter": _put("meter", 5),
    "a control that does not exist": _put("control", "explode"),
    "nothing for the control": _put("control", None),
    "a list for the start": _put("start", ["now"]),
    "a text for the voltage limit": _put("voltageLimit", "high"),
    "no number for the voltage limit": _put("voltageLimit", "NaN"),
    "a field that nobody knows": _put("surprise", 1),
}


def _changed(change: Callable[[dict[str, Any]], None]) -> Callable[[bytes], bytes]:
    """A change of the first order in a message's JSON."""

    def changed(message: bytes) -> bytes:
        document = json.loads(message)
        for control in document.get("payload", document.get("Payload", {})).get(str(Noun.END_DEVICE_CONTROLS), ()):
            change(control)
        return json.dumps(document).encode()

    return changed


async def _several(office: CimOffice, controls: Sequence[EndDeviceControl]) -> None:
    """Give several orders in one message; raises the refusal."""
    the_one(await office.order(controls))


async def _standing(office: CimOffice) -> set[str]:
    """The orders of this sender that may still be executed."""
    return {status.order for status in (await office.orders()).orders if status.state not in FINAL_STATES}


def checks(trial: Trial) -> Sequence[Check]:
    if not is_order(trial):
        return checks_of_values()
    return [
        Check("the order with right values works", "always", GOOD),
        Check("no impossible value is taken", "never", TAKEN),
        Check("of several orders with a bad one none is taken", "never", PARTLY),
        Check("nothing of a refused order is kept", "empty", STANDING),
        Check("an impossible order has no effect", "never", EFFECT),
    ]


PROBE = Probe("I-L2", "office_https", stimulus, checks)
