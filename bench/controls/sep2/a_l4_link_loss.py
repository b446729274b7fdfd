"""A-L4 Keeps what it has to tell over the loss of its server.

A signal ends while the server is away, for as long as ``t_keep`` asks. When the server is back, the device delivers
what it had to say: once, in order, with the times at which it happened.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.base import Probe
from bench.controls.sep2._acts import exchange_of, works
from bench.controls.trial import Trial
from bench.exchanges.sep2_exchange import Sep2Exchange, ToGateway, ToManager
from bench.judgement.check import Check
from drivers.sep2.events import Event
from drivers.sep2.responses import Response
from drivers.sep2.vocabulary import ResponseStatus

ONCE, STAMP = "how often it was delivered", "time that it bears against the time at which it happened"
_SHORT_S = 600
_MARGIN_S = 30.0
_OPTS_OUT = ResponseStatus.OPT_OUT


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    await exchange.prepare()
    event = exchange.offer(exchange.new_event(duration_s=_SHORT_S))
    await exchange.arrived(event)
    counterpart = exchange.counterpart
    counterpart.vanish()
    answered = trial.clock.now()
    if isinstance(exchange, ToGateway):
        await _answer_from_home(exchange, event)
    keep_s = trial.bound("t_keep", subject="events").number
    await trial.station.advance(keep_s)
    counterpart.reappear()
    await counterpart.polled(2, within_s=2.0 * float(exchange.access.pixit("retry_s", 120.0)))
    await trial.station.advance(exchange.access.act_s)
    if isinstance(exchange, ToManager) and _tells_its_end(exchange):
        found = [
            one.response
            for one in counterpart.resources.answers(event.mrid)
            if one.response.status == ResponseStatus.COMPLETED
        ]
        trial.record.observe(ONCE, len(found), what="the end of the signal")
        for response in found:
            error_s = abs((response.created or 0) - event.interval.end)
            trial.record.observe(STAMP, error_s, unit="s", what="the end of the signal")
    if isinstance(exchange, ToGateway):
        answers = [
            one.response for one in counterpart.resources.answers(event.mrid) if one.response.status == _OPTS_OUT
        ]
        trial.record.observe(ONCE, len(answers), what="the answer of a device of the home")
        for response in answers:
            trial.record.observe(
                STAMP, abs((response.created or 0) - answered), unit="s", what="the answer of a device of the home"
            )
    mark = event.mrid.hex()[:16]
    entries = [entry for entry in await exchange.posted_log() if mark in (entry.details or "")]
    numbers = [entry.number for entry in entries]
    trial.record.observe(ONCE, 1 if numbers and len(set(numbers)) == len(numbers) else len(numbers), what="log entries")
    exchange.program.events.clear()
    await works(trial, "after")


def _tells_its_end(exchange: Sep2Exchange) -> bool:
    """Whether an energy management system has to say that it has followed."""
    return exchange.content.steers and ResponseStatus.COMPLETED not in exchange.wordless


async def _answer_from_home(exchange: ToGateway, event: Event) -> None:
    """A device of the home says at the gateway that its customer opts out."""
    async with exchange.home.client(exchange.home_device) as client:
        response = Response(
            lfdi=client.lfdi, status=_OPTS_OUT, subject=event.mrid, created=int(exchange.station.clock.now())
        )
        await client.post("/rsps/1/rsp", response)


def checks(trial: Trial) -> Sequence[Check]:
    found = [Check("what happened meanwhile is delivered once", "equals", ONCE, {"expected": 1})]
    exchange = exchange_of(trial)
    if isinstance(exchange, ToGateway) or _tells_its_end(exchange):
        found.append(Check("it bears the time at which it happened", "at_most", STAMP, {"limit": _MARGIN_S}))
    return found


PROBE = Probe("A-L4", "sep2", stimulus, checks)
