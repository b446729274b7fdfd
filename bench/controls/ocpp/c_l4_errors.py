"""C-L4 Errors reveal nothing beyond the protocol's codes.

Calls that fail in every way: no JSON, wrong types, ids that there are not, values out of range. No text that comes back
names a file, a line, a version or an exception of the firmware (`bench.controls.tell_tales`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from bench.controls.base import Probe
from bench.controls.ocpp._acts import call, exchange_of
from bench.controls.tell_tales import told_of_the_inside
from bench.controls.trial import Trial
from bench.judgement.check import Check
from drivers.ocpp.errors import ErrorCode

TELLS = "an answer tells of the inside"
ANSWERED = "provocations that were answered"
_CODES = tuple(code.value.encode() for code in ErrorCode)
_LINE_S = 5.0


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    await exchange.prepare()
    session = exchange.there.session
    before = len(session.heard)
    for action, payload in _calls(trial):
        await call(exchange.there, action, payload)
    for text in _TEXTS:
        if session.alive:
            await session.say(text)
            await trial.station.advance(_LINE_S)
    answers = [item.text for item in session.heard[before:] if item.text.startswith(("[3", "[4", "[5"))]
    trial.record.observe(ANSWERED, len(answers))
    for text in answers:
        told = told_of_the_inside(text.encode(), _CODES)
        trial.record.observe(TELLS, bool(told), what=text[:120], found=", ".join(told))
    await exchange.close()


def _calls(trial: Trial) -> Iterator[tuple[str, dict[str, Any]]]:
    exchange = exchange_of(trial)
    action, good = exchange.call()
    yield "Sesame", {}
    yield action, {}
    yield action, {**good, "surprise": 1}
    yield action, {**good, **({"connectorId": "one"} if exchange.version.is_old else {"evseId": "one"})}
    yield action, {**good, **({"connectorId": 99} if exchange.version.is_old else {"evseId": 99})}
    if exchange.version.is_old:
        yield "RemoteStopTransaction", {"transactionId": 999_999}
        yield "RemoteStartTransaction", {"idTag": "x" * 20}
        yield "ClearChargingProfile", {"id": 999_999}
        yield "GetConfiguration", {"key": ["../..", "%s%n"]}
        return
    yield "RequestStopTransaction", {"transactionId": "nobody's"}
    yield "ClearChargingProfile", {"chargingProfileId": 999_999}
    variable = {"component": {"name": "../.."}, "variable": {"name": "%s%n"}}
    yield "GetVariables", {"getVariableData": [variable]}


_TEXTS = ("{", '[2,"a"]', '[2,"b","SetChargingProfile",{"evseId":', '[9,"c","Reset",{}]', '[2,"d",5,{}]')


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("the station answers provocations", "at_least", ANSWERED, {"limit": 1}),
        Check("errors tell nothing of the inside", "never", TELLS),
    ]


PROBE = Probe("C-L4", "ocpp", stimulus, checks)
