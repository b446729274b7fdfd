"""I-H2 Stale, early and cancelled signals are refused, and of two that overlap exactly one holds.

Signals whose time is over, just now, since ``t_fresh``, since yesterday; one for a time to come, before its time;
cancelled ones, also over a restart of the device; one that another supersedes. Each is answered as its protocol asks.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from bench.controls.base import Probe
from bench.controls.sep2._acts import GOOD, Case, exchange_of, record_effects, try_all, works
from bench.controls.sep2._restart import back, restart
from bench.controls.trial import Trial
from bench.exchanges.sep2_exchange import Sep2Exchange, ToManager
from bench.judgement.check import Check
from drivers.sep2.events import DateTimeInterval, Event
from drivers.sep2.programs import ProgramKind
from drivers.sep2.vocabulary import ResponseStatus

STALE, EARLY = "a stale signal took effect", "a signal took effect before its time"
CANCELLED, DUE = "a cancelled signal took effect", "the answer that is due was given"
HOLDS = "of two signals that overlap, the newer one holds"
_AHEAD_S = 1800
_SHORT_S = 120
_BACK_S = 600.0
_LONG_AGO_S = 86_400


async def stimulus(trial: Trial) -> None:
    await works(trial, "before")
    exchange = exchange_of(trial)
    await _stale(trial, exchange)
    await _cancelled(trial, exchange)
    if isinstance(exchange, ToManager):
        await _carried_out(trial, exchange)
        await _superseded(trial, exchange)
    await works(trial, "after")


async def _stale(trial: Trial, exchange: Sep2Exchange) -> None:
    now = int(trial.clock.now())
    ages = {"just now": 1, "since t_fresh": int(trial.bound("t_fresh").number), "since yesterday": _LONG_AGO_S}
    cases = []
    for name, over_s in ages.items():
        past = DateTimeInterval(start=now - over_s - 600, duration=600)
        event = dataclasses.replace(exchange.new_event(), interval=past, created=now - over_s - 700)
        cases.append(Case(f"over {name}", event))
    await try_all(trial, cases, STALE)
    for case in cases:
        _due(trial, exchange, case.event, ResponseStatus.EXPIRED, case.name)


async def _cancelled(trial: Trial, exchange: Sep2Exchange) -> None:
    """Known ahead of its time, cancelled, and looked for at its time; once with a restart in between."""
    for name, restarts in (("cancelled before its start", False), ("cancelled, then the device restarted", True)):
        event = exchange.offer(exchange.new_event(start_s=_AHEAD_S))
        await exchange.arrived(event)
        if isinstance(exchange, ToManager):
            await record_effects(trial, [Case(name, event)], EARLY)
        exchange.program.cancel(event.mrid, trial.clock.now())
        await exchange.counterpart.polled(2)
        if not restarts and isinstance(exchange, ToManager):
            _due(trial, exchange, event, ResponseStatus.CANCELLED, name)
        if restarts:
            await restart(trial)
            await back(trial, _BACK_S)
            await exchange.counterpart.polled()
        await trial.station.advance(max(0.0, event.interval.start + exchange.reaction_s - trial.clock.now()))
        await record_effects(trial, [Case(name, event)], CANCELLED)
        exchange.program.events.clear()


async def _carried_out(trial: Trial, exchange: ToManager) -> None:
    """A signal from its start to its end, with each answer that is due."""
    event = exchange.offer(exchange.new_event(duration_s=_SHORT_S))
    await exchange.arrived(event)
    rest_s = exchange.reaction_s + float(exchange.access.pixit("dwell_s", 0.0))
    await trial.station.advance(_SHORT_S + rest_s)
    due = [ResponseStatus.RECEIVED]
    if exchange.content.steers:
        due += [ResponseStatus.STARTED, ResponseStatus.COMPLETED]
    for status in due:
        _due(trial, exchange, event, status, f"carried out: {status.name.lower()}")
    exchange.program.events.clear()


async def _superseded(trial: Trial, exchange: ToManager) -> None:
    if not exchange.content.steers or exchange.content.kind is ProgramKind.PRICE:
        return
    older = exchange.offer(exchange.new_event())
    await exchange.arrived(older)
    await trial.station.advance(1.0)
    newer = exchange.offer(exchange.new_event())
    await exchange.arrived(newer)
    effect = await exchange.look(newer)
    if effect.happened is None:
        trial.record.could_not_look(HOLDS, effect.detail)
    else:
        trial.record.observe(HOLDS, effect.happened, source=effect.shown_by, detail=effect.detail)
    _due(trial, exchange, older, ResponseStatus.SUPERSEDED, "superseded")
    _due(trial, exchange, newer, ResponseStatus.STARTED, "the one that supersedes it")
    exchange.program.events.pop(older.mrid)
    exchange.event = newer
    await exchange.restore()


def _due(trial: Trial, exchange: Sep2Exchange, event: Event, status: ResponseStatus, what: str) -> None:
    if status in exchange.wordless:
        return
    told = exchange.counterpart.told(event.mrid)
    trial.record.observe(DUE, status in told, what=what, due=int(status), told=[*told])


def checks(trial: Trial) -> Sequence[Check]:
    found = [
        Check("a stale signal has no effect", "never", STALE),
        Check("a cancelled signal has no effect", "never", CANCELLED),
        Check("each is answered as is due", "always", DUE),
        Check("good signals work before and after", "always", GOOD),
    ]
    if isinstance(trial.exchange, ToManager):
        found.append(Check("nothing happens before its time", "never", EARLY))
    if isinstance(trial.exchange, ToManager) and trial.exchange.content.kind in (ProgramKind.DER, ProgramKind.LOAD):
        found.append(Check("exactly one of two signals holds", "always", HOLDS))
    return found


PROBE = Probe("I-H2", "sep2", stimulus, checks)
