"""I-H8 on CTA-2045: commands at the fastest rate do not make the load swing, and its return is spread at random.

The spread of many appliances is that of one appliance's returns, which its own random part makes; a station with a
fleet shows it on the fleet as well.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.cta2045._row import access_of, exchange_of
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.judgement.check import Check

DECLARED, DWELL = "declared minimum dwell", "time for which the appliance stayed off, at the witness"
WINDOW, SPREAD = "declared random part of the return", "spread of returns over the declared random part"
_LOOK_S = 1.0
_RETURNS = 6
_LEAST_SHARE = 0.25
"""Six draws from an even window are closer together than a quarter of it once in 200 times."""


async def stimulus(trial: Trial) -> None:
    exchange, declared = exchange_of(trial), access_of(trial).declared
    trial.record.observe(DECLARED, declared.dwell_s, unit="s", source="PIXIT")
    record_absent(trial, "an alarm", "CTA-2045 has no message for one; the gateway's log has it")
    await exchange.prepare()
    await _fast(trial)
    await _returns(trial)
    await exchange.restore()


async def _fast(trial: Trial) -> None:
    """Commands and their ends as fast as they are confirmed."""
    exchange = exchange_of(trial)
    off_at: float | None = None
    async with access_of(trial).session() as client:
        for number in range(2 * trial.bound("n_switch_cycles").count):
            await attempt(exchange.send(client) if number % 2 == 0 else exchange.undo(client))
            until = trial.clock.now() + max(_LOOK_S, access_of(trial).back_s / 8.0)
            while trial.clock.now() < until:
                off_at = await _watch(trial, off_at)
                await trial.station.advance(_LOOK_S)
        await attempt(exchange.undo(client))
    waited_s = 0.0
    while off_at is not None and waited_s < 2.0 * access_of(trial).back_s:
        await trial.station.advance(_LOOK_S)
        off_at = await _watch(trial, off_at)
        waited_s += _LOOK_S


async def _watch(trial: Trial, off_at: float | None) -> float | None:
    runs, now = await exchange_of(trial).runs(), trial.clock.now()
    if runs is False:
        return now if off_at is None else off_at
    if off_at is not None:
        trial.record.observe(DWELL, now - off_at, unit="s", standard_uncertainty=_LOOK_S / 6**0.5, source="witness")
    return None


async def _returns(trial: Trial) -> None:
    """How long the appliance takes to come back, each time after it has been off for longer than its dwell."""
    exchange, declared = exchange_of(trial), access_of(trial).declared
    trial.record.observe(WINDOW, declared.window_s, unit="s", source="PIXIT")
    times: list[float] = []
    async with access_of(trial).session() as client:
        for _number in range(_RETURNS):
            if (await attempt(exchange.send(client))).accepted:
                await trial.station.advance(declared.dwell_s + 1.0)
            ended = trial.clock.now()
            await attempt(client.end())
            while await exchange.runs() is False and trial.clock.now() - ended < 2.0 * access_of(trial).back_s:
                await trial.station.advance(_LOOK_S)
            times.append(trial.clock.now() - ended)
    spread = (max(times) - min(times)) / declared.window_s if declared.window_s > 0.0 else 0.0
    trial.record.observe(SPREAD, spread, unit="1", times=[round(one, 1) for one in times])


def checks(trial: Trial) -> Sequence[Check]:
    declared, least = access_of(trial).declared, trial.bound("t_dwell").number
    return [
        Check("the declared dwell is long enough", "at_least", DECLARED, {"limit": least}),
        Check("the appliance stays off for its dwell", "at_least", DWELL, {"limit": declared.dwell_s - 2 * _LOOK_S}),
        Check("its returns are spread", "at_least", SPREAD, {"limit": _LEAST_SHARE}),
    ]


PROBE = Probe("I-H8", "cta2045", stimulus, checks)
