"""C-M1 on Modbus/TLS: no data before the client has proved who it is.

The row's data are asked for without a certificate, with an expired one, with one of another authority, and with one
that gives no role; and at the ports where plain Modbus would be spoken. Under TLS 1.3 the refusal may come with the
first request.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bench.access.modbus import EXPIRED, NO_ROLE, SECURE, TRUST, UNTRUSTED
from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.modbus._row import access_of, exchange_of, gives_data
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.judgement.check import Check

if TYPE_CHECKING:
    from bench.access.modbus import ModbusAccess

SERVED = "the row's sender got the data"
GIVEN = "data were given to who has not proved a right to them"
_SHORT_S = 1.0


async def stimulus(trial: Trial) -> None:
    access, requests = access_of(trial), exchange_of(trial).reads()
    tried = await attempt(_data(access, requests, access.role, ""))
    trial.record.observe(SERVED, tried.accepted and tried.value == len(requests), answer=tried.text)
    for who in (TRUST, EXPIRED, UNTRUSTED, NO_ROLE):
        if not access.has(who):
            record_absent(trial, f"certificate {who}", "the device file names no such credential for the bench")
            continue
        for port in access.ports:
            tried = await attempt(_data(access, requests, who, port))
            given = tried.accepted and tried.value > 0
            trial.record.observe(GIVEN, given, what=f"{who} at {port}", answer=tried.text)
    for port in access.plaintext_ports:
        tried = await attempt(_data(access, requests, access.role, port))
        given = tried.accepted and tried.value > 0
        trial.record.observe(GIVEN, given, what=f"plain Modbus at {port}", answer=tried.text)


async def _data(access: ModbusAccess, requests: Sequence[bytes], role: str, port: str) -> int:
    """How many of the requests were answered with data."""
    async with access.session(role, port=port, timeout_s=_SHORT_S) as client:
        return sum([gives_data(await client.send_pdu(request)) for request in requests])


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("the row's sender gets the data", "always", SERVED),
        Check("nobody else gets any", "never", GIVEN),
    ]


PROBE = Probe("C-M1", SECURE, stimulus, checks)
