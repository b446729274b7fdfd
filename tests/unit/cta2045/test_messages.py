"""Frames and messages of CTA-2045: published bytes, round trips, and another implementation's opinion."""

from __future__ import annotations

import math

import pytest
from cta2045 import app as oracle
from hypothesis import given
from hypothesis import strategies as st

from drivers.cta2045.basic import EVENTS, Basic, Opcode, decode_basic
from drivers.cta2045.datalink import decode_maximum_payload, maximum_payload_query, maximum_payload_response
from drivers.cta2045.durations import byte_of, seconds_of
from drivers.cta2045.errors import DecodeError, EncodeError, NakCode
from drivers.cta2045.frame import Acknowledged, Arrived, Broken, Frame, FrameReader, Refused, checksum
from drivers.cta2045.intermediate import (
    CommodityReading,
    Cycling,
    EnergyPrice,
    Information,
    Intermediate,
    SetPoints,
    TemperatureOffset,
    Termination,
    decode_intermediate,
    reply_to,
)

# Frames of the unit tests of EPRI's CTA-2045-UCM-CPP-Library (LinkLayerUnitTest.cpp).
EPRI = {
    "shed": "08 01 00 02 01 01 0A 3E",
    "is basic taken?": "08 01 00 00 7E CD",
    "maximum payload": "08 03 00 02 18 00 BA 75",
    "device information": "08 02 00 02 01 01 04 43",
    "a type that nobody has": "08 32 00 02 01 01 E2 34",
}


@pytest.mark.parametrize("text", EPRI.values(), ids=EPRI)
def test_published_frames_are_read_and_written_alike(text: str) -> None:
    wire = bytes.fromhex(text)
    (event,) = FrameReader().feed(wire)
    assert isinstance(event, Arrived)
    assert event.frame.encode() == wire


def test_published_messages_mean_what_their_names_say() -> None:
    assert Basic(Opcode.SHED, 1).frame().encode() == bytes.fromhex(EPRI["shed"])
    assert maximum_payload_query().encode() == bytes.fromhex(EPRI["maximum payload"])
    assert Intermediate(0x0101).frame().encode() == bytes.fromhex(EPRI["device information"])


def test_a_wrong_checksum_is_refused_with_its_code() -> None:
    """EPRI's own bad frame: the last byte is one too high."""
    assert FrameReader().feed(bytes.fromhex("08 01 00 02 01 01 0A 3F")) == [
        Broken(bytes.fromhex("08 01 00 02 01 01 0A 3F"), NakCode.CHECKSUM)
    ]


def test_acknowledgments_and_refusals_are_told_apart() -> None:
    assert FrameReader().feed(bytes.fromhex("06 00 15 05 15 63")) == [Acknowledged(), Refused(5), Refused(0x63)]


def test_a_frame_longer_than_this_end_takes_is_refused_for_its_length() -> None:
    assert FrameReader(longest=16).feed(bytes.fromhex("08 02 00 11 01")) == [
        Broken(bytes.fromhex("08 02 00 11 01"), NakCode.INVALID_LENGTH)
    ]


@given(st.integers(0x0700, 0x14FF), st.binary(max_size=200), st.data())
def test_a_frame_comes_through_in_any_pieces(kind: int, payload: bytes, data: st.DataObject) -> None:
    wire = Frame(kind, payload).encode()
    cut = data.draw(st.integers(0, len(wire)))
    reader = FrameReader()
    events = reader.feed(wire[:cut]) + reader.feed(wire[cut:])
    assert [event.frame for event in events if isinstance(event, Arrived)] == [Frame(kind, payload)]
    assert not reader.in_frame


