"""The bench at either end of flow reservations: a server that takes requests for them, or a device that asks.

async with ReservingServer(access, "esi") as server:
    request = await server.requested(within_s=65.0)
    reserved = server.reserve(request, power_w=3680.0, energy_wh=600.0, start_s=120.0, duration_s=1800)
"""

from __future__ import annotations

import dataclasses
import random

from bench.access.sep2 import Sep2Access
from bench.access.sep2_server import Counterpart
from bench.exchanges.sep2_events import new_mrid
from drivers.cim.credentials import Credential
from drivers.sep2.client import Sep2Client
from drivers.sep2.der import FixedPoint
from drivers.sep2.devices import EndDevice, EndDeviceList
from drivers.sep2.errors import Sep2Error
from drivers.sep2.events import DateTimeInterval, EventStatus
from drivers.sep2.reservations import (
    CANCELLED,
    REQUESTED,
    FlowReservationRequest,
    FlowReservationResponse,
    FlowReservationResponseList,
    RequestStatus,
    SignedRealEnergy,
)
from drivers.sep2.resources import Device
from drivers.sep2.vocabulary import EventState

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


class NoReservationsError(Sep2Error):
    """The server takes no requests for reservations from this device."""


class AskingDevice:
    """A device of the bench at the server of the device behind ``access``, as ``party``. A context manager."""

    def __init__(self, access: Sep2Access, party: str | Credential, generator: random.Random) -> None:
        self._client: Sep2Client = access.client(party)
        self._clock = access.station.clock
        self._random = generator
        self._paths: dict[bytes, str] = {}

    async def __aenter__(self) -> AskingDevice:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.close()

    async def ask(self, *, energy_wh: float, power_w: float, within_s: int) -> FlowReservationRequest:
        """Ask for so much within so long from now. Raises NoReservationsError, OfficeError, Sep2Error."""
        now, own = int(self._clock.now()), await self._own()
        request = FlowReservationRequest(
            mrid=new_mrid(self._random),
            created=now,
            energy=SignedRealEnergy.of(energy_wh),
            power=FixedPoint.of(power_w),
            interval=DateTimeInterval(start=now, duration=within_s),
            status=RequestStatus(at=now, status=REQUESTED),
        )
        if own.flow_requests is None:
            raise NoReservationsError("the entry of the device names no list for requests")
        self._paths[request.mrid] = await self._client.post(own.flow_requests.href, request)
        return request

    async def cancel(self, request: FlowReservationRequest) -> None:
        """What it asked for is needed no longer. Raises OfficeError."""
        status = RequestStatus(at=int(self._clock.now()), status=CANCELLED)
        await self._client.put(self._paths[request.mrid], dataclasses.replace(request, status=status))

    async def granted(self, request: FlowReservationRequest) -> FlowReservationResponse | None:
        """What holds, or will, by a request; None where nothing does. Raises OfficeError, Sep2Error."""
        own = await self._own()
        if own.flow_responses is None:
            raise NoReservationsError("the entry of the device names no list of reservations")
        listed = await self._client.get_list(own.flow_responses.href, FlowReservationResponseList)
        over = (EventState.CANCELLED, EventState.CANCELLED_RANDOMIZED, EventState.SUPERSEDED)
        mine = [one for one in listed.members if one.subject == request.mrid and one.status.current not in over]
        return max(mine, key=lambda one: one.created, default=None)

    async def _own(self) -> EndDevice:
        listed = await self._client.get_list("/edev", EndDeviceList)
        for entry in listed.members:
            if entry.lfdi == self._client.lfdi:
                return entry
        raise NoReservationsError("the server has no entry of the device")
