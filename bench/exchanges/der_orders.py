"""Asking the DER of a home for something, from wherever the bench stands in the chain: at an office system, or as the
server that a gateway or an energy management system follows.
"""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

from bench.access.office import OfficeAccess
from bench.exchanges.base import Exchange
from bench.exchanges.office.give_signal import GiveSignal
from bench.exchanges.sep2_events import new_mrid
from bench.exchanges.sep2_exchange import Sep2Exchange
from drivers.cim.der_signals import DerRequest, Service
from drivers.cim.signal_calls import end, give, stand
from drivers.cim.signals import Signal, SignalKind
from drivers.cim.times import iso
from drivers.sep2.der import DERControlBase, FixedPoint
from drivers.sep2.events import Event, Link
from drivers.sep2.grid_services import fixed_var, frequency_droop, volt_var_curve
from drivers.sep2.programs import UnknownEventError


class DerGiver(Protocol):
    """Somebody who may ask."""

    async def give(self, kind: SignalKind, asked: DerRequest, start: float, duration_s: int) -> None:
        """Ask for it from ``start`` (s since the epoch) on. Raises what the link raises."""
        ...

    async def limit(self, share: float, start: float, duration_s: int) -> None:
        """Ask for generation of no more than ``share`` (0 to 1) of the rating."""
        ...

    async def default(self) -> None:
        """Ask for what holds without a service."""
        ...

    async def end(self) -> None:
        """End all that was asked for here."""
        ...


@dataclass
class OfficeGiver:
    """``party`` gives signals to an office system, for ``home``."""

    access: OfficeAccess
    party: str
    home: str

    async def give(self, kind: SignalKind, asked: DerRequest, start: float, duration_s: int) -> None:
        """As `DerGiver.give`."""
        await self._give(Signal(kind=kind, homes=(self.home,), start=iso(start), duration=duration_s, der=asked))

    async def limit(self, share: float, start: float, duration_s: int) -> None:
        """As `DerGiver.limit`."""
        kind = SignalKind.GENERATION
        await self._give(Signal(kind=kind, homes=(self.home,), start=iso(start), duration=duration_s, share=share))

    async def default(self) -> None:
        """By a signal of its own."""
        asked = DerRequest(service=Service.DEFAULT)
        await self._give(Signal(kind=SignalKind.SERVICE, homes=(self.home,), duration=3600, der=asked))

    async def end(self) -> None:
        """As `DerGiver.end`."""
        async with self.access.session(self.party) as office:
            offered = [one.signal for one in await stand(office.messenger)]
            if offered:
                await end(office.messenger, offered)

    async def _give(self, signal: Signal) -> None:
        async with self.access.session(self.party) as office:
            await give(office.messenger, (signal,))


@dataclass
class ServerGiver:
    """The bench offers controls as the server of ``exchange``, whose scene is set."""

    exchange: Sep2Exchange
    given: list[Event] = dataclasses.field(default_factory=list)

    async def give(self, kind: SignalKind, asked: DerRequest, start: float, duration_s: int) -> None:
        """As `DerGiver.give`."""
        self._offer(self._base(kind, asked), start, duration_s)

    async def limit(self, share: float, start: float, duration_s: int) -> None:
        """As `DerGiver.limit`."""
        self._offer(DERControlBase(max_lim_w=round(share * 10_000)), start, duration_s)

    async def default(self) -> None:
        """By cancelling."""
        await self.end()

    async def end(self) -> None:
        """As `DerGiver.end`."""
        now = self.exchange.station.clock.now()
        for event in self.given:
            try:
                self.exchange.program.cancel(event.mrid, now)
            except UnknownEventError:
                continue
        self.given.clear()

    def _offer(self, base: DERControlBase, start: float, duration_s: int) -> None:
        ahead_s = start - self.exchange.station.clock.now()
        event = self.exchange.new_event(ahead_s, duration_s, base=base)
        self.given.append(self.exchange.offer(event))

    def _base(self, kind: SignalKind, asked: DerRequest) -> DERControlBase:
        if kind is SignalKind.EXPORT:
            return DERControlBase(export_limit=FixedPoint.of(asked.power or 0.0))
        if kind is SignalKind.IMPORT:
            return DERControlBase(import_limit=FixedPoint.of(asked.power or 0.0))
        if asked.service is Service.FIXED_VAR:
            return fixed_var(asked.reactive or 0.0)
        if asked.service is Service.DROOP:
            return frequency_droop(asked.droop or 0.0, asked.dead_band or 0.0, asked.response or 0.0)
        return DERControlBase(volt_var=self._curve(asked))

    def _curve(self, asked: DerRequest) -> Link:
        program, now = self.exchange.program, self.exchange.station.clock.now()
        href = f"{program.path}/dc/{len(program.curves) + 1}"
        curve = volt_var_curve(new_mrid(self.exchange.random), int(now), asked.points, asked.response)
        program.curves.append(dataclasses.replace(curve, href=href))
        return Link(href=href)


@asynccontextmanager
async def giver_of(exchange: Exchange, home: str) -> AsyncIterator[DerGiver]:
    """Who gives on the row of ``exchange``; what it gave for the gateway ``home`` is ended afterwards."""
    giver: DerGiver
    if isinstance(exchange, GiveSignal):
        giver = OfficeGiver(exchange.access, exchange.sender, home)
    elif isinstance(exchange, Sep2Exchange):
        await exchange.prepare()
        giver = ServerGiver(exchange)
    else:
        raise TypeError(f"{type(exchange).__name__} asks nothing of DER")
    try:
        yield giver
    finally:
        try:
            await giver.end()
        finally:
            if isinstance(exchange, Sep2Exchange):
                await exchange.counterpart.polled()
                await exchange.close()
