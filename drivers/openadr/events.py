"""EiEvent: events with their signals, and what a VEN answers them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from drivers.openadr.codec import (
    BOOLEAN,
    DURATION,
    INTEGER,
    NUMBER,
    PROSE,
    TEXT,
    TIME,
    Element,
    Message,
    one_of,
    part,
    parts,
    value,
    values,
)
from drivers.openadr.vocabulary import EventState, OptType, ResponseCode


@dataclass(frozen=True, kw_only=True)
class Result(Element):
    """``eiResponse``: how a request was taken."""

    code: int = value("ei:responseCode", INTEGER, int(ResponseCode.OK))
    description: str | None = value("ei:responseDescription", TEXT)
    request_id: str = value("pyld:requestID", TEXT, "")


@dataclass(frozen=True, kw_only=True)
class Target(Element):
    """Whom something is for; empty: everybody who gets it."""

    devices: tuple[str, ...] = values("power:endDeviceAsset/power:mrid")
    groups: tuple[str, ...] = values("ei:groupID")
    resources: tuple[str, ...] = values("ei:resourceID")
    vens: tuple[str, ...] = values("ei:venID")
    parties: tuple[str, ...] = values("ei:partyID")


@dataclass(frozen=True, kw_only=True)
class Unit(Element):
    """``emix:itemBase``: what values are in. ``scale`` is the prefix of the unit (``none``, ``k``, ``M``, ...)."""

    tags: ClassVar[tuple[str, ...]] = (
        "oadr:currencyPerKWh",
        "oadr:currencyPerKW",
        "oadr:currency",
        "power:powerReal",
        "power:powerReactive",
        "power:powerApparent",
        "power:energyReal",
        "oadr:customUnit",
    )
    tag: str = "oadr:customUnit"
    description: str = value("itemDescription", TEXT, "")
    units: str = value("itemUnits", TEXT, "")
    scale: str = value("scale:siScaleCode", TEXT, "none")
    hertz: float | None = value("power:powerAttributes/power:hertz", NUMBER)
    voltage: float | None = value("power:powerAttributes/power:voltage", NUMBER)
    ac: bool | None = value("power:powerAttributes/power:ac", BOOLEAN)

    @property
    def factor(self) -> float:
        """What one of the scaled unit is in the unit. Raises KeyError for a prefix that the schema does not have."""
        return _PREFIXES[self.scale]


_PREFIXES = {
    "p": 1e-12, "n": 1e-9, "micro": 1e-6, "m": 1e-3, "c": 1e-2, "d": 1e-1, "none": 1.0, "k": 1e3, "M": 1e6, "G": 1e9,
    "T": 1e12,
}  # fmt: skip


def currency_per_kwh(code: str, scale: str = "none") -> Unit:
    """A price of energy, by the currency's letters (ISO 4217)."""
    return Unit(tag="oadr:currencyPerKWh", description="currencyPerKWh", units=code, scale=scale)


def real_power(scale: str = "none", hertz: float = 50.0, voltage: float = 230.0) -> Unit:
    """Active power in W."""
    return Unit(
        tag="power:powerReal",
        description="RealPower",
        units="W",
        scale=scale,
        hertz=hertz,
        voltage=voltage,
        ac=True,
    )


@dataclass(frozen=True, kw_only=True)
class Interval(Element):
    """One value of a signal for ``duration`` s (0: without end); each begins where the one before ends."""

    start: float | None = value("xcal:dtstart/xcal:date-time", TIME)
    duration: int | None = value("xcal:duration/xcal:duration", DURATION)
    number: str | None = value("xcal:uid/xcal:text", TEXT)
    level: float = value("ei:signalPayload/ei:payloadFloat/ei:value", NUMBER)


@dataclass(frozen=True, kw_only=True)
class Signal(Element):
    """One signal of an event. ``devices`` names the classes of devices that it is for; empty: all."""

    intervals: tuple[Interval, ...] = parts("strm:intervals/ei:interval", lambda: Interval)
    target: Target | None = part("ei:eiTarget", lambda: Target)
    name: str = value("ei:signalName", TEXT)
    kind: str = value("ei:signalType", TEXT)
    signal_id: str = value("ei:signalID", TEXT)
    unit: Unit | None = one_of(lambda: Unit)
    current: float | None = value("ei:currentValue/ei:payloadFloat/ei:value", NUMBER)


