"""C-L1 Secrets are write-only: nothing that the station can be asked holds its password or a key.

Configuration keys by name and all together (1.6), variables by name and the whole inventory (2.x), in every version
that the station speaks. All that it says meanwhile is searched for each secret, as it is, in hexadecimal, in base64.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bench.controls.base import Probe
from bench.controls.ocpp._acts import call, exchange_of
from bench.controls.trial import Trial
from bench.evidence.forms import forms_of
from bench.judgement.check import Check
from drivers.ocpp.csms import Station as Session
from drivers.ocpp.versions import Version

FOUND = "a secret is in what the station says"
DENIED = "the station refuses to tell the secret"
ASKED = "questions that were answered"
SECRETS = ("password", "factory_password", "station")
_KEYS = ("AuthorizationKey", "BasicAuthPassword", "CpoPrivateKey", "WebSocketPassword", "Password")
_VARIABLES = (
    ("SecurityCtrlr", "BasicAuthPassword"),
    ("SecurityCtrlr", "Identity"),
    ("OCPPCommCtrlr", "NetworkConfigurationPriority"),
    ("InternalCtrlr", "BasicAuthPassword"),
)
_ATTRIBUTES = ("Actual", "Target")
_REPORT_S = 5.0


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    first = exchange.version
    for version in exchange.access.declared.versions:
        await exchange.close()
        exchange.version = Version(version)
        await exchange.connect()
        await _ask(trial, exchange.there, Version(version))
        _search(trial, exchange.there, version)
    await exchange.close()
    exchange.version = first


async def _ask(trial: Trial, session: Session, version: Version) -> None:
    answered = 0
    for action, payload in _questions(version):
        tried = await call(session, action, payload)
        answered += tried.answered
        if tried.accepted and action == "GetVariables":
            for result in tried.value["getVariableResult"]:
                if result["variable"]["name"] == "BasicAuthPassword":
                    told = "attributeValue" in result
                    trial.record.observe(DENIED, not told, what=f"{version.value}: {result['attributeStatus']}")
        if tried.accepted and action == "GetConfiguration":
            for key in tried.value.get("configurationKey", ()):
                if key["key"] in _KEYS:
                    trial.record.observe(DENIED, not key.get("value"), what=f"{version.value}: {key['key']}")
    await trial.station.advance(_REPORT_S)
    trial.record.observe(ASKED, answered, what=version.value)


def _questions(version: Version) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if version.is_old:
        yield "GetConfiguration", {}
        yield "GetConfiguration", {"key": list(_KEYS)}
        return
    asked = [
        {"component": {"name": component}, "variable": {"name": variable}, "attributeType": kind}
        for component, variable in _VARIABLES
        for kind in _ATTRIBUTES
    ]
    yield "GetVariables", {"getVariableData": asked}
    for base in ("FullInventory", "ConfigurationInventory", "SummaryInventory"):
        yield "GetBaseReport", {"requestId": 1, "reportBase": base}


def _search(trial: Trial, session: Session, version: str) -> None:
    exchange = exchange_of(trial)
    said = "\n".join(item.text for item in session.session.heard).encode("utf-8", "surrogateescape")
    for name in SECRETS:
        if not exchange.access.has_secret(name):
            continue
        for form, mark in forms_of(core(exchange.access.secret(name))).items():
            trial.record.observe(FOUND, mark in said, what=f"{name} {form}, {version}", bytes_searched=len(said))


def core(secret: bytes) -> bytes:
    """Of a PEM text a line in the middle of its key, since line ends may differ."""
    if b"-----BEGIN" not in secret:
        return secret
    key = secret.partition(b"PRIVATE KEY-----")[2].split(b"-----")[0]
    lines = [line for line in key.splitlines() if line]
    return lines[len(lines) // 2]


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("the station answers what it may", "at_least", ASKED, {"limit": 1}),
        Check("it refuses to tell a secret", "always", DENIED),
        Check("no secret is in what it says", "never", FOUND),
    ]


PROBE = Probe("C-L1", "ocpp", stimulus, checks)
