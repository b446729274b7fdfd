"""Keywords of 5.3.4 on rows of 2030.5: services begin with a random delay, so that not all begin at once."""

from __future__ import annotations

from robot.api import SkipExecution
from robot.api.deco import keyword, library

from bench.exchanges.sep2_exchange import Sep2Exchange
from bench.keywords.process import ProcessLibrary
from drivers.sep2.events import Event
from drivers.sep2.vocabulary import ResponseStatus

DELAY, SPREAD = "delay of a service's start", "spread of the delays"
_SERVICES, _RANGE_S, _DURATION_S, _APART_S, _AHEAD_S = 8, 60, 60, 180.0, 180.0
_LEAST_SPREAD = 0.3
"""Of the range. Eight delays that are drawn evenly come closer together once in 800 tries."""
_GUARD_S = 6000.0


@library(scope="TEST", auto_keywords=False)
class RandomDelays(ProcessLibrary):
    """Calls for services that each begin within a minute of their start."""

    @keyword("Call For Services With A Random Delay")
    def call(self) -> None:
        """Eight, three minutes apart, each with up to 60 s of delay. Records when each is said to have started.

        Example: | Call For Services With A Random Delay |
        """
        exchange = self.exchange
        assert isinstance(exchange, Sep2Exchange)
        if ResponseStatus.STARTED in exchange.wordless:
            raise SkipExecution(f"over {exchange.link} nobody says when a service has started")
        self.run(self._call(exchange), _GUARD_S)

    async def _call(self, exchange: Sep2Exchange) -> None:
        try:
            await exchange.prepare()
            events = [
                exchange.offer(exchange.new_event(_AHEAD_S + number * _APART_S, _DURATION_S, randomize_start=_RANGE_S))
                for number in range(_SERVICES)
            ]
            await self.wait_until(events[-1].interval.end + 2.0 * _RANGE_S)
            delays = [delay for event in events if (delay := self._delay(exchange, event)) is not None]
        finally:
            await exchange.close()
        if len(delays) == _SERVICES:
            self.recorder.observe(SPREAD, max(delays) - min(delays), unit="s", services=_SERVICES)
        else:
            self.recorder.could_not_look(SPREAD, f"only {len(delays)} of {_SERVICES} services were said to start")

    def _delay(self, exchange: Sep2Exchange, event: Event) -> float | None:
        answers = exchange.counterpart.resources.answers(event.mrid)
        started = next((one.at for one in answers if one.response.status == ResponseStatus.STARTED), None)
        if started is None:
            self.recorder.could_not_look(DELAY, "not said to have started")
            return None
        self.recorder.observe(DELAY, started - event.interval.start, unit="s", source=exchange.seat)
        return float(started - event.interval.start)

    @keyword("The Delays Should Spread")
    def spread(self) -> None:
        """Over the range that the signal states, and not beyond. Example: | The Delays Should Spread |"""
        latest = _RANGE_S + float(self.exchange.access.pixit("act_s", 5.0))  # type: ignore[attr-defined]
        self.check("no service begins before its start", "at_least", DELAY, limit=0.0)
        self.check("no service begins later than the range allows", "at_most", DELAY, limit=latest)
        self.check("the delays spread over the range", "at_least", SPREAD, limit=_LEAST_SPREAD * _RANGE_S)
