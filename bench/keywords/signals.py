"""Keywords of 4.2 and 5.3 on rows of 2030.5: a signal is given, followed, ended, and answered at every step."""

from __future__ import annotations

import dataclasses

import msgspec
from robot.api import SkipExecution
from robot.api.deco import keyword, library

from bench.exchanges.base import Effect
from bench.exchanges.office.give_signal import GiveSignal
from bench.exchanges.sep2_exchange import Sep2Exchange, ToGateway, ToManager
from bench.keywords.process import ProcessLibrary
from drivers.cim.signal_calls import give, stand
from drivers.cim.times import iso
from drivers.sep2.events import DateTimeInterval
from drivers.sep2.vocabulary import ResponseStatus

FOLLOWED, BEFORE = "the signal took effect", "the signal took effect before its start"
AFTER, ANSWERS = "the signal holds after its end", "what the device answered"
REFUSED, PASSED_ON = "the signal was refused", "the signal went further"
_DURATION_S = 300
_BULK, _FAR_S, _LONG_S = 150, 86_400.0, 3600
_A_YEAR_S = 365 * 86_400
_AHEAD_S = 120.0
_GUARD_S = 3600.0
_FOUND = "what a device of the home finds"
_ACT_S = 60.0
"""From the start of a signal that came by a message to what the home finds and says."""


