"""The server's side of flow reservation: what devices ask for is kept here, and what is reserved for them is offered.

A device sees its own requests and reservations, nothing of others. The desk decides nothing: whoever has the server is
told of each request (`ReservationDesk.requested`) and answers by `ReservationDesk.reserve`, then or later.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING

from drivers.sep2.codec import Resource, decode
from drivers.sep2.errors import Sep2DecodeError
from drivers.sep2.events import Event, ListLink
from drivers.sep2.lists import page
from drivers.sep2.programs import EVENT_LISTS, Program, ProgramKind
from drivers.sep2.reservations import (
    FlowReservationRequest,
    FlowReservationRequestList,
    FlowReservationResponse,
    FlowReservationResponseList,
)
from drivers.sep2.server import HttpRequest, HttpResponse

if TYPE_CHECKING:
    from drivers.sep2.resources import Device, ResourceServer

_MAX_REQUESTS = 100


class ReservationDesk:
    """Of one server. ``requested`` is called with each request, new or changed; None: the server has no such function
    set."""

    def __init__(self, server: ResourceServer) -> None:
        self._server = server
        self.requested: Callable[[Device, FlowReservationRequest], None] | None = None

    def reserve(self, lfdi: bytes, reservation: FlowReservationResponse) -> Event:
        """Let a device take what is reserved for it; as it is offered. Raises KeyError for one that is not
        registered."""
        return self.program_for(lfdi).put(reservation, self._server.now())

    def program_for(self, lfdi: bytes) -> Program:
        """What is reserved for a device, from the first reservation on. Raises KeyError likewise."""
        program = self.of(lfdi)
        if program is None:
            number = self._server.devices[lfdi].number
            program = Program(ProgramKind.FLOW, number, lfdi[:16], 0, members=frozenset({lfdi}))
            self._server.programs.append(program)
        return program

    def of(self, lfdi: bytes) -> Program | None:
        """What is reserved for a device; None where nothing ever was."""
        return next(iter(self._server.programs_of(lfdi, ProgramKind.FLOW)), None)

    # -- what devices see ------------------------------------------------------------------------------------------

    def links(self, device: Device) -> dict[str, ListLink]:
        """What the entry of a device says of it."""
        if self.requested is None:
            return {}
        return {
            "flow_requests": ListLink(href=f"/edev/{device.number}/frq", all=len(device.requests)),
            "flow_responses": ListLink(href=f"/{ProgramKind.FLOW}/{device.number}/frp", all=len(self._offered(device))),
        }

    def requests(self, request: HttpRequest, device: Device) -> Resource | None:
        """The list of a device's requests, or one of them."""
        if request.path == f"/edev/{device.number}/frq":
            return FlowReservationRequestList(href=request.path, **page(request, device.requests))
        return next((one for one in device.requests if one.href == request.path), None)

    def reserved(self, request: HttpRequest, device: Device, rest: Sequence[str]) -> Resource | None:
        """The list of what is reserved for a device, or one of it."""
        if list(rest[:2]) != [str(device.number), EVENT_LISTS[ProgramKind.FLOW]]:
            return None
        offered = self._offered(device)
        if len(rest) > 2:
            return next((one for one in offered if one.href == request.path), None)
        return FlowReservationResponseList(href=request.path, **page(request, offered))

    def _offered(self, device: Device) -> list[FlowReservationResponse]:
        program = self.of(device.lfdi)
        events = program.current(self._server.now()) if program is not None else ()
        return [event for event in events if isinstance(event, FlowReservationResponse)]

    # -- what devices ask for --------------------------------------------------------------------------------------

    def post(self, device: Device, request: HttpRequest) -> HttpResponse:
        """Take a new request. Raises Sep2DecodeError."""
        if self.requested is None or request.path.rstrip("/") != f"/edev/{device.number}/frq":
            return HttpResponse(HTTPStatus.METHOD_NOT_ALLOWED)
        number = self._take(device, decode(request.body, FlowReservationRequest))
        return HttpResponse(HTTPStatus.CREATED, headers={"location": f"/edev/{device.number}/frq/{number}"})

    def put(self, device: Device, request: HttpRequest) -> HttpResponse:
        """Take a request in the place of the one that stands there. Raises Sep2DecodeError."""
        before = next((one for one in device.requests if one.href == request.path), None)
        if before is None:
            return HttpResponse(HTTPStatus.NOT_FOUND)
        changed = decode(request.body, FlowReservationRequest)
        if changed.mrid != before.mrid:
            raise Sep2DecodeError("FlowReservationRequest/mRID", "is another one's")
        self._take(device, changed)
        return HttpResponse(HTTPStatus.NO_CONTENT)

    def _take(self, device: Device, request: FlowReservationRequest) -> int:
        """Keep a request, in the place of an earlier one with its mRID; its number from 1 on."""
        known = [one.mrid for one in device.requests]
        if request.mrid not in known and len(known) >= _MAX_REQUESTS:
            raise Sep2DecodeError("FlowReservationRequest", "is one too many")
        number = known.index(request.mrid) + 1 if request.mrid in known else len(known) + 1
        kept = dataclasses.replace(request, href=f"/edev/{device.number}/frq/{number}")
        device.requests[number - 1 : number] = [kept]
        if request.cancelled:
            self._withdraw(device, request.mrid)
        if self.requested is not None:
            self.requested(device, kept)
        return number

    def _withdraw(self, device: Device, subject: bytes) -> None:
        """The device needs no longer what was reserved for it."""
        program = self.of(device.lfdi)
        if program is not None:
            for event in self._offered(device):
                if event.subject == subject:
                    program.cancel(event.mrid, self._server.now())
