"""A-M5 on office systems: what a system is told it shows in time, and what it passes on it passes on in the end.

The row's notification is told again and again, then several at the same moment, then over a day with a power cut in its
middle. Where the system passes it on and the next one is on the station, that one is switched off meanwhile. A late
acknowledgment, of which the control speaks, is the sender's affair, and that is the bench.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bench.access.office import OfficeAccess
from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.office._changes import hand_in
from bench.controls.office._power import SHORT_CUT_S, answers_again, power_cycle
from bench.controls.office._row import exchange_of
from bench.controls.variants import record_absent
from bench.exchanges.office_notification import OfficeNotification
from bench.judgement.check import Check

if TYPE_CHECKING:
    from bench.controls.trial import Trial

SHOWN = "the receiver shows what it was told"
TIME = "time from the notification to its being shown"
KEPT = "notifications of a day that the receiver shows at its end"
PASSED_ON = "what the next system could not take at first it has in the end"

_LOOK_S = 1.0
_CATCH_UP_S = 3600.0
"""How long a system has to come back to what it could not deliver."""


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    record_absent(trial, "a late acknowledgment", "the sender is the bench")
    events, at_once = trial.bound("n_events").count, trial.bound("n_simultaneous").count
    many = isinstance(exchange, OfficeNotification)
    for number in range(events - (at_once if many else 0)):
        await _one(trial, f"event {number + 1}")
    if isinstance(exchange, OfficeNotification):
        await _at_once(trial, exchange, at_once)
        await _a_day(trial, exchange, events)
        await _next_system(trial, exchange)
    else:
        record_absent(trial, "several at once", "the row's message sets one value")
    await exchange.restore()


async def _one(trial: Trial, what: str) -> None:
    exchange = exchange_of(trial)
    await exchange.restore()
    await exchange.prepare()
    told_at = trial.clock.now()
    tried = await attempt(exchange.perform())
    shown = (await exchange.observe()).happened
    while not shown and trial.clock.now() - told_at < trial.bound("t_evt").number:
        await trial.station.advance(_LOOK_S)
        shown = (await exchange.observe()).happened
    trial.record.observe(SHOWN, bool(shown), what=what, answer=tried.text)
    if shown:
        trial.record.observe_duration(TIME, trial.clock.now() - told_at, what=what)


async def _at_once(trial: Trial, exchange: OfficeNotification, count: int) -> None:
    """Different ones, over connections of their own, at the same moment."""
    await exchange.prepare()
    sessions = [exchange.access.office(exchange.sender) for _ in range(count)]
    try:
        messages = []
        for session in sessions:
            exchange.number += 1
            messages.append(await exchange.request(session))
        told_at = trial.clock.now()
        await asyncio.gather(*(attempt(hand_in(s, m)) for s, m in zip(sessions, messages, strict=True)))
    finally:
        for session in sessions:
            await session.close()
    times = await exchange.times()
    for number in range(count):
        trial.record.observe(SHOWN, times > number, what=f"event {number + 1} of {count} at once")
    trial.record.observe_duration(TIME, trial.clock.now() - told_at, what=f"{count} at once")


async def _a_day(trial: Trial, exchange: OfficeNotification, count: int) -> None:
    """``count`` notifications over ``t_watch``, and a power cut after half of them."""
    await exchange.prepare()
    every_s = trial.bound("t_watch").number / count
    for number in range(count):
        exchange.number += 1
        await exchange.perform()
        await trial.station.advance(every_s)
        if number == count // 2 and not await power_cycle(trial, exchange.access):
            trial.record.could_not_look(KEPT, f"no answer any more after {SHORT_CUT_S:g} s without power")
            return
    trial.record.observe(KEPT, await exchange.times(), what=f"of {count}", reference=count)


async def _next_system(trial: Trial, exchange: OfficeNotification) -> None:
    """The next system is off when the receiver is told, and comes back later."""
    seat = trial.station.lab.seat_for_actor(exchange.next_actor) if exchange.next_actor else None
    if seat is None:
        record_absent(trial, "the next system switched off", "the receiver passes it on to none on the station")
        return
    following = OfficeAccess(trial.station, seat.name)
    await trial.station.fresh(trial.faults)
    before = len(await _there(exchange, following))
    await trial.station.power(seat.name, False)
    await exchange.prepare()
    await attempt(exchange.perform())
    await trial.station.advance(trial.bound("n_push_retries").number * _LOOK_S * 60)
    await trial.station.power(seat.name, True)
    await answers_again(trial, following, 2 * trial.bound("t_boot").number)
    deadline = trial.clock.now() + _CATCH_UP_S
    while (found := len(await _there(exchange, following)) - before) < 1 and trial.clock.now() < deadline:
        await trial.station.advance(60 * _LOOK_S)
    trial.record.observe(PASSED_ON, found == 1, what=f"{exchange.next_actor}: {found} found")


async def _there(exchange: OfficeNotification, following: OfficeAccess) -> Sequence[object]:
    async with following.session(exchange.onlooker) as office:
        return await exchange.found_next(office)


def checks(trial: Trial) -> Sequence[Check]:
    exchange = exchange_of(trial)
    found = [
        Check("what is told is shown", "at_least_true", SHOWN, trial.enough("n_events")),
        Check("it is shown within t_evt", "p95_at_most", TIME, trial.limit("t_evt")),
    ]
    if isinstance(exchange, OfficeNotification):
        found.append(Check("nothing is lost over a day", "close_to_reference", KEPT, {"limit": 0}))
        if exchange.next_actor and trial.station.lab.seat_for_actor(exchange.next_actor) is not None:
            found.append(Check("what the next system missed it gets in the end", "always", PASSED_ON))
    return found


PROBE = Probe("A-M5", "office_https", stimulus, checks)
