"""I-L2 on a signal: what is the same however it travels. What spoils a signal on its way is the protocol's own."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from bench.controls.sep2._acts import GOOD, Case, exchange_of, record_effects, said_nothing, try_all, works
from bench.controls.trial import Trial
from bench.judgement.check import Check
from drivers.sep2.events import DateTimeInterval

EFFECT = "an invalid signal took effect"
SENT = "the device read the invalid signal"
_A_YEAR_S = 365 * 86_400


class Spoiler(Protocol):
    """What makes good signals wrong. ``hits``: how many."""

    hits: int


async def try_spoiled(trial: Trial, spoils: Sequence[tuple[str, AbstractContextManager[Spoiler]]]) -> None:
    """The row's own signal, spoiled in each of these ways; good signals before, senseless ones afterwards."""
    exchange = exchange_of(trial)
    await works(trial, "before")
    for name, spoil in spoils:
        event = exchange.offer(exchange.new_event())
        with spoil as spoiler:
            await exchange.counterpart.polled(within_s=2.0 * float(exchange.access.pixit("retry_s", 120.0)))
        exchange.program.events.clear()
        trial.record.observe(SENT, spoiler.hits > 0, what=name)
        # Who takes it moves what it controls in this time.
        await trial.station.advance(exchange.access.act_s)
        await record_effects(trial, [Case(name, event)], EFFECT)
        await exchange.counterpart.polled()


def senseless(trial: Trial) -> list[Case]:
    """Signals that the schema allows and that make no sense."""
    exchange = exchange_of(trial)
    past = DateTimeInterval(start=int(trial.clock.now()) - 7200, duration=3600)
    nothing = [] if exchange.without_end else [Case("a duration of nothing", exchange.new_event(duration_s=0))]
    return [
        *nothing,
        Case("a start in two years", exchange.new_event(start_s=2 * _A_YEAR_S)),
        Case("a duration of a year", exchange.new_event(duration_s=_A_YEAR_S)),
        Case("a time that is over", dataclasses.replace(exchange.new_event(), interval=past)),
    ]


async def try_senseless(trial: Trial, cases: Sequence[Case]) -> None:
    """All of them at once, and a good signal afterwards."""
    await try_all(trial, cases, EFFECT)
    await works(trial, "after")


def checks(trial: Trial) -> Sequence[Check]:
    """None of them has an effect."""
    return [
        Check("invalid signals have no effect", "never", EFFECT),
        Check("the invalid signals were read", "always", SENT),
        *said_nothing(trial),
        Check("good signals work before and after", "always", GOOD),
    ]
