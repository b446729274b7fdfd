"""Keywords of 5.3, attachment and decommissioning at a device: it belongs to its own gateway, until it leaves."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from robot.api.deco import keyword, library

from bench.access.sep2_server import Counterpart
from bench.exchanges.sep2_events import LoadControl, When, new_mrid
from bench.exchanges.witness import Wiring
from bench.keywords.home_library import HomeLibrary
from drivers.sep2.events import Event
from drivers.sep2.identity import with_check_digit

FOLLOWS_OWN, FOLLOWS_OTHER = "the device follows its own gateway", "the device follows another gateway"
MOVED, KEPT = "another gateway moves the device's load", "the device's load follows its own gateway"
LET_GO, OLD = "what the gateway had asked for is over", "the device follows the gateway that it has left"
CLEAN, NEW = "what the device brings along to its new gateway", "the device follows its new gateway"
_OWN, _NEIGHBOUR = "esi", "neighbour"
_EVENT_S, _NEAR_W = 1800, 50.0
_LOOKS_FOR_PROGRAMS = 6
"""Polls within which a device finds a program that was not there at first."""
_GUARD_S = 3600.0


@library(scope="TEST", auto_keywords=False)
class HomeBelonging(HomeLibrary):
    """The bench plays the device's own gateway and a neighbour's, whose certificate is as good."""

    @asynccontextmanager
    async def _gateway(self, credential: str, pin: int | None = None) -> AsyncIterator[Counterpart]:
        """A gateway in reach that lists the device with its PIN, or with another one, and has a shedding event."""
        shown = self.home.credential(credential)
        async with Counterpart(self.home, _OWN, credential=shown, pin=pin) as server:
            yield server

    def _shed(self, server: Counterpart) -> Event:
        program = server.resources.add_program(LoadControl.kind, new_mrid(self.random), 1, "bench")
        event = LoadControl(share=0.0).event(new_mrid(self.random), When(server.now, server.now, _EVENT_S))
        return program.put(event, server.now)

    async def _polls(self, server: Counterpart, times: int = 2) -> None:
        """Let the device find what is offered."""
        await server.polled(times)
        await self.wait(self.home.act_s)

    async def _is_off(self) -> bool:
        watts = (await (await Wiring(self.station, self.home.seat).analyser()).active_power()).value
        return abs(watts) < _NEAR_W

    async def _join_own(self, server: Counterpart) -> None:
        """The device joins, and follows an event, which is then taken back."""
        event = self._shed(server)
        await self._polls(server)
        self.recorder.observe(FOLLOWS_OWN, bool(server.told(event.mrid)), what="it answers an event")
        self.recorder.observe(KEPT, await self._is_off(), what="its load is off")
        server.resources.programs.clear()

    # -- attachment ----------------------------------------------------------------------------------------------------

    @keyword("Have A Neighbour's Gateway Claim The Device")
    def claim(self) -> None:
        """Once the device has its own: the neighbour's lists it, with its PIN even, and has an event for it.

        Example: | Have A Neighbour's Gateway Claim The Device |
        """
        self.run(self._claim(), _GUARD_S)

    async def _claim(self) -> None:
        async with self._gateway(_OWN) as own:
            await self._join_own(own)
        await self.wait(_EVENT_S)
        self.recorder.observe(KEPT, not await self._is_off(), what="its load is on again")
        async with self._gateway(_NEIGHBOUR) as other:
            await self._try(other, "it belongs to its own gateway")
        async with self._gateway(_OWN) as own:
            event = self._shed(own)
            await self._polls(own)
            self.recorder.observe(FOLLOWS_OWN, bool(own.told(event.mrid)), what="afterwards, too")

    async def _try(self, other: Counterpart, what: str) -> None:
        """Another gateway offers an event, for as long as the device might take to come."""
        event = self._shed(other)
        await self.wait(2.0 * self.home.poll_s + float(self.home.pixit("retry_s", 120.0)))
        read = [one.request.path for one in other.seen if one.request.path.startswith("/dr")]
        self.recorder.observe(FOLLOWS_OTHER, bool(read) or bool(other.told(event.mrid)), what=what)
        self.recorder.observe(MOVED, await self._is_off(), what=what)

    @keyword("Offer A New Device Two Gateways")
    def two_gateways(self) -> None:
        """The neighbour's, which does not know the PIN on its label, comes first.

        Example: | Offer A New Device Two Gateways |
        """
        self.run(self._two_gateways(), _GUARD_S)

    async def _two_gateways(self) -> None:
        guessed = with_check_digit((self.home.pin // 10 + 1) % 100_000)
        async with self._gateway(_NEIGHBOUR, guessed) as other:
            await self._try(other, "it does not know the PIN")
        async with self._gateway(_OWN) as own:
            await self._join_own(own)

    @keyword("It Should Be Attached To Its Own Gateway")
    def attached(self) -> None:
        """Example: | It Should Be Attached To Its Own Gateway |"""
        self.check("the device follows its own gateway", "always", FOLLOWS_OWN)
        self.check("its load, too", "always", KEPT)
        self.check("no other gateway can claim the device", "never", FOLLOWS_OTHER)
        self.check("nor command it", "never", MOVED)

    # -- decommission --------------------------------------------------------------------------------------------------

    @keyword("Reset A Device While An Event Holds")
    def leave(self) -> None:
        """The gateway goes on offering it the event, and others; then it is brought to another home.

        Example: | Reset A Device While An Event Holds |
        """
        self.run(self._leave(), _GUARD_S)

    async def _leave(self) -> None:
        async with self._gateway(_OWN) as own:
            event = self._shed(own)
            await self._polls(own)
            self.recorder.observe(FOLLOWS_OWN, bool(own.told(event.mrid)), what="before it is reset")
            await self.station.box.do(self.home.seat, "leave_home")
            await self.wait(self.home.act_s)
            self.recorder.observe(LET_GO, not await self._is_off(), what="its load is on")
            for number in range(self.count("n_old_key")):
                before = len(own.seen)
                await self.station.box.do(self.home.seat, "server", server=_OWN, url=own.url)
                await self.wait(self.home.poll_s)
                self.recorder.observe(OLD, len(own.seen) > before, what=f"try {number + 1}")
        async with self._gateway(_NEIGHBOUR) as new:
            await self.station.box.do(self.home.seat, "join_home")
            await new.polled()
            brought = [one for one in new.seen if one.request.method in ("POST", "PUT")]
            self.recorder.observe(CLEAN, len(brought), what="answers and log entries of before")
            event = self._shed(new)
            await self._polls(new, _LOOKS_FOR_PROGRAMS)
            self.recorder.observe(NEW, bool(new.told(event.mrid)) and await self._is_off())

    @keyword("It Should Belong To Nobody And Join Elsewhere Clean")
    def left(self) -> None:
        """Example: | It Should Belong To Nobody And Join Elsewhere Clean |"""
        self.check("it followed its gateway", "always", FOLLOWS_OWN)
        self.check("events are gone", "always", LET_GO)
        self.check("the gateway that it has left is not followed, each time", "never", OLD)
        self.check("it brings nothing along", "equals", CLEAN, expected=0)
        self.check("it joins another home", "always", NEW)
