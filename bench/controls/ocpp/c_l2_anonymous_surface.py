"""C-L2 Anonymous surface equals a white-list: who proves nothing hears nothing, and only declared actions answer.

A CSMS without TLS, and one with a certificate that nobody signed, are told nothing. Every action of every version of
OCPP, and some that none has, is called by the right CSMS: those that answer are declared (PIXIT ``ocpp.actions``).
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.base import Probe
from bench.controls.ocpp._acts import call, exchange_of, impostor
from bench.controls.ocpp._samples import sample_payload
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.judgement.check import Check
from bench.judgement.observation import Json
from drivers.ocpp.schemas import actions
from drivers.ocpp.versions import Version

TOLD = "a CSMS that proves nothing was told something"
EXTRA = "actions that answer and are not declared"
_STRANGE = ("Diagnostics", "FactoryReset", "GetDebugLog", "Shell", "SetSerialNumber", "EngineeringMode")
_VENDORS = ("", "factory", "debug", "AMIBENCH", "com.example")


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    await exchange.prepare()
    await _sweep(trial)
    await _nobody(trial)


async def _nobody(trial: Trial) -> None:
    exchange = exchange_of(trial)
    for what, credential, profile in (
        ("a CSMS without TLS", "", 1),
        ("a CSMS whose certificate nobody signed", "csms_untrusted", None),
    ):
        if exchange.access.declared.security_profile == 1 and profile == 1:
            record_absent(trial, what, "the station is configured for security profile 1")
            continue
        async with impostor(trial, credential, profile=profile) as false:
            session = await false.connected()
            trial.record.observe(TOLD, session is not None, what=what, attempts=len(false.server.attempts))


async def _sweep(trial: Trial) -> None:
    exchange = exchange_of(trial)
    declared = frozenset(exchange.access.declared.actions)
    if not declared:
        record_absent(trial, "a sweep of actions", "the device file declares none (PIXIT ocpp.actions)")
        return
    version = exchange.version
    of_version = actions(version)
    others = frozenset[str]().union(*(actions(one) for one in Version)) - of_version
    found: list[Json] = []
    for action in sorted((of_version | others | {*_STRANGE}) - declared):
        payload = sample_payload(version, action) if action in of_version else {}
        tried = await call(exchange.there, action, payload)
        if tried.accepted:
            found.append(action)
    for vendor in _VENDORS:
        tried = await call(exchange.there, "DataTransfer", {"vendorId": vendor, "data": "?"})
        if tried.accepted and tried.value["status"] == "Accepted":
            found.append(f"DataTransfer of {vendor!r}")
    trial.record.observe(EXTRA, found, what=exchange.version.value)


def checks(trial: Trial) -> Sequence[Check]:
    found = [Check("who proves nothing is told nothing", "never", TOLD)]
    if exchange_of(trial).access.declared.actions:
        found.append(Check("no action answers that is not declared", "empty", EXTRA))
    return found


PROBE = Probe("C-L2", "ocpp", stimulus, checks)
