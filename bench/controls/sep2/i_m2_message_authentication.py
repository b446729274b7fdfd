"""I-M2 Messages are authenticated.

A bump in the wire changes one bit of a TLS record that carries a signal, in its data, its tag and its nonce; a server
offers suites that authenticate nothing, and at last no TLS at all. Nothing of that has an effect, and a good signal
does right afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.base import Probe
from bench.controls.relay import RECORD_HEADER, Relay
from bench.controls.sep2._acts import GOOD, Case, exchange_of, follow, record_effects, works
from bench.controls.sep2._weak_tls import WEAK_SUITES, offer_weak_servers
from bench.controls.trial import Trial
from bench.exchanges.sep2_exchange import Sep2Exchange
from bench.judgement.check import Check

EFFECT = "a signal whose protection was broken took effect"
SENT = "the damaged record was sent"
_NONCE, _TAG = 8, 8
_EACH = 10


async def stimulus(trial: Trial) -> None:
    await works(trial, "before")
    exchange = exchange_of(trial)
    await _damaged_records(trial, exchange)
    await offer_weak_servers(trial, WEAK_SUITES, EFFECT)
    await works(trial, "after")


async def _damaged_records(trial: Trial, exchange: Sep2Exchange) -> None:
    counterpart = exchange.counterpart
    async with Relay(counterpart.url) as relay:
        await trial.station.box.do(exchange.seat, "server", server=exchange.party, url=relay.url)
        for where in ("nonce", "data", "tag"):
            event = exchange.offer(exchange.new_event())
            before = relay.damaged
            relay.damage = lambda record, where=where: _flipped(trial, record, where)
            while relay.damaged < before + _EACH:
                seen = relay.damaged
                await follow(trial, float(exchange.access.pixit("retry_s", 120.0)))
                if relay.damaged == seen:
                    break
            relay.damage = None
            trial.record.observe(SENT, relay.damaged > before, what=where, times=relay.damaged - before)
            await record_effects(trial, [Case(f"a bit of the {where}", event)], EFFECT)
            exchange.program.events.clear()
    await trial.station.box.do(exchange.seat, "server", server=exchange.party, url=counterpart.url)


def _flipped(trial: Trial, record: bytes, where: str) -> bytes:
    low, high = {
        "nonce": (RECORD_HEADER, RECORD_HEADER + _NONCE),
        "data": (RECORD_HEADER + _NONCE, len(record) - _TAG),
        "tag": (len(record) - _TAG, len(record)),
    }[where]
    damaged = bytearray(record)
    damaged[trial.random.randrange(low, max(high, low + 1))] ^= 1 << trial.random.randrange(8)
    return bytes(damaged)


def checks(trial: Trial) -> Sequence[Check]:
    return [
        Check("what is not authentic has no effect", "never", EFFECT),
        Check("damaged records were sent", "always", SENT),
        Check("good signals work before and after", "always", GOOD),
    ]


PROBE = Probe("I-M2", "sep2", stimulus, checks)
