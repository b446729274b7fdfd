"""I-M4 The acknowledgment tells the truth.

"Received" means that the signal is known where it is needed; "started" and "completed" mean that the power says so.
With what is controlled blocked, neither may be said.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.base import Probe
from bench.controls.sep2._acts import exchange_of
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.judgement.check import Check
from drivers.sep2.vocabulary import ResponseStatus

TRUE = "what was acknowledged took effect"
LATE = "from the poll that brought the signal to its acknowledgment"
FALSELY = "a blocked device is said to have followed"
_SHORT_S = 120


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    await exchange.prepare()
    told = await exchange.perform()
    effect = await exchange.observe()
    if effect.happened is None:
        trial.record.could_not_look(TRUE, effect.detail)
    elif ResponseStatus.RECEIVED in told:
        trial.record.observe(TRUE, effect.happened, source=effect.shown_by, detail=effect.detail, told=[*told])
    _record_times(trial)
    await exchange.restore()
    if not exchange.content.steers:
        record_absent(trial, "a blocked device", "a text moves nothing")
        return
    await _blocked(trial)


def _record_times(trial: Trial) -> None:
    """Of each response, how long after the answer that brought its event the device sent it."""
    exchange = exchange_of(trial)
    event = exchange.event
    mark = event.mrid.hex().upper().encode() if event is not None else b"?"
    brought = next((one.at for one in exchange.counterpart.seen if mark in one.response.body), None)
    answers = exchange.counterpart.resources.answers(event.mrid) if event is not None else []
    for one in answers if brought is not None else ():
        trial.record.observe_duration(LATE, max(0.0, one.at - (brought or 0.0)), what=f"status {one.response.status}")


async def _blocked(trial: Trial) -> None:
    exchange = exchange_of(trial)
    if not await exchange.block(True):
        record_absent(trial, "a blocked device", "the station has no energy management system behind the gateway")
        return
    try:
        event = exchange.offer(exchange.event_for_blocked(_SHORT_S))
        await exchange.arrived(event)
        await trial.station.advance(_SHORT_S + exchange.reaction_s)
        trial.record.observe(FALSELY, exchange.claims(event), told=[*exchange.counterpart.told(event.mrid)])
    finally:
        await exchange.block(False)
        exchange.program.events.clear()


def checks(trial: Trial) -> Sequence[Check]:
    found = [
        Check("what is acknowledged takes effect", "always", TRUE),
        Check("it is acknowledged within t_ack, from the next poll on", "at_most", LATE, trial.limit("t_ack")),
    ]
    if exchange_of(trial).content.steers:
        found.append(Check("a blocked device is not said to follow", "never", FALSELY))
    return found


PROBE = Probe("I-M4", "sep2", stimulus, checks)
