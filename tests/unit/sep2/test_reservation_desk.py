"""The server's side of flow reservation: who sees what, and what is not taken."""

from __future__ import annotations

import dataclasses
from http import HTTPStatus

import pytest

from drivers.sep2.codec import decode, encode
from drivers.sep2.der import FixedPoint
from drivers.sep2.devices import EndDevice, EndDeviceList
from drivers.sep2.events import DateTimeInterval, EventStatus
from drivers.sep2.reservations import (
    CANCELLED,
    FlowReservationRequest,
    FlowReservationRequestList,
    FlowReservationResponse,
    FlowReservationResponseList,
    RequestStatus,
    SignedRealEnergy,
)
from drivers.sep2.resources import Device, ResourceServer
from drivers.sep2.server import HttpRequest, HttpResponse, Peer

NOW = 1_767_571_200
ONE, OTHER = bytes([1]) * 20, bytes([2]) * 20


def mrid(number: int) -> bytes:
    return number.to_bytes(16, "big")


def wish(number: int, status: int = 0) -> FlowReservationRequest:
    return FlowReservationRequest(
        mrid=mrid(number),
        created=NOW,
        energy=SignedRealEnergy.of(3000.0),
        interval=DateTimeInterval(start=NOW, duration=7200),
        power=FixedPoint.of(7360.0),
        status=RequestStatus(at=NOW, status=status),
    )


def reserved(subject: int) -> FlowReservationResponse:
    return FlowReservationResponse(
        mrid=mrid(900 + subject),
        created=NOW,
        status=EventStatus(current=0, at=NOW),
        interval=DateTimeInterval(start=NOW + 60, duration=600),
        energy=SignedRealEnergy.of(1000.0),
        power=FixedPoint.of(3680.0),
        subject=mrid(subject),
    )


class Clients:
    """Two devices at one server."""

    def __init__(self, *, takes: bool = True) -> None:
        self.resources = ResourceServer(lambda: float(NOW))
        self.resources.register(ONE, 1)
        self.resources.register(OTHER, 2)
        self.heard: list[tuple[bytes, FlowReservationRequest]] = []
        if takes:
            self.resources.reservations.requested = self._hear

    def _hear(self, device: Device, request: FlowReservationRequest) -> None:
        self.heard.append((device.lfdi, request))

    def ask(self, method: str, path: str, body: bytes = b"", lfdi: bytes = ONE) -> HttpResponse:
        return self.resources.handle(HttpRequest(method, path, {"l": "255"}, {}, body, Peer(lfdi, 1)))

    def own_entry(self, lfdi: bytes = ONE) -> EndDevice:
        return decode(self.ask("GET", "/edev", lfdi=lfdi).body, EndDeviceList).members[0]

    def answers(self, lfdi: bytes = ONE) -> tuple[FlowReservationResponse, ...]:
        link = self.own_entry(lfdi).flow_responses
        assert link is not None
        return decode(self.ask("GET", link.href, lfdi=lfdi).body, FlowReservationResponseList).members


def test_a_request_is_kept_shown_and_told() -> None:
    clients = Clients()
    answer = clients.ask("POST", "/edev/1/frq", encode(wish(7)))
    assert (answer.status, answer.headers["location"]) == (HTTPStatus.CREATED, "/edev/1/frq/1")
    assert [(lfdi, one.mrid) for lfdi, one in clients.heard] == [(ONE, mrid(7))]
    listed = decode(clients.ask("GET", "/edev/1/frq").body, FlowReservationRequestList)
    assert [one.href for one in listed.members] == ["/edev/1/frq/1"]
    assert decode(clients.ask("GET", "/edev/1/frq/1").body, FlowReservationRequest) == listed.members[0]


def test_a_device_sees_nothing_of_others() -> None:
    clients = Clients()
    clients.ask("POST", "/edev/1/frq", encode(wish(7)))
    clients.resources.reservations.reserve(ONE, reserved(7))
    assert [one.subject for one in clients.answers()] == [mrid(7)]
    assert clients.answers(OTHER) == ()
    for path in ("/edev/1/frq", "/edev/1/frq/1", "/flow/1/frp", "/flow/1/frp/1"):
        assert clients.ask("GET", path, lfdi=OTHER).status == HTTPStatus.NOT_FOUND
    assert clients.ask("POST", "/edev/1/frq", encode(wish(8)), lfdi=OTHER).status == HTTPStatus.METHOD_NOT_ALLOWED


def test_a_request_that_is_posted_again_takes_its_own_place() -> None:
    clients = Clients()
    places = [clients.ask("POST", "/edev/1/frq", encode(wish(n))).headers["location"] for n in (7, 8, 7)]
    assert places == ["/edev/1/frq/1", "/edev/1/frq/2", "/edev/1/frq/1"]


def test_a_request_that_is_cancelled_ends_what_was_reserved_for_it() -> None:
    clients = Clients()
    for number in (7, 8):
        clients.ask("POST", "/edev/1/frq", encode(wish(number)))
        clients.resources.reservations.reserve(ONE, reserved(number))
    assert clients.ask("PUT", "/edev/1/frq/1", encode(wish(7, CANCELLED))).status == HTTPStatus.NO_CONTENT
    assert {one.subject: one.status.cancelled for one in clients.answers()} == {mrid(7): True, mrid(8): False}


def test_a_request_does_not_become_another_one() -> None:
    clients = Clients()
    clients.ask("POST", "/edev/1/frq", encode(wish(7)))
    assert clients.ask("PUT", "/edev/1/frq/1", encode(wish(8))).status == HTTPStatus.BAD_REQUEST
    assert clients.ask("PUT", "/edev/1/frq/2", encode(wish(8))).status == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("body", [b"", b"<a", encode(wish(7))[:-9], encode(reserved(7))])
def test_what_is_no_request_is_refused(body: bytes) -> None:
    clients = Clients()
    assert clients.ask("POST", "/edev/1/frq", body).status == HTTPStatus.BAD_REQUEST
    assert clients.heard == []


def test_a_server_keeps_a_bounded_number_of_requests() -> None:
    clients = Clients()
    statuses = [clients.ask("POST", "/edev/1/frq", encode(wish(n))).status for n in range(101)]
    assert statuses == [HTTPStatus.CREATED] * 100 + [HTTPStatus.BAD_REQUEST]


def test_a_server_without_the_function_set_offers_and_takes_nothing() -> None:
    clients = Clients(takes=False)
    entry = clients.own_entry()
    assert (entry.flow_requests, entry.flow_responses) == (None, None)
    assert clients.ask("POST", "/edev/1/frq", encode(wish(7))).status == HTTPStatus.METHOD_NOT_ALLOWED


def test_a_newer_reservation_supersedes_the_one_for_the_same_request_only() -> None:
    clients = Clients()
    desk = clients.resources.reservations
    for one in (reserved(7), reserved(8), dataclasses.replace(reserved(7), mrid=mrid(1), created=NOW + 1)):
        desk.reserve(ONE, one)
    told = {one.mrid: one.status.potentially_superseded for one in clients.answers()}
    assert told == {mrid(907): True, mrid(908): False, mrid(1): False}
