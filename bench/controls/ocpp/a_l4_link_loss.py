"""A-L4 Keeps what it has to tell over the loss of its CSMS.

While the CSMS is away the vehicle is unplugged, which ends the transaction, and plugged in again; ``t_keep`` later the
CSMS is back: each of the messages is delivered once, in order, with the time at which it happened.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.base import Probe
from bench.controls.ocpp._acts import GOOD, exchange_of, works
from bench.controls.trial import Trial
from bench.judgement.check import Check
from drivers.ocpp.times import from_text

ONCE = "how often the end of the transaction was delivered"
STAMP = "time that it bears against the time at which it happened"
ORDER = "messages of the transaction come in the order of their times"
_AHEAD_S, _MARGIN_S, _DELIVERED_S = 600.0, 30.0, 60.0


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    await exchange.prepare()
    running = exchange.there.backend.running
    if running is None:
        trial.record.could_not_look(ONCE, "no transaction runs")
        return
    await exchange.csms.vanish()
    before = exchange.csms.attempts
    await trial.station.advance(_AHEAD_S)
    await trial.station.box.do(trial.seat, "plug", connected=False)
    ended = trial.clock.now()
    await trial.station.advance(_AHEAD_S)
    await trial.station.box.do(trial.seat, "plug", connected=True)
    await trial.station.advance(trial.bound("t_keep", subject="events").number)
    exchange.csms.reappear()
    await exchange.connect(after=before)
    await trial.station.advance(_DELIVERED_S)
    backend, old = exchange.there.backend, exchange.version.is_old
    told = backend.calls("StopTransaction" if old else "TransactionEvent")
    mine = [one for one in told if running.number in str(one.payload)]
    ends = [one for one in mine if old or one.payload["eventType"] == "Ended"]
    trial.record.observe(ONCE, len(ends), what=f"transaction {running.number}")
    for one in ends:
        at = from_text(one.payload["timestamp"])
        trial.record.observe(STAMP, abs(at - ended), unit="s", what=f"transaction {running.number}")
    times = [from_text(one.payload["timestamp"]) for one in mine]
    trial.record.observe(ORDER, times == sorted(times), what=f"{len(times)} messages")
    await works(trial, "after")


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("the end is delivered once", "equals", ONCE, {"expected": 1}),
        Check("it bears the time at which it happened", "at_most", STAMP, {"limit": _MARGIN_S}),
        Check("messages come in their order", "always", ORDER),
        Check("good limits work after", "always", GOOD),
    ]


PROBE = Probe("A-L4", "ocpp", stimulus, checks)
