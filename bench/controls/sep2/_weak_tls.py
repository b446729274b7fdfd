"""Offers of TLS that nobody may take: by a server that the device follows, and at the device's own server."""

from __future__ import annotations

import dataclasses
import ssl
from collections.abc import Mapping
from typing import Any

from bench.controls.attempts import attempt
from bench.controls.sep2._acts import Case, exchange_of, follow, record_effects
from bench.controls.trial import Trial
from drivers.cim.raw import RawReply, raw_request
from drivers.sep2.tls import CIPHER, CLIENT_TLS, OLD_TLS, server_context

_V10, _V11 = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
_OLD_SUITES = "ALL:@SECLEVEL=0"

WEAK_SUITES: Mapping[str, Mapping[str, Any]] = {
    "a suite without authentication": {"ciphers": "aNULL:@SECLEVEL=0"},
    "a suite without encryption": {"ciphers": "eNULL:@SECLEVEL=0"},
}
"""What a server says, as settings of `server_context`."""
OLD_VERSIONS: Mapping[str, Mapping[str, Any]] = {
    "TLS 1.0 and 1.1 only": {"ciphers": _OLD_SUITES, "oldest": _V10, "newest": _V11},
}
WEAK_CLIENTS = {
    "TLS 1.1 only": OLD_TLS,
    "TLS 1.0 only": dataclasses.replace(OLD_TLS, minimum=_V10, maximum=_V10, ciphers=_OLD_SUITES),
    "a suite without encryption": dataclasses.replace(CLIENT_TLS, ciphers="eNULL:@SECLEVEL=0"),
    "a suite without authentication": dataclasses.replace(CLIENT_TLS, ciphers="aNULL:@SECLEVEL=0"),
    "encryption and authentication apart": dataclasses.replace(
        CLIENT_TLS, ciphers="ECDHE-ECDSA-AES128-SHA:AES128-SHA:@SECLEVEL=0"
    ),
}
"""How somebody comes to the device's own server."""
REQUEST = b"GET /dcap HTTP/1.1\r\nHost: device\r\n\r\n"


async def offer_weak_servers(trial: Trial, offers: Mapping[str, Mapping[str, Any]], series: str) -> None:
    """The right server, but with such TLS, and at last with none; record whether a signal of its took effect."""
    exchange = exchange_of(trial)
    credential = exchange.access.credential(exchange.party)
    for words, settings in offers.items():
        try:
            context = server_context(credential, ask=False, **settings)
        except ssl.SSLError:
            trial.record.could_not_look(series, f"this machine's TLS library does not offer {words}")
            continue
        await _through(trial, words, context, series)
    await _through(trial, "no TLS at all", None, series)
    exchange.counterpart.reappear()


async def _through(trial: Trial, words: str, context: ssl.SSLContext | None, series: str) -> None:
    """The right server, but its port speaks as ``context`` says."""
    exchange = exchange_of(trial)
    event = exchange.offer(exchange.new_event())
    counterpart = exchange.counterpart
    if context is not None:
        counterpart.reappear(context)
    else:
        counterpart.in_plaintext()
    await follow(trial, 2.0 * float(exchange.access.pixit("retry_s", 120.0)))
    await record_effects(trial, [Case(words, event)], series)
    exchange.program.events.clear()


async def come_weakly(trial: Trial, party: str, series: str) -> None:
    """Come to the device's own server with such offers, and without TLS; record whether a request was answered."""
    access = exchange_of(trial).access
    for words, options in WEAK_CLIENTS.items():
        try:
            tried = await attempt(raw_request(access.own_server, REQUEST, access.credential(party), options))
        except ssl.SSLError:
            trial.record.could_not_look(series, f"this machine's TLS library does not offer {words}")
            continue
        answered = isinstance(tried.value, RawReply) and bool(tried.value.data)
        trial.record.observe(series, answered, what=words, answer=tried.text)
    tried = await attempt(raw_request(access.own_server.replace("https://", "http://"), REQUEST))
    looked = isinstance(tried.value, RawReply) and tried.value.status is not None
    trial.record.observe(series, looked, what="no TLS at all", answer=tried.text)


def is_mandatory(tls: tuple[str, str] | None) -> bool:
    """Whether version and suite are those that 2030.5 asks for."""
    return tls == ("TLSv1.2", CIPHER)
