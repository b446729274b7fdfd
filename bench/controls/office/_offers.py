"""Offers of TLS that no system may take: old versions, and suites without what a suite is for."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from typing import TYPE_CHECKING

from bench.controls.attempts import attempt
from bench.controls.office._http import as_http
from drivers.cim.canonical import Request
from drivers.cim.credentials import Credential, TlsOptions
from drivers.cim.raw import RawConnection, RawReply

if TYPE_CHECKING:
    from bench.controls.trial import Trial

_V10, _V11, _V12 = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1, ssl.TLSVersion.TLSv1_2

OLD_VERSIONS: Mapping[str, TlsOptions] = {
    "TLS 1.0 only": TlsOptions(_V10, _V10, "ALL:@SECLEVEL=0"),
    "TLS 1.1 only": TlsOptions(_V11, _V11, "ALL:@SECLEVEL=0"),
}
WEAK_SUITES: Mapping[str, TlsOptions] = {
    "TLS 1.2 without encryption": TlsOptions(_V12, _V12, "eNULL:@SECLEVEL=0"),
    "TLS 1.2 without authentication": TlsOptions(_V12, _V12, "aNULL:@SECLEVEL=0"),
    "TLS 1.2 that encrypts and authenticates apart": TlsOptions(
        _V12, _V12, "AES128-SHA:ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0"
    ),
    "TLS 1.2 without forward secrecy": TlsOptions(_V12, _V12, "kRSA+AESGCM:@SECLEVEL=0"),
}


def get_health(url: str) -> bytes:
    """The plainest request, as bytes."""
    return as_http(Request("GET", "/health"), url.partition("://")[2])


async def record_offers(
    trial: Trial, series: str, url: str, credential: Credential, offers: Mapping[str, TlsOptions]
) -> None:
    """Make each offer, everything else as it should be, and record whether somebody answered under it."""
    for what, options in offers.items():
        try:
            tried = await attempt(_answered(url, credential, options))
        except ssl.SSLError as error:
            trial.record.could_not_look(series, f"{what}: the bench's own TLS cannot offer it ({error.reason})")
            continue
        answered = isinstance(tried.value, RawReply) and bool(tried.value.data)
        trial.record.observe(series, answered, what=what, answer=tried.text)


async def _answered(url: str, credential: Credential, options: TlsOptions) -> RawReply:
    async with RawConnection(url, credential, options) as connection:
        await connection.send(get_health(url))
        return await connection.receive()
