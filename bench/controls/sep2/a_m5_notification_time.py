"""A-M5 Notification time and completeness: twenty signals, three of them at once, each answered once and in time.

What the server does not acknowledge is sent again until it does.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.access.sep2_server import Counterpart
from bench.controls.base import Probe
from bench.controls.sep2._acts import exchange_of
from bench.controls.trial import Trial
from bench.judgement.check import Check
from drivers.sep2.server import HttpRequest, HttpResponse

IN_TIME, TWICE = "a signal was answered in time", "how often a signal was answered as received"
AGAIN = "tries to deliver an answer that was not acknowledged"
DELIVERED = "the answer was delivered in the end"
_SIGNALS, _AT_ONCE = 20, 3
_AT_LEAST, _TRIES = 19, 3


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    await exchange.prepare()
    t_evt = trial.bound("t_evt").number
    sent = 0
    while sent < _SIGNALS:
        count = _AT_ONCE if sent == 0 else 1
        events = [exchange.offer(exchange.new_event(start_s=86_400.0)) for _number in range(count)]
        given = trial.clock.now()
        await exchange.arrived(events[-1])
        for event in events:
            sent += 1
            answers = exchange.counterpart.resources.answers(event.mrid)
            good = bool(answers) and answers[0].at - given <= max(t_evt, exchange.reaction_s)
            trial.record.observe(IN_TIME, good, what=f"signal {sent}")
            trial.record.observe(TWICE, exchange.counterpart.told(event.mrid).count(1), what=f"signal {sent}")
        exchange.program.events.clear()
    await _unacknowledged(trial)


async def _unacknowledged(trial: Trial) -> None:
    """The server is too busy for answers, for some polls."""
    exchange = exchange_of(trial)
    refusing = _Refusing(exchange.counterpart)
    exchange.counterpart.alter = refusing.alter
    event = exchange.offer(exchange.new_event(start_s=86_400.0))
    await exchange.counterpart.polled(_TRIES + 2, within_s=8.0 * exchange.access.poll_s)
    exchange.counterpart.alter = None
    trial.record.observe(AGAIN, refusing.tries)
    exchange.counterpart.resources.responses.clear()
    await exchange.counterpart.polled(2, within_s=4.0 * exchange.access.poll_s)
    await trial.station.advance(exchange.access.act_s)
    trial.record.observe(DELIVERED, 1 in exchange.counterpart.told(event.mrid))
    exchange.program.events.clear()


class _Refusing:
    """Answers of the device are refused for the time being (503)."""

    def __init__(self, counterpart: Counterpart) -> None:
        self._counterpart = counterpart
        self.tries = 0

    def alter(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if not self._counterpart.is_answer(request):
            return response
        self.tries += 1
        return HttpResponse(503)


def checks(trial: Trial) -> Sequence[Check]:
    return [
        Check("signals are answered in time", "at_least_true", IN_TIME, {"count": _AT_LEAST, "of": _SIGNALS}),
        Check("each is answered once", "equals", TWICE, {"expected": 1}),
        Check("an answer that is not acknowledged is sent again", "at_least", AGAIN, {"limit": _TRIES}),
        Check("it is delivered in the end", "always", DELIVERED),
    ]


PROBE = Probe("A-M5", "sep2", stimulus, checks)
