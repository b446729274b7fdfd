"""Reading from a capture how messages are ciphered, and which initialisation vectors a meter has used."""

from __future__ import annotations

from bench.controls.dlms._ciphering import protection_of, protections
from bench.controls.dlms._nonces import Nonces, title_in
from drivers.dlms.acse import Aare, context_name
from drivers.dlms.apdu import (
    ActionOutcome,
    ActionResponseNormal,
    GetRequestNormal,
    GetResponseNormal,
    InitiateResponse,
    encode_apdu,
)
from drivers.dlms.apdu.common import Attribute
from drivers.dlms.data import U32, OctetString
from drivers.dlms.enums import AcseUser, ActionResult, ApplicationContext, AssociationResult, Conformance, Mechanism
from drivers.dlms.obis import Obis
from drivers.dlms.security import Protection, SecurityMaterial, protect
from drivers.transport.tap import Direction, Seen

TITLE = b"ACM12345"
MATERIAL = SecurityMaterial(own_title=TITLE, global_unicast_key=bytes(16), authentication_key=bytes(16))
ANSWER = encode_apdu(GetResponseNormal(0xC1, U32(7)))
REQUEST = encode_apdu(GetRequestNormal(0xC1, Attribute(3, Obis("1.0.1.8.0.255"), 2)))


def seen(data: bytes, direction: Direction = Direction.IN) -> Seen:
    return Seen("ciphered", direction, data, 0.0)


def ciphered(apdu: bytes, counter: int, control: int = 0x30, kind: Protection = Protection.GLOBAL) -> bytes:
    return protect(MATERIAL, apdu, control=control, counter=counter, kind=kind)


def aare(counter: int) -> bytes:
    response = ciphered(InitiateResponse(Conformance.GET, 500).encode(), counter)
    return Aare(
        context=context_name(ApplicationContext.LOGICAL_NAME_CIPHERED),
        result=AssociationResult.ACCEPTED,
        diagnostic=AcseUser.NULL,
        user_information=response,
        responding_ap_title=TITLE,
    ).encode()


def test_a_ciphered_message_shows_flags_suite_and_counter() -> None:
    protected = protection_of(ciphered(ANSWER, 12))
    assert protected.authenticated_and_encrypted
    assert (protected.suite, protected.counter) == (0, 12)


def test_a_message_that_is_only_authenticated_is_not_encrypted() -> None:
    assert not protection_of(ciphered(ANSWER, 12, 0x10)).authenticated_and_encrypted


def test_a_plain_message_and_garbage_are_not_ciphered() -> None:
    assert protection_of(ANSWER).control is None
    assert protection_of(b"\xff\x00garbage").control is None
    assert protection_of(b"").control is None


def test_a_general_message_names_its_sender() -> None:
    assert protection_of(ciphered(ANSWER, 1, kind=Protection.GENERAL_GLOBAL)).sender == TITLE


def test_the_initiate_response_inside_an_aare_counts() -> None:
    ((_seen, protected),) = protections([seen(aare(5))])
    assert (protected.title, protected.counter) == ("Initiate in Aare", 5)


def test_only_what_the_meter_sent_counts_for_its_vectors() -> None:
    nonces = Nonces()
    nonces.take_messages([seen(ciphered(REQUEST, 9), Direction.OUT), seen(ciphered(ANSWER, 3))], "reader", TITLE)
    assert nonces.counters == {f"reader unicast {TITLE.hex()}": [3]}


def test_the_proof_of_gmac_uses_a_vector_up() -> None:
    proof = bytes((0x10,)) + (77).to_bytes(4, "big") + bytes(12)
    passed = encode_apdu(ActionResponseNormal(0xC1, ActionOutcome(ActionResult.SUCCESS, OctetString(proof))))
    nonces = Nonces()
    nonces.take_proof([seen(passed)], "reader", TITLE, Mechanism.HLS_GMAC)
    nonces.take_proof([seen(passed)], "reader", TITLE, Mechanism.HLS_SHA256)
    assert nonces.counters == {f"reader unicast {TITLE.hex()}": [77]}


def test_the_meters_title_is_read_from_its_aare() -> None:
    assert title_in([seen(ANSWER), seen(aare(1))]) == TITLE
    assert title_in([seen(ANSWER)]) == b""
