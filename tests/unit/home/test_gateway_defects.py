"""Whom a gateway lets in, and what it writes down, with defects and without."""

from __future__ import annotations

import pytest

from drivers.sep2.events import DateTimeInterval, EventStatus
from drivers.sep2.prices import TextMessage
from drivers.sep2.resources import ResourceServer
from drivers.sep2.server import Peer
from fixtures.faults import Faults
from fixtures.home.gateway_defects import CarelessDoor, in_the_log

DEVICE, STRANGER = bytes([1]) * 20, bytes([2]) * 20
TEXT = TextMessage(
    mrid=bytes([7]) * 16,
    created=0,
    status=EventStatus(current=0, at=0),
    interval=DateTimeInterval(start=0, duration=60),
    text="Credit is low",
)


def door(*faults: str) -> tuple[ResourceServer, CarelessDoor]:
    server = ResourceServer(lambda: 0.0)
    server.register(DEVICE, 0)
    return server, CarelessDoor(server, Faults(frozenset(faults)))


def test_a_right_gateway_lets_nobody_in_by_looking() -> None:
    server, careful = door()
    careful.look_at(Peer(STRANGER, 1))
    assert list(server.devices) == [DEVICE]


def test_whoever_has_a_certificate_is_let_in_by_f_h44() -> None:
    server, careless = door("F-H44")
    careless.look_at(Peer(STRANGER, 1))
    careless.look_at(Peer(b"", 2))
    assert list(server.devices) == [DEVICE, STRANGER]


@pytest.mark.parametrize(("number", "stays"), [(1, True), (2, False)])
def test_who_was_known_stays_so_on_the_same_connection_by_f_h53(number: int, stays: bool) -> None:
    server, careless = door("F-H53")
    careless.look_at(Peer(DEVICE, 1))
    server.remove(DEVICE)
    careless.look_at(Peer(DEVICE, number))
    assert (DEVICE in server.devices) is stays


def test_the_log_names_the_event_and_with_f_h54_says_it() -> None:
    assert in_the_log("headend", TEXT, Faults()) == f"headend {'07' * 8}"
    assert in_the_log("headend", TEXT, Faults(frozenset({"F-H54"}))) == "Credit is low"
