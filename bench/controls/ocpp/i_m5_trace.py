"""I-M5 Privileged actions leave a trace: each makes one security event, with its time, its result and who acted.

A restart makes ResetOrReboot, another password ReconfigurationOfSecurityParameters
(OCA, Improved security for OCPP 1.6-J ed. 2, security events; 2.0.1, appendix 1). The event's
``techInfo`` names who acted (PIXIT ``ocpp.log_who``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bench.controls.base import Probe
from bench.controls.ocpp._acts import GOOD, call, exchange_of, works
from bench.controls.trial import Trial
from bench.judgement.check import Check
from drivers.ocpp.backend import Received
from drivers.ocpp.times import from_text

ONE, WHEN = "security events of the action", "time of the event against that of the action"
WHO, LATE = "the event names who acted", "from the action to the event"
_RESET, _CONFIGURED = "ResetOrReboot", "ReconfigurationOfSecurityParameters"
_SLOW_S = 5.0
_OTHER_PASSWORD = b"0123456789abcdef"


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    await exchange.prepare()
    await _configure(trial, _OTHER_PASSWORD)
    await _configure(trial, exchange.access.secret("password"))
    await _reset(trial)
    await works(trial, "after")


async def _configure(trial: Trial, password: bytes) -> None:
    exchange = exchange_of(trial)
    began, known = trial.clock.now(), len(exchange.there.backend.calls("SecurityEventNotification"))
    tried = await call(exchange.there, *_password_call(trial, password))
    await trial.station.advance(_SLOW_S)
    _record(trial, _CONFIGURED, began, known, f"another password: {tried.text}")


def _password_call(trial: Trial, password: bytes) -> tuple[str, Mapping[str, Any]]:
    if exchange_of(trial).version.is_old:
        return "ChangeConfiguration", {"key": "AuthorizationKey", "value": password.hex()}
    variable = {"component": {"name": "SecurityCtrlr"}, "variable": {"name": "BasicAuthPassword"}}
    return "SetVariables", {"setVariableData": [{**variable, "attributeValue": password.decode("ascii", "replace")}]}


async def _reset(trial: Trial) -> None:
    exchange = exchange_of(trial)
    began, known = trial.clock.now(), len(exchange.there.backend.calls("SecurityEventNotification"))
    before = exchange.csms.attempts
    await call(exchange.there, "Reset", {"type": "Hard" if exchange.version.is_old else "Immediate"})
    await exchange.connect(after=before)
    await trial.station.advance(_SLOW_S)
    _record(trial, _RESET, began, known, "a restart")


def _record(trial: Trial, kind: str, began: float, known: int, what: str) -> None:
    exchange = exchange_of(trial)
    new = exchange.there.backend.calls("SecurityEventNotification")[known:]
    found: list[Received] = [one for one in new if one.payload["type"] == kind]
    trial.record.observe(ONE, len(found), what=what, others=[str(one.payload["type"]) for one in new])
    who = exchange.access.declared.log_who
    for one in found:
        trial.record.observe(WHEN, abs(from_text(one.payload["timestamp"]) - began), unit="s", what=what)
        trial.record.observe(WHO, who in str(one.payload.get("techInfo", "")), what=what)
        trial.record.observe_duration(LATE, max(0.0, one.at - began), what=what)


def checks(trial: Trial) -> Sequence[Check]:
    margin = {"limit": trial.bound("dt_clk", subject="meter_han").number + exchange_of(trial).access.declared.boot_s}
    late = {"limit": trial.bound("t_log").number + exchange_of(trial).access.declared.boot_s}
    return [
        Check("the action makes exactly one event", "equals", ONE, {"expected": 1}),
        Check("its time is right", "at_most", WHEN, margin),
        Check("it names who acted", "always", WHO),
        Check("it is told within t_log, of a restart from the boot on", "at_most", LATE, late),
        Check("good limits work after", "always", GOOD),
    ]


PROBE = Probe("I-M5", "ocpp", stimulus, checks)
