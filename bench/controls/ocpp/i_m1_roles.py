"""I-M1 Commands need the right role: a system of the same authority that is not the station's CSMS commands nothing.

A server for another name, and a charging station's own certificate, come in the CSMS's place and try what a CSMS may:
a limit, the end of the transaction, a restart, another password.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bench.controls.base import Probe
from bench.controls.ocpp._acts import GOOD, call, exchange_of, impostor, limited, record, works
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.judgement.check import Check

EFFECT = "a system that is no CSMS of the station's set a limit"
ACCEPTED = "a command of a system that is no CSMS of the station's was accepted"
_OTHERS = {"a CSMS of another name": "csms_wrong_name", "another station": "other_station"}


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    await works(trial, "before")
    for what, credential in _OTHERS.items():
        if not exchange.access.has_secret(credential):
            record_absent(trial, what, "the device file names no such credential")
            continue
        await _command(trial, credential, what)
    await works(trial, "after")


async def _command(trial: Trial, credential: str, what: str) -> None:
    exchange = exchange_of(trial)
    transaction = exchange.there.backend.running
    async with impostor(trial, credential) as false:
        session = await false.connected()
        for action, payload in _actions(trial, transaction.number if transaction is not None else "1"):
            accepted, answer = False, "it did not connect"
            if session is not None and session.session.alive:
                tried = await call(session, action, payload)
                accepted, answer = tried.accepted, tried.text
            trial.record.observe(ACCEPTED, accepted, what=f"{action} of {what}", answer=answer)
        record(trial, EFFECT, await limited(trial), what)


def _actions(trial: Trial, transaction: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    exchange = exchange_of(trial)
    yield exchange.call()
    if exchange.version.is_old:
        yield "ChangeConfiguration", {"key": "AuthorizationKey", "value": "30313233343536373839414243444546"}
        yield "RemoteStopTransaction", {"transactionId": int(transaction)}
        yield "Reset", {"type": "Soft"}
        return
    password = {"component": {"name": "SecurityCtrlr"}, "variable": {"name": "BasicAuthPassword"}}
    yield "SetVariables", {"setVariableData": [{**password, "attributeValue": "0123456789abcdef"}]}
    yield "RequestStopTransaction", {"transactionId": transaction}
    yield "Reset", {"type": "OnIdle"}


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("no command of another system is accepted", "never", ACCEPTED),
        Check("none has an effect", "never", EFFECT),
        Check("good limits work before and after", "always", GOOD),
    ]


PROBE = Probe("I-M1", "ocpp", stimulus, checks)
