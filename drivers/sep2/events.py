"""What every resource and every event consists of (schema 2018: Resource, Link, List, Event)."""

from __future__ import annotations

from dataclasses import dataclass

from drivers.sep2.codec import (
    BOOLEAN,
    HEX8,
    HEX128,
    ONE_HOUR,
    STRING32,
    STRING192,
    TIME,
    UINT8,
    UINT16,
    UINT32,
    URI,
    Resource,
    attribute,
    element,
    part,
)
from drivers.sep2.vocabulary import EventState


@dataclass(frozen=True, kw_only=True)
class Addressed(Resource):
    """``Resource`` of the schema: something with an address. ``href`` is a path on its server."""

    href: str | None = attribute("href", URI)


@dataclass(frozen=True, kw_only=True)
class Link(Resource):
    """Where another resource stands."""

    href: str = attribute("href", URI)


@dataclass(frozen=True, kw_only=True)
class ListLink(Link):
    """Where a list stands, and how long it is."""

    all: int | None = attribute("all", UINT32)


@dataclass(frozen=True, kw_only=True)
class SepList(Addressed):
    """``List`` of the schema: ``all`` members there are, ``results`` of them are here."""

    all: int = attribute("all", UINT32)
    results: int = attribute("results", UINT32)


@dataclass(frozen=True, kw_only=True)
class Identified(Addressed):
    """``IdentifiedObject`` of the schema. ``mrid`` is 16 octets, the same at every hop."""

    mrid: bytes = element("mRID", HEX128, required=True)
    description: str | None = element("description", STRING32)
    version: int | None = element("version", UINT16)


@dataclass(frozen=True, kw_only=True)
class DateTimeInterval(Resource):
    """From ``start`` (s since the epoch, UTC) for ``duration`` s."""

    duration: int = element("duration", UINT32, required=True)
    start: int = element("start", TIME, required=True)

    @property
    def end(self) -> int:
        return self.start + self.duration


@dataclass(frozen=True, kw_only=True)
class EventStatus(Resource):
    """Where an event stands, by its server."""

    current: int = element("currentStatus", UINT8, required=True)
    at: int = element("dateTime", TIME, required=True)
    potentially_superseded: bool = element("potentiallySuperseded", BOOLEAN, required=True, default=False)
    superseded_at: int | None = element("potentiallySupersededTime", TIME)
    reason: str | None = element("reason", STRING192)

    @property
    def cancelled(self) -> bool:
        return self.current in (EventState.CANCELLED, EventState.CANCELLED_RANDOMIZED)


@dataclass(frozen=True, kw_only=True)
class Event(Addressed):
    """``Event`` of the schema. ``reply_to`` is where answers go, ``response_required`` which ones."""

    reply_to: str | None = attribute("replyTo", URI)
    response_required: bytes | None = attribute("responseRequired", HEX8)
    mrid: bytes = element("mRID", HEX128, required=True)
    description: str | None = element("description", STRING32)
    version: int | None = element("version", UINT16)
    created: int = element("creationTime", TIME, required=True)
    status: EventStatus = part("EventStatus", lambda: EventStatus, required=True)
    interval: DateTimeInterval = part("interval", lambda: DateTimeInterval, required=True)


@dataclass(frozen=True, kw_only=True)
class RandomizableEvent(Event):
    """An event whose start and duration each device shifts at random, in s: from 0 to what is stated."""

    randomize_duration: int | None = element("randomizeDuration", ONE_HOUR)
    randomize_start: int | None = element("randomizeStart", ONE_HOUR)


@dataclass(frozen=True, kw_only=True)
class Error(Resource):
    """What a server says of a refusal: 0 invalid request format, 1 invalid values, 2 resource limit reached."""

    max_retry: int | None = element("maxRetryDuration", UINT16)
    reason: int = element("reasonCode", UINT16, required=True)
