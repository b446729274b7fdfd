"""What keywords of management from afar share: requests that travel the whole chain, to a home behind its gateway.

Between the system that is asked and the home stand the devices of the station itself; the bench plays none of them.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from robot.api import SkipExecution

from bench.access.office import OfficeAccess
from bench.access.sep2 import Sep2Access
from bench.exchanges.sep2_exchange import Sep2Exchange
from bench.keywords.given_signals import given
from bench.keywords.process import ProcessLibrary
from drivers.cim.errors import OfficeRefusedError
from drivers.cim.signal_calls import stand
from drivers.cim.signals import Signal, SignalKind
from drivers.sep2.events import Event
from drivers.sep2.vocabulary import ResponseStatus

ACKNOWLEDGED, REFUSED = "the home's answer came back", "the request was refused"
DURATION_S, GUARD_S = 1800, 3600.0
CHAIN_S = 120.0
"""From the system to the watts: a poll of the gateway, one of the energy management, and their acts."""


class ManagedHome(ProcessLibrary):
    """The home, and the ways to it."""

    @property
    def home(self) -> Sep2Access:
        """The customer's energy management."""
        return Sep2Access(self.station, self.seat_of("Customer EMS"))

    @property
    def direct(self) -> Sep2Exchange:
        """The exchange of a row past the utility: the bench is the aggregator's own server."""
        exchange = self.exchange
        if not isinstance(exchange, Sep2Exchange):
            raise SkipExecution("the aggregator's own path is one of messages: the bench can give by one path only")
        return exchange

    @asynccontextmanager
    async def own_server(self) -> AsyncIterator[Sep2Exchange]:
        """`direct`, with the home on it."""
        exchange = self.direct
        try:
            await exchange.prepare()
            yield exchange
        finally:
            await exchange.close()

    def given_to_home(
        self, access: OfficeAccess, party: str, kind: SignalKind, share: float
    ) -> AbstractAsyncContextManager[str]:
        """A request that ``party`` has made at a system, by its id; ended afterwards."""
        homes = (self.seat_of("ESI/HAN Gateway"),)
        return given(access, party, Signal(kind=kind, homes=homes, duration=DURATION_S, share=share))

    async def record_answers(self, access: OfficeAccess, party: str, signal: str) -> None:
        """Whether the home's answers stand at the system that was asked."""
        async with access.session(party) as office:
            answers = [answer for one in await stand(office.messenger, (signal,)) for answer in one.answers]
        told = [status for answer in answers for status in answer.statuses]
        for status in (ResponseStatus.RECEIVED, ResponseStatus.STARTED):
            self.recorder.observe(ACKNOWLEDGED, status in told, what=status.name.lower(), told=[*told])

    async def take_back(self, exchange: Sep2Exchange, event: Event, what: str) -> None:
        """Cancel an event of the aggregator's own server, and record whether the home had answered it."""
        told = exchange.counterpart.told(event.mrid)
        self.recorder.observe(ACKNOWLEDGED, exchange.claims(event), what=what, told=[*told])
        exchange.program.cancel(event.mrid, self.clock.now())
        await exchange.counterpart.polled()

    def need_other_aggregator(self) -> None:
        """Skip where nobody but the row's own sender can ask."""
        if isinstance(self.exchange, Sep2Exchange):
            raise SkipExecution(f"over {self.exchange.link} the bench plays one aggregator only")

    async def ask_without_a_say(
        self, request: AbstractAsyncContextManager[str], party: str, compare: Callable[[], Awaitable[None]]
    ) -> None:
        """A request of somebody without a say, and what comes of it: refused or not, ``compare`` looks at the home."""
        try:
            async with request:
                self.recorder.observe(REFUSED, False, what=party)
                await compare()
        except OfficeRefusedError as refusal:
            self.recorder.observe(REFUSED, True, what=party, answer=str(refusal))
            await compare()
