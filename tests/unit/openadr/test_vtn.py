"""A VTN above HTTP: who is served, what is answered to what is wrong, and when events are distributed."""

from __future__ import annotations

import pytest

from drivers.openadr.envelope import seal, unseal
from drivers.openadr.events import CreatedEvent, DistributeEvent, Event, EventResponse
from drivers.openadr.registration import (
    CreatedPartyRegistration,
    CreatePartyRegistration,
    Poll,
    RequestReregistration,
    Response,
)
from drivers.openadr.vocabulary import ServiceName
from drivers.openadr.vtn import Ven, Vtn
from drivers.sep2.server import HttpRequest, HttpResponse, Peer
from tests.unit.openadr.parties import NOW, Party, parties, price_event


class Office:
    """A VTN with one enrolled VEN; its time is the test's."""

    def __init__(self) -> None:
        self.known = parties("vtn", "ven", "stranger")
        self.events: list[Event] = []
        self.now = NOW
        self.vtn = Vtn("vtn-1", lambda: self.now, self._events_for, credential=self.known["vtn"].credential)
        self.vtn.enrol(self.known["ven"].fingerprint, "ven-1")
        self._count = 0

    def _events_for(self, _ven: Ven) -> list[Event]:
        return self.events

    def post(self, service: ServiceName, body: bytes, party: str = "ven") -> HttpResponse:
        sender: Party = self.known[party]
        return self.vtn.handle(HttpRequest("POST", service.path, {}, {}, body, Peer(b"", 1, sender.certificate)))

    def say(self, service: ServiceName, message: object, party: str = "ven") -> object:
        self._count += 1
        credential = self.known[party].credential
        body = seal(message, credential, at=self.now, nonce=str(self._count))  # type: ignore[arg-type]
        return unseal(self.post(service, body, party).body).message

    def registered(self) -> Office:
        self.say(ServiceName.REGISTER, CreatePartyRegistration(ven_name="one"))
        return self

    def poll(self) -> object:
        return self.say(ServiceName.POLL, Poll(ven_id="ven-1"))


@pytest.fixture
def office() -> Office:
    return Office()


def code(answer: object) -> int:
    assert isinstance(answer, Response)
    return answer.result.code


def test_who_is_enrolled_is_given_its_identifiers(office: Office) -> None:
    created = office.say(ServiceName.REGISTER, CreatePartyRegistration(ven_name="one"))
    assert isinstance(created, CreatedPartyRegistration)
    assert (created.ven_id, created.vtn_id, bool(created.registration_id)) == ("ven-1", "vtn-1", True)


def test_who_is_not_enrolled_is_refused(office: Office) -> None:
    assert code(office.say(ServiceName.REGISTER, CreatePartyRegistration(ven_name="one"), "stranger")) == 463


def test_who_has_not_registered_is_asked_to(office: Office) -> None:
    assert isinstance(office.poll(), RequestReregistration)


def test_an_event_is_distributed_until_it_is_answered_and_again_when_it_changes(office: Office) -> None:
    office.registered().events.append(price_event())
    assert isinstance(office.poll(), DistributeEvent)
    assert isinstance(office.poll(), DistributeEvent)
    office.say(ServiceName.EVENT, CreatedEvent(ven_id="ven-1", responses=(EventResponse(event_id="event-1"),)))
    assert isinstance(office.poll(), Response)
    office.events[0] = price_event(state="cancelled")
    assert isinstance(office.poll(), DistributeEvent)


def test_an_event_that_needs_no_answer_is_distributed_once(office: Office) -> None:
    office.registered().events.append(price_event(response_required="never"))
    assert isinstance(office.poll(), DistributeEvent)
    assert isinstance(office.poll(), Response)


@pytest.mark.parametrize(
    ("service", "message", "expected"),
    [
        (ServiceName.POLL, Poll(ven_id="another"), 452),
        (ServiceName.EVENT, Poll(ven_id="ven-1"), 459),
        (ServiceName.POLL, DistributeEvent(), 459),
        (ServiceName.EVENT, CreatedEvent(ven_id="ven-1", responses=(EventResponse(event_id="x"),)), 452),
    ],
)
def test_what_does_not_fit_is_refused_by_its_code(
    office: Office, service: ServiceName, message: object, expected: int
) -> None:
    assert code(office.registered().say(service, message)) == expected


def test_a_message_counts_once(office: Office) -> None:
    office.registered()
    body = seal(Poll(ven_id="ven-1"), office.known["ven"].credential, at=NOW, nonce="again")
    office.post(ServiceName.POLL, body)
    assert code(unseal(office.post(ServiceName.POLL, body).body).message) == 463


def test_a_message_of_another_signer_is_refused(office: Office) -> None:
    office.registered()
    body = seal(Poll(ven_id="ven-1"), office.known["stranger"].credential, at=NOW, nonce="1")
    assert code(unseal(office.post(ServiceName.POLL, body).body).message) == 463


def test_junk_is_a_bad_request_and_the_next_message_is_served(office: Office) -> None:
    office.registered()
    assert office.post(ServiceName.POLL, b"<a").status == 400
    assert isinstance(office.poll(), Response)
