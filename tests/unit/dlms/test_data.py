"""DLMS data: values, their encodings, and hostile input."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.dlms.axdr import MAX_DEPTH
from drivers.dlms.data import (
    DONT_CARE,
    I64,
    NULL,
    U8,
    U16,
    U32,
    U64,
    Array,
    Bcd,
    BitString,
    CompactArray,
    Data,
    DeltaI16,
    Enum,
    Float32,
    Float64,
    OctetString,
    Structure,
    Utf8String,
    VisibleString,
    decode_data,
    decode_data_prefix,
    encode_data,
)
from drivers.dlms.errors import DecodeError, EncodeError
from tests.unit.dlms.strategies import offset_of_failure, values

# Encodings made by pydlms-client 0.1.0, a peer that no one here wrote.
PEER_ENCODINGS: list[tuple[str, Data]] = [
    ("14fffffffffffffffe", I64(-2)),
    ("15ffffffffffffffff", U64(2**64 - 1)),
    ("173fc00000", Float32(1.5)),
    ("18bfb999999999999a", Float64(-0.1)),
    ("040ba020", BitString("10100000001")),
    ("0c075ac3a4686c6572", Utf8String("Zähler")),
    ("0d42", Bcd(0x42)),
    ("1dfffb", DeltaI16(-5)),
    ("ff", DONT_CARE),
    (
        "1302030912010002110f026162000101020363646501f40304",
        CompactArray(
            [
                Structure([OctetString(b"ab"), U16(1), Array([U8(1), U8(2)])]),
                Structure([OctetString(b"cde"), U16(500), Array([U8(3), U8(4)])]),
            ]
        ),
    ),
]


@pytest.mark.parametrize(("encoded", "value"), PEER_ENCODINGS)
def test_encodes_and_decodes_as_the_peer_does(encoded: str, value: Data) -> None:
    assert encode_data(value).hex() == encoded
    decoded = decode_data(bytes.fromhex(encoded))
    assert decoded == value
    assert type(decoded) is type(value)


@given(values())
def test_what_is_encoded_decodes_to_the_same_value_and_types(value: Data) -> None:
    encoded = encode_data(value)
    decoded = decode_data(encoded)
    assert decoded == value
    assert encode_data(decoded) == encoded


@given(st.binary(max_size=300))
def test_any_bytes_decode_or_raise_decode_error(data: bytes) -> None:
    assert 0 <= offset_of_failure(decode_data, data) <= len(data)


@given(values(), st.data())
def test_a_cut_encoding_raises_decode_error(value: Data, draw: st.DataObject) -> None:
    encoded = encode_data(value)
    cut = draw.draw(st.integers(0, len(encoded) - 1))
    with pytest.raises(DecodeError):
        decode_data(encoded[:cut])


@given(values(), st.binary(min_size=1, max_size=3))
def test_bytes_after_a_value_are_refused_and_left_by_the_prefix_decoder(value: Data, rest: bytes) -> None:
    encoded = encode_data(value)
    with pytest.raises(DecodeError):
        decode_data(encoded + rest)
    assert decode_data_prefix(encoded + rest) == (value, len(encoded))


def test_nesting_is_followed_to_its_bound_and_no_further() -> None:
    def nested(depth: int) -> bytes:
        return b"\x02\x01" * depth + b"\x00"

    assert encode_data(decode_data(nested(MAX_DEPTH))) == nested(MAX_DEPTH)
    with pytest.raises(DecodeError, match="nested deeper"):
        decode_data(nested(MAX_DEPTH + 1))


def test_a_count_beyond_the_message_is_refused_before_anything_is_allocated() -> None:
    with pytest.raises(DecodeError, match="announced"):
        decode_data(bytes.fromhex("0184ffffffff00"))


def test_compact_array_of_elements_without_bytes_is_refused() -> None:
    with pytest.raises(DecodeError, match="take no bytes"):
        decode_data(bytes.fromhex("13 00 01 00"))


def test_compact_array_that_multiplies_empty_values_is_cut_off() -> None:
    # array of 65535 arrays of 65535 null-data, then one unsigned so that every element takes a byte
    hostile = bytes.fromhex("13 0202 01ffff 01ffff 00 11 01 07".replace(" ", ""))
    with pytest.raises(DecodeError, match="more values"):
        decode_data(hostile)


def test_compact_array_with_mixed_elements_cannot_be_encoded() -> None:
    with pytest.raises(EncodeError, match="different types"):
        encode_data(CompactArray([U8(1), U16(1)]))


@given(st.lists(st.tuples(st.integers(0, 0xFFFF), st.binary(max_size=9)), max_size=20))
def test_compact_array_round_trip(rows: list[tuple[int, bytes]]) -> None:
    value = CompactArray([Structure([U16(number), OctetString(text)]) for number, text in rows])
    decoded = decode_data(encode_data(value))
    assert type(decoded) is CompactArray
    assert encode_data(decoded) == encode_data(value)


@pytest.mark.parametrize(("kind", "value"), [(U8, 256), (U8, -1), (U16, 70_000), (I64, 2**63), (Enum, 300)])
def test_integers_refuse_what_they_cannot_hold(kind: type[U8], value: int) -> None:
    with pytest.raises(EncodeError):
        kind(value)


def test_values_are_the_python_values_they_stand_for() -> None:
    assert U16(5) + 1 == 6
    assert Structure([U8(1), VisibleString("a")]) == (1, "a")
    assert BitString("0110").number == 6
    assert BitString.of(6, 4) == "0110"
    assert not NULL


def test_python_values_without_a_dlms_type_are_refused() -> None:
    with pytest.raises(EncodeError):
        encode_data(5)  # type: ignore[arg-type]
    with pytest.raises(EncodeError):
        encode_data(Structure([U32(1), "text"]))  # type: ignore[list-item]


def test_long_strings_use_the_long_form_of_the_length() -> None:
    assert encode_data(OctetString(bytes(127)))[:2].hex() == "097f"
    assert encode_data(OctetString(bytes(128)))[:3].hex() == "098180"
    assert encode_data(OctetString(bytes(70_000)))[:6].hex() == "098400011170"
