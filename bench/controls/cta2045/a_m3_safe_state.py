"""A-M3 on CTA-2045: when the module says that the utility is lost, an event is given up at the declared time."""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.base import Probe
from bench.controls.cta2045._row import access_of, exchange_of
from bench.controls.trial import Trial
from bench.judgement.check import Check
from drivers.cta2045.basic import CommunicationStatus, OperationalState
from drivers.cta2045.client import Cta2045Client

IN_FORCE, DEFAULT = "the command was in force until then", "the appliance ran again at the declared time"
_TOLERANCE_S, _TOLERANCE = 1.0, 0.01


async def stimulus(trial: Trial) -> None:
    exchange, declared = exchange_of(trial), access_of(trial).declared
    if declared.fallback_s is None:
        trial.record.could_not_look(DEFAULT, "the device file declares no time after which an event is given up")
        return
    await exchange.prepare()
    margin_s = _TOLERANCE_S + _TOLERANCE * declared.fallback_s
    async with access_of(trial).session() as client:
        await exchange.send(client)
        await client.tell_outside(CommunicationStatus.LOST)
        lost_at = trial.clock.now()
        for what, after_s in (
            ("at once", 1.0),
            ("half-way", declared.fallback_s / 2),
            ("just before the time", declared.fallback_s - margin_s),
        ):
            await _until(trial, client, lost_at + after_s)
            effect = await exchange.witnessed()
            on_phase = await client.state() == OperationalState.CYCLING_ON
            detail = "the on part of its cycle" if on_phase else effect.detail
            trial.record.observe(IN_FORCE, effect.happened or on_phase, what=what, detail=detail)
        await _until(trial, client, lost_at + declared.fallback_s + margin_s + access_of(trial).back_s)
        runs = await exchange.runs()
        trial.record.observe(DEFAULT, runs, what=f"after {declared.fallback_s:g} s and its return")
        await client.tell_outside(CommunicationStatus.FOUND)
    await exchange.restore()


async def _until(trial: Trial, client: Cta2045Client, at: float) -> None:
    await client.listen(max(at, trial.clock.now()))


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("the command stays in force until then", "always", IN_FORCE),
        Check("the appliance runs again at the declared time", "always", DEFAULT),
    ]


PROBE = Probe("A-M3", "cta2045", stimulus, checks)
