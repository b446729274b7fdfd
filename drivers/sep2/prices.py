"""Pricing and messaging (schema 2018)."""

from __future__ import annotations

from dataclasses import dataclass

from drivers.sep2.codec import (
    HEX16,
    INT8,
    INT32,
    STRING,
    STRING20,
    UINT8,
    UINT16,
    UINT32,
    UINT48,
    attribute,
    element,
    part,
    parts,
)
from drivers.sep2.events import Addressed, Event, Identified, Link, ListLink, RandomizableEvent, SepList


@dataclass(frozen=True, kw_only=True)
class TariffProfile(Identified):
    """A tariff. Prices are in ``currency`` (ISO 4217) times ten to the power of ``multiplier``, a unit of energy."""

    currency: int | None = element("currency", UINT16)
    multiplier: int | None = element("pricePowerOfTenMultiplier", INT8)
    primacy: int = element("primacy", UINT8, required=True)
    rate_code: str | None = element("rateCode", STRING20)
    rate_components: ListLink | None = part("RateComponentListLink", lambda: ListLink)
    service: int = element("serviceCategoryKind", UINT8, required=True, default=0)


@dataclass(frozen=True, kw_only=True)
class TariffProfileList(SepList):
    """Tariffs."""

    poll_rate: int | None = attribute("pollRate", UINT32)
    members: tuple[TariffProfile, ...] = parts("TariffProfile", lambda: TariffProfile)


@dataclass(frozen=True, kw_only=True)
class RateComponent(Identified):
    """What a price is for."""

    reading_type: Link = part("ReadingTypeLink", lambda: Link, required=True)
    roles: bytes = element("roleFlags", HEX16, required=True)
    intervals: ListLink = part("TimeTariffIntervalListLink", lambda: ListLink, required=True)


@dataclass(frozen=True, kw_only=True)
class RateComponentList(SepList):
    """Rate components of a tariff."""

    members: tuple[RateComponent, ...] = parts("RateComponent", lambda: RateComponent)


@dataclass(frozen=True, kw_only=True)
class TimeTariffInterval(RandomizableEvent):
    """When a tier holds. The price itself is in the list of consumption tariff intervals."""

    consumption: ListLink | None = part("ConsumptionTariffIntervalListLink", lambda: ListLink)
    tier: int = element("touTier", UINT8, required=True, default=0)


@dataclass(frozen=True, kw_only=True)
class TimeTariffIntervalList(SepList):
    """Intervals of a rate component, earliest first."""

    members: tuple[TimeTariffInterval, ...] = parts("TimeTariffInterval", lambda: TimeTariffInterval)


@dataclass(frozen=True, kw_only=True)
class ConsumptionTariffInterval(Addressed):
    """The price from ``start`` units on."""

    block: int = element("consumptionBlock", UINT8, required=True, default=0)
    price: int | None = element("price", INT32)
    start: int = element("startValue", UINT48, required=True, default=0)


@dataclass(frozen=True, kw_only=True)
class ConsumptionTariffIntervalList(SepList):
    """Prices of a tier."""

    members: tuple[ConsumptionTariffInterval, ...] = parts(
        "ConsumptionTariffInterval", lambda: ConsumptionTariffInterval
    )


@dataclass(frozen=True, kw_only=True)
class TextMessage(Event):
    """A text to be shown. ``priority``: 0 low, 1 normal, 2 high, 3 critical."""

    originator: str | None = element("originator", STRING20)
    priority: int = element("priority", UINT8, required=True, default=1)
    text: str = element("textMessage", STRING, required=True)


@dataclass(frozen=True, kw_only=True)
class TextMessageList(SepList):
    """Texts of a program."""

    members: tuple[TextMessage, ...] = parts("TextMessage", lambda: TextMessage)


@dataclass(frozen=True, kw_only=True)
class MessagingProgram(Identified):
    """A program of texts in one language."""

    locale: str = element("locale", STRING20, required=True, default="en")
    primacy: int = element("primacy", UINT8, required=True)
    texts: ListLink | None = part("TextMessageListLink", lambda: ListLink)


@dataclass(frozen=True, kw_only=True)
class MessagingProgramList(SepList):
    """Programs."""

    poll_rate: int | None = attribute("pollRate", UINT32)
    members: tuple[MessagingProgram, ...] = parts("MessagingProgram", lambda: MessagingProgram)
