"""I-M6 A message counts once.

A call that is sent twice while the first is open is answered once, or as a duplicate; the same profile twice is one
profile; a transaction that runs is not begun again, and its end is told once.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.base import Probe
from bench.controls.ocpp._acts import GOOD, call, cleared, exchange_of, works
from bench.controls.trial import Trial
from bench.judgement.check import Check
from drivers.ocpp.rpc import Call, encode

RUNNING, BEGUN = "transactions that run", "transactions that were begun"
PROFILES, ENDED = "profiles after the same one came twice", "how often the end of a transaction was told"
AGAIN = "a message took effect again"
_PASSED_S = 15.0


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    await works(trial, "before")
    await exchange.prepare()
    await _twice(trial)
    await _late(trial)
    await _begin_twice(trial)
    await _end_twice(trial)
    await works(trial, "after")


async def _twice(trial: Trial) -> None:
    exchange = exchange_of(trial)
    text = encode(Call("twice-1", *exchange.call()))
    for _ in range(2):
        await exchange.there.session.say(text)
    await trial.station.advance(_PASSED_S)
    await call(exchange.there, *exchange.call())
    count = 0
    while count < 5 and await cleared(trial):
        count += 1
    trial.record.observe(PROFILES, count, what="three times the same profile")


async def _late(trial: Trial) -> None:
    """A limit, its removal, and the limit's message once more: it has had its effect."""
    exchange = exchange_of(trial)
    text = encode(Call("late-1", *exchange.call()))
    await exchange.there.session.say(text)
    await trial.station.advance(_PASSED_S)
    await cleared(trial)
    await exchange.there.session.say(text)
    await trial.station.advance(_PASSED_S)
    again = await cleared(trial)
    trial.record.observe(AGAIN, again, what="a message that comes again after its effect was taken back")


async def _begin_twice(trial: Trial) -> None:
    exchange = exchange_of(trial)
    before = len(exchange.there.backend.transactions)
    token = exchange.access.declared.token
    if exchange.version.is_old:
        action, payload = "RemoteStartTransaction", {"connectorId": 1, "idTag": token}
    else:
        payload = {"remoteStartId": 77, "evseId": 1, "idToken": {"idToken": token, "type": "ISO14443"}}
        action = "RequestStartTransaction"
    text = encode(Call("start-1", action, payload))
    for _ in range(2):
        await exchange.there.session.say(text)
    await trial.station.advance(_PASSED_S)
    running = [one for one in exchange.there.backend.transactions.values() if one.ended is None]
    trial.record.observe(RUNNING, len(running), what="after two starts while one runs")
    trial.record.observe(BEGUN, len(exchange.there.backend.transactions) - before, what="by them")


async def _end_twice(trial: Trial) -> None:
    exchange = exchange_of(trial)
    running = exchange.there.backend.running
    if running is None:
        trial.record.could_not_look(ENDED, "no transaction runs")
        return
    old = exchange.version.is_old
    action = "RemoteStopTransaction" if old else "RequestStopTransaction"
    text = encode(Call("stop-1", action, {"transactionId": int(running.number) if old else running.number}))
    for _ in range(2):
        await exchange.there.session.say(text)
    await trial.station.advance(_PASSED_S)
    kind = "StopTransaction" if exchange.version.is_old else "TransactionEvent"
    ends = [
        one
        for one in exchange.there.backend.calls(kind)
        if exchange.version.is_old or one.payload["eventType"] == "Ended"
    ]
    mine = [one for one in ends if running.number in str(one.payload)]
    trial.record.observe(ENDED, len(mine), what="after two stops")


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("the same profile is one profile", "equals", PROFILES, {"expected": 1}),
        Check("a message that comes again has no effect", "never", AGAIN),
        Check("one transaction runs", "equals", RUNNING, {"expected": 1}),
        Check("none is begun beside it", "equals", BEGUN, {"expected": 0}),
        Check("its end is told once", "equals", ENDED, {"expected": 1}),
        Check("good limits work before and after", "always", GOOD),
    ]


PROBE = Probe("I-M6", "ocpp", stimulus, checks)
