"""4.2 and 5.3 on AMI-12: load management gives the headend a signal for homes; AMI-6: distribution management does."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any, ClassVar

import msgspec

from bench.access.sep2 import Sep2Access
from bench.access.sep2_home import events_at, price_at
from bench.exchanges.blocking import block_home, block_vehicle
from bench.exchanges.office_write import OfficeWrite
from drivers.cim.office import CimOffice
from drivers.cim.signal_calls import Statuses, end, give, stand
from drivers.cim.signals import Signal, SignalKind
from drivers.cim.times import iso
from drivers.sep2.der import DERControl
from drivers.sep2.events import Event
from drivers.sep2.loads import EndDeviceControl
from drivers.sep2.programs import ProgramKind
from drivers.sep2.vocabulary import ResponseStatus

_DURATION_S = 3600
_GATEWAY = "esi"
"""The home that signals are for."""


class GiveSignal(OfficeWrite):
    """A signal. Its value is what the gateway of a home finds at the headend: nothing, or the signal's amount in
    thousandths.

    A subclass says of which kind the signal is.
    """

    predicates = frozenset({"commands"})
    sender = "lms"
    revocable = True
    for_a_meter = False
    looks_as: ClassVar[str] = _GATEWAY
    """The party in whose place the bench looks what is offered to homes."""
    kind: ClassVar[SignalKind]
    program: ClassVar[ProgramKind]

    def signal(self, amount: int) -> Signal:
        """The signal of an amount: a share of 1000, or a price in thousandths."""
        if self.kind is SignalKind.PRICE:
            return Signal(kind=self.kind, homes=(_GATEWAY,), duration=_DURATION_S, price=amount / 1000.0)
        share = amount / 1000.0 if self.kind is not SignalKind.SCRAM else None
        return Signal(kind=self.kind, homes=(_GATEWAY,), duration=_DURATION_S, share=share)

    async def write(self, office: CimOffice, value: int) -> Statuses:
        """Give the signal; raises the headend's refusal."""
        return await give(office.messenger, (self.signal(value),))

    def send_expired(self, office: CimOffice) -> Coroutine[Any, Any, Statuses]:
        """A signal that was to end an hour ago."""
        start = iso(self.station.clock.now() - 2.0 * _DURATION_S)
        over = msgspec.structs.replace(self.signal(self.another(None)), start=start)
        return give(office.messenger, (over,))

    @property
    def subject(self) -> str:
        """The home."""
        return _GATEWAY

    def says_done(self, reply: Statuses) -> bool:
        """Whether a home is said to have started."""
        return any(ResponseStatus.STARTED in answer.statuses for status in reply for answer in status.answers)

    async def block(self, blocked: bool) -> bool:
        """Keep what the home controls from following, or let it again; False where nothing can be."""
        hinder = block_vehicle if self.kind is SignalKind.CHARGING else block_home
        return await hinder(self.station, blocked)

    async def give_to_blocked(self) -> Statuses:
        """A signal that what is blocked cannot follow; raises the system's refusal."""
        async with self.access.session(self.sender) as office:
            # To feed back takes a vehicle.
            return await self.write(office, -500 if self.kind is SignalKind.CHARGING else self.another(None))

    async def said_done(self) -> bool:
        """Whether a home is said to have started with any signal that is offered."""
        async with self.access.session(self.sender) as office:
            return self.says_done(await stand(office.messenger))

    async def bring_back(self) -> None:
        """End every signal that is offered."""
        async with self.access.session(self.sender) as office:
            offered = [one.signal for one in await stand(office.messenger)]
            if offered:
                await end(office.messenger, offered)

    @property
    def _offering(self) -> Sep2Access:
        """The system where a home looks."""
        return Sep2Access(self.station, self.seat)

    async def present(self) -> int:
        """What a home finds at the headend's own 2030.5 server: -1 for nothing, else the amount."""
        access = self._offering
        events = [e for e in await events_at(access, self.looks_as, self.program) if not e.status.cancelled]
        if not events:
            return -1
        if self.program is ProgramKind.PRICE:
            prices = [await price_at(access, self.looks_as, event.mrid) or 0.0 for event in events]
            return round(sum(prices) * 1000.0)
        return sum(_amount(event) for event in events)

    async def prices_offered(self) -> int:
        """How many prices a home finds."""
        events = await events_at(self._offering, self.looks_as, ProgramKind.PRICE)
        return sum(not event.status.cancelled for event in events)

    async def look(self, office: CimOffice) -> int:
        """The same; nobody has to be asked."""
        return await self.present()

    def another(self, present: int | None) -> int:
        """An amount that differs."""
        return 0 if self.kind is SignalKind.SCRAM else 600 if present == 400 else 400


def _amount(event: Event) -> int:
    if isinstance(event, DERControl) and event.base.max_lim_w is not None:
        return event.base.max_lim_w // 10
    if isinstance(event, DERControl) and event.base.fixed_w is not None:
        return -event.base.fixed_w // 10  # what is generated is not charged
    if isinstance(event, EndDeviceControl):
        return 0 if event.offset is None else (10_000 - (event.offset.load or 0)) // 10
    return 0


class GiveLoadSignal(GiveSignal):
    """4.2.1: reduce load."""

    rows: ClassVar[tuple[str, ...]] = ("4.2.1/AMI-12/LMS-HE",)
    kind = SignalKind.LOAD
    program = ProgramKind.LOAD


class GiveScram(GiveSignal):
    """4.2.2: all loads off."""

    rows: ClassVar[tuple[str, ...]] = ("4.2.2/AMI-12/LMS-HE",)
    kind = SignalKind.SCRAM
    program = ProgramKind.LOAD


class GiveGenerationSignal(GiveSignal):
    """4.2.3: limit generation."""

    rows: ClassVar[tuple[str, ...]] = ("4.2.3/AMI-12/LMS-HE",)
    predicates = frozenset({"commands", "writes"})
    kind = SignalKind.GENERATION
    program = ProgramKind.DER


class GiveServiceSignal(GiveGenerationSignal):
    """5.3.4: the service that is asked for, as a control of generation."""

    rows: ClassVar[tuple[str, ...]] = ("5.3.4/AMI-12/LMS-HE",)
    predicates = frozenset({"commands", "notifies", "writes"})


class GivePrice(GiveSignal):
    """5.3.2: a price."""

    rows: ClassVar[tuple[str, ...]] = ("5.3.2/AMI-12/LMS-HE",)
    predicates = frozenset({"notifies", "writes"})
    kind = SignalKind.PRICE
    program = ProgramKind.PRICE


class GiveCriticalPrice(GivePrice):
    """5.3.3: the price of a critical peak."""

    rows: ClassVar[tuple[str, ...]] = ("5.3.3/AMI-12/LMS-HE",)
    predicates = frozenset({"commands", "notifies", "writes"})
