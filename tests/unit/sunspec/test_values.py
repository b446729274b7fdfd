"""Points' registers and values. Patterns for *not implemented*: SunSpec Information Model Specification, data types."""

from __future__ import annotations

import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.sunspec.errors import ValueRangeError
from drivers.sunspec.values import PointType, decode, encode, integer_range, registers_of

INTEGERS = [kind for kind in PointType if kind.is_integer]

# Registers as the specification prints them; 1.0 and -118.625 are IEEE 754's usual examples.
GOLDEN = [
    (PointType.INT16, [0xFFFF], -1),
    (PointType.UINT16, [0xFFFE], 65534),
    (PointType.INT32, [0xFFFF, 0xFFFE], -2),
    (PointType.UINT32, [0x0001, 0x0000], 65536),
    (PointType.INT64, [0xFFFF, 0xFFFF, 0xFFFF, 0xFFFD], -3),
    (PointType.UINT64, [0, 1, 0, 0], 1 << 32),
    (PointType.ACC32, [0, 0], 0),
    (PointType.ACC64, [0, 0, 0, 7], 7),
    (PointType.SUNSSF, [0xFFFE], -2),
    (PointType.FLOAT32, [0x3F80, 0x0000], 1.0),
    (PointType.FLOAT32, [0xC2ED, 0x4000], -118.625),
    (PointType.FLOAT64, [0x3FF0, 0, 0, 0], 1.0),
    (PointType.IPADDR, [0xC0A8, 0x0001], "192.168.0.1"),
    (PointType.IPV6ADDR, [0x2001, 0x0DB8, 0, 0, 0, 0, 0, 1], "2001:db8::1"),
    (PointType.EUI48, [0, 0x0011, 0x2233, 0x4455], "00:11:22:33:44:55"),
    (PointType.STRING, [0x5375, 0x6E53, 0x7065, 0x6300], "SunSpec"),
]
ABSENT = [
    (PointType.INT16, [0x8000]),
    (PointType.UINT16, [0xFFFF]),
    (PointType.ENUM16, [0xFFFF]),
    (PointType.BITFIELD16, [0xFFFF]),
    (PointType.INT32, [0x8000, 0]),
    (PointType.UINT32, [0xFFFF, 0xFFFF]),
    (PointType.ENUM32, [0xFFFF, 0xFFFF]),
    (PointType.BITFIELD32, [0xFFFF, 0xFFFF]),
    (PointType.INT64, [0x8000, 0, 0, 0]),
    (PointType.UINT64, [0xFFFF] * 4),
    (PointType.SUNSSF, [0x8000]),
    (PointType.FLOAT32, [0x7FC0, 0]),
    (PointType.FLOAT64, [0x7FF8, 0, 0, 0]),
    (PointType.IPADDR, [0, 0]),
    (PointType.IPV6ADDR, [0] * 8),
    (PointType.EUI48, [0, 0xFFFF, 0xFFFF, 0xFFFF]),
    (PointType.STRING, [0, 0, 0, 0]),
    (PointType.PAD, [0x8000]),
]


@pytest.mark.parametrize(("kind", "registers", "value"), GOLDEN)
def test_a_value_is_what_its_registers_say_both_ways(kind: PointType, registers: list[int], value: object) -> None:
    assert decode(kind, registers) == value
    assert encode(kind, value, len(registers)) == registers  # type: ignore[arg-type]


@pytest.mark.parametrize(("kind", "registers"), ABSENT)
def test_the_pattern_for_not_implemented_is_none_both_ways(kind: PointType, registers: list[int]) -> None:
    assert decode(kind, registers) is None
    assert encode(kind, None, len(registers)) == registers


@pytest.mark.parametrize("kind", [PointType.ACC16, PointType.ACC32, PointType.ACC64])
def test_an_accumulator_without_a_count_reads_zero(kind: PointType) -> None:
    assert decode(kind, encode(kind, None)) == 0


@given(st.data())
def test_whole_numbers_survive(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(INTEGERS))
    lowest, highest = integer_range(kind)
    value = data.draw(st.integers(lowest, highest))
    registers = encode(kind, value)
    assert len(registers) == registers_of(kind)
    assert decode(kind, registers) == value


@given(st.floats(allow_nan=False, width=32))
def test_floats_survive(value: float) -> None:
    assert decode(PointType.FLOAT32, encode(PointType.FLOAT32, value)) == value
    assert decode(PointType.FLOAT64, encode(PointType.FLOAT64, value)) == value


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=8))
def test_texts_survive(value: str) -> None:
    text = value.rstrip() or "x"
    assert decode(PointType.STRING, encode(PointType.STRING, text, 16)) == text


@given(st.lists(st.integers(0, 0xFFFF), min_size=4, max_size=4))
def test_any_registers_can_be_decoded(registers: list[int]) -> None:
    for kind in PointType:
        size = registers_of(kind, 4)
        if size <= 4:
            value = decode(kind, registers[:size])
            assert value is None or isinstance(value, (int, float, str))


@pytest.mark.parametrize("kind", INTEGERS)
def test_what_does_not_fit_is_refused(kind: PointType) -> None:
    lowest, highest = integer_range(kind)
    for value in (lowest - 2, highest + 2, 1.5, "1"):
        with pytest.raises(ValueRangeError):
            encode(kind, value)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (PointType.STRING, "seventeen letters"),
        (PointType.STRING, 5),
        (PointType.IPADDR, "1.2.3"),
        (PointType.EUI48, "00:11:22"),
        (PointType.FLOAT32, math.nan),
        (PointType.FLOAT32, 1e39),
    ],
)
def test_a_wrong_text_or_number_is_refused(kind: PointType, value: object) -> None:
    with pytest.raises(ValueRangeError):
        encode(kind, value, 8)  # type: ignore[arg-type]


def test_a_signalling_nan_is_not_implemented_too() -> None:
    data = struct.pack(">I", 0x7FA00000)
    assert decode(PointType.FLOAT32, list(struct.unpack(">2H", data))) is None
