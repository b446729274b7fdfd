"""I-M4 The acknowledgment tells the truth.

"Accepted" means that the limit is known; what the station then tells of its state and its current is what the analyser
sees: with a vehicle that can charge, and with a contactor that cannot close.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.ocpp._acts import exchange_of, record
from bench.controls.trial import Trial
from bench.judgement.check import Check
from drivers.charging import ConnectorState

ACCEPTED = "the limit was accepted"
DONE = "the limit took effect within t_act, at the witness"
TRUE = "what the station tells is what the witness sees"
_FLOWS_A = 1.0
_SETTLE_S = 20.0


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    await exchange.prepare()
    tried = await attempt(exchange.perform())
    trial.record.observe(ACCEPTED, tried.accepted, what="free", answer=tried.text)
    record(trial, DONE, await exchange.observe(), "free")
    await _compare(trial, "free")
    await exchange.role.set_limit(0.0)
    await trial.station.advance(_SETTLE_S)
    await _compare(trial, "paused")
    await trial.station.box.do(trial.seat, "stuck_relay", stuck=True)
    try:
        tried = await attempt(exchange.perform())
        trial.record.observe(ACCEPTED, tried.accepted or tried.answered, what="blocked", answer=tried.text)
        await trial.station.advance(_SETTLE_S)
        await _compare(trial, "blocked")
    finally:
        await trial.station.box.do(trial.seat, "stuck_relay", stuck=False)
    await exchange.restore()
    await _end(trial)


async def _end(trial: Trial) -> None:
    """The end of the transaction: accepted, then done, by the analyser and by what the station tells."""
    exchange = exchange_of(trial)
    await trial.station.advance(_SETTLE_S)
    tried = await attempt(exchange.role.stop())
    trial.record.observe(ACCEPTED, tried.accepted, what="the end of the transaction", answer=tried.text)
    await trial.station.advance(_SETTLE_S)
    seen = await (await exchange.wiring.analyser()).current()
    trial.record.observe(DONE, seen.value < _FLOWS_A, what="the end of the transaction", seen=seen.value)
    await _compare(trial, "ended")


async def _compare(trial: Trial, what: str) -> None:
    exchange = exchange_of(trial)
    seen = await (await exchange.wiring.analyser()).current()
    flows = seen.value > _FLOWS_A
    status = await exchange.role.status()
    readings = await exchange.role.readings()
    told_a = readings.currents_a[0] if readings.currents_a else 0.0
    says_charging = status.state is ConnectorState.CHARGING
    trial.record.observe(TRUE, says_charging == flows, what=f"state, {what}", told=status.state.value, seen=seen.value)
    trial.record.observe(TRUE, (told_a > _FLOWS_A) == flows, what=f"current, {what}", told=told_a, seen=seen.value)


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("the limit is accepted", "always", ACCEPTED),
        Check("the witness sees its effect", "always", DONE),
        Check("the station tells what the witness sees", "always", TRUE),
    ]


PROBE = Probe("I-M4", "ocpp", stimulus, checks)
