"""C-H2 Nonce never repeats.

Sessions over power cycles of the system and restarts of the client go through a bump in the wire. Of each the server's
random and ephemeral key are kept, and the explicit nonces of its records (TLS 1.2 with AES-GCM shows them); of its
signed replies the nonce and the number R of the signature, whose repetition would betray the key.
"""

from __future__ import annotations

import ssl
from collections.abc import Sequence

from bench.access.office import OfficeAccess
from bench.controls.base import Probe
from bench.controls.mirror import Mirror, Passage
from bench.controls.nonce_sessions import NonceSessions
from bench.controls.office._offers import get_health
from bench.controls.office._parties import OPERATOR, claimed_parties
from bench.controls.office._power import power_cycle
from bench.controls.office._row import access_of
from bench.controls.tls_records import share_of
from bench.controls.trial import Trial
from bench.judgement.check import Check
from drivers.cim.credentials import TlsOptions
from drivers.cim.errors import OfficeTlsError
from drivers.cim.raw import RawConnection
from drivers.cim.signature import SIGNATURE_HEADER, decode_base64url, read_protected
from drivers.cim.vocabulary import Noun, Verb

RANDOMS = "randoms of the server"
EPHEMERAL = "ephemeral keys of the server"
RECORDS = "nonces of the server's records in one session"
REPLY_NONCES = "nonces of signed replies"
SIGNATURE_NUMBERS = "numbers R of signatures"
MESSAGES = "ciphered messages collected"
_GCM = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256"
_REPLIES_A_SESSION = 2
_R_BYTES = 32
_CLOCK = (Verb.GET, Noun.SERVICE_CLOCK)


async def stimulus(trial: Trial) -> None:
    access = access_of(trial)
    sessions, collected = NonceSessions.of(trial), 0
    for number in range(sessions.count):
        is_cycle = sessions.follows_cut(number)
        if is_cycle:
            await power_cycle(trial, access)
        what = f"after power cycle {number}" if is_cycle else f"session {number + 1} of a client that restarted"
        collected += await _session(trial, access, what, sessions.share)
        await _signed_replies(trial, access, what)
    trial.record.observe(MESSAGES, collected, what=f"{sessions.count} sessions", unit="messages")


async def _session(trial: Trial, access: OfficeAccess, what: str, count: int) -> int:
    """``count`` requests in one session; how many messages came back. Under TLS 1.3 if the system has no 1.2."""
    async with Mirror(access.url) as mirror:
        name = mirror.options.server_name
        older = TlsOptions(maximum=ssl.TLSVersion.TLSv1_2, ciphers=_GCM, server_name=name)
        try:
            got = await _talk(mirror, access, older, count)
        except OfficeTlsError:
            got = await _talk(mirror, access, TlsOptions(server_name=name), count)
    _record_share(trial, what, mirror.passages[-1])
    return got


async def _talk(mirror: Mirror, access: OfficeAccess, options: TlsOptions, count: int) -> int:
    party = claimed_parties(access)[0]
    async with RawConnection(mirror.url, access.credential(party), options) as connection:
        await connection.send(get_health(access.url) * count)
        got = 0
        while got < count:
            reply = await connection.receive()
            if not reply.data:
                break
            got += reply.data.count(b"HTTP/1.1 200")
    return got


def _record_share(trial: Trial, what: str, passage: Passage) -> None:
    share = share_of(bytes(passage.received))
    if share is None:
        trial.record.could_not_look(RANDOMS, f"{what}: no hello of the server was seen")
        return
    trial.record.observe(RANDOMS, share.random.hex(), what=what)
    if share.public_key:
        trial.record.observe(EPHEMERAL, share.public_key.hex(), what=what)
        repeated = len(share.nonces) - len(set(share.nonces))
        trial.record.observe(RECORDS, repeated == 0, what=f"{what}: {len(share.nonces)} records, {repeated} repeated")


async def _signed_replies(trial: Trial, access: OfficeAccess, what: str) -> None:
    if not access.has_secret(OPERATOR):
        return
    async with access.session(OPERATOR) as office:
        replies = [await office.messenger.call(*_CLOCK) for _ in range(_REPLIES_A_SESSION)]
    for reply in replies:
        signature = reply.answer.headers.get(SIGNATURE_HEADER.lower(), "")
        if signature:
            number = decode_base64url(signature.rpartition(".")[2])[:_R_BYTES].hex()
            trial.record.observe(REPLY_NONCES, read_protected(signature).nonce, what=what)
            trial.record.observe(SIGNATURE_NUMBERS, number, what=what)


def checks(trial: Trial) -> Sequence[Check]:
    wanted = trial.bound("n_ciphered_messages").count
    found = [
        Check("enough messages were collected", "at_least", MESSAGES, {"limit": wanted}),
        Check("no random of the server comes twice", "unique", RANDOMS),
        Check("no ephemeral key comes twice", "unique", EPHEMERAL),
        Check("no nonce of a record comes twice in its session", "always", RECORDS),
    ]
    if access_of(trial).has_secret(OPERATOR):
        found += [
            Check("no nonce of a reply comes twice", "unique", REPLY_NONCES),
            Check("no number of a signature comes twice", "unique", SIGNATURE_NUMBERS),
        ]
    return found


PROBE = Probe("C-H2", "office_https", stimulus, checks)
