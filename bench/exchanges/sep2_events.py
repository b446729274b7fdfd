"""What travels on rows of 2030.5: events of each kind, and the power by which the home shows that it follows them."""

from __future__ import annotations

import dataclasses
import random
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from drivers.sep2.der import DERControl, DERControlBase, PowerFactor
from drivers.sep2.events import DateTimeInterval, Event, EventStatus
from drivers.sep2.loads import DutyCycle, EndDeviceControl, Offset
from drivers.sep2.prices import TextMessage, TimeTariffInterval
from drivers.sep2.programs import ProgramKind

if TYPE_CHECKING:
    from bench.access.sep2 import Sep2Access

_PEN = 32_473
"""Private enterprise number for documentation (RFC 5612): the last four octets of an mRID say who made it."""
LOAD_SWITCHES = b"\x00\x00\x20\x00"
"""Device category of load control switches."""
MIXED_DER = b"\x00\x04\x00\x00"
"""Device category of virtual and mixed DER: the energy management's own generators, beside those that it steers."""
VEHICLES = b"\x00\x03\x00\x00"
"""Device categories of electric vehicles and of their chargers."""
_NEAR_W = 50.0
_PRICES = (0, 1, 250, 399, 401, 600, 1999)
"""Thousandths of the currency a kWh: nothing, the smallest, on both sides of the usual limit, near the largest."""
_LIMITS = (0.0, 0.0123, 0.25, 0.5, 0.75)
"""Shares of the rating."""
_RATES = (1.0, 0.5, 0.25, 0.0, -0.25, -0.5)
"""Shares of a charger's rating; a negative one feeds the grid."""


def new_mrid(generator: random.Random) -> bytes:
    """An mRID of the bench."""
    return generator.getrandbits(96).to_bytes(12, "big") + _PEN.to_bytes(4, "big")


@dataclass(frozen=True)
class When:
    """When an event holds, in s: created ``now``, from ``start`` on, for ``duration``."""

    now: float
    start: float
    duration: int


class Content(ABC):
    """One kind of event with its usual values. ``kind`` says in which program it stands."""

    kind: ProgramKind
    steers = True
    """Whether the home's power shows it."""

    @abstractmethod
    def event(self, mrid: bytes, when: When, **more: Any) -> Event:
        """An event with its usual values; ``more`` are other fields of it."""

    @abstractmethod
    def power_w(self, access: Sep2Access) -> float:
        """What the home draws while the event holds, W; what it feeds in is negative."""

    def price(self) -> int | None:
        """The price that goes with the event, in thousandths of the currency a kWh."""
        return None

    def out_of_range(self, event: Event) -> Event | None:
        """The event with a value that no device can follow; None where its kind has no such value."""
        return None

    def fits(self, power_w: float, access: Sep2Access) -> bool:
        """Whether the power is what the event asks for, to what a load or a generator can do."""
        return abs(power_w - self.power_w(access)) < float(access.pixit("near_w", _NEAR_W))

    def variants(self) -> Sequence[Content]:
        """The same with other values: of both signs where there are, nothing, the smallest, near the largest."""
        return [HighPrice(thousandths=price) for price in _PRICES]


def idle_w(access: Sep2Access) -> float:
    """What the home draws without events."""
    return float(access.pixit("load_w", 2000.0)) - float(access.pixit("available_w", 0.0))


def _head(mrid: bytes, when: When) -> dict[str, Any]:
    return {
        "mrid": mrid,
        "created": int(when.now),
        "status": EventStatus(current=0, at=int(when.now)),
        "interval": DateTimeInterval(start=int(when.start), duration=when.duration),
    }


@dataclass(frozen=True)
class LoadControl(Content):
    """Loads go down to ``share`` of what they draw; a share of 0 that the customer cannot override is the scram."""

    share: float = 0.5
    kind: ProgramKind = field(default=ProgramKind.LOAD, init=False)

    def event(self, mrid: bytes, when: When, **more: Any) -> Event:
        if self.share == 0.0:
            what: dict[str, Any] = {"duty_cycle": DutyCycle(normal=0), "mandatory": True}
        else:
            what = {"offset": Offset(load=round((1.0 - self.share) * 10_000))}
        return EndDeviceControl(**{**_head(mrid, when), "category": LOAD_SWITCHES, **what, **more})

    def out_of_range(self, event: Event) -> Event | None:
        assert isinstance(event, EndDeviceControl)
        return dataclasses.replace(event, offset=None, duty_cycle=DutyCycle(normal=150))

    def power_w(self, access: Sep2Access) -> float:
        return idle_w(access) - (1.0 - self.share) * float(access.pixit("load_w", 2000.0))


