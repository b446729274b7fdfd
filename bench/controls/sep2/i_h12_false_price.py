"""I-H12 A false price is not acted upon.

By the right server: a thousand times the usual one, below zero, made known long after its start, and ten changes in a
minute. What is not plausible by the declared bounds is refused; the last good price holds meanwhile; the home's power
moves no more often than its declared dwell allows.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from bench.controls.base import Probe
from bench.controls.sep2._acts import GOOD, Case, exchange_of, try_all, works
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.exchanges.sep2_events import HighPrice, When, new_mrid
from bench.exchanges.sep2_exchange import Sep2Exchange, ToManager
from bench.judgement.check import Check
from drivers.sep2.events import DateTimeInterval, Event
from drivers.sep2.programs import Program, ProgramKind
from drivers.sep2.vocabulary import ResponseStatus

EFFECT, REFUSED = "a false price took effect", "the false price was refused"
MOVES = "how often the home's power moved in a minute of changing prices"
_USUAL, _LATE_S = 300, 1800
_CHANGES, _WITHIN_S = 10, 60.0


async def stimulus(trial: Trial) -> None:
    await works(trial, "before")
    exchange = exchange_of(trial)
    program = exchange.counterpart.resources.add_program(ProgramKind.PRICE, new_mrid(exchange.random), 1, "prices")
    await exchange.counterpart.found_anew()
    late = _price_event(exchange)
    now = int(trial.clock.now())
    began = DateTimeInterval(start=now - _LATE_S, duration=2 * _LATE_S)
    cases = [
        Case("a thousand times the usual price", _price_event(exchange), 1000 * _USUAL, program),
        Case("a price below zero", _price_event(exchange), -500, program),
        Case("made known half an hour late", dataclasses.replace(late, interval=began), 2 * _USUAL, program),
    ]
    await try_all(trial, cases, EFFECT)
    if not _follows_prices(exchange):
        record_absent(trial, "a refusal of prices", "the device has no rule for prices (PIXIT sep2.price)")
    for case in cases if _follows_prices(exchange) else ():
        told = exchange.counterpart.told(case.event.mrid)
        refused = any(ResponseStatus(status).rejects for status in told)
        trial.record.observe(REFUSED, refused, what=case.name, told=[*told])
    if isinstance(exchange, ToManager) and _follows_prices(exchange):
        await _flutter(trial, exchange, program)
    await works(trial, "after")


def _follows_prices(exchange: Sep2Exchange) -> bool:
    """A gateway passes them on or not; what has no rule for them does nothing at any price."""
    return not isinstance(exchange, ToManager) or bool(exchange.access.pixit("price"))


def _price_event(exchange: Sep2Exchange) -> Event:
    now = exchange.station.clock.now()
    return HighPrice().event(new_mrid(exchange.random), When(now, now, 3600))


async def _flutter(trial: Trial, exchange: ToManager, program: Program) -> None:
    """Ten prices in a minute, dear and cheap by turns, each superseding the one before."""
    moves, last = 0, await _power_w(exchange)
    for number in range(_CHANGES):
        exchange.offer(_price_event(exchange), program, (2 * _USUAL, _USUAL)[number % 2])
        await trial.station.advance(_WITHIN_S / _CHANGES)
        now = await _power_w(exchange)
        moves += now is not None and last is not None and abs(now - last) > 50.0
        last = now
    trial.record.observe(MOVES, moves, source="the power analyser of the home")
    for mrid in tuple(program.events):
        program.cancel(mrid, trial.clock.now())
    await exchange.counterpart.polled(2)
    await trial.station.advance(float(exchange.access.pixit("dwell_s", 0.0)))
    program.events.clear()


async def _power_w(exchange: ToManager) -> float | None:
    power = await exchange.power()
    return None if power is None else power.value


def checks(trial: Trial) -> Sequence[Check]:
    found = [
        Check("a false price has no effect", "never", EFFECT),
        Check("good signals work before and after", "always", GOOD),
    ]
    if _follows_prices(exchange_of(trial)):
        found.append(Check("it is refused", "always", REFUSED))
        if isinstance(trial.exchange, ToManager):
            found.append(Check("the home's power does not follow each change", "at_most", MOVES, {"limit": 2}))
    return found


PROBE = Probe("I-H12", "sep2", stimulus, checks)
