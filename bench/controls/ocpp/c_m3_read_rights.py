"""C-M3 Least privilege on read: a system of the same authority that is not the station's CSMS reads nothing.

OCPP knows one role, the CSMS. A server for another name, and another charging station with its own certificate, come in
the CSMS's place and ask for what the row tells, for settings, for reports and for logs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.ocpp._acts import call, exchange_of, harmless, impostor
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.judgement.check import Check

GRANTED = "the station's CSMS read it"
DENIED = "a system that is no CSMS of the station's read it"
_OTHERS = {"a CSMS of another name": "csms_wrong_name", "another station": "other_station"}


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    await exchange.prepare()
    tried = await attempt(exchange.role.readings())
    trial.record.observe(GRANTED, tried.accepted, what="meter values", answer=tried.text)
    for action, payload in _reads(trial):
        tried = await call(exchange.there, action, payload)
        trial.record.observe(GRANTED, tried.accepted, what=action, answer=tried.text)
    for what, credential in _OTHERS.items():
        if not exchange.access.has_secret(credential):
            record_absent(trial, what, "the device file names no such credential")
            continue
        await _other(trial, what, credential)


async def _other(trial: Trial, what: str, credential: str) -> None:
    async with impostor(trial, credential) as false:
        session = await false.connected()
        for action, payload in _reads(trial):
            given, answer = False, "it did not connect"
            if session is not None and session.session.alive:
                tried = await call(session, action, payload)
                given, answer = tried.accepted, tried.text
            trial.record.observe(DENIED, given, what=f"{action} of {what}", answer=answer)
        told = len(session.session.heard) if session is not None else 0
        trial.record.observe(DENIED, told > 0, what=f"what the station tells {what} by itself", messages=told)


def _reads(trial: Trial) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield harmless(trial)
    yield "TriggerMessage", {"requestedMessage": "MeterValues"}
    old = exchange_of(trial).version.is_old
    place = {"connectorId": 1} if old else {"evseId": 1}
    yield "GetCompositeSchedule", {**place, "duration": 60}
    yield "GetLocalListVersion", {}


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("the station's CSMS reads it", "always", GRANTED),
        Check("nobody else does", "never", DENIED),
    ]


PROBE = Probe("C-M3", "ocpp", stimulus, checks)
