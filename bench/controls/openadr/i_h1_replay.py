"""I-H1 Replay refused.

A payload that brought a good signal is taken off the wire, and given as the answer to a later poll: at the next one, in
a new session, after a restart of the device, from another VTN under the same authority, back to a VTN as if it were a
request of the device's own, and, held back unseen, after ``t_fresh``. Its signature is right each time, and its event
is no longer among those of the VTN.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.base import Probe
from bench.controls.openadr._replay import Holding, Repeating
from bench.controls.sep2._acts import GOOD, Case, exchange_of, record_effects, works
from bench.controls.sep2._restart import back, restart
from bench.controls.trial import Trial
from bench.exchanges.openadr_exchange import OadrExchange
from bench.judgement.check import Check
from drivers.sep2.events import Event

EFFECT, SENT = "a replayed signal took effect", "the replayed payload was asked for"
_BACK_S = 600.0
_LONG_S = 7200
_OFF_S = 5.0
"""So short that the payload is still fresh when the device is back."""
_START_S = 20.0


async def stimulus(trial: Trial) -> None:
    await works(trial, "before")
    exchange = exchange_of(trial)
    assert isinstance(exchange, OadrExchange)
    for name in ("at once, in the same session", "in a new session"):
        event, payload = await _taken_back(trial, exchange)
        if name == "in a new session":
            await exchange.counterpart.found_anew()
        await _replay(trial, exchange, name, event, payload)
    await _after_power_cycle(trial, exchange)
    await _from_another(trial, exchange)
    await _held_back(trial, exchange)
    await works(trial, "after")


async def _recorded(trial: Trial, exchange: OadrExchange, start_s: float = 0.0) -> tuple[Event, bytes]:
    """A good signal that the device took; the payload that brought it."""
    event = exchange.offer(exchange.new_event(start_s, _LONG_S))
    await exchange.arrived(event)
    mark = event.mrid.hex().upper().encode()
    payload = next(seen.response.body for seen in exchange.counterpart.seen if mark in seen.response.body)
    return event, payload


async def _taken_back(trial: Trial, exchange: OadrExchange) -> tuple[Event, bytes]:
    """A good signal that the device took, and left again when it was cancelled; the payload that brought it."""
    event, payload = await _recorded(trial, exchange)
    exchange.program.cancel(event.mrid, trial.clock.now())
    await exchange.counterpart.polled(2)
    await trial.station.advance(float(exchange.access.pixit("dwell_s", 0.0)))
    exchange.program.events.pop(event.mrid, None)
    return event, payload


async def _after_power_cycle(trial: Trial, exchange: OadrExchange) -> None:
    """As soon as the device is back, the payload that it saw last before. Its signal begins while the device is off, so
    that nothing moves for the signal itself; where another system has been given it by then, it is taken back first."""
    await exchange.counterpart.polled()
    if exchange.outlives_device:
        event, payload = await _taken_back(trial, exchange)
    else:
        event, payload = await _recorded(trial, exchange, exchange.access.poll_s + _START_S)
        exchange.program.events.pop(event.mrid, None)
    exchange.vtn.alter = repeating = Repeating(exchange.vtn, payload)
    await restart(trial, off_s=_OFF_S)
    await back(trial, _BACK_S)
    exchange.vtn.alter = None
    await trial.station.advance(max(0.0, event.interval.start + exchange.access.act_s - trial.clock.now()))
    name = "after a power cycle"
    trial.record.observe(SENT, repeating.sent > 0, what=name, times=repeating.sent)
    await record_effects(trial, [Case(name, event)], EFFECT)
    await exchange.counterpart.polled(2, within_s=2.0 * float(exchange.access.pixit("retry_s", 120.0)))


async def _replay(trial: Trial, exchange: OadrExchange, name: str, event: Event, payload: bytes) -> None:
    exchange.vtn.alter = repeating = Repeating(exchange.vtn, payload)
    for _number in range(trial.bound("n_rep").count):
        if not await exchange.counterpart.polled(within_s=2.0 * float(exchange.access.pixit("retry_s", 120.0))):
            break
    exchange.counterpart.alter = None
    trial.record.observe(SENT, repeating.sent > 0, what=name, times=repeating.sent)
    trial.record.capture(payload, ".xml")
    await record_effects(trial, [Case(name, event)], EFFECT)
    await exchange.counterpart.polled(within_s=2.0 * float(exchange.access.pixit("retry_s", 120.0)))


async def _from_another(trial: Trial, exchange: OadrExchange) -> None:
    """The payload of one VTN, from another one that the device follows."""
    event, payload = await _taken_back(trial, exchange)
    other = exchange.server_beside()
    if other is None:
        return
    async with other:
        await other.polled(2)
        other.alter = repeating = Repeating(other, payload)
        await other.polled(within_s=2.0 * float(exchange.access.pixit("retry_s", 120.0)))
        other.alter = None
        trial.record.observe(SENT, repeating.sent > 0, what="from another VTN", times=repeating.sent)
        await record_effects(trial, [Case("from another VTN", event)], EFFECT)


async def _held_back(trial: Trial, exchange: OadrExchange) -> None:
    """Taken off the wire before the device saw it; the session goes on meanwhile."""
    exchange.vtn.alter = holding = Holding(exchange.vtn)
    event = exchange.offer(exchange.new_event(duration_s=_LONG_S))
    holding.mark = event.mrid.hex().upper().encode()
    await exchange.counterpart.polled(2)
    exchange.program.events.pop(event.mrid, None)
    await trial.station.advance(trial.bound("t_fresh").number)
    await _replay(trial, exchange, "held back", event, holding.held)


def checks(trial: Trial) -> Sequence[Check]:
    return [
        Check("a replayed signal has no effect", "never", EFFECT),
        Check("the replays were asked for", "always", SENT),
        Check("good signals work before and after", "always", GOOD),
    ]


PROBE = Probe("I-H1", "openadr", stimulus, checks)
