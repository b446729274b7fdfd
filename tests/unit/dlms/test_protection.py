"""Ciphering of APDUs against the Green Book, real meters and the peers."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.dlms.apdu import DataNotification, decode_apdu
from drivers.dlms.data import DateTime, Structure
from drivers.dlms.enums import Suite
from drivers.dlms.errors import DecodeError, MissingKeyError, ProtectionError, SecurityError, TagError
from drivers.dlms.security import Protection, SecurityMaterial, protect, unprotect

CLIENT, SERVER = bytes.fromhex("4d4d4d0000bc614e"), bytes.fromhex("4d4d4d0000000001")
AUTHENTICATION_KEY = bytes.fromhex("d0d1d2d3d4d5d6d7d8d9dadbdcdddedf")
GREEN_BOOK = SecurityMaterial(
    own_title=CLIENT, peer_title=SERVER, global_unicast_key=bytes(range(16)), authentication_key=AUTHENTICATION_KEY
)
COUNTER = 0x01234567
GET = bytes.fromhex("c0010000080000010000ff0200")

GREEN_BOOK_EXAMPLES = {
    # Green Book, table 40: glo-get-request (also in pwitab/dlms-cosem, tests/test_security.py)
    "authenticated": (0x10, GET, "c81e1001234567c0010000080000010000ff020006725d910f9221d263877516"),
    "encrypted": (0x20, GET, "c8122001234567411312ff935a47566827c467bc"),
    "both": (0x30, GET, "c81e3001234567411312ff935a47566827c467bc7d825c3be4a77c3fcc056b6b"),
    # Green Book, the ciphered InitiateRequest of its AARQ example
    "initiate": (
        0x30,
        bytes.fromhex("01011000112233445566778899aabbccddeeff0000065f1f0400007e1f04b0"),
        "21303001234567801302ff8a7874133d414ced25b42534d28db0047720606b175bd52211be6841db204d39ee6fdb8e356855",
    ),
}


@pytest.mark.parametrize("name", GREEN_BOOK_EXAMPLES)
def test_green_book_examples(name: str) -> None:
    control, plain, ciphered = GREEN_BOOK_EXAMPLES[name]
    assert protect(GREEN_BOOK, plain, control=control, counter=COUNTER).hex() == ciphered
    opened = unprotect(GREEN_BOOK.for_peer(), bytes.fromhex(ciphered))
    assert (opened.apdu, opened.control, opened.counter) == (plain, control, COUNTER)
    assert opened.authenticated == bool(control & 0x10)
    assert opened.encrypted == bool(control & 0x20)


def test_session_of_a_meter_under_a_dedicated_key() -> None:
    # Circutor/gosem, pkg/dlmsclient/client_test.go, TestClient_CompleteSecureCommunication (trace of a meter)
    key = bytes.fromhex("00112233445566778899aabbccddeeff")
    client = SecurityMaterial(
        own_title=bytes.fromhex("4349520000000001"),
        peer_title=bytes.fromhex("4c475a2022604828"),
        global_unicast_key=key,
        authentication_key=key,
        dedicated_key=bytes.fromhex("5e168412318ba71848c99b2b2ab33294"),
    )
    initiate = unprotect(
        client.for_peer(),
        bytes.fromhex(
            "2130300000005992d807dbcf8533e9ad675ae0948241fb8e6cf9afa7006baa134a473c9151b3362f56dc12f89e85da97e176"
        ),
    )
    assert client.dedicated_key is not None
    assert client.dedicated_key in initiate.apdu
    request = bytes.fromhex("c001c100080000010000ff0200")
    assert (
        protect(client, request, control=0x30, counter=1, kind=Protection.DEDICATED).hex()
        == "d01e3000000001d3b903996d9508c5b6bcdeb025dd1800a5c92775fb55f317cf"
    )
    answer = unprotect(
        client, bytes.fromhex("d4233000000001aa07a549f82e6b8eea919659d91689bf995be6f93c95a7208718a3b84ee4")
    )
    assert answer.kind is Protection.DEDICATED
    assert answer.apdu[:6] == bytes.fromhex("c401c100090c")


def test_push_of_a_kaifa_meter() -> None:
    # fneur/smart-meter-tirol, doc/EXAMPLE.md: general-glo-ciphering, suite 1, encrypted only
    bench = SecurityMaterial(global_unicast_key=bytes(range(0x10, 0x20)))
    opened = unprotect(
        bench,
        bytes.fromhex(
            "DB084B464D10100000238201092100295B9AEFC1546E644A2C9E32EDD42CBD0F1B945B194D086885C4D8DF86DD52CB5B448854A6"
            "D548D5D270739B2A169D05B013F9015070089D3C5FA45CA05E92309A645CC83D7DA40FBC8F4CF9C225AFA69A25FF0B2AC9C27445"
            "50ABA53CE9143FD10B0AD85FD30BD6B6DFFEE65F8204DC9C5067CA73B62E299A39D50AA730B2B9AE3836BC2F3490FB41BE5B6F93"
            "0D84952976369DD7DABBB5A4354AECA1D2486CFF2EB0C6206380BA501D122AF75D716D3092C3960506A15E06FAB0EE5B7DFA3C2C"
            "DF0CAFD051B88E44B8B9FB8865F20CB89D1143CDC7EFEB07FB4C4898E764E9E3A32DDC3D1FB46961CE962B2C78050C96598C7E4D"
            "26658043F9CBCA78189BD01B139F8AE0F739"
        ),
    )
    assert (opened.control, opened.title) == (0x21, bytes.fromhex("4b464d1010000023"))
    push = decode_apdu(opened.apdu)
    assert isinstance(push, DataNotification)
    assert push.date_time == DateTime(2021, 7, 19, 1, 15, 46, 35, 0, -120, 0x80)
    assert isinstance(push.body, Structure)
    assert len(push.body) == 12


# pydlms-client 0.1.0: key k of suite s is k, k+1, ... (16 or 32 bytes), request a get of the clock with invoke id 0xC1
PEER_GET = bytes.fromhex("c001c100080000010000ff0200")
PEER = {
    (0, Protection.GLOBAL): "c81e30010203045cf3401ea17334c78014821d846ea0848710523c274ec224ea",
    (
        0,
        Protection.GENERAL_GLOBAL,
    ): "db084d4d4d0000bc614e1e30010203051ac3bde3025743541205eec49185679e2c014c4c92e5b387a8",
    (0, Protection.DEDICATED): "d01e3001020306cb7056b26c2f78e2315719930cbd7356259ce02319d5f419a0",
    (1, Protection.GLOBAL): "c81e31010203045cf3401ea17334c78014821d84fb4bc425bcbe40aac6571a34",
    (
        1,
        Protection.GENERAL_GLOBAL,
    ): "db084d4d4d0000bc614e1e31010203051ac3bde3025743541205eec491108cde8eada0301f6d26b976",
    (1, Protection.DEDICATED): "d01e3101020306cb7056b26c2f78e2315719930c800391f1eb20a80f17d22680",
    (2, Protection.GLOBAL): "c81e3201020304af12789d94d488fd320b85c3b1c9e0381612f0672365dfa9ca",
    (
        2,
        Protection.GENERAL_GLOBAL,
    ): "db084d4d4d0000bc614e1e3201020305c240abddc7c3fea94817389bdbae5900051f580c9c5acea84e",
    (2, Protection.DEDICATED): "d01e320102030651f2bf94c12c220ce8d0ce69b231af9f1540afd06d3c284a10",
}
"""Answers of the peer; the invocation counter is 0x01020304 for glo-, then one more for each."""


def peer_material(suite: int) -> SecurityMaterial:
    size = 32 if suite == 2 else 16
    return SecurityMaterial(
        suite=Suite(suite),
        own_title=CLIENT,
        peer_title=SERVER,
        global_unicast_key=bytes(range(size)),
        authentication_key=bytes(range(0x70, 0x70 + size)),
        dedicated_key=bytes(range(0x20, 0x20 + size)),
    )


@pytest.mark.parametrize(("suite", "kind"), PEER)
def test_every_suite_and_kind_agrees_with_the_peer(suite: int, kind: Protection) -> None:
    material = peer_material(suite)
    order = [Protection.GLOBAL, Protection.GENERAL_GLOBAL, Protection.DEDICATED]
    counter = 0x01020304 + order.index(kind)
    expected = PEER[suite, kind]
    assert protect(material, PEER_GET, control=material.control(), counter=counter, kind=kind).hex() == expected
    opened = unprotect(material.for_peer(), bytes.fromhex(expected))
    assert (opened.apdu, opened.kind, opened.counter) == (PEER_GET, kind, counter)


@given(
    st.sampled_from([0x00, 0x10, 0x20, 0x30, 0x50, 0x60, 0x70]),
    st.sampled_from([kind for kind in Protection if kind is not Protection.GENERAL]),
    st.integers(0, 0xFFFFFFFF),
    st.binary(max_size=300),
)
def test_what_is_protected_can_be_opened_by_the_other_end(
    control: int, kind: Protection, counter: int, rest: bytes
) -> None:
    material = replace(peer_material(0), global_broadcast_key=bytes(16))
    plain = b"\xc4" + rest
    protected = protect(material, plain, control=control, counter=counter, kind=kind)
    opened = unprotect(material.for_peer(), protected)
    assert (opened.apdu, opened.control, opened.counter, opened.kind) == (plain, control, counter, kind)
    if control & 0x20 and len(rest) > 8:
        assert rest not in protected


@given(st.integers(0, 8 * 32 - 1), st.sampled_from([0x10, 0x30]))
def test_a_flipped_bit_anywhere_is_noticed(bit: int, control: int) -> None:
    protected = bytearray(protect(GREEN_BOOK, GET, control=control, counter=1))
    protected[bit // 8] ^= 1 << bit % 8
    try:
        opened = unprotect(GREEN_BOOK.for_peer(), bytes(protected))
    except (DecodeError, SecurityError):
        return
    # What remains: another service (its tag is not covered), or a control byte that no longer claims authentication.
    assert bit < 8 or not opened.authenticated


@pytest.mark.parametrize(
    "change",
    [
        {"global_unicast_key": bytes(16)},
        {"authentication_key": bytes(16)},
        {"peer_title": bytes(8)},
    ],
)
def test_another_key_or_title_does_not_open(change: dict[str, bytes]) -> None:
    receiver = replace(GREEN_BOOK.for_peer(), **change)  # type: ignore[arg-type]
    with pytest.raises(TagError):
        unprotect(receiver, protect(GREEN_BOOK, GET, control=0x30, counter=1))


def test_broadcast_messages_use_the_broadcast_key() -> None:
    material = replace(GREEN_BOOK, global_broadcast_key=bytes(16))
    protected = protect(material, GET, control=0x70, counter=1)
    assert unprotect(material.for_peer(), protected).broadcast
    with pytest.raises(MissingKeyError, match="broadcast"):
        unprotect(GREEN_BOOK.for_peer(), protected)


def test_a_general_message_from_another_title_is_refused() -> None:
    protected = protect(
        replace(GREEN_BOOK, own_title=bytes(8)), GET, control=0x30, counter=1, kind=Protection.GENERAL_GLOBAL
    )
    with pytest.raises(ProtectionError, match="sent by"):
        unprotect(GREEN_BOOK.for_peer(), protected)


def test_apdus_without_a_form_of_their_own_need_a_general_kind() -> None:
    push = bytes.fromhex("0f000000010000")
    with pytest.raises(ProtectionError, match="no global form"):
        protect(GREEN_BOOK, push, control=0x30, counter=1)
    general = protect(GREEN_BOOK, push, control=0x30, counter=1, kind=Protection.GENERAL_GLOBAL)
    assert unprotect(GREEN_BOOK.for_peer(), general).apdu == push


def test_compression_is_refused_both_ways() -> None:
    with pytest.raises(ProtectionError, match="compression"):
        protect(GREEN_BOOK, GET, control=0xB0, counter=1)
    with pytest.raises(ProtectionError, match="compression"):
        unprotect(GREEN_BOOK, bytes.fromhex("c805b000000001"))


def test_missing_keys_are_named() -> None:
    with pytest.raises(MissingKeyError, match="global unicast key"):
        protect(SecurityMaterial(own_title=CLIENT), GET, control=0x30, counter=1)
    with pytest.raises(MissingKeyError, match="authentication key"):
        protect(replace(GREEN_BOOK, authentication_key=None), GET, control=0x30, counter=1)


def test_keys_do_not_show() -> None:
    assert AUTHENTICATION_KEY.hex() not in repr(GREEN_BOOK)
    assert repr(AUTHENTICATION_KEY) not in repr(GREEN_BOOK)
