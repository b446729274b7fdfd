"""I-L2 Invalid values are refused as a whole.

Values that the schema does not allow, rightly signed by a VTN that writes them past it; values that it allows and that
make no sense; and an event with two signals of which one is wrong.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from functools import partial

from bench.controls.base import Probe
from bench.controls.sep2._acts import GOOD, Case, exchange_of, record_effects, try_all, works
from bench.controls.trial import Trial
from bench.exchanges.openadr_exchange import OadrToGateway
from bench.judgement.check import Check
from drivers.sep2.events import DateTimeInterval

EFFECT, SENT = "an invalid signal took effect", "the device read the invalid signal"
_A_YEAR_S = 365 * 86_400
_RAW = (
    ("a duration below zero", b">PT3600S<", b">-PT5S<"),
    ("a duration that is none", b">PT3600S<", b">NaN<"),
    ("a duration of nobody's life", b">PT3600S<", b">PT99999999999S<"),
    ("no start", b"xcal:dtstart>", b"xcal:dtend>"),
    ("a start that is none", b"<xcal:date-time>20", b"<xcal:date-time>XX"),
    ("a state that nobody knows", b"<ei:eventStatus>", b"<ei:eventStatus>very"),
    ("a modification below zero", b"<ei:modificationNumber>", b"<ei:modificationNumber>-1"),
    ("two event identifiers", b"<ei:eventID>", b"<ei:eventID>1</ei:eventID><ei:eventID>"),
    ("a level that is no number", b"<ei:value>", b"<ei:value>x"),
    ("a level of infinity", b"<ei:value>", b"<ei:value>INF</ei:value><!--"),
    ("a level that no device has", b"<ei:value>", b"<ei:value>-7"),
)


async def stimulus(trial: Trial) -> None:
    await works(trial, "before")
    exchange = exchange_of(trial)
    assert isinstance(exchange, OadrToGateway)
    for name, old, new in _RAW:
        await _written(trial, exchange, name, _Writing(partial(_changed, old, new)))
    await _written(trial, exchange, "two signals, one of them wrong", _Writing(_with_wrong_signal))
    await try_all(trial, _senseless(trial), EFFECT)
    await works(trial, "after")


class _Writing:
    """Changes the XML of events before it is signed; ``hits`` counts them."""

    def __init__(self, change: Callable[[bytes], bytes]) -> None:
        self._change = change
        self.hits = 0

    def __call__(self, body: bytes) -> bytes:
        if b"<oadr:oadrEvent>" not in body:
            return body
        self.hits += 1
        return self._change(body)


def _changed(old: bytes, new: bytes, body: bytes) -> bytes:
    """The first of them; a comment that was begun ends before the element does."""
    if not new.endswith(b"<!--"):
        return body.replace(old, new, 1) if old != b"xcal:dtstart>" else body.replace(old, new, 2)
    before, _, after = body.partition(old)
    rest = after.partition(b"</ei:value>")[2]
    return before + new.removesuffix(b"</ei:value><!--") + b"</ei:value>" + rest


def _with_wrong_signal(body: bytes) -> bytes:
    """The event's signal once more, with a level out of every range, before the right one."""
    head, mark, rest = body.partition(b"<ei:eiEventSignal>")
    signal, end, tail = rest.partition(b"</ei:eiEventSignal>")
    wrong = signal.replace(b"<ei:value>", b"<ei:value>9")
    return head + mark + wrong + end + mark + signal + end + tail


async def _written(trial: Trial, exchange: OadrToGateway, name: str, writing: _Writing) -> None:
    event = exchange.offer(exchange.new_event())
    exchange.vtn.vtn.vtn.written = writing
    await exchange.counterpart.polled(within_s=2.0 * float(exchange.access.pixit("retry_s", 120.0)))
    exchange.vtn.vtn.vtn.written = None
    exchange.program.events.clear()
    trial.record.observe(SENT, writing.hits > 0, what=name)
    await record_effects(trial, [Case(name, event)], EFFECT)
    await exchange.counterpart.polled()


def _senseless(trial: Trial) -> list[Case]:
    exchange = exchange_of(trial)
    past = DateTimeInterval(start=int(trial.clock.now()) - 7200, duration=3600)
    return [
        Case("a start in two years", exchange.new_event(start_s=2 * _A_YEAR_S)),
        Case("a duration of a year", exchange.new_event(duration_s=_A_YEAR_S)),
        Case("a time that is over", dataclasses.replace(exchange.new_event(), interval=past)),
    ]


def checks(trial: Trial) -> Sequence[Check]:
    return [
        Check("invalid signals have no effect", "never", EFFECT),
        Check("the invalid signals were read", "always", SENT),
        Check("good signals work before and after", "always", GOOD),
    ]


PROBE = Probe("I-L2", "openadr", stimulus, checks)