@library(scope="TEST", auto_keywords=False)
class Signals(ProcessLibrary):
    """Gives signals as the row's sender and looks at the next hop."""

    @property
    def signals(self) -> Sep2Exchange:
        """The row's exchange. A row whose message goes to a device by another way skips the test."""
        exchange = self.exchange
        if not isinstance(exchange, Sep2Exchange):
            raise SkipExecution(f"over {self.session.planned.link} {self.row.id} gives no signal to the home")
        return exchange

    @keyword("Give A Signal For A Time To Come")
    def give(self) -> None:
        """In two minutes, for five; looked at before, within, after. Example: | Give A Signal For A Time To Come |"""
        exchange = self.exchange
        given = self._give_by_message(exchange) if isinstance(exchange, GiveSignal) else self._give()
        self.run(given, _GUARD_S)

    async def _give_by_message(self, exchange: GiveSignal) -> None:
        """The next hop is what the home finds; its devices answer."""
        start = self.clock.now() + _AHEAD_S
        amount = exchange.another(None)
        async with exchange.access.session(exchange.sender) as office:
            wanted = msgspec.structs.replace(exchange.signal(amount), start=iso(start), duration=_DURATION_S)
            (given,) = await give(office.messenger, (wanted,))
            await self.wait_until(start + _ACT_S)
            self.recorder.observe(
                FOLLOWED, await exchange.present() == amount, source="what a device of the home finds"
            )
            await self.wait_until(start + _DURATION_S + _ACT_S)
            self.recorder.observe(AFTER, await exchange.present() == amount, source=_FOUND)
            (stands,) = await stand(office.messenger, (given.signal,))
        for answer in stands.answers:
            for status in answer.statuses:
                self.recorder.observe(ANSWERS, status, source=answer.home)

    @keyword("Give A Signal For A Time To Come And Take The Server Away")
    def give_and_go(self) -> None:
        """Once it has been acknowledged. Example: | Give A Signal For A Time To Come And Take The Server Away |"""
        self.run(self._give(away=True), _GUARD_S)

    async def _give(self, *, away: bool = False) -> None:
        exchange = self.signals
        try:
            await exchange.prepare()
            event = exchange.offer(exchange.new_event(start_s=_AHEAD_S, duration_s=_DURATION_S))
            await exchange.arrived(event)
            if away:
                exchange.counterpart.vanish()
            if exchange.content.steers and hasattr(exchange, "moved"):
                self._look(BEFORE, await exchange.look(event))
            await self.wait(event.interval.start + exchange.reaction_s - self.clock.now())
            self._look(FOLLOWED, await exchange.look(event))
            rest_s = float(exchange.access.pixit("dwell_s", 0.0)) + exchange.reaction_s
            await self.wait(event.interval.end + rest_s - self.clock.now())
            self._look(AFTER, await exchange.look(event))
            for status in exchange.counterpart.told(event.mrid):
                self.recorder.observe(ANSWERS, status, source=exchange.seat)
        finally:
            await exchange.close()

    @keyword("Give A Signal While Hundreds Wait To Be Read")
    def give_in_bulk(self) -> None:
        """All at the same poll. Example: | Give A Signal While Hundreds Wait To Be Read |"""
        self.run(self._give_in_bulk(), _GUARD_S)

    async def _give_in_bulk(self) -> None:
        exchange = self.signals
        try:
            await exchange.prepare()
            for number in range(_BULK):
                exchange.offer(exchange.new_event(start_s=_FAR_S + 10.0 * number))
            event = exchange.offer(exchange.new_event(duration_s=_LONG_S))
            await exchange.arrived(event)
            self._look(FOLLOWED, await exchange.look(event))
            for status in exchange.counterpart.told(event.mrid):
                self.recorder.observe(ANSWERS, status, source=exchange.seat)
        finally:
            await exchange.close()

    @keyword("The Signal Should Be Followed At Once")
    def followed_at_once(self) -> None:
        """At the poll that brought it. Example: | The Signal Should Be Followed At Once |"""
        self.check("the next hop shows the signal at once", "always", FOLLOWED)

    @keyword("Give Signals That Nobody May Follow")
    def give_bad(self) -> None:
        """Expired, of no duration, of a year. Example: | Give Signals That Nobody May Follow |"""
        self.run(self._give_bad(), _GUARD_S)

    async def _give_bad(self) -> None:
        exchange = self.signals
        try:
            await exchange.prepare()
            now = int(self.clock.now())
            past = DateTimeInterval(start=now - 7200, duration=3600)
            bad = {
                "expired": dataclasses.replace(exchange.new_event(), interval=past, created=now - 7300),
                "of no duration": exchange.new_event(duration_s=0),
                "of a whole year": exchange.new_event(duration_s=int(_A_YEAR_S)),
            }
            if exchange.without_end:
                del bad["of no duration"]
            exchange.program.shows_over = True
            offered = {name: exchange.offer(event) for name, event in bad.items()}
            await exchange.counterpart.polled(2)
            await self.wait(exchange.access.act_s)
            for name, event in offered.items():
                told = exchange.counterpart.told(event.mrid)
                refused = any(ResponseStatus(status).rejects for status in told)
                self.recorder.observe(REFUSED, refused, what=name, told=[*told])
                if isinstance(exchange, ToGateway):
                    found = await exchange.found(event.mrid)
                    self.recorder.observe(PASSED_ON, found is not None, what=name)
            if isinstance(exchange, ToManager) and exchange.content.steers:
                effect = await exchange.moved()
                self._look(PASSED_ON, effect)
        finally:
            await exchange.close()

    @keyword("They Should Be Refused With A Reason")
    def refused(self) -> None:
        """And go no further. Example: | They Should Be Refused With A Reason |"""
        self.check("each is refused with a reason", "always", REFUSED)
        self.check("none goes further", "never", PASSED_ON)

    def _look(self, series: str, effect: Effect) -> None:
        if effect.happened is None:
            self.recorder.could_not_look(series, effect.detail)
        else:
            self.recorder.observe(series, effect.happened, source=effect.shown_by, detail=effect.detail)

    async def wait(self, seconds: float) -> None:
        """Let station time pass; none when it has passed."""
        if seconds > 0.0:
            await self.station.advance(seconds)

    @keyword("The Signal Should Be Followed From Start To End")
    def followed(self) -> None:
        """Not before, within, and not after. Example: | The Signal Should Be Followed From Start To End |"""
        self.check("the next hop shows the signal while it holds", "always", FOLLOWED)
        if any(one.series == BEFORE for one in self.recorder.observations):
            self.check("nothing happens before its start", "never", BEFORE)
        self.check("it is over at its end", "never", AFTER)

    @keyword("The Signal Should Be Acknowledged")
    def acknowledged(self) -> None:
        """Received, and nothing that contradicts what was seen. Example: | The Signal Should Be Acknowledged |"""
        due = [int(status) for status in (ResponseStatus.RECEIVED, ResponseStatus.STARTED, ResponseStatus.COMPLETED)]
        told = [one.value for one in self.recorder.observations if one.series == ANSWERS]
        self.recorder.observe("acknowledgment of receipt", ResponseStatus.RECEIVED in told)
        self.check("the device acknowledges receipt", "always", "acknowledgment of receipt")
        self.check("its answers are those that are due", "one_of", ANSWERS, allowed=[*due])
