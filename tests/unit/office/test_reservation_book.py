"""Flow reservations that an office system grants: what fits the feeder, in the order of requests."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import pytest

from drivers.sep2.codec import encode
from drivers.sep2.der import FixedPoint
from drivers.sep2.events import DateTimeInterval
from drivers.sep2.programs import ProgramKind
from drivers.sep2.reservations import (
    CANCELLED,
    REQUESTED,
    FlowReservationRequest,
    FlowReservationResponse,
    RequestStatus,
    SignedRealEnergy,
)
from drivers.sep2.resources import ResourceServer
from drivers.sep2.server import HttpRequest, Peer
from drivers.sep2.vocabulary import EventState
from fixtures.faults import Faults
from fixtures.office.reservations import ReservationBook
from fixtures.office.timetable import Slot, Wanted, fit, most_drawn_w

NOW = 1_767_571_200
HOUR = 3600
CAPACITY_W = 6000.0
LEAD_S = 120


class Office:
    """A server with two registered devices, and a clock that the test holds."""

    def __init__(self, *faults: str) -> None:
        self.now = float(NOW)
        self.server = ResourceServer(lambda: self.now)
        self.news = 0
        self.devices = [self.server.register(bytes([number]) * 20, 1) for number in (1, 2)]
        settings = {"capacity_w": CAPACITY_W, "lead_s": LEAD_S}
        ReservationBook(self.server, settings, Faults(frozenset(faults)), self._news)
        self._paths: dict[bytes, str] = {}

    def _news(self) -> None:
        self.news += 1

    def ask(
        self, who: int, number: int, energy_wh: float, power_w: float, hours: float = 4.0
    ) -> FlowReservationRequest:
        now = int(self.now)
        request = FlowReservationRequest(
            mrid=bytes([number]) * 16,
            created=now,
            energy=SignedRealEnergy.of(energy_wh),
            power=FixedPoint.of(power_w),
            interval=DateTimeInterval(start=now, duration=int(hours * HOUR)),
            status=RequestStatus(at=now, status=REQUESTED),
        )
        device = self.devices[who]
        answer = self._send("POST", f"/edev/{device.number}/frq", who, request)
        self._paths[request.mrid] = answer
        return request

    def change(self, who: int, request: FlowReservationRequest) -> None:
        self._send("PUT", self._paths[request.mrid], who, request)

    def cancel(self, who: int, request: FlowReservationRequest) -> None:
        status = RequestStatus(at=int(self.now), status=CANCELLED)
        self.change(who, dataclasses.replace(request, status=status))

    def _send(self, method: str, path: str, who: int, request: FlowReservationRequest) -> str:
        lfdi = self.devices[who].lfdi
        answer = self.server.handle(HttpRequest(method, path, {}, {}, encode(request), Peer(lfdi, 1)))
        assert answer.status in (201, 204)
        return answer.headers.get("location", path)

    def offered(self, who: int) -> Sequence[FlowReservationResponse]:
        program = self.server.reservations.of(self.devices[who].lfdi)
        events = program.current(self.now) if program is not None else ()
        return [event for event in events if isinstance(event, FlowReservationResponse)]

    def granted(self, who: int) -> FlowReservationResponse:
        (one,) = [event for event in self.offered(who) if not event.status.cancelled]
        return one


def test_a_request_that_fits_is_granted_as_it_is() -> None:
    office = Office()
    request = office.ask(0, 7, 3000.0, 4000.0)
    granted = office.granted(0)
    assert (granted.energy.number, granted.power_w) == (3000.0, 4000.0)
    assert granted.subject == request.mrid
    assert granted.interval.start == NOW + LEAD_S
    assert granted.interval.end <= request.interval.end
    assert office.news
    assert not office.offered(1)


def test_nobody_gets_more_than_the_feeder_carries() -> None:
    office = Office()
    office.ask(0, 7, 3000.0, 22_000.0)
    assert office.granted(0).power_w == CAPACITY_W


def test_who_comes_later_gets_what_is_left() -> None:
    office = Office()
    office.ask(0, 7, 8000.0, 4000.0, hours=3.0)
    office.ask(1, 8, 4000.0, 4000.0, hours=3.0)
    assert office.granted(1).power_w == CAPACITY_W - 4000.0


def test_who_comes_later_waits_where_too_little_is_left() -> None:
    office = Office()
    office.ask(0, 7, 5500.0, 5500.0)
    office.ask(1, 8, 3000.0, 4000.0)
    assert office.granted(1).interval.start == office.granted(0).interval.end


def test_what_is_given_makes_no_room_for_what_is_drawn() -> None:
    office = Office()
    office.ask(0, 7, -3000.0, 5000.0)
    office.ask(1, 8, 3000.0, 22_000.0)
    assert office.granted(0).power_w == -5000.0
    assert office.granted(1).power_w == CAPACITY_W


@pytest.mark.parametrize(("faults", "power_w"), [((), CAPACITY_W), (("F-P179",), 3000.0)])
def test_what_one_needs_no_longer_the_other_gets(faults: tuple[str, ...], power_w: float) -> None:
    office = Office(*faults)
    first = office.ask(0, 7, 9000.0, 3000.0)
    office.ask(1, 8, 3000.0, 7000.0)
    assert office.granted(1).power_w == 3000.0
    office.now += 60.0
    office.cancel(0, first)
    assert office.offered(0)[0].status.cancelled
    newest = max(office.offered(1), key=lambda event: event.created)
    assert newest.power_w == power_w


def test_a_better_reservation_supersedes_the_one_that_runs_with_what_is_still_to_flow() -> None:
    office = Office()
    first = office.ask(0, 7, 9000.0, 3000.0)
    office.ask(1, 8, 3000.0, 7000.0)
    office.now += LEAD_S + HOUR / 2
    office.cancel(0, first)
    former, better = sorted(office.offered(1), key=lambda event: event.created)
    assert better.energy.number == pytest.approx(1500.0 - 3000.0 * LEAD_S / HOUR, abs=1.0)
    assert former.status.potentially_superseded
    office.now = better.interval.start + 1.0
    former, better = sorted(office.offered(1), key=lambda event: event.created)
    assert former.status.current is EventState.SUPERSEDED
    assert better.status.current is EventState.ACTIVE


def test_a_changed_request_is_granted_anew() -> None:
    office = Office()
    request = office.ask(0, 7, 3000.0, 4000.0)
    office.change(0, dataclasses.replace(request, power=FixedPoint.of(2000.0)))
    assert [event.power_w for event in office.offered(0)] == [4000.0, 2000.0]
    office.change(0, dataclasses.replace(request, power=FixedPoint.of(1000.0)))
    assert all(event.status.cancelled for event in office.offered(0) if event.power_w == 2000.0)


def test_the_same_request_again_changes_nothing() -> None:
    office = Office()
    request = office.ask(0, 7, 3000.0, 4000.0)
    before = office.offered(0)
    office.change(0, request)
    assert office.offered(0) == before


def test_a_careless_system_grants_whatever_it_is_asked_for() -> None:
    office = Office("F-P178")
    office.ask(0, 7, 3000.0, 22_000.0)
    office.ask(1, 8, 3000.0, 5000.0)
    assert office.granted(0).power_w == 22_000.0
    assert office.granted(1).power_w == 5000.0


def test_reservations_are_no_program_of_the_standard() -> None:
    office = Office()
    office.ask(0, 7, 3000.0, 4000.0)
    assert {program.kind for program in office.server.programs} == {ProgramKind.FLOW}


@pytest.mark.parametrize(
    ("taken", "expected"),
    [
        ((), Slot(0.0, 4320.0, 5000.0, 5000.0)),
        ((Slot(0.0, 1800.0, 3000.0, 1500.0),), Slot(0.0, 7200.0, 3000.0, 5000.0)),
        ((Slot(0.0, 1800.0, 5500.0, 2750.0),), Slot(1800.0, 6120.0, 5000.0, 5000.0)),
        ((Slot(0.0, 9000.0, 5500.0, 13_000.0),), Slot(9000.0, 10_800.0, 5000.0, 2500.0)),
        ((Slot(0.0, 10_800.0, 5500.0, 16_000.0),), None),
    ],
    ids=["alone", "beside", "after", "in part", "no room"],
)
def test_a_slot_is_the_first_that_has_all(taken: tuple[Slot, ...], expected: Slot | None) -> None:
    wanted = Wanted(5000.0, 5000.0, 0.0, 10_800.0)
    assert fit(wanted, taken, CAPACITY_W, 1400.0) == expected


def test_slots_that_follow_each_other_do_not_add_up() -> None:
    taken = [Slot(0.0, 100.0, 2000.0, 1.0), Slot(100.0, 200.0, 3000.0, 1.0), Slot(150.0, 160.0, 500.0, 1.0)]
    assert most_drawn_w(taken, 0.0, 200.0) == 3500.0
    assert most_drawn_w(taken, 0.0, 100.0) == 2000.0
