"""Exchanges over 2030.5: a signal travels from a server, which the bench plays, to the client under test.

The effect is what the next hop sees: behind a gateway a device of the home (which the bench plays too) finds the event
on the gateway's own server; at an energy management system the power analyser of the home sees the watts.
"""

from __future__ import annotations

import dataclasses
import random
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from bench.access.sep2 import Sep2Access
from bench.access.sep2_home import events_at, events_of
from bench.access.sep2_server import Counterpart
from bench.exchanges.base import Effect, Exchange
from bench.exchanges.blocking import block_home
from bench.exchanges.sep2_events import Content, When, idle_w, new_mrid
from bench.exchanges.witness import Wiring
from drivers.cim.credentials import Credential
from drivers.cim.errors import OfficeError
from drivers.scpi.measurement import Measurement
from drivers.sep2.errors import Sep2Error
from drivers.sep2.events import Event
from drivers.sep2.programs import Program, UnknownEventError
from drivers.sep2.vocabulary import ResponseStatus
from drivers.transport.base import CannotOpenError

if TYPE_CHECKING:
    from bench.catalogue.model import Row
    from bench.lab.station import Station
    from drivers.sep2.client import Sep2Client
    from drivers.sep2.devices import LogEvent

_STILL_W = 50.0
"""Within this the home's power has not moved."""
DURATION_S = 3600
"""How long the row's event lasts unless a probe says otherwise."""


