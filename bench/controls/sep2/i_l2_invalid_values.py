"""I-L2 Invalid values are refused as a whole.

Values that the schema does not allow, sent by a server that writes them past it; values that it allows and that make no
sense; and a control of which one part is wrong, of which the other part must not be carried out.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from bench.controls.base import Probe
from bench.controls.sep2._acts import Case, Rewriting, exchange_of
from bench.controls.sep2._wrong_values import checks, senseless, try_senseless, try_spoiled
from bench.controls.trial import Trial
from bench.exchanges.sep2_events import GenerationLimit, When, new_mrid
from drivers.sep2.der import DERControlBase, PowerFactor
from drivers.sep2.events import RandomizableEvent
from drivers.sep2.programs import ProgramKind

_RAW = (
    ("a duration below zero", b"<duration>3600<", b"<duration>-5<"),
    ("a duration that is no number", b"<duration>3600<", b"<duration>NaN<"),
    ("a duration that no 32 bits hold", b"<duration>3600<", b"<duration>99999999999<"),
    ("no start", b"<start>", b"<Start>"),
    ("an mRID of 20 octets", b"<mRID>", b"<mRID>00000000"),
    ("two durations", b"<duration>3600</duration>", b"<duration>60</duration><duration>3600</duration>"),
)


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    await try_spoiled(trial, [(name, _rewritten(trial, old, new)) for name, old, new in _RAW])
    cases = senseless(trial)
    if isinstance(exchange.new_event(), RandomizableEvent):
        cases += _partly_wrong(trial)
    await exchange.counterpart.found_anew()
    await try_senseless(trial, cases)


@contextmanager
def _rewritten(trial: Trial, old: bytes, new: bytes) -> Iterator[Rewriting]:
    """In answers of the bench's server it stands ``new``."""
    counterpart = exchange_of(trial).counterpart
    counterpart.alter = rewriting = Rewriting(old, new)
    yield rewriting
    counterpart.alter = None


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


PROBE = Probe("I-L2", "sep2", stimulus, checks)
