"""C-H1 on Modbus/TLS: both sides prove who they are, and nothing is negotiated down.

A false headend has an expired certificate, or one of another authority: the device gives no data. A client that offers
old TLS only gets none. The device's own certificate verifies under the anchors, for its own address.
"""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bench.access.modbus import EXPIRED, SECURE, UNTRUSTED
from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.modbus._row import access_of, exchange_of, gives_data
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.judgement.check import Check
from drivers.cim.credentials import TlsOptions

if TYPE_CHECKING:
    from bench.access.modbus import ModbusAccess

PROVED = "the device proved who it is, and served who proved who he is"
FALSE_PEER = "a false headend got data"
DOWNGRADED = "old TLS was accepted"
_OLD = TlsOptions(ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1, "ALL:@SECLEVEL=0")


async def stimulus(trial: Trial) -> None:
    access = access_of(trial)
    tried = await attempt(_data(trial, access, access.role))
    trial.record.observe(PROVED, tried.accepted and tried.value, what="before", answer=tried.text)
    for who in (EXPIRED, UNTRUSTED):
        if not access.has(who):
            record_absent(trial, f"certificate {who}", "the device file names no such credential for the bench")
            continue
        tried = await attempt(_data(trial, access, who))
        trial.record.observe(FALSE_PEER, tried.accepted and tried.value, what=who, answer=tried.text)
    try:
        tried = await attempt(_data(trial, access, access.role, _OLD))
        trial.record.observe(DOWNGRADED, tried.accepted and tried.value, what="TLS 1.0 and 1.1", answer=tried.text)
    except ssl.SSLError as error:
        trial.record.could_not_look(DOWNGRADED, f"the bench's own TLS cannot offer it ({error.reason})")
    tried = await attempt(_data(trial, access, access.role))
    trial.record.observe(PROVED, tried.accepted and tried.value, what="afterwards", answer=tried.text)


async def _data(trial: Trial, access: ModbusAccess, role: str, options: TlsOptions | None = None) -> bool:
    async with access.session(role, options=options) as client:
        return gives_data(await client.send_pdu(exchange_of(trial).reads()[0]))


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("both sides prove who they are", "always", PROVED),
        Check("a false headend gets nothing", "never", FALSE_PEER),
        Check("old TLS is refused", "never", DOWNGRADED),
    ]


PROBE = Probe("C-H1", SECURE, stimulus, checks)
