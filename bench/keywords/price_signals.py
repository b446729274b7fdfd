"""Keywords of 5.3.2 on rows of 2030.5: prices arrive once, exactly and in order; old and expired ones are dropped."""

from __future__ import annotations

import dataclasses

from robot.api.deco import keyword, library

from bench.access.sep2_home import events_at, price_at
from bench.exchanges.sep2_events import idle_w
from bench.exchanges.sep2_exchange import Sep2Exchange, ToGateway, ToManager, comparable
from bench.keywords.process import ProcessLibrary
from drivers.sep2.events import DateTimeInterval, Event
from drivers.sep2.programs import ProgramKind
from drivers.sep2.vocabulary import EventState, ResponseStatus

PRICE, TIMES = "price as the home finds it", "start and duration are as they were given"
ONCE, ORDER = "how often a price is there", "starts of the prices, in the order in which they come"
RECEIVED = "a price was acknowledged as received"
DROPPED, IN_FORCE = "a price that was superseded is told as such", "the newer price holds"
ACTED = "the home reacted to an expired price"
_THOUSANDTHS = (61, 255, 1234)
_CHEAP, _DEAR = 100, 600
_AHEAD_S, _EACH_S, _LONG_S = 600.0, 900, 3600
_NEAR_W = 50.0
_GUARD_S = 7200.0