class Sep2Exchange(Exchange):
    """A signal of one kind from the server ``party``, whose program has ``primacy`` (the lower goes first).

    ``server`` is the bench's own server once the scene is set, ``program`` the program in it, ``event`` the row's event
    once it has been offered.
    """

    link: ClassVar[str] = "sep2"
    party: str = ""
    primacy: ClassVar[int] = 1
    without_end: ClassVar[bool] = False
    """Whether a duration of 0 stands for a signal without end."""
    junk_path: ClassVar[str] = "/derc"
    """Where junk does not keep the device from being heard."""
    limits_sites: ClassVar[bool] = True
    """Whether there are signals for limits at the point of connection."""
    wordless: ClassVar[frozenset[ResponseStatus]] = frozenset()
    """What may become of an event and the protocol has no word for."""
    content: Content

    def __init__(self, station: Station, seat: str, row: Row) -> None:
        super().__init__(station, seat, row)
        self.access = Sep2Access(station, seat)
        self.random = random.Random(row.id)
        self.server: Counterpart | None = None
        self.event: Event | None = None
        self._program: Program | None = None

    @property
    def message(self) -> str:
        """Rows of one stimulus class whose events are of one kind send the same."""
        return str(self.content)

    # -- what is on the other side -----------------------------------------------------------------------------------

    @abstractmethod
    async def look(self, event: Event) -> Effect:
        """Whether the next hop shows the event."""

    @property
    def program(self) -> Program:
        """The program in which the bench offers events."""
        if self._program is None:
            raise RuntimeError("the scene is not set: call prepare")
        return self._program

    @property
    def counterpart(self) -> Counterpart:
        """The bench's server. `prepare` opens it."""
        if self.server is None:
            raise RuntimeError("the scene is not set: call prepare")
        return self.server

    @property
    def reaction_s(self) -> float:
        """The longest time from offering an event to its effect."""
        return self.access.poll_s + self.access.act_s

    def new_event(self, start_s: float = 0.0, duration_s: int = DURATION_S, **more: Any) -> Event:
        """An event with an mRID of its own that begins ``start_s`` from now."""
        now = self.station.clock.now()
        return self.content.event(new_mrid(self.random), When(now, now + start_s, duration_s), **more)

    def out_of_range(self, event: Event) -> Event | None:
        """The event with a value that no device can follow; None where its kind has no such value."""
        return self.content.out_of_range(event)

    def offer(self, event: Event, program: Program | None = None, price: int | None = None) -> Event:
        """Put an event into the program; as it is offered."""
        into = program or self.program
        return into.put(event, self.station.clock.now(), self.content.price() if price is None else price)

    async def arrived(self, event: Event) -> bool:
        """Let time pass until the device has answered the event in any way, at most as long as it may take."""
        left_s = self.reaction_s
        while not self.counterpart.told(event.mrid) and left_s > 0.0:
            step_s = min(left_s, self.counterpart.resources.poll_rate_s / 2.0)
            await self.station.advance(step_s)
            left_s -= step_s
        await self.station.advance(self.access.act_s)
        return bool(self.counterpart.told(event.mrid))

    # -- Exchange ----------------------------------------------------------------------------------------------------

    async def block(self, blocked: bool) -> bool:
        """Keep what is controlled from following, or let it again; False where nothing behind the device can be."""
        return await block_home(self.station, blocked)

    def event_for_blocked(self, duration_s: int) -> Event:
        """An event that what is blocked cannot follow."""
        return self.new_event(duration_s=duration_s)

    async def prepare(self) -> None:
        """The device follows the bench, and nothing is offered to it."""
        if self.server is None:
            self.server = self.new_server()
            self._program = self.server.resources.add_program(
                self.content.kind, new_mrid(self.random), self.primacy, "bench"
            )
            await self.server.open()
            await self.server.polled(within_s=self.reaction_s)
        else:
            await self.restore()
            await self.server.polled(within_s=float(self.access.pixit("retry_s", 120.0)))

    def new_server(self, *, credential: Credential | None = None, pin: int | None = None) -> Counterpart:
        """The bench in the place of the row's server; with another credential, or another PIN for the device."""
        return Counterpart(self.access, self.party, credential=credential, pin=pin)

    @property
    def second_party(self) -> str:
        """Another server that the device follows; empty where there is none."""
        return {"headend": "lms", "lms": "headend"}.get(self.party, "")

    def second_server(self, credential: Credential | None = None) -> Counterpart:
        """The bench in the place of that other server."""
        return Counterpart(self.access, self.second_party, credential=credential)

    def server_beside(self) -> Counterpart | None:
        """The bench in the place of another server of the same link; None where another program will do."""
        return None

    async def posted_log(self) -> Sequence[LogEvent]:
        """Entries that the device has posted to the bench, oldest first."""
        await self.counterpart.polled()
        device = self.counterpart.resources.devices.get(self.counterpart.device)
        return list(reversed(device.log)) if device is not None else []

    async def perform(self, access: Any = None) -> list[int]:
        """Offer the row's event and wait for the device; what it answered."""
        self.event = self.new_event()
        self.offer(self.event)
        await self.arrived(self.event)
        return self.counterpart.told(self.event.mrid)

    async def observe(self) -> Effect:
        """Whether the next hop shows the row's event."""
        if self.event is None:
            return Effect(False, "the bench", "nothing was offered")
        return await self.look(self.event)

    async def restore(self) -> None:
        """The event is cancelled, the device has followed, and what it moved has had its dwell."""
        if self.event is None or self.server is None:
            return
        try:
            self.program.cancel(self.event.mrid, self.station.clock.now())
        except UnknownEventError:
            return
        await self.server.polled()
        await self.station.advance(float(self.access.pixit("dwell_s", 0.0)))
        self.program.events.pop(self.event.mrid, None)
        self.event = None

    async def close(self) -> None:
        """The device looks for its server where it did before."""
        server, self.server = self.server, None
        if server is not None:
            await server.close()

    # -- words for probes --------------------------------------------------------------------------------------------

    def claims(self, event: Event) -> bool:
        """Whether the device says that it follows the event, or has followed it."""
        told = self.counterpart.told(event.mrid)
        return ResponseStatus.STARTED in told or ResponseStatus.COMPLETED in told

    def accepted(self, event: Event) -> bool:
        """Whether the device said that it takes part in the event."""
        told = self.counterpart.told(event.mrid)
        return ResponseStatus.RECEIVED in told and not any(ResponseStatus(status).rejects for status in told)


