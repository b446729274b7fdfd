"""What probes on 2030.5 share: good signals before and after, batches of bad ones, servers that lie."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bench.access.sep2_server import Counterpart
from bench.controls.trial import Trial
from bench.exchanges.sep2_events import new_mrid
from bench.exchanges.sep2_exchange import Sep2Exchange, ToGateway, ToManager
from bench.judgement.check import Check
from drivers.sep2.events import Event
from drivers.sep2.prices import TextMessage
from drivers.sep2.programs import Program
from drivers.sep2.server import HttpRequest, HttpResponse

GOOD = "a good signal took effect"
"""The positive control: on the right way, from the right server."""
TOLD = "the device said that it takes part"


@dataclass(frozen=True)
class Case:
    """One signal of a batch. ``program``: another one than the row's; ``price`` goes with a tariff interval."""

    name: str
    event: Event
    price: int | None = None
    program: Program | None = None


def exchange_of(trial: Trial) -> Sep2Exchange:
    """The row's exchange."""
    assert isinstance(trial.exchange, Sep2Exchange)
    return trial.exchange


def with_canary(trial: Trial, event: Event) -> tuple[Event, bytes]:
    """The signal with a canary in it: its text where it has one, else its mRID; and the canary."""
    if not isinstance(event, TextMessage):
        return event, event.mrid.hex().upper().encode()
    canary = f"ZEBRA-{trial.random.getrandbits(64):016x}"
    return dataclasses.replace(event, text=canary), canary.encode()


async def works(trial: Trial, what: str) -> bool:
    """Send the row's own signal the right way, record whether it took effect, and take it back."""
    exchange = exchange_of(trial)
    await exchange.prepare()
    told = await exchange.perform()
    effect = await exchange.observe()
    if effect.happened is None:
        trial.record.could_not_look(GOOD, f"{what}: {effect.detail}")
    else:
        trial.record.observe(
            GOOD, effect.happened, what=what, source=effect.shown_by, detail=effect.detail, told=[*told]
        )
    await exchange.restore()
    return bool(effect.happened)


async def try_all(trial: Trial, cases: Sequence[Case], series: str, *, wait_s: float = 0.0) -> None:
    """Offer all of them at once, wait, and record under ``series`` whether any took effect; then take them away."""
    exchange = exchange_of(trial)
    for case in cases:
        (case.program or exchange.program).shows_over = True
        exchange.offer(case.event, case.program, case.price)
    await exchange.counterpart.polled(2)
    await exchange.station.advance(exchange.access.act_s + wait_s)
    await record_effects(trial, cases, series)
    await withdraw(trial, cases)


async def record_effects(trial: Trial, cases: Sequence[Case], series: str) -> None:
    """Look for each of them at the next hop."""
    exchange = exchange_of(trial)
    if isinstance(exchange, ToManager):
        await _at_the_manager(trial, exchange, cases, series)
        return
    assert isinstance(exchange, ToGateway)
    for case in cases:
        found = await exchange.found_in(case.event, case.program)
        told = exchange.counterpart.told(case.event.mrid)
        trial.record.observe(series, found is not None, what=case.name, source="the gateway's own server", told=[*told])


async def _at_the_manager(trial: Trial, exchange: ToManager, cases: Sequence[Case], series: str) -> None:
    """The watts are those of all of them together; what the device says is of each."""
    names = "; ".join(case.name for case in cases)
    effect = await exchange.moved()
    if effect.happened is None:
        trial.record.could_not_look(series, f"{names}: {effect.detail}")
    else:
        trial.record.observe(series, effect.happened, what=names, source=effect.shown_by, detail=effect.detail)
    for case in cases:
        told = exchange.counterpart.told(case.event.mrid)
        trial.record.observe(TOLD, exchange.claims(case.event), what=case.name, told=[*told])


async def withdraw(trial: Trial, cases: Sequence[Case]) -> None:
    """Cancel them, and have the device follow; what it moved has its dwell."""
    exchange = exchange_of(trial)
    touched = False
    for case in cases:
        program = case.program or exchange.program
        if case.event.mrid in program.events:
            program.cancel(case.event.mrid, exchange.station.clock.now())
            touched = touched or bool(exchange.counterpart.told(case.event.mrid))
    if touched:
        await exchange.counterpart.polled()
        await exchange.station.advance(float(exchange.access.pixit("dwell_s", 0.0)))
    for case in cases:
        (case.program or exchange.program).events.pop(case.event.mrid, None)
        (case.program or exchange.program).shows_over = False


def said_nothing(trial: Trial) -> list[Check]:
    """At an energy management system: it never said that it takes part."""
    if not isinstance(trial.exchange, ToManager):
        return []
    return [Check("the device does not say that it takes part", "never", TOLD)]


class Rewriting:
    """An alteration: in answers whose body holds ``old`` it stands ``new`` instead. ``hits`` counts them."""

    def __init__(self, old: bytes, new: bytes) -> None:
        self._old = old
        self._new = new
        self.hits = 0

    def __call__(self, _request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if self._old not in response.body:
            return response
        self.hits += 1
        return HttpResponse(response.status, response.body.replace(self._old, self._new), response.headers)


@asynccontextmanager
async def impostor(
    trial: Trial, credential: str, event: Event, *, pin: int | None = None
) -> AsyncIterator[Counterpart]:
    """Another server in the place of the right one, with the credential of that name, which offers ``event``.

    The right one is gone meanwhile, and comes back.
    """
    exchange = exchange_of(trial)
    access = exchange.access
    await exchange.close()
    false = exchange.new_server(credential=access.credential(credential), pin=pin)
    program = false.resources.add_program(exchange.content.kind, new_mrid(exchange.random), 1)
    program.put(event, trial.clock.now(), exchange.content.price())
    async with false:
        yield false


async def follow(trial: Trial, seconds: float = 0.0) -> None:
    """Let the device poll whoever stands there, a few times."""
    access = exchange_of(trial).access
    await trial.station.advance(seconds or 2.0 * access.poll_s)
