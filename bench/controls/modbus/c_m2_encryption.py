"""C-M2 on Modbus/TLS: nothing can be read on the wire.

The row's data pass through a bump in the wire that keeps every byte; none of the messages, nor the registers that came,
may be found in it. Old versions of TLS and suites without encryption or authentication are refused, and nobody answers
plain Modbus.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from bench.access.modbus import SECURE
from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.modbus._bump import bump_at, client_through, driven
from bench.controls.modbus._row import access_of, exchange_of, gives_data, harmless_read
from bench.controls.trial import Trial
from bench.judgement.check import Check
from drivers.cim.credentials import TlsOptions
from drivers.transport.tls import TlsTransport

if TYPE_CHECKING:
    from bench.access.modbus import ModbusAccess

PLANTED = "there was something to find"
FOUND = "messages on the wire"
GOOD = "version and suite of the row's own session are good ones"
WEAK = "a weak offer was accepted"
PLAINTEXT = "a plaintext port answered"
_SHORT_S = 0.5
_GOOD_VERSIONS = ("TLSv1.2", "TLSv1.3")
_AUTHENTICATED = ("GCM", "CHACHA20", "CCM")
_V10, _V11, _V12 = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1, ssl.TLSVersion.TLSv1_2
_OFFERS: Mapping[str, TlsOptions] = {
    "TLS 1.0 only": TlsOptions(_V10, _V10, "ALL:@SECLEVEL=0"),
    "TLS 1.1 only": TlsOptions(_V11, _V11, "ALL:@SECLEVEL=0"),
    "TLS 1.2 without encryption": TlsOptions(_V12, _V12, "eNULL:@SECLEVEL=0"),
    "TLS 1.2 without authentication": TlsOptions(_V12, _V12, "aNULL:@SECLEVEL=0"),
    "TLS 1.2 that encrypts and authenticates apart": TlsOptions(
        _V12, _V12, "AES128-SHA:ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0"
    ),
}
_SHORTEST = 6


async def stimulus(trial: Trial) -> None:
    access = access_of(trial)
    await _listen(trial, access)
    for what, options in _OFFERS.items():
        try:
            tried = await attempt(_answered(access, trial, options, access.ports[0]))
        except ssl.SSLError as error:
            trial.record.could_not_look(WEAK, f"{what}: the bench's own TLS cannot offer it ({error.reason})")
            continue
        trial.record.observe(WEAK, tried.accepted and tried.value, what=what, answer=tried.text)
    for port in access.plaintext_ports:
        tried = await attempt(_answered(access, trial, None, port))
        trial.record.observe(PLAINTEXT, tried.accepted and tried.value, what=port, answer=tried.text)
    if not access.plaintext_ports:
        trial.record.could_not_look(PLAINTEXT, "the lab config names no port where plain Modbus could be spoken")


async def _listen(trial: Trial, access: ModbusAccess) -> None:
    exchange = exchange_of(trial)
    async with bump_at(access, access.ports[0]) as bump:
        client = client_through(access, bump)
        try:
            await driven(trial, client.open())
            with client.taps["adu"].capturing() as seen:
                for request in exchange.reads():
                    await driven(trial, client.send_pdu(request))
            transport = client.link.transport
            assert isinstance(transport, TlsTransport)
            told = transport.negotiated
        finally:
            await client.close()
        wire = bytes(bump.sent + bump.received)
    said = [one.data for one in seen if len(one.data) >= _SHORTEST]
    trial.record.observe(PLANTED, bool(said) and len(wire) > sum(map(len, said)), what=f"{len(said)} messages")
    hits = [f"message {number}" for number, message in enumerate(said, 1) if message in wire]
    captures = [trial.record.capture(wire, ".tls")]
    trial.record.observe(FOUND, hits, what="the row's exchange", captures=captures)  # type: ignore[arg-type]
    good = told.version in _GOOD_VERSIONS and any(word in told.cipher for word in _AUTHENTICATED)
    trial.record.observe(GOOD, good, what=f"{told.version} {told.cipher}")


async def _answered(access: ModbusAccess, trial: Trial, options: TlsOptions | None, port: str) -> bool:
    async with access.session(port=port, timeout_s=_SHORT_S, options=options) as client:
        return gives_data(await client.send_pdu(harmless_read(trial)))


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("there is something to find", "always", PLANTED),
        Check("nothing of it is on the wire", "empty", FOUND),
        Check("the row's session is encrypted and authenticated", "always", GOOD),
        Check("weak offers are refused", "never", WEAK),
        Check("nobody answers plain Modbus", "never", PLAINTEXT),
    ]


PROBE = Probe("C-M2", SECURE, stimulus, checks)
