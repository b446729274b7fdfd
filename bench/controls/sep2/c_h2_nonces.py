"""C-H2 Nonce never repeats.

Sessions over power cycles of the device and restarts of its peer go through a bump in the wire: of each the device's
random, its ephemeral key and the explicit nonces of its records (TLS 1.2 with AES-CCM shows them). At a gateway they
are those of its own server; of a device that serves nothing, those of its sessions as a client.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.mirror import Mirror
from bench.controls.nonce_sessions import NonceSessions
from bench.controls.sep2._acts import GOOD, exchange_of, works
from bench.controls.sep2._home import gateway_of
from bench.controls.sep2._restart import back, restart
from bench.controls.tls_records import share_of
from bench.controls.trial import Trial
from bench.exchanges.sep2_exchange import ToGateway
from bench.judgement.check import Check
from drivers.sep2.client import Sep2Client

RANDOMS, EPHEMERAL = "randoms of the device", "ephemeral keys of the device"
RECORDS, MESSAGES = "nonces of the device's records in one session", "ciphered records collected"
_BACK_S, _POLLS = 600.0, 64


async def stimulus(trial: Trial) -> None:
    await works(trial, "before")
    exchange = exchange_of(trial)
    await exchange.prepare()
    gateway = gateway_of(trial)
    sessions, collected = NonceSessions.of(trial), 0
    for number in range(sessions.count):
        is_cycle = sessions.follows_cut(number)
        if is_cycle:
            await restart(trial)
            await back(trial, _BACK_S)
        what = f"after power cycle {number}" if is_cycle else f"session {number + 1}"
        if gateway:
            collected += await _of_server(trial, gateway, sessions.share, what)
        else:
            collected += await _of_client(trial, sessions.share, what)
    trial.record.observe(MESSAGES, collected, what=f"{sessions.count} sessions", unit="records")
    await works(trial, "after")


async def _of_server(trial: Trial, gateway: ToGateway, count: int, what: str) -> int:
    """So many answers of the own server on one connection."""
    access = gateway.access
    async with Mirror(access.own_server) as mirror:
        async with Sep2Client(mirror.url, access.credential(gateway.home_device), trial.clock) as client:
            for _number in range(count):
                await attempt(client.request("GET", "/tm"))
        return sum(_record(trial, bytes(one.received), what) for one in mirror.passages)


async def _of_client(trial: Trial, count: int, what: str) -> int:
    """So many requests of the device, in as many polls as they take."""
    exchange = exchange_of(trial)
    counterpart = exchange.counterpart
    async with Mirror(counterpart.url) as mirror:
        await trial.station.box.do(exchange.seat, "server", server=counterpart.called, url=mirror.url)
        before = len(counterpart.seen)
        for _poll in range(_POLLS * count):
            if len(counterpart.seen) - before >= count:
                break
            await counterpart.polled()
        collected = sum(_record(trial, bytes(one.sent), what) for one in mirror.passages)
    await trial.station.box.do(exchange.seat, "server", server=counterpart.called, url=counterpart.url)
    await counterpart.polled()
    return collected


def _record(trial: Trial, stream: bytes, what: str) -> int:
    """What the device added to one session; how many records."""
    share = share_of(stream)
    if share is None:
        trial.record.could_not_look(RANDOMS, f"{what}: no hello of the device was seen")
        return 0
    trial.record.observe(RANDOMS, share.random.hex(), what=what)
    trial.record.observe(EPHEMERAL, share.public_key.hex(), what=what)
    repeated = len(share.nonces) - len(set(share.nonces))
    trial.record.observe(RECORDS, repeated == 0, what=f"{what}: {len(share.nonces)} records, {repeated} repeated")
    return len(share.nonces)


def checks(trial: Trial) -> Sequence[Check]:
    return [
        Check("records enough were collected", "at_least", MESSAGES, trial.limit("n_ciphered_messages")),
        Check("no random of the device comes twice", "unique", RANDOMS),
        Check("no ephemeral key comes twice", "unique", EPHEMERAL),
        Check("no nonce of a record comes twice in its session", "always", RECORDS),
        Check("good signals work before and after", "always", GOOD),
    ]


PROBE = Probe("C-H2", "sep2", stimulus, checks)