@library(scope="TEST", auto_keywords=False)
class PriceSignals(ProcessLibrary):
    """Gives prices as the row's sender."""

    @property
    def prices(self) -> Sep2Exchange:
        """The row's exchange."""
        exchange = self.exchange
        assert isinstance(exchange, Sep2Exchange)
        return exchange

    # -- as they arrive ----------------------------------------------------------------------------------------------

    @keyword("Give Prices For Times To Come")
    def give(self) -> None:
        """Three, one after the other, the last one first. Example: | Give Prices For Times To Come |"""
        self.run(self._give(), _GUARD_S)

    async def _give(self) -> None:
        exchange = self.prices
        assert isinstance(exchange, ToGateway)
        try:
            await exchange.prepare()
            given: dict[bytes, tuple[Event, int]] = {}
            for number, thousandths in reversed(list(enumerate(_THOUSANDTHS))):
                start_s = _AHEAD_S + number * _EACH_S
                event = exchange.offer(exchange.new_event(start_s=start_s, duration_s=_EACH_S), price=thousandths)
                given[event.mrid] = event, thousandths
            await exchange.arrived(event)
            await exchange.counterpart.polled(2)
            found = [one for one in await self._found(exchange) if one.mrid in given]
            for mrid, (event, thousandths) in given.items():
                here = [one for one in found if one.mrid == mrid]
                self.recorder.observe(ONCE, len(here), what=f"{thousandths} thousandths")
                same = bool(here) and comparable(here[0]) == comparable(event)
                self.recorder.observe(TIMES, same, what=f"{thousandths} thousandths")
                price = await price_at(exchange.home, exchange.home_device, mrid)
                self.recorder.observe(
                    PRICE, -1.0 if price is None else price, reference=thousandths / 1000.0, what=mrid.hex()[:8]
                )
                told = exchange.counterpart.told(mrid)
                self.recorder.observe(RECEIVED, ResponseStatus.RECEIVED in told, told=[*told])
            for one in found:
                self.recorder.observe(ORDER, one.interval.start)
        finally:
            await exchange.close()

    @staticmethod
    async def _found(exchange: ToGateway) -> list[Event]:
        return await events_at(exchange.home, exchange.home_device, ProgramKind.PRICE)

    @keyword("Each Should Have Arrived Once And In Order")
    def arrived(self) -> None:
        """With price, start and duration. Example: | Each Should Have Arrived Once And In Order |"""
        self.check("each price is there once", "equals", ONCE, expected=1)
        self.check("with start and duration", "always", TIMES)
        self.check("with unit and multiplier: the price is exact", "close_to_reference", PRICE, limit=1e-9)
        self.check("in the order of their starts", "rising", ORDER)
        self.check("each is acknowledged", "always", RECEIVED)

    # -- one in the place of another ---------------------------------------------------------------------------------

    @keyword("Give A High Price And A Low One In Its Place")
    def supersede(self) -> None:
        """While it holds. Example: | Give A High Price And A Low One In Its Place |"""
        self.run(self._supersede(), _GUARD_S)

    async def _supersede(self) -> None:
        exchange = self.prices
        try:
            await exchange.prepare()
            old = exchange.offer(exchange.new_event(duration_s=_LONG_S), price=_DEAR)
            await exchange.arrived(old)
            await self.wait(exchange.reaction_s)
            new = exchange.offer(exchange.new_event(duration_s=_LONG_S), price=_CHEAP)
            await exchange.arrived(new)
            await self.wait(exchange.reaction_s + float(exchange.access.pixit("dwell_s", 0.0)))
            if isinstance(exchange, ToGateway):
                await self._superseded_at_home(exchange, old, new)
            elif isinstance(exchange, ToManager):
                told = exchange.counterpart.told(old.mrid)
                if ResponseStatus.SUPERSEDED not in exchange.wordless:
                    self.recorder.observe(DROPPED, ResponseStatus.SUPERSEDED in told, told=[*told])
                power = await exchange.power()
                usual_w = idle_w(exchange.access)
                if power is None:
                    self.recorder.could_not_look(IN_FORCE, "no power analyser is wired to the home")
                else:
                    self.recorder.observe(IN_FORCE, abs(power.value - usual_w) < _NEAR_W, seen_w=power.value)
        finally:
            await exchange.close()

    async def _superseded_at_home(self, exchange: ToGateway, old: Event, new: Event) -> None:
        found = {one.mrid: one for one in await self._found(exchange)}
        gone = old.mrid not in found or found[old.mrid].status.current == EventState.SUPERSEDED
        self.recorder.observe(DROPPED, gone, what="on the gateway's own server")
        holds = new.mrid in found and found[new.mrid].status.current == EventState.ACTIVE
        self.recorder.observe(IN_FORCE, holds, what="on the gateway's own server")

    @keyword("The Newer Price Should Hold")
    def newer_holds(self) -> None:
        """And the older one be dropped. Example: | The Newer Price Should Hold |"""
        if any(one.series == DROPPED for one in self.recorder.observations):
            self.check("the superseded price is dropped", "always", DROPPED)
        self.check("the newer one holds", "always", IN_FORCE)

    # -- too late ----------------------------------------------------------------------------------------------------

    @keyword("Give A High Price That Has Expired")
    def give_expired(self) -> None:
        """Of the hour before. Example: | Give A High Price That Has Expired |"""
        self.run(self._give_expired(), _GUARD_S)

    async def _give_expired(self) -> None:
        exchange = self.prices
        assert isinstance(exchange, ToManager)
        try:
            await exchange.prepare()
            past = DateTimeInterval(start=int(self.clock.now()) - 2 * _LONG_S, duration=_LONG_S)
            event = dataclasses.replace(exchange.new_event(), interval=past, created=past.start - 60)
            exchange.program.shows_over = True
            exchange.offer(event, price=_DEAR)
            for turn in range(1, 4):
                await exchange.counterpart.polled()
                await self.wait(exchange.access.act_s)
                effect = await exchange.moved()
                if effect.happened is None:
                    self.recorder.could_not_look(ACTED, effect.detail)
                else:
                    self.recorder.observe(ACTED, effect.happened, what=f"after poll {turn}", detail=effect.detail)
        finally:
            await exchange.close()

    @keyword("Nothing Should Have Happened At An Expired Price")
    def nothing_happened(self) -> None:
        """At the power analyser. Example: | Nothing Should Have Happened At An Expired Price |"""
        self.check("an expired price is not acted upon", "never", ACTED)