@dataclass(frozen=True, kw_only=True)
class Event(Element):
    """An event as a VTN distributes it. Times are s since the epoch, durations s (0: without end).

    ``test`` is the text of ``testEvent``: an event is a test unless that is absent, empty or ``false``.
    ``start_after`` is the range within which each VEN shifts the start at random.
    """

    event_id: str = value("ei:eiEvent/ei:eventDescriptor/ei:eventID", TEXT)
    modification: int = value("ei:eiEvent/ei:eventDescriptor/ei:modificationNumber", INTEGER, 0)
    modified: float | None = value("ei:eiEvent/ei:eventDescriptor/ei:modificationDateTime", TIME)
    reason: str | None = value("ei:eiEvent/ei:eventDescriptor/ei:modificationReason", TEXT)
    priority: int | None = value("ei:eiEvent/ei:eventDescriptor/ei:priority", INTEGER)
    market_context: str = value("ei:eiEvent/ei:eventDescriptor/ei:eiMarketContext/emix:marketContext", TEXT, "")
    created: float = value("ei:eiEvent/ei:eventDescriptor/ei:createdDateTime", TIME)
    state: str = value("ei:eiEvent/ei:eventDescriptor/ei:eventStatus", TEXT, EventState.FAR)
    test: str | None = value("ei:eiEvent/ei:eventDescriptor/ei:testEvent", TEXT)
    comment: str | None = value("ei:eiEvent/ei:eventDescriptor/ei:vtnComment", PROSE)
    start: float = value("ei:eiEvent/ei:eiActivePeriod/xcal:properties/xcal:dtstart/xcal:date-time", TIME)
    duration: int = value("ei:eiEvent/ei:eiActivePeriod/xcal:properties/xcal:duration/xcal:duration", DURATION)
    start_after: int | None = value(
        "ei:eiEvent/ei:eiActivePeriod/xcal:properties/xcal:tolerance/xcal:tolerate/xcal:startafter", DURATION
    )
    notification: int | None = value(
        "ei:eiEvent/ei:eiActivePeriod/xcal:properties/ei:x-eiNotification/xcal:duration", DURATION
    )
    components: str = value("ei:eiEvent/ei:eiActivePeriod/xcal:components", TEXT, "")
    signals: tuple[Signal, ...] = parts("ei:eiEvent/ei:eiEventSignals/ei:eiEventSignal", lambda: Signal)
    target: Target = part("ei:eiEvent/ei:eiTarget", lambda: Target, Target())
    response_required: str = value("oadr:oadrResponseRequired", TEXT, "always")

    @property
    def is_test(self) -> bool:
        """Whether nobody is to act upon it."""
        return (self.test or "false").lower() != "false"

    @property
    def cancelled(self) -> bool:
        """Whether it was taken back."""
        return self.state == EventState.CANCELLED


@dataclass(frozen=True, kw_only=True)
class DistributeEvent(Message):
    """``oadrDistributeEvent``: every event of the VEN that is not over, those that go first at the front."""

    element: ClassVar[str] = "oadr:oadrDistributeEvent"
    result: Result | None = part("ei:eiResponse", lambda: Result)
    request_id: str = value("pyld:requestID", TEXT, "")
    vtn_id: str = value("ei:vtnID", TEXT, "")
    events: tuple[Event, ...] = parts("oadr:oadrEvent", lambda: Event)


@dataclass(frozen=True, kw_only=True)
class RequestEvent(Message):
    """``oadrRequestEvent``: which events are there?"""

    element: ClassVar[str] = "oadr:oadrRequestEvent"
    request_id: str = value("pyld:eiRequestEvent/pyld:requestID", TEXT, "")
    ven_id: str = value("pyld:eiRequestEvent/ei:venID", TEXT)
    limit: int | None = value("pyld:eiRequestEvent/pyld:replyLimit", INTEGER)


@dataclass(frozen=True, kw_only=True)
class EventResponse(Element):
    """What a VEN says of one event. ``request_id`` is that of the oadrDistributeEvent which brought it."""

    code: int = value("ei:responseCode", INTEGER, int(ResponseCode.OK))
    description: str | None = value("ei:responseDescription", TEXT)
    request_id: str = value("pyld:requestID", TEXT, "")
    event_id: str = value("ei:qualifiedEventID/ei:eventID", TEXT)
    modification: int = value("ei:qualifiedEventID/ei:modificationNumber", INTEGER, 0)
    opt: str = value("ei:optType", TEXT, OptType.IN)


@dataclass(frozen=True, kw_only=True)
class CreatedEvent(Message):
    """``oadrCreatedEvent``: a VEN's answers to events."""

    element: ClassVar[str] = "oadr:oadrCreatedEvent"
    result: Result = part("pyld:eiCreatedEvent/ei:eiResponse", lambda: Result, Result())
    responses: tuple[EventResponse, ...] = parts(
        "pyld:eiCreatedEvent/ei:eventResponses/ei:eventResponse", lambda: EventResponse
    )
    ven_id: str = value("pyld:eiCreatedEvent/ei:venID", TEXT)
