"""I-H3 Interlocks: what a CSMS commands never makes the outlet dangerous.

More than charger and cable can (PIXIT ``ocpp.max_a``) is not let through. Without a vehicle the outlet stays dead,
whatever is started. With voltage behind the contactor (a source at the load side) it does not close: never from half of
the nominal voltage on, and it does at 5 V; once refused, it does not close by itself when the voltage goes away.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.charging.outlet import Outlet
from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.ocpp._acts import GOOD, exchange_of, works
from bench.controls.trial import Trial
from bench.judgement.check import Check

BEYOND = "more was let through than charger and cable can"
LIVE = "the outlet was live without a vehicle"
CLOSED = "the contactor closed onto a live load side"
LATER = "it closed by itself when the load side was dead again"
REFUSED = "it did not close although the load side was as good as dead"
_TOO_MUCH_A, _MARGIN_A = 20.0, 0.1
_LIVE_V, _CLOSED_SHARE = 50.0, 0.8
_PASSED_S = 15.0


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    await works(trial, "before")
    await exchange.prepare()
    nominal_v = (await (await exchange.wiring.analyser()).voltage()).value
    await _beyond_rating(trial)
    await _no_vehicle(trial)
    if exchange.wiring.has("load_side_source"):
        await _back_feed(trial, nominal_v)
    else:
        trial.record.could_not_look(CLOSED, f"no load-side source is wired to {trial.seat}")
    await works(trial, "after")


async def _beyond_rating(trial: Trial) -> None:
    exchange = exchange_of(trial)
    tried = await attempt(exchange.role.set_limit(exchange.rated_a + _TOO_MUCH_A))
    await trial.station.advance(exchange.settle_s)
    seen = await Outlet(trial.station, trial.seat).look()
    most_a = exchange.rated_a + _MARGIN_A
    told_a = seen.pilot.decoded.current_a if seen.pilot is not None else None
    beyond = seen.current.value > most_a or (told_a is not None and told_a > most_a)
    trial.record.observe(BEYOND, beyond, what=str(seen.current), pilot=told_a, answer=tried.text)
    await exchange.role.set_limit(None)


async def _no_vehicle(trial: Trial) -> None:
    exchange = exchange_of(trial)
    await trial.station.box.do(trial.seat, "plug", connected=False)
    await trial.station.advance(exchange.settle_s)
    for what in ("unplugged", "started without a vehicle"):
        voltage = await (await exchange.wiring.analyser()).voltage()
        trial.record.observe(LIVE, voltage.value > _LIVE_V, what=what, seen=str(voltage))
        await attempt(exchange.role.start())
        await trial.station.advance(_PASSED_S)
    await exchange.prepare()


async def _back_feed(trial: Trial, nominal_v: float) -> None:
    exchange, source = exchange_of(trial), await exchange_of(trial).wiring.load_side_source()
    refused_v = trial.bound("backfeed_refused").number * nominal_v
    try:
        for number in range(trial.bound("n_interlock").count):
            closed = await _start_against(trial, refused_v, nominal_v)
            trial.record.observe(CLOSED, closed, what=f"start {number + 1}, {refused_v:.0f} V behind it")
            await source.set_output(False)
            await trial.station.advance(exchange.starting_s)
            trial.record.observe(LATER, await _closed(trial, nominal_v), what=f"start {number + 1}")
        low_v = trial.bound("v_backfeed_accepted").number
        closed = await _start_against(trial, low_v, nominal_v)
        trial.record.observe(REFUSED, not closed, what=f"{low_v:g} V behind it")
    finally:
        await source.set_output(False)
    await attempt(exchange.role.stop())
    await trial.station.advance(_PASSED_S)


async def _start_against(trial: Trial, voltage_v: float, nominal_v: float) -> bool:
    """End what runs, put a voltage behind the contactor, start anew. Whether it closed."""
    exchange, source = exchange_of(trial), await exchange_of(trial).wiring.load_side_source()
    await attempt(exchange.role.stop())
    await trial.station.advance(_PASSED_S)
    await source.set_voltage(voltage_v)
    await source.set_power(0.0)
    await source.set_output(True)
    await attempt(exchange.role.start())
    await trial.station.advance(exchange.starting_s)
    return await _closed(trial, nominal_v)


async def _closed(trial: Trial, nominal_v: float) -> bool:
    """Whether the mains stand behind the contactor."""
    voltage = await (await exchange_of(trial).wiring.analyser()).voltage()
    return voltage.value > _CLOSED_SHARE * nominal_v


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("no more is let through than charger and cable can", "never", BEYOND),
        Check("the outlet is dead without a vehicle", "never", LIVE),
        Check("the contactor never closes onto a live load side", "never", CLOSED),
        Check("nor by itself afterwards", "never", LATER),
        Check("it closes at a load side that is as good as dead", "never", REFUSED),
        Check("good limits work before and after", "always", GOOD),
    ]


PROBE = Probe("I-H3", "ocpp", stimulus, checks)
