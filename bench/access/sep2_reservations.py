"""The bench in the place of a server that takes requests for flow reservations.

async with ReservingServer(access, "esi") as server:
    request = await server.requested(within_s=65.0)
    reserved = server.reserve(request, power_w=3680.0, energy_wh=600.0, start_s=120.0, duration_s=1800)
"""

from __future__ import annotations

import random

from bench.access.sep2 import Sep2Access
from bench.access.sep2_server import Counterpart
from bench.exchanges.sep2_events import new_mrid
from drivers.sep2.der import FixedPoint
from drivers.sep2.events import DateTimeInterval, EventStatus
from drivers.sep2.reservations import FlowReservationRequest, FlowReservationResponse, SignedRealEnergy
from drivers.sep2.resources import Device

_LOOK_S = 5.0


class ReservingServer(Counterpart):
    """A server of the bench that the device follows as ``party``; ``requests`` are what it asked for, as they came."""

    def __init__(self, access: Sep2Access, party: str, generator: random.Random) -> None:
        super().__init__(access, party)
        self.requests: list[FlowReservationRequest] = []
        self._random = generator
        self.resources.reservations.requested = self._take

    def _take(self, _device: Device, request: FlowReservationRequest) -> None:
        self.requests.append(request)

    async def requested(self, within_s: float) -> FlowReservationRequest | None:
        """Let time pass until the device has asked for something more; None when it does not."""
        known, left_s = len(self.requests), within_s
        while len(self.requests) == known and left_s > 0.0:
            await self.station.advance(min(_LOOK_S, left_s))
            left_s -= _LOOK_S
        return self.requests[-1] if len(self.requests) > known else None

    def reserve(
        self,
        request: FlowReservationRequest,
        *,
        power_w: float,
        energy_wh: float,
        start_s: float,
        duration_s: int,
    ) -> FlowReservationResponse:
        """Reserve so much for who asked, from ``start_s`` from now on; ``energy_wh`` negative: out of the vehicle."""
        now = int(self.now)
        reserved = FlowReservationResponse(
            mrid=new_mrid(self._random),
            created=now,
            status=EventStatus(current=0, at=now),
            interval=DateTimeInterval(start=now + round(start_s), duration=duration_s),
            energy=SignedRealEnergy.of(energy_wh),
            power=FixedPoint.of(power_w),
            subject=request.mrid,
        )
        self.resources.reservations.reserve(self.device, reserved)
        return reserved

    def take_back(self, reserved: FlowReservationResponse) -> None:
        """The reservation is cancelled."""
        self.resources.reservations.program_for(self.device).cancel(reserved.mrid, self.now)
