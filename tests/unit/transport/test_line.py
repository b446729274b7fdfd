"""Line formats, line times and software parity."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.transport.line_time import LineFormat, bytes_per_second, line_time_s
from drivers.transport.parity import SoftwareParity

formats = st.builds(
    LineFormat,
    st.integers(1, 4_000_000),
    st.sampled_from([5, 6, 7, 8]),
    st.sampled_from("NEOMS"),
    st.sampled_from([1.0, 1.5, 2.0]),
)


@given(formats)
def test_a_line_format_reads_back_from_its_text(line: LineFormat) -> None:
    assert LineFormat.parse(str(line)) == line


@pytest.mark.parametrize(
    ("text", "length", "seconds"),
    [("300 7E1", 6, 0.2), ("9600 8N1", 960, 1.0), ("9600 8E1", 960, 1.1), ("1200 8N2", 1200, 11.0)],
)
def test_line_time_counts_start_parity_and_stop_bits(text: str, length: int, seconds: float) -> None:
    assert line_time_s(length, LineFormat.parse(text)) == pytest.approx(seconds)


@given(formats, st.integers(0, 10_000))
def test_line_time_and_rate_agree(line: LineFormat, length: int) -> None:
    assert line_time_s(length, line) * bytes_per_second(line) == pytest.approx(length)


@pytest.mark.parametrize("text", ["", "9600", "8N1", "9600 9N1", "9600 8X1", "9600 8N3", "0 8N1"])
def test_impossible_formats_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"line format|baud rate"):
        LineFormat.parse(text)


def test_even_parity_as_a_meter_sends_it() -> None:
    # The optical port traffic quoted in a public meter firmware: ACK 2 5 2 CR LF at 7E1 is 06 B2 35 B2 8D 0A.
    assert SoftwareParity(7, "E").encode(b"\x06252\r\n") == bytes.fromhex("06B235B28D0A")


@given(st.binary(), st.sampled_from("EOMS"))
def test_seven_bit_characters_survive_their_parity(data: bytes, parity: str) -> None:
    characters = bytes(value & 0x7F for value in data)
    codec = SoftwareParity(7, parity)
    assert codec.decode(codec.encode(characters)) == characters
    assert codec.errors == 0


@given(st.binary(min_size=1), st.sampled_from("EOMS"), st.integers(0, 7), st.data())
def test_one_wrong_bit_is_one_parity_error(data: bytes, parity: str, bit: int, draw: st.DataObject) -> None:
    if parity in "MS":
        bit = 7  # mark and space see only their own bit
    codec = SoftwareParity(7, parity)
    line = bytearray(codec.encode(data))
    line[draw.draw(st.integers(0, len(data) - 1))] ^= 1 << bit
    codec.decode(bytes(line))
    assert codec.errors == 1


@given(st.binary(), st.sampled_from("NEOMS"))
def test_eight_data_bits_pass_untouched(data: bytes, parity: str) -> None:
    codec = SoftwareParity(8, parity)
    assert codec.encode(data) == data
    assert codec.decode(data) == data
    assert codec.errors == 0


def test_seven_bits_without_parity_clear_bit_7_and_check_nothing() -> None:
    codec = SoftwareParity(7, "N")
    assert codec.encode(b"\xc1") == b"A"
    assert codec.decode(b"\xc1A") == b"AA"
    assert codec.errors == 0
