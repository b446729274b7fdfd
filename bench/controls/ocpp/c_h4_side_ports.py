"""C-H4 Side ports leak nothing: what the station delivers beside its messages holds no secret and no customer's card.

A driver's card is planted in the station's list. The diagnostics and the security log are delivered to a file server
and searched for the secrets of the device file and for the card, as they are, in hexadecimal, in base64.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bench.access.ocpp_files import FileServer
from bench.controls.base import Probe
from bench.controls.ocpp._acts import GOOD, call, exchange_of, works
from bench.controls.ocpp._security_log import DIAGNOSTICS, SECURITY, delivered
from bench.controls.ocpp.c_l1_secrets import SECRETS, core
from bench.controls.traces import found_in
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.evidence.forms import forms_of
from bench.judgement.check import Check

PLANTED = "the card is in the station's list"
DELIVERED = "logs that were delivered"
HITS = "secrets and cards in what was delivered"
_CARD = "5A454252413031AB"
_KINDS = (DIAGNOSTICS, SECURITY)


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    await exchange.prepare()
    action, payload = _card(trial)
    tried = await call(exchange.there, action, payload)
    planted = tried.accepted and tried.value.get("status") == "Accepted"
    trial.record.observe(PLANTED, planted, what=_CARD, answer=tried.text)
    searched = dict(_searched(trial))
    count = 0
    async with FileServer(exchange.access.listen[0]) as files:
        for kind in _KINDS:
            data = await delivered(trial, files, kind)
            count += bool(data)
            if not data:
                record_absent(trial, kind, "the station delivers none")
            hits = [f"{name}: {form}" for name, forms in searched.items() for form in found_in(data, forms)]
            trial.record.observe(HITS, hits, what=kind, bytes=len(data))  # type: ignore[arg-type]
    trial.record.observe(DELIVERED, count, unit="files")
    await call(exchange.there, action, _card(trial, empty=True)[1])
    await works(trial, "after")


def _card(trial: Trial, *, empty: bool = False) -> tuple[str, dict[str, Any]]:
    """The local list with the card, or without any."""
    if exchange_of(trial).version.is_old:
        entry: dict[str, Any] = {"idTag": _CARD, "idTagInfo": {"status": "Accepted"}}
        payload = {"listVersion": 1, "updateType": "Full", "localAuthorizationList": [] if empty else [entry]}
        return "SendLocalList", payload
    entry = {"idToken": {"idToken": _CARD, "type": "ISO14443"}, "idTokenInfo": {"status": "Accepted"}}
    told: dict[str, Any] = {"versionNumber": 1, "updateType": "Full"}
    return "SendLocalList", told if empty else {**told, "localAuthorizationList": [entry]}


def _searched(trial: Trial) -> Iterator[tuple[str, Mapping[str, bytes]]]:
    access = exchange_of(trial).access
    for name in SECRETS:
        if access.has_secret(name):
            yield name, forms_of(core(access.secret(name)))
    yield "the card", forms_of(_CARD.encode("ascii"))


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("there is something to search for", "always", PLANTED),
        Check("something is delivered", "at_least", DELIVERED, {"limit": 1}),
        Check("it holds no secret and no card", "empty", HITS),
        Check("good limits work after", "always", GOOD),
    ]


PROBE = Probe("C-H4", "ocpp", stimulus, checks)
