"""Who may join a home, when, and what its keys open afterwards."""

from __future__ import annotations

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from drivers.sep2.codec import encode
from drivers.sep2.devices import EndDevice
from drivers.sep2.est import ENROL, REENROL, new_key, read_answer, request_for
from drivers.sep2.identity import lfdi_of, sfdi_of, with_check_digit
from drivers.sep2.resources import ResourceServer
from drivers.sep2.server import HttpRequest, HttpResponse, Peer
from fixtures.faults import Faults
from fixtures.home.link_keys import LinkKeys
from fixtures.home.membership import LONGEST_WINDOW_S, Membership, NotEnteredError

BIRTH, OTHER = bytes(range(20)), bytes(range(20, 40))
PIN = with_check_digit(1111)
SWITCH, THERMOSTAT = b"\x00\x00\x20\x00", b"\x00\x00\x00\x01"


class Home:
    """A gateway's members without its port."""

    def __init__(self, *faults: str) -> None:
        self.now = 1000.0
        self.reopened = 0
        self.server = ResourceServer(lambda: self.now)
        self.members = Membership(lambda: self.now, Faults(faults), LinkKeys(), self._reopen)
        self.members.shown_by(self.server)

    def _reopen(self) -> None:
        self.reopened += 1

    def ask(self, lfdi: bytes, path: str, body: bytes, method: str = "POST") -> HttpResponse | None:
        return self.members.answer(HttpRequest(method, path, {}, {}, body, Peer(lfdi, 1)))

    def join(self, shown: bytes = BIRTH, said: bytes = BIRTH, category: bytes = SWITCH) -> int:
        entry = EndDevice(lfdi=said, sfdi=sfdi_of(said), changed=0, category=category)
        answer = self.ask(shown, "/edev", encode(entry))
        assert answer is not None
        return answer.status

    def enter(self, lfdi: bytes = BIRTH) -> None:
        self.members.expect(sfdi_of(lfdi), PIN, SWITCH)
        self.members.open_window(60.0)

    def key_for(self, shown: bytes, path: str = ENROL) -> bytes:
        """The LFDI of a new link key; empty where none is given."""
        answer = self.ask(shown, path, request_for(new_key(), "device"))
        assert answer is not None
        return lfdi_of(read_answer(answer.body).public_bytes(Encoding.DER)) if answer.status == 200 else b""

    def use(self, lfdi: bytes, path: str = "/dr") -> HttpResponse | None:
        return self.ask(lfdi, path, b"", "GET")


def test_a_device_joins_within_the_window_only() -> None:
    home = Home()
    home.members.expect(sfdi_of(BIRTH), PIN, SWITCH)
    assert home.join() == 403
    home.members.open_window(60.0)
    home.now += 59.0
    assert home.join() == 201
    assert home.server.devices[BIRTH].pin == PIN


def test_no_window_lasts_longer_than_any_may() -> None:
    home = Home()
    home.members.open_window(100_000.0)
    home.now += LONGEST_WINDOW_S + 1.0
    assert not home.members.is_open


@pytest.mark.parametrize(
    ("shown", "said", "category"),
    [(OTHER, OTHER, SWITCH), (OTHER, BIRTH, SWITCH), (BIRTH, OTHER, SWITCH), (BIRTH, BIRTH, THERMOSTAT)],
    ids=["not entered", "as another", "says to be another", "of another kind"],
)
def test_others_do_not_join_in_its_place(shown: bytes, said: bytes, category: bytes) -> None:
    home = Home()
    home.enter()
    assert home.join(shown, said, category) == 403
    assert not home.server.devices


def test_what_is_entered_must_have_its_check_digits() -> None:
    home = Home()
    with pytest.raises(NotEnteredError):
        home.members.expect(sfdi_of(BIRTH) + 1, PIN)
    with pytest.raises(NotEnteredError):
        home.members.expect(sfdi_of(BIRTH), PIN + 1)


def test_a_device_sees_programs_only_with_its_link_key() -> None:
    home = Home()
    home.enter()
    home.join()
    refused = home.use(BIRTH)
    assert refused is not None
    assert refused.status == 403
    link = home.key_for(BIRTH)
    assert home.reopened == 1
    assert home.use(link) is None  # nothing about joining: the server answers
    assert set(home.server.devices) == {link}


def test_a_new_link_key_replaces_the_old_one_when_it_is_used() -> None:
    home = Home()
    home.enter()
    home.join()
    first = home.key_for(BIRTH)
    home.use(first)
    second = home.key_for(first, REENROL)
    assert home.use(first) is None
    assert first in home.server.devices
    home.use(second)
    assert set(home.server.devices) == {second}
    assert home.server.devices[second].number == 1


def test_a_key_is_given_for_one_device_only() -> None:
    home = Home()
    for lfdi in (BIRTH, OTHER):
        home.enter(lfdi)
        home.join(lfdi, lfdi)
    key = new_key()
    assert home.ask(BIRTH, ENROL, request_for(key, "one")).status == 200  # type: ignore[union-attr]
    assert home.ask(OTHER, ENROL, request_for(key, "other")).status == 400  # type: ignore[union-attr]


def test_a_clone_of_a_device_that_is_there_is_refused() -> None:
    home = Home()
    home.enter()
    home.join()
    home.use(home.key_for(BIRTH))
    assert home.join() == 403
    assert home.key_for(BIRTH) == b""


def test_a_device_that_was_taken_out_is_unknown_and_may_come_back_as_a_new_one() -> None:
    home = Home()
    home.enter()
    home.join()
    link = home.key_for(BIRTH)
    home.use(link)
    home.members.remove(sfdi_of(BIRTH))
    assert not home.server.devices
    assert home.join() == 403
    home.enter()
    assert home.join() == 201


def test_members_outlast_a_power_cut_of_the_gateway() -> None:
    home = Home()
    home.enter()
    home.join()
    link = home.key_for(BIRTH)
    home.use(link)
    restarted = ResourceServer(lambda: home.now)
    home.members.shown_by(restarted)
    assert set(restarted.devices) == {link}
    assert restarted.devices[link].pin == PIN


@pytest.mark.parametrize("body", [b"", b"no base64!", b"AAAA"])
def test_what_is_no_request_gets_no_key(body: bytes) -> None:
    home = Home()
    home.enter()
    home.join()
    answer = home.ask(BIRTH, ENROL, body)
    assert answer is not None
    assert answer.status == 400


def test_a_link_key_is_a_certificate_of_the_home() -> None:
    home = Home()
    home.enter()
    home.join()
    key = new_key()
    answer = home.ask(BIRTH, ENROL, request_for(key, "device"))
    assert answer is not None
    certificate = read_answer(answer.body)
    assert isinstance(certificate, x509.Certificate)
    assert certificate.public_key().public_numbers() == key.public_key().public_numbers()  # type: ignore[union-attr]
