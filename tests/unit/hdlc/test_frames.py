"""HDLC frames against published ones, and against everything that a line can do to them.

Published frames: "Examples for DLMS/COSEM information exchange, prepared by Gyozo Kmethy" (DLMS User Association;
scribd.com/document/478055301), sections 1 and 2: SNRM, UA with parameters, AARQ.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.dlms.hdlc import (
    Frame,
    FrameError,
    FrameReader,
    HdlcParameters,
    Kind,
    ServerAddress,
    client_address,
    crc16_x25,
    parse,
    relength,
    seal,
    unseal,
)
from drivers.dlms.hdlc_address import AddressError, split_address
from drivers.dlms.hdlc_parameters import decode_parameters

KMETHY_SNRM = bytes.fromhex("7EA00A00020023219318717E")
KMETHY_UA = bytes.fromhex("7EA023210002002373F6C58180140502008006020080070400000001080400000001CE6A7E")
KMETHY_AARQ = bytes.fromhex(
    "7EA02E0002002321107ECBE6E600601DA109060760857405080101BE10040E01000000065F1F040000301DFFFFD4C57E"
)
KMETHY_SERVER = ServerAddress(1, 17, 4)

payloads = st.binary(max_size=300)
frames = st.builds(
    Frame,
    destination=st.sampled_from([b"\x03", b"\x02\x23", bytes.fromhex("00020023")]),
    source=st.sampled_from([b"\x21", b"\x03", b"\x41"]),
    control=st.sampled_from([0x10, 0x32, 0x51, 0x93, 0x13]),
    information=payloads,
    segmented=st.booleans(),
)


def test_check_sequence_has_the_published_check_value_of_crc16_x25() -> None:
    assert crc16_x25(b"123456789") == 0x906E


def test_published_snrm_is_built_byte_for_byte() -> None:
    assert Frame(KMETHY_SERVER.encode(), client_address(16), 0x93).encode() == KMETHY_SNRM


def test_published_ua_carries_the_default_parameters() -> None:
    frame = parse(unseal(KMETHY_UA[1:-1]))
    assert frame.kind is Kind.UA
    assert frame.source == KMETHY_SERVER.encode()
    assert decode_parameters(frame.information) == HdlcParameters()


def test_published_aarq_is_an_i_frame_with_the_llc_header() -> None:
    frame = parse(unseal(KMETHY_AARQ[1:-1]))
    assert (frame.kind, frame.sent_number, frame.received_number, frame.poll_final) == (Kind.I, 0, 0, True)
    assert frame.information.startswith(bytes.fromhex("e6e600601d"))
    assert frame.encode() == KMETHY_AARQ


@given(frames)
def test_a_frame_comes_back_as_it_went(frame: Frame) -> None:
    assert parse(unseal(frame.encode()[1:-1])) == frame


@given(st.lists(frames, min_size=1, max_size=4), st.lists(st.integers(1, 40), min_size=1, max_size=20))
def test_any_chunking_gives_the_same_frames(sent: list[Frame], sizes: list[int]) -> None:
    stream = b"".join(frame.encode() for frame in sent)
    reader, got, position, turn = FrameReader(), [], 0, 0
    while position < len(stream):
        size = sizes[turn % len(sizes)]
        got += reader.feed(stream[position : position + size])
        position, turn = position + size, turn + 1
    assert got == FrameReader().feed(stream)
    assert [parse(content) for content in got] == sent


@given(frames, st.data())
def test_any_single_bit_error_is_refused(frame: Frame, data: st.DataObject) -> None:
    line = bytearray(frame.encode())
    bit = data.draw(st.integers(8, 8 * (len(line) - 1) - 1))
    line[bit // 8] ^= 1 << bit % 8
    with pytest.raises(FrameError):
        unseal(bytes(line[1:-1]))
    assert frame.content() not in FrameReader().feed(bytes(line) + b"\x7e" * 2)


@given(frames, st.data())
def test_any_burst_of_16_bits_is_refused(frame: Frame, data: st.DataObject) -> None:
    body = frame.encode()[1:-1]
    length = 8 * len(body)
    burst = data.draw(st.integers(1, 0xFFFF)) << data.draw(st.integers(0, length - 16))
    damaged = (int.from_bytes(body, "big") ^ burst).to_bytes(len(body), "big")
    with pytest.raises(FrameError):
        unseal(damaged)


@given(st.binary(max_size=200), frames)
def test_noise_before_a_frame_does_not_swallow_it(noise: bytes, frame: Frame) -> None:
    reader = FrameReader()
    reader.feed(noise.replace(b"\x7e", b"\x7f"))
    assert reader.feed(frame.encode())[-1:] == [frame.content()]


@given(st.binary(max_size=2500))
def test_no_garbage_makes_the_reader_raise_or_hoard(garbage: bytes) -> None:
    reader = FrameReader()
    for start in range(0, len(garbage), 7):
        reader.feed(garbage[start : start + 7])
    assert len(reader.reset()) <= 2049


def test_a_damaged_frame_costs_only_itself() -> None:
    good = Frame(b"\x03", b"\x21", 0x10, b"\xe6\xe6\x00payload")
    damaged = bytearray(good.encode())
    damaged[-4] ^= 1
    reader = FrameReader()
    assert reader.feed(bytes(damaged) + good.encode()) == [good.content()]
    assert reader.rejected >= 1


def test_a_flag_inside_the_information_does_not_end_the_frame() -> None:
    frame = Frame(b"\x03", b"\x21", 0x10, b"\xe6\xe6\x00" + b"\x7e" * 10)
    assert FrameReader().feed(frame.encode()) == [frame.content()]


def test_one_flag_between_two_frames_is_enough() -> None:
    first, second = Frame(b"\x03", b"\x21", 0x11), Frame(b"\x03", b"\x21", 0x31)
    assert FrameReader().feed(first.encode() + second.encode()[1:]) == [first.content(), second.content()]


def test_a_reader_without_verification_believes_a_wrong_check_sequence() -> None:
    frame = Frame(b"\x03", b"\x21", 0x10, b"\xe6\xe6\x00payload")
    line = bytearray(frame.encode())
    line[12] ^= 1
    (content,) = FrameReader(verify=False).feed(bytes(line))
    assert content != frame.content()
    assert len(content) == len(frame.content())


def test_the_reader_forgets_an_unfinished_frame_when_told() -> None:
    frame = Frame(b"\x03", b"\x21", 0x10, b"\xe6\xe6\x00payload")
    reader = FrameReader()
    reader.feed(frame.encode()[:9])
    assert reader.in_frame
    assert reader.reset() == frame.encode()[1:9]
    assert reader.feed(frame.encode()) == [frame.content()]


@pytest.mark.parametrize(
    ("address", "encoded"),
    [
        (ServerAddress(1), "03"),
        (ServerAddress(1, 17), "0223"),
        (ServerAddress(1, 17, 4), "00020023"),
        (ServerAddress(0x3FFF, 0x3FFF, 4), "fefefeff"),
        (ServerAddress(0x7F), "ff"),
    ],
)
def test_addresses_of_one_two_and_four_bytes(address: ServerAddress, encoded: str) -> None:
    assert address.encode().hex() == encoded
    assert ServerAddress.decode(bytes.fromhex(encoded)) == address


def test_the_all_station_address_is_known_in_every_size() -> None:
    assert ServerAddress(0x7F).is_broadcast
    assert ServerAddress(1, 0x7F).is_broadcast
    assert ServerAddress(0x3FFF, 0x3FFF, 4).is_broadcast
    assert not ServerAddress(0x7F, 0x7F, 4).is_broadcast
    assert not ServerAddress(1, 17).is_broadcast


@pytest.mark.parametrize("wrong", [(200, None, 0), (1, 5000, 2), (1, None, 2), (1, 1, 1), (1, 1, 3), (-1, None, 0)])
def test_an_address_that_does_not_fit_is_refused(wrong: tuple[int, int | None, int]) -> None:
    with pytest.raises(AddressError):
        ServerAddress(*wrong)


@pytest.mark.parametrize("data", ["", "02", "000200", "02020203"[:6], "0000000003"])
def test_an_address_without_an_end_or_of_three_bytes_is_refused(data: str) -> None:
    with pytest.raises(AddressError):
        split_address(bytes.fromhex(data), 0)


def test_a_content_cut_short_gets_a_right_length_and_good_checks() -> None:
    content = Frame(b"\x03", b"\x21", 0x10, b"\xe6\xe6\x00payload").content()
    cut = relength(content[:-3], content)
    assert parse(unseal(seal(cut)[1:-1])).information == b"\xe6\xe6\x00payl"


def test_a_length_field_that_was_changed_stays_wrong() -> None:
    content = Frame(b"\x03", b"\x21", 0x10, b"\xe6\xe6\x00payload").content()
    wrong = content[:1] + bytes((content[1] + 1,)) + content[2:]
    assert relength(wrong, content) == wrong
    assert FrameReader().feed(seal(wrong)) == []


def test_information_beyond_the_length_field_is_refused() -> None:
    with pytest.raises(FrameError, match="length field ends"):
        Frame(b"\x03", b"\x21", 0x10, bytes(2040)).content()


def test_parameters_larger_than_a_byte_are_sent_in_two() -> None:
    encoded = HdlcParameters(2030, 128, 7, 1).encode()
    assert encoded.hex() == "8180" + "13" + "050207ee" + "060180" + "070400000007" + "080400000001"
    assert decode_parameters(encoded) == HdlcParameters(2030, 128, 7, 1)


def test_agreement_takes_the_smaller_of_each_pair() -> None:
    server = HdlcParameters(512, 1024, 3, 5)
    client = HdlcParameters(2030, 256, 7, 2)
    assert server.agree(client) == HdlcParameters(256, 1024, 2, 5)
    assert client.agree(server) == HdlcParameters(1024, 256, 5, 2)


@pytest.mark.parametrize(
    "information", ["8180", "818005050180", "81800205", "818003050000", "80800405010080", "8180020581"]
)
def test_a_broken_parameter_field_is_refused(information: str) -> None:
    with pytest.raises(FrameError):
        decode_parameters(bytes.fromhex(information))


def test_parameters_out_of_range_are_brought_into_it() -> None:
    information = bytes.fromhex("818014050200000602ffff0704000000000804ffffffff")
    assert decode_parameters(information) == HdlcParameters(16, 2030, 1, 7)
