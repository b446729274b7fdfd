"""Services as messages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.c1218.codes import BAUD_CODES, ResponseCode
from drivers.c1218.errors import DecodeError, EncodeError
from drivers.c1218.services import (
    Identify,
    Identity,
    Logoff,
    Logon,
    Negotiate,
    Negotiated,
    Read,
    ReadDefault,
    ReadIndex,
    ReadOffset,
    Request,
    Security,
    Terminate,
    TimingSetup,
    UnknownServiceError,
    Wait,
    Write,
    WriteIndex,
    WriteOffset,
    checksum,
    decode_request,
    encode_request,
    parse_response,
    parse_table_data,
    table_data,
)

tables, counts = st.integers(0, 0xFFFF), st.integers(0, 0xFFFF)
offsets, octets = st.integers(0, 0xFFFFFF), st.integers(0, 255)
indices = st.lists(counts, min_size=1, max_size=9).map(tuple)
data = st.binary(max_size=300)
requests = st.one_of(
    st.sampled_from([Identify(), Terminate(), Logoff(), ReadDefault()]),
    st.builds(Read, tables),
    st.builds(ReadOffset, tables, offsets, counts),
    st.builds(ReadIndex, tables, indices, counts),
    st.builds(Write, tables, data),
    st.builds(WriteOffset, tables, offsets, data),
    st.builds(WriteIndex, tables, indices, data),
    st.builds(Logon, counts, st.binary(min_size=10, max_size=10)),
    st.builds(Security, st.binary(min_size=20, max_size=20)),
    st.builds(Negotiate, counts, octets, st.lists(st.sampled_from(sorted(BAUD_CODES)), max_size=11).map(tuple)),
    st.builds(Wait, octets),
    st.builds(TimingSetup, octets, octets, octets, octets),
)


@given(requests)
def test_a_request_comes_back_as_it_was(request_: Request) -> None:
    assert decode_request(encode_request(request_)) == request_


@given(st.binary(max_size=40))
def test_any_bytes_are_a_request_or_a_decode_error(message: bytes) -> None:
    try:
        request_ = decode_request(message)
    except DecodeError:
        return
    encode_request(request_)


@pytest.mark.parametrize(
    ("request_", "message"),
    [  # as termineter 1.0.6 builds them (c1218/data.py)
        (Read(23), "300017"),
        (ReadOffset(64, 256, 16), "3f00400001000010"),
        (Write(7, b"\x09\x00\x01\x01"), "400007000409000101f5"),
        (WriteOffset(6, 5, b"AB"), "4f000600000500024142" "7d"),
        (Logon(2, b"0000"), "5000023030303020202020" "2020"),
        (Security(b"pass"), "5170617373" + "00" * 16),
        (Negotiate(512, 2, (9600,)), "6102000206"),
        (Wait(255), "70ff"),
    ],
)  # fmt: skip
def test_requests_are_those_of_the_peer(request_: Request, message: str) -> None:
    assert encode_request(request_).hex() == message


@given(data)
def test_data_and_checksum_add_up_to_nothing(content: bytes) -> None:
    assert (sum(content) + checksum(content)) % 256 == 0
    assert parse_table_data(table_data(content)) == content


def test_table_data_with_a_wrong_checksum_are_refused() -> None:
    good = table_data(b"1234")
    with pytest.raises(DecodeError, match="checksum"):
        parse_table_data(good[:-1] + bytes((good[-1] ^ 1,)))
    with pytest.raises(DecodeError, match="length"):
        parse_table_data(b"\0\x05" + good[2:])


def test_unknown_services_and_trailing_bytes_are_refused() -> None:
    with pytest.raises(UnknownServiceError, match="0x7F"):
        decode_request(b"\x7f")
    with pytest.raises(DecodeError, match="too long"):
        decode_request(b"\x20\x00")
    with pytest.raises(DecodeError, match="too short"):
        decode_request(b"\x30\x00")


@pytest.mark.parametrize(
    "request_",
    [Logon(65536), Logon(1, b"a name that is too long"), Security(b"p" * 21), Negotiate(64, 1, (1000,)), Wait(256),
     ReadIndex(1, (), 1), Read(70000)],
)  # fmt: skip
def test_what_does_not_fit_is_not_sent(request_: Request) -> None:
    with pytest.raises(EncodeError):
        encode_request(request_)


def test_responses() -> None:
    assert parse_response(b"\x03") == (ResponseCode.ISC, b"")
    assert Identity.decode(bytes((0, 2, 0, 0))) == Identity(0, 2, 0)
    assert Identity.decode(b"\0\x02\0\x05\x06\0").features == b"\x05\x06"
    assert Negotiated.decode(b"\x02\0\x10") == Negotiated(512, 16)
    assert Negotiated.decode(b"\x02\0\x10\x08") == Negotiated(512, 16, 19200)
    with pytest.raises(DecodeError):
        parse_response(b"\x1f")
    with pytest.raises(DecodeError):
        Negotiated.decode(b"\x02\0\x10\x63")
