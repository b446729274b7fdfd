"""AARQ, AARE, RLRQ, RLRE against published examples and the peers, and hostile input."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.dlms.acse import (
    Aare,
    Aarq,
    Acse,
    Rlre,
    Rlrq,
    context_name,
    context_of,
    decode_acse,
    mechanism_name,
    mechanism_of,
)
from drivers.dlms.enums import (
    AcseProvider,
    AcseUser,
    ApplicationContext,
    AssociationResult,
    Mechanism,
    ReleaseRequestReason,
    ReleaseResponseReason,
)
from drivers.dlms.errors import DecodeError
from tests.unit.dlms.strategies import offset_of_failure

PLAIN = context_name(ApplicationContext.LOGICAL_NAME)
CIPHERED = context_name(ApplicationContext.LOGICAL_NAME_CIPHERED)
TITLE = bytes.fromhex("4d4d4d0000bc614e")
INITIATE = bytes.fromhex("01000000065f1f0400401e5dffff")
GLO_INITIATE = bytes.fromhex(
    "21303001234567801302ff8a7874133d414ced25b42534d28db0047720606b175bd52211be6841db204d39ee6fdb8e356855"
)

EXAMPLES: dict[str, tuple[str, Acse]] = {
    # gurux_dlms 1.0.203 as client: no security, low level, GMAC
    "lowest": ("601da109060760857405080101be10040e01000000065f1f0400401e5dffff", Aarq(PLAIN, INITIATE)),
    "low level": (
        "6036a1090607608574050801018a0207808b0760857405080201ac0a80083132333435363738"
        "be10040e01000000065f1f0400401e5dffff",
        Aarq(PLAIN, INITIATE, mechanism_name(Mechanism.LLS), b"12345678", True),
    ),
    "gmac": (
        "6055a109060760857405080103a60a04084d4d4d0000bc614e8a0207808b0760857405080205ac0a80084b35366956616759"
        "be230421211f3000000100e61ba8a603d1829f2075fefe9e35ed1e98754587172ba2676186",
        Aarq(
            CIPHERED,
            bytes.fromhex("211f3000000100e61ba8a603d1829f2075fefe9e35ed1e98754587172ba2676186"),
            mechanism_name(Mechanism.HLS_GMAC),
            b"K56iVagY",
            True,
            TITLE,
        ),
    ),
    # Green Book, ciphered AARQ (also in pwitab/dlms-cosem, tests/test_asce)
    "ciphered": (
        "6066a109060760857405080103a60a04084d4d4d0000bc614e8a0207808b0760857405080201ac0a80083132333435363738be3404"
        "3221303001234567801302ff8a7874133d414ced25b42534d28db0047720606b175bd52211be6841db204d39ee6fdb8e356855",
        Aarq(CIPHERED, GLO_INITIATE, mechanism_name(Mechanism.LLS), b"12345678", True, TITLE),
    ),
    # Circutor/gosem, pkg/dlmsclient/client_test.go (traces of a meter)
    "accepted": (
        "6129a109060760857405080101a203020100a305a103020100be10040e0800065f1f040000101d00800007",
        Aare(PLAIN, AssociationResult.ACCEPTED, AcseUser.NULL, bytes.fromhex("0800065f1f040000101d00800007")),
    ),
    "wrong password": (
        "6117a109060760857405080101a203020101a305a10302010d",
        Aare(PLAIN, AssociationResult.REJECTED_PERMANENT, AcseUser.AUTHENTICATION_FAILURE),
    ),
    "accepted, ciphered": (
        "6148a109060760857405080103a203020100a305a103020100a40a04084c475a2022604828"
        "be230421281f300000005ae916783af33b5317ad0e453a799a65f26ae97660cf8b14feb7b0",
        Aare(
            CIPHERED,
            AssociationResult.ACCEPTED,
            AcseUser.NULL,
            bytes.fromhex("281f300000005ae916783af33b5317ad0e453a799a65f26ae97660cf8b14feb7b0"),
            responding_ap_title=bytes.fromhex("4c475a2022604828"),
        ),
    ),
    "release": ("6200", Rlrq(None)),
    "released": ("6300", Rlre(None)),
    # Green Book, RLRQ with the ciphered InitiateRequest (also in pwitab/dlms-cosem)
    "ciphered release": (
        "6239800100be34043221303001234567801302ff8a7874133d414ced25b42534d28db0047720606b175bd52211be68"
        "41db204d39ee6fdb8e356855",
        Rlrq(ReleaseRequestReason.NORMAL, GLO_INITIATE),
    ),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_encode_and_decode(name: str) -> None:
    encoded, apdu = EXAMPLES[name]
    assert apdu.encode().hex() == encoded
    assert decode_acse(bytes.fromhex(encoded)) == apdu


def optional_bytes() -> st.SearchStrategy[bytes | None]:
    return st.none() | st.binary(max_size=200)


def names() -> st.SearchStrategy[bytes]:
    return st.binary(min_size=1, max_size=9)


def acse() -> st.SearchStrategy[Acse]:
    some = optional_bytes()
    number = st.none() | st.integers(0, 0xFFFF)
    return st.one_of(
        st.builds(Aarq, names(), some, some, some, st.booleans(), some, some, number, st.none() | st.just(b"\x07\x80")),
        st.builds(
            Aare,
            names(),
            st.sampled_from(AssociationResult),
            st.sampled_from(AcseUser) | st.sampled_from(AcseProvider),
            some,
            some,
            some,
            st.booleans(),
            some,
            some,
            number,
        ),
        st.builds(Rlrq, st.none() | st.sampled_from(ReleaseRequestReason), some),
        st.builds(Rlre, st.none() | st.sampled_from(ReleaseResponseReason), some),
    )


@given(acse())
def test_every_apdu_survives_the_wire(apdu: Acse) -> None:
    assert decode_acse(apdu.encode()) == apdu


@given(st.binary(max_size=80).map(lambda tail: bytes((0x60 + len(tail) % 4, len(tail))) + tail))
def test_any_contents_decode_or_raise_decode_error(data: bytes) -> None:
    assert 0 <= offset_of_failure(decode_acse, data) <= len(data)


@given(acse(), st.data())
def test_a_damaged_apdu_decodes_or_raises_decode_error(apdu: Acse, draw: st.DataObject) -> None:
    encoded = bytearray(apdu.encode())
    encoded[draw.draw(st.integers(0, len(encoded) - 1))] = draw.draw(st.integers(0, 255))
    end = draw.draw(st.integers(0, len(encoded)))
    assert 0 <= offset_of_failure(decode_acse, bytes(encoded[:end])) <= end


def test_names_that_do_not_exist_are_kept_as_they_came() -> None:
    aarq = decode_acse(Aarq(bytes.fromhex("60857405080163"), mechanism=bytes.fromhex("6085740508020a")).encode())
    assert isinstance(aarq, Aarq)
    assert context_of(aarq.context) is None
    assert aarq.mechanism is not None
    assert mechanism_of(aarq.mechanism) is None
    assert context_of(b"\x2a") is None


def test_fields_that_the_profile_does_not_use_are_kept_and_written_back_in_order() -> None:
    aarq = Aarq(PLAIN, INITIATE, protocol_version=b"\x02\x84", others=((0xA2, b"\x04\x01\x07"), (0xBD, b"\x80\x00")))
    encoded = aarq.encode()
    assert decode_acse(encoded) == aarq
    positions = [
        encoded.index(part) for part in (b"\x80\x02\x02\x84", b"\xa1\x09", b"\xa2\x03", b"\xbd\x02", b"\xbe\x10")
    ]
    assert positions == sorted(positions)


def test_a_field_given_twice_is_refused() -> None:
    doubled = bytes.fromhex("6216800100800100be10040e01000000065f1f0400401e5dffff"[:16])
    with pytest.raises(DecodeError):
        decode_acse(doubled)
    with pytest.raises(DecodeError, match="twice"):
        decode_acse(bytes.fromhex("6206800100800100"))


def test_accepted_with_authentication_required_means_pending() -> None:
    assert Aare(PLAIN, AssociationResult.ACCEPTED, AcseUser.AUTHENTICATION_REQUIRED).pending
    assert not Aare(PLAIN, AssociationResult.ACCEPTED, AcseUser.NULL).pending
    assert not Aare(PLAIN, AssociationResult.REJECTED_PERMANENT, AcseUser.AUTHENTICATION_REQUIRED).pending
