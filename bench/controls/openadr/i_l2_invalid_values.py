"""I-L2 Invalid values are refused as a whole.

Values that the schema does not allow, rightly signed by a VTN that writes them past it; values that it allows and that
make no sense; and an event with two signals of which one is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from bench.controls.base import Probe
from bench.controls.sep2._acts import exchange_of
from bench.controls.sep2._wrong_values import checks, senseless, try_senseless, try_spoiled
from bench.controls.trial import Trial
from bench.exchanges.openadr_exchange import OadrExchange

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
    changes: list[tuple[str, Callable[[bytes], bytes]]] = [
        *((name, partial(_changed, old, new)) for name, old, new in _RAW),
        ("two signals, one of them wrong", _with_wrong_signal),
    ]
    await try_spoiled(trial, [(name, _written(trial, change)) for name, change in changes])
    await try_senseless(trial, senseless(trial))


@contextmanager
def _written(trial: Trial, change: Callable[[bytes], bytes]) -> Iterator[_Writing]:
    """The bench's VTN changes its events before it signs them."""
    exchange = exchange_of(trial)
    assert isinstance(exchange, OadrExchange)
    vtn = exchange.vtn.vtn.vtn
    vtn.written = writing = _Writing(change)
    yield writing
    vtn.written = None


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


PROBE = Probe("I-L2", "openadr", stimulus, checks)
