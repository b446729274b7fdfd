"""Keywords of 5.3, enrol in program: a home gets exactly the events of its program, from start to withdrawal."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from robot.api.deco import keyword, library

from bench.access.sep2 import Sep2Access
from bench.access.sep2_home import events_at
from bench.access.sep2_server import Counterpart
from bench.exchanges.sep2_events import LoadControl, When, new_mrid
from bench.keywords.enrolment_library import LMS, OPERATOR, EnrolmentLibrary
from drivers.cim.messenger import Messenger
from drivers.cim.signal_calls import give
from drivers.cim.signals import Signal, SignalKind
from drivers.cim.times import parse_iso
from drivers.sep2.events import Event

EXPECTED, FOREIGN = (
    "an event of the home's program is found at the gateway",
    "an event that is not for the home is found",
)
EXACT, STOPPED = "it is as it was given", "an event goes on after the withdrawal"
_GATEWAY = "ESI/HAN Gateway"
_START_S, _EVENT_S, _LATER_S = 3600.0, 1800, 900.0
_WITHIN_S = 240.0
_SHARE = 0.4
_GUARD_S = 6000.0


@library(scope="TEST", auto_keywords=False)
class ProgramEnrolment(EnrolmentLibrary):
    """A customer at the portal, the operator of load management, and a device of the home."""

    async def _events(self) -> dict[str, Event]:
        """What a device of the home finds at the gateway, by mRID; what is cancelled is not there."""
        gateway = Sep2Access(self.station, self.seat_of(_GATEWAY))
        party = str(gateway.pixit("home_device", "cems"))
        found = await events_at(gateway, party, LoadControl().kind)
        return {event.mrid.hex(): event for event in found if not event.status.cancelled}

    @asynccontextmanager
    async def _load_management(self) -> AsyncIterator[Messenger]:
        async with self.office(LMS).session(OPERATOR) as lms:
            yield lms.messenger

    async def _give(self, lms: Messenger, program: str) -> Signal:
        """An event that holds from now on for whoever takes part in a program."""
        signal = Signal(kind=SignalKind.LOAD, homes=(), program=program, duration=_EVENT_S, share=_SHARE)
        return (await give(lms, (signal,)))[0].content

    def _look(self, series: str, events: dict[str, Event], signal: Signal, what: str) -> None:
        self.recorder.observe(series, signal.signal in events, what=what)

    # -- through the chain ---------------------------------------------------------------------------------------------

    @keyword("Enrol For A Time To Come And Withdraw")
    def enrol_and_withdraw(self) -> None:
        """The customer enrols in one program from in an hour on; events of it and of another one are given before, from
        then on, and after the withdrawal. Example: | Enrol For A Time To Come And Withdraw |"""
        self.run(self._enrol_and_withdraw(), _GUARD_S)

    async def _enrol_and_withdraw(self) -> None:
        person, (own, other) = self.customer, self.customers.programs
        starts = self.clock.now() + _START_S
        async with self.customers.signed_in(person) as portal:
            enrolment = await portal.enrol(person.premises, own, starts)
        async with self._load_management() as lms:
            early = await self._give(lms, own)
            await self.wait(_WITHIN_S)
            self._look(FOREIGN, await self._events(), early, "of the program, before the start")
            await self.wait_until(starts + 1.0)
            given, of_another = await self._give(lms, own), await self._give(lms, other)
            await self.wait(_WITHIN_S)
            events = await self._events()
            self._look(EXPECTED, events, given, "after the start")
            self._look(FOREIGN, events, of_another, "of another program")
            if given.signal in events:
                self._observe_exact(given, events[given.signal])
            async with self.customers.signed_in(person) as portal:
                await portal.withdraw(enrolment)
            await self.wait(_WITHIN_S)
            self._look(STOPPED, await self._events(), given, "the event that was running")
            after = await self._give(lms, own)
            await self.wait(_WITHIN_S)
            self._look(STOPPED, await self._events(), after, "one that was given afterwards")

    def _observe_exact(self, given: Signal, found: Event) -> None:
        start, load = parse_iso(given.start), getattr(getattr(found, "offset", None), "load", None)
        wanted = (int(start), given.duration, round((1.0 - _SHARE) * 10_000))
        seen = (found.interval.start, found.interval.duration, load)
        self.recorder.observe(EXACT, seen == wanted, wanted=list(wanted), seen=[str(one) for one in seen])

    # -- at the gateway ------------------------------------------------------------------------------------------------

    @keyword("Assign The Gateway To A Program And Take It Out")
    def assign(self) -> None:
        """The bench is the utility's server, with a program in which the gateway is for a time, and another one.

        Example: | Assign The Gateway To A Program And Take It Out |
        """
        self.run(self._assign(), _GUARD_S)

    async def _assign(self) -> None:
        async with Counterpart(self.home, self.utility) as server:
            await server.polled()
            content = LoadControl(share=_SHARE)
            own = server.resources.add_program(content.kind, new_mrid(self.random), 1, "own")
            other = server.resources.add_program(content.kind, new_mrid(self.random), 1, "other")
            own.members = other.members = frozenset()
            event = content.event(new_mrid(self.random), When(server.now, server.now, 2 * _EVENT_S))
            foreign = content.event(new_mrid(self.random), When(server.now, server.now, 2 * _EVENT_S))
            own.put(event, server.now)
            other.put(foreign, server.now)
            await server.polled(5)
            self.recorder.observe(FOREIGN, event.mrid.hex() in await self._events(), what="before it is assigned")
            own.members = frozenset({server.device})
            await server.polled(6)
            events = await self._events()
            self.recorder.observe(EXPECTED, event.mrid.hex() in events, what="while it is assigned")
            self.recorder.observe(FOREIGN, foreign.mrid.hex() in events, what="of another program")
            self.recorder.observe(
                EXACT, event.mrid.hex() in events and events[event.mrid.hex()].interval == event.interval
            )
            own.members = frozenset()
            await server.polled(6)
            self.recorder.observe(STOPPED, event.mrid.hex() in await self._events(), what="the event that was running")

    @keyword("Exactly The Events Of The Program Should Have Come")
    def exactly(self) -> None:
        """From the start to the withdrawal. Example: | Exactly The Events Of The Program Should Have Come |"""
        self.check("events of the program come", "always", EXPECTED)
        self.check("and no others", "never", FOREIGN)
        self.check("as they were given", "always", EXACT)
        self.check("the withdrawal stops them", "never", STOPPED)