@given(st.binary(min_size=6, max_size=60), st.data())
def test_one_flipped_bit_is_never_taken_for_a_good_frame(payload: bytes, data: st.DataObject) -> None:
    wire = bytearray(Frame(0x0801, payload).encode())
    bit = data.draw(st.integers(0, 8 * len(wire) - 1))
    wire[bit // 8] ^= 1 << bit % 8
    taken = [event for event in FrameReader().feed(bytes(wire)) if isinstance(event, Arrived)]
    assert taken == []


@given(st.binary(max_size=64))
def test_the_checksum_is_the_one_that_the_other_implementation_computes(data: bytes) -> None:
    first, second = 0xAA, 0
    for byte in data + checksum(data):
        first = (first + byte) % 255
        second = (second + first) % 255
    assert (first, second) == (0, 0)  # a receiver's sum over the whole frame ends at zero


@pytest.mark.parametrize(("byte", "seconds"), [(0, None), (1, 2), (17, 578), (254, 129_032), (255, math.inf)])
def test_event_durations(byte: int, seconds: float | None) -> None:
    assert seconds_of(byte) == seconds
    assert byte_of(seconds) == byte


@given(st.floats(1, 129_032))
def test_a_duration_becomes_the_nearest_one_that_the_byte_can_say(seconds: float) -> None:
    said = seconds_of(byte_of(seconds))
    assert said is not None
    step = 4 * math.sqrt(seconds / 2) + 4  # between neighbours
    assert abs(said - seconds) <= step


@pytest.mark.parametrize("opcode", sorted(EVENTS))
@pytest.mark.parametrize("duration", [0, 1, 100, 254, 255])
def test_basic_events_agree_with_the_other_implementation(opcode: Opcode, duration: int) -> None:
    wire = Basic(opcode, duration).frame().encode()
    theirs, _ = oracle.decode(wire[:-2])
    assert isinstance(theirs, oracle.BasicDR)
    assert theirs.category is not None
    assert (theirs.category.value, theirs.opcode2) == (opcode, duration)
    assert theirs.to_bytes() == wire[:-2]


def test_a_commodity_reply_agrees_with_the_other_implementation() -> None:
    readings = (CommodityReading(0, 4500, 123_456_789), CommodityReading(7, 0, 2**48 - 1))
    reply = reply_to(Intermediate(0x0600), 0, b"".join(one.fields() for one in readings))
    theirs, _ = oracle.decode(reply.frame().encode()[:-2])
    assert isinstance(theirs, oracle.IntermediateDR)
    assert isinstance(theirs.body, oracle.CommodityReadReply)
    assert [(one.instantaneous, one.cumulative) for one in theirs.body.reports] == [
        (4500, 123_456_789),
        (0, 2**48 - 1),
    ]
    assert CommodityReading.decode_all(reply.body[1:]) == readings


def test_requests_and_their_fields_come_back() -> None:
    cycling = Cycling(77, 1_800_000_000, 90, 50, 5, 10, 3)
    price = EnergyPrice(1234, 840, 4, 1_800_003_600, 99)
    points = SetPoints(0x0007, 1, -5, 24)
    for message, back in (
        (cycling.encode(), Cycling.decode),
        (price.encode(), EnergyPrice.decode),
        (points.encode(), SetPoints.decode),
        (TemperatureOffset(-3, 0).encode(), TemperatureOffset.decode),
        (Termination(77, 2).encode(), Termination.decode),
    ):
        (event,) = FrameReader().feed(message.frame().encode())
        assert isinstance(event, Arrived)
        again = decode_intermediate(event.frame.payload)
        assert again == message
        assert back(again.body).encode() == message
    assert Cycling.decode(cycling.encode().body) == cycling
    assert EnergyPrice.decode(price.encode().body).a_kwh == pytest.approx(0.1234)


def test_the_layout_of_start_cycling_is_the_published_one() -> None:
    """Field by field as EPRI's cea2045StartCyclingRequest: event, start since 2000, minutes, duty, randomisation."""
    body = Cycling(0x01020304, 946_684_800 + 0x0A0B0C0D, 0x0102, 50, 5, 6, 9).encode().body
    assert body == bytes.fromhex("01020304 0A0B0C0D 0102 32 05 06 09")


def test_device_information_comes_back() -> None:
    info = Information("B", 0x1234, 0x0002, 1, 0x8001, "WH-50", "0042", (26, 11, 23, 1, 4))
    body = info.fields()
    assert len(body) == 50
    assert Information.decode(body) == info


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: decode_basic(b"\x01"),
        lambda: decode_intermediate(b"\x01"),
        lambda: Cycling.decode(b"\0" * 13),
        lambda: CommodityReading.decode_all(b"\0" * 14),
        lambda: decode_maximum_payload(b"\x19\x63"),
        lambda: decode_maximum_payload(b"\x18\x01"),
    ],
)
def test_what_is_no_message_is_named_with_its_bytes(wrong: object) -> None:
    with pytest.raises(DecodeError) as caught:
        wrong()  # type: ignore[operator]
    assert caught.value.data.hex(" ") in str(caught.value)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Cycling(1, 0, 70_000, 50).encode(),
        lambda: CommodityReading(0, -1, 0).fields(),
        lambda: Information("B", 1, 2, 3, 4, "a model of 17 cha", "", (1, 1, 1, 1, 1)).fields(),
        lambda: Frame(0x0801, b"\0" * 4097).encode(),
        lambda: Frame(0x10801).encode(),
        lambda: maximum_payload_response(100),
    ],
)
def test_a_value_without_room_is_refused_before_it_is_sent(wrong: object) -> None:
    with pytest.raises(EncodeError):
        wrong()  # type: ignore[operator]


@pytest.mark.parametrize("size", [2, 64, 1280, 4096])
def test_payload_sizes_come_back(size: int) -> None:
    assert decode_maximum_payload(maximum_payload_response(size).payload) == size
