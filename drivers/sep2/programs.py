"""What a server offers its devices: programs, the events in them, and where each event stands now."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from drivers.sep2.der import DERControl, DERControlBase, DERCurve
from drivers.sep2.events import Event, EventStatus, RandomizableEvent
from drivers.sep2.loads import EndDeviceControl
from drivers.sep2.reservations import FlowReservationResponse
from drivers.sep2.vocabulary import EventState, ResponseRequired

ALL_RESPONSES = bytes([ResponseRequired.RECEIVED | ResponseRequired.SPECIFIC | ResponseRequired.CUSTOMER])


class ProgramKind(StrEnum):
    """Which function set a program belongs to, by the first part of its path."""

    DER = "derp"
    LOAD = "dr"
    PRICE = "tp"
    TEXT = "msg"
    FLOW = "flow"
    """What one device may draw, by reservation: no program of the standard, and only ever for that device."""


PROGRAM_KINDS = tuple(kind for kind in ProgramKind if kind is not ProgramKind.FLOW)
"""Those that the standard has programs of, to which devices are assigned."""


class UnknownEventError(LookupError):
    """No event of that mRID is there."""


@dataclass
class Program:
    """A program of one function set. ``members``: LFDIs that are assigned to it, None for all devices.

    ``prices`` are those of tariff intervals by mRID, in the currency's unit times ten to the power of ``multiplier``.
    ``shows_over``: a careless server's, which goes on showing what is over.
    """

    kind: ProgramKind
    number: int
    mrid: bytes
    primacy: int
    description: str = ""
    members: frozenset[bytes] | None = None
    default: DERControlBase | None = None
    curves: list[DERCurve] = field(default_factory=list)
    events: dict[bytes, Event] = field(default_factory=dict)
    prices: dict[bytes, int] = field(default_factory=dict)
    multiplier: int = -3
    currency: int = 978
    shows_over: bool = False

    @property
    def path(self) -> str:
        """Where it stands on its server."""
        return f"/{self.kind}/{self.number}"

    def serves(self, lfdi: bytes) -> bool:
        """Whether the device is assigned to it."""
        return self.members is None or lfdi in self.members

    def put(self, event: Event, now: float, price: int | None = None) -> Event:
        """Offer an event; one that is there already under its mRID is replaced. The event as it is offered."""
        number = next((n for n, known in enumerate(self.events) if known == event.mrid), len(self.events)) + 1
        status = event.status
        if not status.cancelled:
            state = EventState.ACTIVE if event.interval.start <= now else EventState.SCHEDULED
            status = EventStatus(current=state, at=int(now))
        offered = dataclasses.replace(
            event,
            href=f"{self.path}/{EVENT_LISTS[self.kind]}/{number}",
            reply_to=event.reply_to or "/rsps/1/rsp",
            response_required=ALL_RESPONSES if event.response_required is None else event.response_required,
            status=status,
        )
        self.events[event.mrid] = offered
        if price is not None:
            self.prices[event.mrid] = price
        return offered

    def cancel(self, mrid: bytes, now: float, *, randomized: bool = False) -> Event:
        """Mark an event as cancelled; it stays until its end. Raises UnknownEventError."""
        event = self.events.get(mrid)
        if event is None:
            raise UnknownEventError(mrid.hex())
        state = EventState.CANCELLED_RANDOMIZED if randomized else EventState.CANCELLED
        self.events[mrid] = dataclasses.replace(event, status=EventStatus(current=state, at=int(now)))
        return self.events[mrid]

    def current(self, now: float) -> tuple[Event, ...]:
        """The events that are not over, earliest first, each with its status by now."""
        alive = [event for event in self.events.values() if self.shows_over or latest_end(event) > now]
        alive.sort(key=lambda event: (event.interval.start, event.created))
        return tuple(_with_status(event, alive, now) for event in alive)


EVENT_LISTS = {
    ProgramKind.DER: "derc",
    ProgramKind.LOAD: "edc",
    ProgramKind.PRICE: "rc/1/tti",
    ProgramKind.TEXT: "txt",
    ProgramKind.FLOW: "frp",
}
"""Below a program's path, where the list of its events stands."""


def latest_end(event: Event) -> float:
    """The latest moment at which a device may still be in the event, in s since the epoch."""
    shift = 0
    if isinstance(event, RandomizableEvent):
        shift = max(event.randomize_start or 0, 0) + max(event.randomize_duration or 0, 0)
    return float(event.interval.end + shift)


def same_target(one: Event, other: Event) -> bool:
    """Whether two events of a program control the same things of the same devices."""
    if isinstance(one, DERControl) and isinstance(other, DERControl):
        return one.category == other.category and modes_of(one.base) == modes_of(other.base)
    if isinstance(one, EndDeviceControl) and isinstance(other, EndDeviceControl):
        return one.category == other.category
    if isinstance(one, FlowReservationResponse) and isinstance(other, FlowReservationResponse):
        return one.subject == other.subject
    return type(one) is type(other)


def modes_of(base: DERControlBase) -> frozenset[str]:
    """The names of the modes that a control sets."""
    return frozenset(
        item.name for item in dataclasses.fields(base) if item.name != "ramp" and getattr(base, item.name) is not None
    )


def _with_status(event: Event, others: Iterable[Event], now: float) -> Event:
    if event.status.cancelled:
        return event
    state, at = EventState.SCHEDULED, event.created
    if event.interval.start <= now:
        state, at = EventState.ACTIVE, event.interval.start
    newer = [
        other
        for other in others
        if other.created > event.created
        and not other.status.cancelled
        and same_target(event, other)
        and other.interval.start < event.interval.end
        and event.interval.start < other.interval.end
    ]
    begun = [other.interval.start for other in newer if other.interval.start <= now]
    if begun:
        state, at = EventState.SUPERSEDED, min(begun)
    return dataclasses.replace(event, status=EventStatus(current=state, at=at, potentially_superseded=bool(newer)))