@dataclass(frozen=True)
class GenerationLimit(Content):
    """Generation of devices of ``category`` is limited to ``limit`` (0 to 1) of the rating."""

    limit: float = 0.5
    category: bytes = MIXED_DER
    kind: ProgramKind = field(default=ProgramKind.DER, init=False)

    def event(self, mrid: bytes, when: When, **more: Any) -> Event:
        base: DERControlBase | None = more.pop("base", None)
        if base is not None:
            return DERControl(**{**_head(mrid, when), "base": base, **more})
        limit = DERControlBase(max_lim_w=round(self.limit * 10_000))
        return DERControl(**{**_head(mrid, when), "category": self.category, "base": limit, **more})

    def out_of_range(self, event: Event) -> Event | None:
        assert isinstance(event, DERControl)
        wrong = PowerFactor(displacement=150, excitation=True, multiplier=-2)
        return dataclasses.replace(event, base=dataclasses.replace(event.base, pf_inject=wrong))

    def power_w(self, access: Sep2Access) -> float:
        rated_w = float(access.pixit("generator_w", 0.0))
        available_w = float(access.pixit("available_w", 0.0))
        return idle_w(access) + available_w - min(available_w, self.limit * rated_w)

    def variants(self) -> Sequence[Content]:
        return [GenerationLimit(limit, self.category) for limit in _LIMITS]


@dataclass(frozen=True)
class ChargingControl(Content):
    """A vehicle may draw ``share`` of its charger's rating; negative: it is to feed so much back.

    A vehicle stays below what it may draw (PIXIT ``sep2.vehicle_draws``: between which shares of it).
    """

    share: float = 0.5
    kind: ProgramKind = field(default=ProgramKind.DER, init=False)

    def event(self, mrid: bytes, when: When, **more: Any) -> Event:
        base = more.pop("base", None) or self.base
        return DERControl(**{**_head(mrid, when), "base": base, "category": VEHICLES, **more})

    @property
    def base(self) -> DERControlBase:
        """What is asked. opModFixedW counts what is generated: who charges has a negative one."""
        return DERControlBase(fixed_w=-round(self.share * 10_000))

    def power_w(self, access: Sep2Access) -> float:
        return self.share * float(access.pixit("charger_w", 0.0))

    def fits(self, power_w: float, access: Sep2Access) -> bool:
        wanted_w = self.power_w(access)
        if wanted_w <= 0.0:
            return super().fits(power_w, access)
        least, most = access.pixit("vehicle_draws", (1.0, 1.0))
        return bool(least * wanted_w - _NEAR_W <= power_w <= most * wanted_w + _NEAR_W)

    def variants(self) -> Sequence[Content]:
        return [ChargingControl(share=share) for share in _RATES]


@dataclass(frozen=True)
class HighPrice(Content):
    """A price above the customer's limit; loads go down by the customer's own rule."""

    kind: ProgramKind = field(default=ProgramKind.PRICE, init=False)
    thousandths: int = 600

    def event(self, mrid: bytes, when: When, **more: Any) -> Event:
        return TimeTariffInterval(**{**_head(mrid, when), "tier": 1, **more})

    def price(self) -> int:
        return self.thousandths

    def power_w(self, access: Sep2Access) -> float:
        rule, price = access.pixit("price", {}), self.thousandths / 1000.0
        if price <= float(rule.get("limit", 0.4)):
            return idle_w(access)
        share = 0.0 if price >= float(rule.get("critical", float("inf"))) else float(rule.get("share", 0.5))
        return idle_w(access) - (1.0 - share) * float(access.pixit("load_w", 2000.0))


@dataclass(frozen=True)
class Notice(Content):
    """A text for the customer."""

    text: str = "Planned outage from 14:00 to 15:30"
    originator: str | None = "utility"
    kind: ProgramKind = field(default=ProgramKind.TEXT, init=False)
    steers = False

    def event(self, mrid: bytes, when: When, **more: Any) -> Event:
        return TextMessage(**{**_head(mrid, when), "text": self.text, "originator": self.originator, **more})

    def power_w(self, access: Sep2Access) -> float:
        return idle_w(access)
