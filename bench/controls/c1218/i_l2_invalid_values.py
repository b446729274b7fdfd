"""I-L2 on C12.18: what is invalid is refused as a whole.

Settings out of range, of a wrong length, with one bad field among good ones, and beyond the end of the table;
procedures with parameters that mean nothing, and a clock set to no date.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bench.access.c1218 import MANAGEMENT, C1218Access
from bench.controls.attempts import attempt, record_effect
from bench.controls.base import Probe
from bench.controls.c1218._port import access_of, exchange_of
from bench.controls.c1218._writes import LIMIT_AT, TARGET, Setting, setting_of, write
from bench.controls.trial import Trial
from bench.exchanges.c1218_exchange import C1218Act
from bench.judgement.check import Check
from drivers.c1218.names import ProcedureCall
from drivers.c1219.clock import SET_CLOCK, SET_DATE, SET_TIME, SetClock
from drivers.c1219.prepayment import CREDIT_CHANGE, CreditChange, How
from drivers.c1219.procedures import Procedure

GOOD = "a valid write was carried out"
TAKEN = "an invalid value was taken"
KEPT = "what is set was unchanged after an invalid value"
MOVED = "a procedure with invalid parameters took effect"
_MODE_AT = 0


async def stimulus(trial: Trial) -> None:
    access, exchange = access_of(trial), exchange_of(trial)
    await exchange.prepare()
    setting = await setting_of(access)
    async with access.session(MANAGEMENT) as client:
        for content in (setting.other, setting.content):
            tried = await attempt(write(client, content))
            trial.record.observe(GOOD, tried.accepted, what="the limit, forth and back", answer=tried.text)
        for what, content in _contents(setting).items():
            tried = await attempt(write(client, content))
            trial.record.observe(TAKEN, tried.accepted, what=what, answer=tried.text)
            kept = await client.read(TARGET)
            trial.record.observe(KEPT, kept == setting.content, what=what)
            if kept != setting.content:
                await write(client, setting.content)
        beyond = client.write_part(TARGET, len(setting.content) - 1, setting.content[-1:] + b"\0")
        tried = await attempt(beyond)
        trial.record.observe(TAKEN, tried.accepted, what="beyond the end of the table", answer=tried.text)
        meter = access.meter(client)
        for what, call in {**_procedures(setting), **_of_credit(access, setting)}.items():
            tried = await attempt(meter.start(call))
            trial.record.observe(TAKEN, tried.accepted, what=what, answer=tried.text)
    if isinstance(exchange, C1218Act):
        await record_effect(trial, exchange, MOVED, "invalid parameters")
        await exchange.restore()


def _contents(setting: Setting) -> Mapping[str, bytes]:
    """Contents of table 113 with something wrong. Its mode is changed with it, so that half a write would show."""
    good = bytearray(setting.other)
    good[_MODE_AT] = 2 if setting.content[_MODE_AT] != 2 else 4
    order = "big" if setting.formats.big_endian else "little"
    negative, too_long, no_mode, dwell = bytearray(good), bytearray(good), bytearray(good), bytearray(good)
    negative[LIMIT_AT : LIMIT_AT + 4] = (0x80000000).to_bytes(4, order)  # type: ignore[arg-type]
    too_long[-2:] = b"\xff\xff"
    no_mode[_MODE_AT] = 0xFF
    dwell[1:3] = b"\xff\xff"
    return {
        "a negative limit, with a good mode": bytes(negative),
        "a duration out of range, with a good mode": bytes(too_long),
        "a mode that does not exist": bytes(no_mode),
        "a dwell that cannot be set": bytes(dwell),
        "one byte too few": bytes(good[:-1]),
        "one byte too many": bytes(good) + b"\0",
        "nothing": b"",
    }


def _procedures(setting: Setting) -> Mapping[str, ProcedureCall]:
    direct, clock = int(Procedure.DIRECT_LOAD_CONTROL), int(Procedure.SET_TIME)
    whole = SetClock(SET_TIME | SET_DATE, None)
    return {
        "a level between off and on": ProcedureCall(direct, b"\x00\x32\x00\x00"),
        "a control point that does not exist": ProcedureCall(direct, b"\x09\x00\x00\x00"),
        "a duration that is not offered": ProcedureCall(direct, b"\x00\x00\xff\xff"),
        "no parameters": ProcedureCall(direct),
        "too many parameters": ProcedureCall(direct, bytes(9)),
        "a clock set to no date": ProcedureCall(clock, SET_CLOCK.encode(whole, setting.formats)),
        "a clock set by half": ProcedureCall(clock, bytes((SET_TIME,))),
    }


def _of_credit(access: C1218Access, setting: Setting) -> Mapping[str, ProcedureCall]:
    """Changes of a credit that cannot be, where the meter keeps one."""
    credit = int(Procedure.MODIFY_CREDIT)
    if not access.rights.may_start(MANAGEMENT, credit):
        return {}
    changes = {
        "a payment of nothing": CreditChange(How.ADD, 0, 901),
        "a payment of less than nothing": CreditChange(How.ADD, -1_000, 902),
        "a change of the credit that does not exist": CreditChange(9, 1_000, 903),
    }
    calls = {what: CREDIT_CHANGE.encode(change, setting.formats) for what, change in changes.items()}
    calls["half a payment"] = calls["a payment of nothing"][:3]
    return {what: ProcedureCall(credit, parameters) for what, parameters in calls.items()}


def checks(trial: Trial) -> Sequence[Check]:
    found = [
        Check("a valid value is taken", "always", GOOD),
        Check("no invalid value is taken", "never", TAKEN),
        Check("nothing of it is set", "always", KEPT),
    ]
    if isinstance(trial.exchange, C1218Act):
        found.append(Check("none of it takes effect", "never", MOVED))
    return found


PROBE = Probe("I-L2", "c1218", stimulus, checks)
