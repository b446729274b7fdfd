"""C-H2 on Modbus/TLS: no session has the keys of another, also after power cycles.

Sessions go through a bump in the wire, which keeps what the device adds to each: its random, and under TLS 1.2 its
ephemeral key and the explicit nonces of its records. None of them comes twice.
"""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bench.access.modbus import SECURE
from bench.controls.base import Probe
from bench.controls.modbus._bump import bump_at, client_through, driven
from bench.controls.modbus._row import access_of, gives_data, harmless_read, power_cycle
from bench.controls.nonce_sessions import NonceSessions
from bench.controls.tls_records import share_of
from bench.controls.trial import Trial
from bench.judgement.check import Check
from drivers.cim.credentials import TlsOptions
from drivers.transport.base import CannotOpenError

if TYPE_CHECKING:
    from bench.access.modbus import ModbusAccess

RANDOMS = "randoms of the device"
EPHEMERAL = "ephemeral keys of the device"
RECORDS = "nonces of the device's records in one session"
MESSAGES = "ciphered messages collected"
_GCM = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256"
_OFF_S = 10.0


async def stimulus(trial: Trial) -> None:
    access = access_of(trial)
    sessions, collected = NonceSessions.of(trial), 0
    share = sessions.share
    for number in range(sessions.count):
        if sessions.follows_cut(number):
            await power_cycle(trial, access, _OFF_S)
        try:
            collected += await _session(trial, access, f"session {number + 1}", share, ssl.TLSVersion.TLSv1_2)
        except CannotOpenError:  # it has no TLS 1.2
            newest = ssl.TLSVersion.MAXIMUM_SUPPORTED
            collected += await _session(trial, access, f"session {number + 1}", share, newest)
    trial.record.observe(MESSAGES, collected, what=f"{sessions.count} sessions", unit="messages")


async def _session(trial: Trial, access: ModbusAccess, what: str, count: int, newest: ssl.TLSVersion) -> int:
    """``count`` readings in one session; how many were answered with data."""
    options = TlsOptions(maximum=newest, ciphers=_GCM) if newest is ssl.TLSVersion.TLSv1_2 else TlsOptions()
    request, got = harmless_read(trial), 0
    async with bump_at(access, access.ports[0]) as bump:
        client = client_through(access, bump, options=options)
        try:
            await driven(trial, client.open())
            for _number in range(count):
                got += gives_data(await driven(trial, client.send_pdu(request)))
        finally:
            await client.close()
        share = share_of(bytes(bump.received))
    if share is None:
        trial.record.could_not_look(RANDOMS, f"{what}: no hello of the device was seen")
        return got
    trial.record.observe(RANDOMS, share.random.hex(), what=what)
    if share.public_key:
        trial.record.observe(EPHEMERAL, share.public_key.hex(), what=what)
        for nonce in share.nonces:
            trial.record.observe(RECORDS, f"{what} {nonce.hex()}", what=what)
    return got


def checks(trial: Trial) -> Sequence[Check]:
    count = trial.bound("n_ciphered_messages").count
    return [
        Check("messages enough were collected", "at_least", MESSAGES, {"limit": count}),
        Check("no random comes twice", "unique", RANDOMS),
        Check("no ephemeral key comes twice", "unique", EPHEMERAL),
        Check("no nonce comes twice in a session", "unique", RECORDS),
    ]


PROBE = Probe("C-H2", SECURE, stimulus, checks)
