"""Packets, against captured ones, and the reader that finds them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.c1218.errors import DecodeError, EncodeError
from drivers.c1218.packet import (
    ACK,
    NAK,
    Acknowledged,
    Arrived,
    Broken,
    Control,
    Packet,
    PacketReader,
    Rejected,
    decode_packet,
)
from drivers.c1218.segments import Assembler, split
from drivers.c1218.services import Identify, Identity, Negotiate, Negotiated, encode_request, response

# Packets of a session as the MeteringSDK's documentation of MProtocolC12 shows it (turn-around delay).
IDENTIFY = bytes.fromhex("EE 00 00 00 00 01 20 13 10")
IDENTIFIED = bytes.fromhex("EE 00 00 00 00 05 00 00 01 00 00 C6 B5")
NEGOTIATE = bytes.fromhex("EE 00 20 00 00 05 61 04 00 80 06 C2 29")
NEGOTIATED = bytes.fromhex("EE 00 20 00 00 05 00 04 00 80 06 35 83")

packets = st.builds(
    Packet, st.binary(min_size=1, max_size=200), st.sampled_from(list(map(Control, range(0, 256, 32)))),
    st.integers(0, 255), st.integers(0, 255),
)  # fmt: skip


def test_published_packets_are_made_and_read() -> None:
    made = [
        Packet(encode_request(Identify())),
        Packet(response(0, Identity(0, 1, 0).encode())),  # type: ignore[arg-type]
        Packet(encode_request(Negotiate(1024, 128, (9600,))), Control.TOGGLE),
        Packet(response(0, Negotiated(1024, 128, 9600).encode()), Control.TOGGLE),  # type: ignore[arg-type]
    ]
    published = [IDENTIFY, IDENTIFIED, NEGOTIATE, NEGOTIATED]
    assert [packet.encode() for packet in made] == published
    assert [decode_packet(raw) for raw in published] == made


@given(packets)
def test_a_packet_comes_back_as_it_was(packet: Packet) -> None:
    assert decode_packet(packet.encode()) == packet


@given(packets, st.integers(0), st.integers(0, 7))
def test_a_flipped_bit_never_passes(packet: Packet, place: int, bit: int) -> None:
    raw = bytearray(packet.encode())
    raw[place % len(raw)] ^= 1 << bit
    with pytest.raises(DecodeError):
        decode_packet(bytes(raw))


@given(st.lists(packets, max_size=4), st.integers(1, 7))
def test_the_reader_finds_packets_however_they_are_cut(sent: list[Packet], size: int) -> None:
    stream = b"".join(b"\x55" + packet.encode() + bytes((ACK,)) for packet in sent)
    reader = PacketReader()
    events = [event for at in range(0, len(stream), size) for event in reader.feed(stream[at : at + size])]
    assert [event.packet for event in events if isinstance(event, Arrived)] == sent
    assert sum(isinstance(event, Acknowledged) for event in events) == len(sent)
    assert not reader.in_packet


def test_the_reader_tells_of_what_is_broken() -> None:
    reader = PacketReader(largest=64)
    assert isinstance(reader.feed(IDENTIFY[:-1] + b"\x11")[0], Broken)
    assert isinstance(reader.feed(bytes.fromhex("EE0000000039"))[0], Broken), "longer than agreed"
    assert isinstance(reader.feed(bytes.fromhex("EE0000000000"))[0], Broken), "empty"
    assert reader.feed(bytes((NAK,))) == [Rejected()]
    assert reader.feed(IDENTIFY[:5]) == []
    assert reader.in_packet
    assert reader.reset() == IDENTIFY[:5]
    assert not reader.in_packet


def test_a_reader_that_does_not_verify_takes_a_wrong_crc() -> None:
    (event,) = PacketReader(verify=False).feed(IDENTIFY[:-2] + b"\0\0")
    assert isinstance(event, Arrived)


@given(st.binary(min_size=1, max_size=1500), st.integers(16, 300))
def test_a_message_is_put_together_again(message: bytes, size: int) -> None:
    parts = split(message, size, 255)
    assert all(len(part.encode()) <= size for part in parts)
    assert [part.sequence for part in parts] == list(range(len(parts) - 1, -1, -1))
    assembler = Assembler()
    results = [assembler.add(part) for part in parts]
    assert results == [None] * (len(parts) - 1) + [message]


def test_more_packets_than_agreed_are_not_sent() -> None:
    with pytest.raises(EncodeError, match="need 3 packets"):
        split(bytes(150), 64, 2)


def test_packets_out_of_order_are_refused_and_forgotten() -> None:
    first, second, third = split(bytes(150), 64, 3)
    assembler = Assembler()
    assembler.add(first)
    with pytest.raises(DecodeError, match="out of order"):
        assembler.add(third)
    with pytest.raises(DecodeError, match="out of order"):
        assembler.add(second)
    assembler.add(first)
    with pytest.raises(DecodeError, match="begins before"):
        assembler.add(Packet(b"x"))
