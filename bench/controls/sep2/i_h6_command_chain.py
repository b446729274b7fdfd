"""I-H6 Non-repudiable command chain: one id at all hops, each answer by whoever gives it, times in order.

The mRID of a signal is that which the server gave it: at the gateway's own server, in each response, in the device's
log. A response bears the identity of the device that sends it. Times of the responses rise.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.base import Probe
from bench.controls.sep2._acts import exchange_of
from bench.controls.sep2._log import entries, record_code
from bench.controls.trial import Trial
from bench.exchanges.sep2_exchange import ToGateway
from bench.judgement.check import Check

SAME, OWN = "the signal has one id at every hop", "a response bears its sender's identity"
RISING, WHO = "times of the responses", "the log names who gave the signal"
_MRID_DIGITS = 16


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    await exchange.prepare()
    await exchange.perform()
    await exchange.counterpart.polled(2)
    event = exchange.event
    assert event is not None
    answers = exchange.counterpart.resources.answers(event.mrid)
    trial.record.observe(SAME, bool(answers), what="in its responses")
    if isinstance(exchange, ToGateway):
        found = await exchange.found(event.mrid)
        trial.record.observe(SAME, found is not None, what="at the gateway's own server")
    for one in answers:
        trial.record.observe(OWN, one.response.lfdi == one.lfdi, what=f"status {one.response.status}")
        trial.record.observe(RISING, float(one.response.created or 0), unit="s")
    mark = event.mrid.hex()[:_MRID_DIGITS]
    logged = [entry for entry in await entries(trial, record_code(trial, "started")) if mark in (entry.details or "")]
    trial.record.observe(SAME, bool(logged), what="in the device's log")
    for entry in logged:
        trial.record.observe(WHO, (entry.details or "").startswith(exchange.party), text=entry.details or "")
    await exchange.restore()


def checks(trial: Trial) -> Sequence[Check]:
    return [
        Check("a signal has one id at every hop", "always", SAME),
        Check("each response is its sender's", "always", OWN),
        Check("times are in order", "rising", RISING, {"strictly": False}),
        Check("the log names who gave the signal", "always", WHO),
    ]


PROBE = Probe("I-H6", "sep2", stimulus, checks)
