"""C-H2 Nonce never repeats: no connection has the keys of another, and no call the number of another.

Over power cycles and restarts of the CSMS, with ``n_ciphered_messages`` in all: the station's random in TLS, and the
secrets of the connection as the bench's own end has them; the ids of the station's calls (2.0.1, part 4, 4.1.4: never
used again; unverified).
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.access.ocpp_csms import Csms
from bench.controls.base import Probe
from bench.controls.nonce_sessions import NonceSessions
from bench.controls.ocpp._acts import call, exchange_of, harmless
from bench.controls.ocpp._restart import OFF_S
from bench.controls.trial import Trial
from bench.judgement.check import Check
from drivers.ocpp.csms import Station as Session
from drivers.ocpp.rpc import Call
from drivers.ocpp.tls import new_server_context

RANDOMS, SECRETS = "randoms of the station in TLS", "secrets of its connections"
IDS, MESSAGES = "ids of the station's calls", "messages collected"
_ONE_A_CONNECTION = ("CLIENT_RANDOM", "CLIENT_TRAFFIC_SECRET_0")
"""Lines of a key log (draft-ietf-tls-keylogfile): of TLS 1.2, and of 1.3."""
_SECRETS = (*_ONE_A_CONNECTION, "SERVER_TRAFFIC_SECRET_0")


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    await exchange.close()
    sessions, collected = NonceSessions.of(trial), 0
    with TemporaryDirectory() as folder:
        log = Path(folder) / "keys"
        secure = exchange.access.declared.security_profile > 1
        context = None
        if secure:
            ask = exchange.access.declared.security_profile == 3
            context = new_server_context(exchange.access.credential("csms"), ask=ask)
            context.keylog_filename = str(log)
        async with Csms(exchange.access, version=exchange.version, context=context) as csms:
            for number in range(sessions.count):
                session = await _session(trial, csms, number, sessions)
                if session is None:
                    break
                collected += await _messages(trial, session, sessions.share, f"session {number + 1}")
        _record_keys(trial, log if secure else None)
    trial.record.observe(MESSAGES, collected, what=f"{sessions.count} connections", unit="messages")


async def _session(trial: Trial, csms: Csms, number: int, sessions: NonceSessions) -> Session | None:
    """The station on a connection of its own: after a power cut first, then after a restart of the CSMS."""
    declared, after = exchange_of(trial).access.declared, csms.attempts
    if number == 0:
        return await csms.connected()
    if sessions.follows_cut(number):
        await trial.station.power(trial.seat, False)
        await trial.station.advance(OFF_S)
        await trial.station.power(trial.seat, True)
    else:
        await csms.vanish()
        csms.reappear()
    return await csms.connected(after=after, within_s=declared.boot_s + declared.connect_s + declared.retry_s)


async def _messages(trial: Trial, session: Session, count: int, what: str) -> int:
    """So many calls that are answered; the ids of the station's own calls on this connection."""
    answered = 0
    for _ in range(count):
        answered += (await call(session, *harmless(trial))).accepted
    for item in session.session.heard:
        if isinstance(item.message, Call):
            trial.record.observe(IDS, item.message.message_id, what=what)
    return answered


def _record_keys(trial: Trial, log: Path | None) -> None:
    """What the bench's end of TLS had: randoms as they were, secrets by their digests."""
    if log is None:
        trial.record.could_not_look(RANDOMS, "security profile 1 has no TLS")
        return
    lines = [line.split() for line in log.read_text("ascii").splitlines() if line and not line.startswith("#")]
    for kind, random, _secret in lines:
        if kind in _ONE_A_CONNECTION:
            trial.record.observe(RANDOMS, random, what=kind)
    for kind, _random, secret in lines:
        if kind in _SECRETS:
            trial.record.observe(SECRETS, sha256(secret.encode()).hexdigest(), what=kind)


def checks(trial: Trial) -> Sequence[Check]:
    found = [
        Check("messages enough were collected", "at_least", MESSAGES, trial.limit("n_ciphered_messages")),
        Check("no call has the id of another", "unique", IDS),
    ]
    if exchange_of(trial).access.declared.security_profile > 1:
        found += [
            Check("each connection has a random of its own", "unique", RANDOMS),
            Check("no secret comes twice", "unique", SECRETS),
        ]
    return found


PROBE = Probe("C-H2", "ocpp", stimulus, checks)
