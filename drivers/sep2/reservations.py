"""Flow reservation (schema 2018): a storage, such as a vehicle at its charger, asks for energy before it takes any.

The device posts a `FlowReservationRequest` to the list that its `EndDevice` entry names: how much energy, at what
power, within which time. What the server makes of it is a `FlowReservationResponse`, an event by which the device may
take so much, so fast, from its start to its end. Whoever changes its mind puts the request again with status
`CANCELLED`.

Energies and powers bear the sign of the storage: what it takes from the grid is positive, what it gives negative. That
is the other way round than in controls of DER.
"""

from __future__ import annotations

from dataclasses import dataclass

from drivers.sep2.codec import (
    HEX128,
    INT8,
    INT48,
    TIME,
    UINT8,
    UINT16,
    UINT32,
    Resource,
    attribute,
    element,
    part,
    parts,
)
from drivers.sep2.der import FixedPoint
from drivers.sep2.events import DateTimeInterval, Event, Identified, SepList
from drivers.sep2.responses import Response

REQUESTED, CANCELLED = 0, 1
"""``requestStatus``."""


@dataclass(frozen=True, kw_only=True)
class SignedRealEnergy(Resource):
    """``value`` times ten to the power of ``multiplier``, in Wh."""

    multiplier: int = element("multiplier", INT8, required=True)
    value: int = element("value", INT48, required=True)

    @property
    def number(self) -> float:
        return float(self.value * 10.0**self.multiplier)

    @classmethod
    def of(cls, energy_wh: float) -> SignedRealEnergy:
        """To the nearest Wh."""
        return cls(multiplier=0, value=round(energy_wh))


@dataclass(frozen=True, kw_only=True)
class RequestStatus(Resource):
    """Where a request stands, by whoever asks, and since when."""

    at: int = element("dateTime", TIME, required=True)
    status: int = element("requestStatus", UINT8, required=True)


@dataclass(frozen=True, kw_only=True)
class FlowReservationRequest(Identified):
    """``energy`` at ``power`` within ``interval``; ``duration``: the least time that it takes, s."""

    created: int = element("creationTime", TIME, required=True)
    duration: int | None = element("durationRequested", UINT16)
    energy: SignedRealEnergy = part("energyRequested", lambda: SignedRealEnergy, required=True)
    interval: DateTimeInterval = part("intervalRequested", lambda: DateTimeInterval, required=True)
    power: FixedPoint = part("powerRequested", lambda: FixedPoint, required=True)
    status: RequestStatus = part("RequestStatus", lambda: RequestStatus, required=True)

    @property
    def cancelled(self) -> bool:
        return self.status.status == CANCELLED


@dataclass(frozen=True, kw_only=True)
class FlowReservationRequestList(SepList):
    """What one device asked for."""

    poll_rate: int | None = attribute("pollRate", UINT32)
    members: tuple[FlowReservationRequest, ...] = parts("FlowReservationRequest", lambda: FlowReservationRequest)


@dataclass(frozen=True, kw_only=True)
class FlowReservationResponse(Event):
    """What a device may take or give from start to end. ``subject`` is the mRID of its request."""

    energy: SignedRealEnergy = part("energyAvailable", lambda: SignedRealEnergy, required=True)
    power: FixedPoint = part("powerAvailable", lambda: FixedPoint, required=True)
    subject: bytes = element("subject", HEX128, required=True)

    @property
    def power_w(self) -> float:
        """Power into the storage, by the sign of the energy."""
        return -abs(self.power.number) if self.energy.number < 0 else abs(self.power.number)


@dataclass(frozen=True, kw_only=True)
class FlowReservationResponseList(SepList):
    """What one device may do."""

    poll_rate: int | None = attribute("pollRate", UINT32)
    members: tuple[FlowReservationResponse, ...] = parts("FlowReservationResponse", lambda: FlowReservationResponse)


@dataclass(frozen=True, kw_only=True)
class FlowReservationResponseResponse(Response):
    """To a reservation."""
