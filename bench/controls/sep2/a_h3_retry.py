"""A-H3 Retry, alternative path, escalation.

The first k polls after a signal was given are not answered; the signal is effective from the first good one. Where the
device follows a second server, the same signal comes by both, and counts once. Nobody answers from the home: nothing is
said to have started.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.access.sep2_home import events_at
from bench.controls.base import Probe
from bench.controls.sep2._acts import GOOD, exchange_of, works
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.exchanges.sep2_events import new_mrid
from bench.exchanges.sep2_exchange import ToGateway
from bench.judgement.check import Check
from drivers.sep2.server import Hangup, HttpRequest, HttpResponse
from drivers.sep2.vocabulary import ResponseStatus

THROUGH, TIMES = "a signal got through lost polls", "how often a signal that came by two ways stands at the gateway"
BOTH, FALSELY = "both servers were answered", "a silent home is said to have started"
_LOST = (1, 2, 5)


async def stimulus(trial: Trial) -> None:
    await works(trial, "before")
    exchange = exchange_of(trial)
    for lost in _LOST:
        losing = _Losing(lost)
        exchange.counterpart.alter = losing.alter
        exchange.event = event = exchange.offer(exchange.new_event())
        await trial.station.advance(lost * float(exchange.access.pixit("retry_s", 120.0)))
        exchange.counterpart.alter = None
        await exchange.counterpart.polled(within_s=2.0 * float(exchange.access.pixit("retry_s", 120.0)))
        await exchange.arrived(event)
        effect = await exchange.observe()
        trial.record.observe(THROUGH, effect.happened, what=f"{lost} lost", detail=effect.detail)
        await exchange.restore()
    if isinstance(exchange, ToGateway):
        await _both_ways(trial, exchange)
        await _silent_home(trial, exchange)
    else:
        record_absent(trial, "the same signal by two ways", "the device follows one server")
    await works(trial, "after")


class _Losing:
    """The first so many requests are dropped."""

    def __init__(self, count: int) -> None:
        self._left = count

    def alter(self, _request: HttpRequest, response: HttpResponse) -> HttpResponse:
        self._left -= 1
        if self._left >= 0:
            raise Hangup
        return response


async def _both_ways(trial: Trial, exchange: ToGateway) -> None:
    other = exchange.second_party
    async with exchange.second_server() as second:
        program = second.resources.add_program(exchange.content.kind, new_mrid(exchange.random), 2, "other way")
        exchange.event = event = exchange.offer(exchange.new_event())
        program.put(event, trial.clock.now(), exchange.content.price())
        await exchange.arrived(event)
        await second.polled(2)
        found = await events_at(exchange.home, exchange.home_device, exchange.content.kind)
        alive = [one for one in found if not one.status.cancelled]
        trial.record.observe(TIMES, len(alive), what="by both servers")
        for name, server in ((exchange.party, exchange.counterpart), (other, second)):
            trial.record.observe(BOTH, ResponseStatus.RECEIVED in server.told(event.mrid), what=name)
        program.cancel(event.mrid, trial.clock.now())
        await second.polled()
        await exchange.restore()


async def _silent_home(trial: Trial, exchange: ToGateway) -> None:
    seat = trial.station.lab.seat_for_actor("Customer EMS")
    if seat is None:
        record_absent(trial, "a silent home", "the station has no energy management system behind the gateway")
        return
    await trial.station.power(seat.name, False)
    try:
        exchange.event = event = exchange.offer(exchange.new_event())
        await exchange.arrived(event)
        await exchange.counterpart.polled(2)
        said = any(
            s in exchange.counterpart.told(event.mrid) for s in (ResponseStatus.STARTED, ResponseStatus.COMPLETED)
        )
        trial.record.observe(FALSELY, said, told=[*exchange.counterpart.told(event.mrid)])
        await exchange.restore()
    finally:
        await trial.station.power(seat.name, True)


def checks(trial: Trial) -> Sequence[Check]:
    found = [
        Check("a signal gets through lost polls", "always", THROUGH),
        Check("good signals work before and after", "always", GOOD),
    ]
    if isinstance(trial.exchange, ToGateway):
        found += [
            Check("a signal by two ways counts once", "equals", TIMES, {"expected": 1}),
            Check("both servers are answered", "always", BOTH),
            Check("a silent home is not said to have started", "never", FALSELY),
        ]
    return found


PROBE = Probe("A-H3", "sep2", stimulus, checks)
