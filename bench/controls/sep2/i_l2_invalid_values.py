"""I-L2 Invalid values are refused as a whole.

Values that the schema does not allow, sent by a server that writes them past it; values that it allows and that make no
sense; and a control of which one part is wrong, of which the other part must not be carried out.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from bench.controls.base import Probe
from bench.controls.sep2._acts import (
    GOOD,
    Case,
    Rewriting,
    exchange_of,
    record_effects,
    said_nothing,
    try_all,
    works,
)
from bench.controls.trial import Trial
from bench.exchanges.sep2_events import GenerationLimit, When, new_mrid
from bench.judgement.check import Check
from drivers.sep2.der import DERControlBase, PowerFactor
from drivers.sep2.events import DateTimeInterval, RandomizableEvent
from drivers.sep2.programs import ProgramKind

EFFECT = "an invalid signal took effect"
SENT = "the device read the invalid signal"
_A_YEAR_S = 365 * 86_400
_RAW = (
    ("a duration below zero", b"<duration>3600<", b"<duration>-5<"),
    ("a duration that is no number", b"<duration>3600<", b"<duration>NaN<"),
    ("a duration that no 32 bits hold", b"<duration>3600<", b"<duration>99999999999<"),
    ("no start", b"<start>", b"<Start>"),
    ("an mRID of 20 octets", b"<mRID>", b"<mRID>00000000"),
    ("two durations", b"<duration>3600</duration>", b"<duration>60</duration><duration>3600</duration>"),
)


async def stimulus(trial: Trial) -> None:
    await works(trial, "before")
    exchange = exchange_of(trial)
    for name, old, new in _RAW:
        event = exchange.offer(exchange.new_event())
        rewriting = exchange.counterpart.alter = Rewriting(old, new)
        await exchange.counterpart.polled()
        exchange.counterpart.alter = None
        exchange.program.events.clear()
        trial.record.observe(SENT, rewriting.hits > 0, what=name)
        await record_effects(trial, [Case(name, event)], EFFECT)
    cases = _senseless(trial)
    await exchange.counterpart.found_anew()
    await try_all(trial, cases, EFFECT)
    await works(trial, "after")


def _senseless(trial: Trial) -> list[Case]:
    exchange = exchange_of(trial)
    now = trial.clock.now()
    cases = [
        Case("a duration of nothing", exchange.new_event(duration_s=0)),
        Case("a start in two years", exchange.new_event(start_s=2 * _A_YEAR_S)),
        Case("a duration of a year", exchange.new_event(duration_s=_A_YEAR_S)),
    ]
    usual = exchange.new_event()
    past = DateTimeInterval(start=int(now) - 7200, duration=3600)
    cases.append(Case("a time that is over", dataclasses.replace(usual, interval=past)))
    if isinstance(usual, RandomizableEvent):
        return [*cases, *_partly_wrong(trial)]
    return cases


def _partly_wrong(trial: Trial) -> list[Case]:
    """Controls of generation with one element that no device can carry out, in a program of their own."""
    exchange = exchange_of(trial)
    program = exchange.counterpart.resources.add_program(ProgramKind.DER, new_mrid(exchange.random), 2, "bench")
    now = trial.clock.now()
    when = When(now, now, 3600)
    wrong = PowerFactor(displacement=150, excitation=True, multiplier=-2)
    base = DERControlBase(max_lim_w=2000, pf_inject=wrong)
    event = GenerationLimit().event(new_mrid(exchange.random), when, base=base)
    return [Case("a limit of power with a power factor of 1.5", event, program=program)]


def checks(trial: Trial) -> Sequence[Check]:
    return [
        Check("invalid signals have no effect", "never", EFFECT),
        Check("the invalid signals were read", "always", SENT),
        *said_nothing(trial),
        Check("good signals work before and after", "always", GOOD),
    ]


PROBE = Probe("I-L2", "sep2", stimulus, checks)
