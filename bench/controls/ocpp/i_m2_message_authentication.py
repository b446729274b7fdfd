"""I-M2 Messages are authenticated: a record of TLS that was changed on its way has no effect.

A bump in the wire turns over one bit of the record that carries a limit: in what is encrypted, and in the tag at its
end. The station takes none, and a good limit is taken right afterwards. In security profile 1 nothing is protected.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from bench.access.ocpp_csms import Csms
from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.bits import flipped
from bench.controls.ocpp._acts import GOOD, exchange_of, limited, record, works
from bench.controls.relay import RECORD_HEADER, Relay
from bench.controls.trial import Trial
from bench.judgement.check import Check
from drivers.ocpp.csms import Station as Session
from drivers.ocpp.rpc import Call, encode

EFFECT = "a limit whose protection was broken took effect"
SENT = "the damaged record was sent"
_TAG = 16
_REAL_S, _STEP_S = 0.01, 1.0
_PASSES = 5


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    await works(trial, "before")
    if exchange.access.declared.security_profile == 1:
        trial.record.observe(EFFECT, True, what="security profile 1 protects nothing")
        trial.record.observe(SENT, True, what="nothing has to be damaged")
        return
    await exchange.close()
    csms = Csms(exchange.access, version=exchange.version, counted=False)
    csms.server.open(csms.context)
    try:
        async with Relay(csms.server.url.replace("wss://", "https://")) as relay:
            url = csms.server.url.replace(csms.server.url.split("/")[2], relay.url.split("/")[2])
            for part in ("what is encrypted", "tag"):
                for number in range(trial.bound("n_tampered").count):
                    await trial.station.box.do(trial.seat, "server", server="csms", url=url)
                    await _one(trial, csms, relay, f"{part}, {number + 1}", _bit_of(trial, part))
    finally:
        await csms.close()
    record(trial, EFFECT, await limited(trial), "all of them")
    await works(trial, "after")


async def _one(trial: Trial, csms: Csms, relay: Relay, what: str, bit: Callable[[bytes], int]) -> None:
    session = await _arrived(trial, csms)
    if session is None:
        trial.record.observe(SENT, False, what=f"{what}: the station did not connect")
        return
    before = relay.damaged
    relay.damage = lambda seen: flipped(seen, [bit(seen)])
    await attempt(session.session.say(encode(Call(f"damaged-{before}", *exchange_of(trial).call()))))
    for _ in range(_PASSES):
        await _pass(trial)
        if not session.session.alive:
            break  # the station takes nothing more on this connection
    relay.damage = None
    trial.record.observe(SENT, relay.damaged > before, what=what)
    answered = any("damaged-" in item.text for item in session.session.heard)
    trial.record.observe(EFFECT, answered, what=f"{what}: answered")


async def _arrived(trial: Trial, csms: Csms) -> Session | None:
    """The station through the relay, which counts no bytes: real time and station time pass by turns."""
    after = csms.attempts
    waits_s = exchange_of(trial).access.declared.connect_s
    while waits_s > 0.0:
        await _pass(trial)
        waits_s -= _STEP_S
        if len(csms.server.attempts) > after:
            session = csms.server.stations.get(csms.declared.identity)
            if session is not None and session.session.alive:
                return session
    return None


async def _pass(trial: Trial) -> None:
    await asyncio.sleep(_REAL_S)
    await trial.station.advance(_STEP_S)


def _bit_of(trial: Trial, part: str) -> Callable[[bytes], int]:
    draw = trial.random
    if part == "tag":
        return lambda seen: draw.randrange(8 * (len(seen) - _TAG), 8 * len(seen))
    return lambda seen: draw.randrange(8 * RECORD_HEADER, 8 * (len(seen) - _TAG))


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("damaged records were sent", "always", SENT),
        Check("what is not authentic has no effect", "never", EFFECT),
        Check("good limits work before and after", "always", GOOD),
    ]


PROBE = Probe("I-M2", "ocpp", stimulus, checks)