class ToGateway(Sep2Exchange):
    """The device is a gateway: the event is to stand on its own server, where the home finds it."""

    async def look(self, event: Event) -> Effect:
        """Whether a device of the home finds the event at the gateway, as it was offered."""
        source = "what a device of the home finds at the gateway"
        try:
            found = await self.found(event.mrid)
        except (OfficeError, Sep2Error) as error:
            return Effect(None, source, str(error))
        if found is None:
            return Effect(False, source, "the event is not there")
        same = self.same(found, event)
        return Effect(not found.status.cancelled, source, "as it was offered" if same else "another than was offered")

    def same(self, found: Event, event: Event) -> bool:
        """Whether what the next hop shows is the event."""
        return comparable(found) == comparable(event)

    async def found(self, mrid: bytes) -> Event | None:
        """The event of that mRID as the home finds it at the gateway. Raises OfficeError, Sep2Error."""
        events = await events_at(self.home, self.home_device, self.content.kind)
        return next((one for one in events if one.mrid == mrid), None)

    async def found_in(self, event: Event, program: Program | None) -> Event | None:
        """The event as the home finds it, in the programs of the kind of ``program``; None when it is cancelled."""
        kind = program.kind if program is not None else self.content.kind
        events = await events_at(self.home, self.home_device, kind)
        return next((one for one in events if one.mrid == event.mrid and not one.status.cancelled), None)

    async def read_home(self, client: Sep2Client) -> None:
        """Read what the row's data are in, as a device of the home does. Raises OfficeError, Sep2Error."""
        await events_of(client, self.content.kind)

    async def values_fit(self) -> Mapping[str, bool]:
        """Whether values beside those of the row's signal are the same for the home, by what each is."""
        return {}

    @property
    def home(self) -> Sep2Access:
        """How the bench plays devices of the home."""
        return self.access

    @property
    def home_device(self) -> str:
        """The device of the home in whose place the bench looks."""
        return str(self.access.pixit("home_device", "cems"))


class ToManager(Sep2Exchange):
    """The device is an energy management system: the home's power shows what it does."""

    def __init__(self, station: Station, seat: str, row: Row) -> None:
        super().__init__(station, seat, row)
        self.wiring = Wiring(station, seat)

    async def look(self, event: Event) -> Effect:
        """Whether the analyser of the home sees the power that the event asks for."""
        if not self.content.steers:
            told = self.counterpart.told(event.mrid)
            return Effect(ResponseStatus.RECEIVED in told, "the response", f"{told}")
        return await self.sees(self.content.power_w(self.access))

    @property
    def usual_w(self) -> float:
        """What the witness sees without events, W."""
        return idle_w(self.access)

    async def moved(self) -> Effect:
        """Whether the power is another than without events."""
        source = "the power analyser of the home"
        power = await self.power()
        if power is None:
            return Effect(None, source, "none is wired, or it cannot be opened")
        usual_w = self.usual_w
        return Effect(abs(power.value - usual_w) > _STILL_W, source, f"{power}; {usual_w:.0f} W without events")

    async def power(self) -> Measurement | None:
        """What the home draws, by its power analyser; None where there is none."""
        if not self.wiring.has("power_analyser"):
            return None
        try:
            return await (await self.wiring.analyser()).active_power()
        except CannotOpenError:
            return None

    async def sees(self, wanted_w: float) -> Effect:
        """Whether the power is nearer to ``wanted_w`` than to what it is without events."""
        source = "the power analyser of the home"
        power = await self.power()
        if power is None:
            return Effect(None, source, "none is wired, or it cannot be opened")
        usual_w = self.usual_w
        near = abs(power.value - wanted_w) < abs(power.value - usual_w)
        return Effect(near, source, f"{power}; {wanted_w:.0f} W asked for, {usual_w:.0f} W without events")


def comparable(event: Event) -> tuple[object, ...]:
    """What of an event must be the same at every hop."""
    skipped = {"href", "reply_to", "response_required", "status", "consumption"}
    return tuple(getattr(event, item.name) for item in dataclasses.fields(event) if item.name not in skipped)
