"""Damage to frames reaches all that a check covers, and nothing else."""

from __future__ import annotations

from random import Random

import pytest

from bench.controls.bits import flipped, spread
from bench.controls.dlms._corrupt import LONGEST_BURST, cuts, errors, hdlc_regions, wrapper_regions
from drivers.dlms.hdlc_frame import Frame, FrameError, seal, unseal
from drivers.dlms.wrapper import HEADER, WrapperPdu

LINE = seal(Frame(b"\x00\x02\x00\x23", b"\x03", 0x10, bytes(range(40))).content())
HEADER_OF_LINE = 2 + 4 + 1 + 1 + 2  # format, addresses, control, HCS


def test_the_regions_of_a_frame_are_all_but_its_flags() -> None:
    regions = list(hdlc_regions(LINE).values())
    assert regions == [(8, 8 * (1 + HEADER_OF_LINE)), (8 * (1 + HEADER_OF_LINE), 8 * (len(LINE) - 1))]


def test_of_a_wrapper_message_only_the_header_is_damaged() -> None:
    message = WrapperPdu(1, 1, bytes(20)).encode()
    assert list(wrapper_regions(message).values()) == [(0, 8 * HEADER)]


@pytest.mark.parametrize("seed", range(5))
def test_a_receiver_that_checks_finds_every_error(seed: int) -> None:
    for region in hdlc_regions(LINE).values():
        for what, bits in errors(Random(seed), region, 40, 20):
            damaged = flipped(LINE, bits)
            assert damaged != LINE, what
            with pytest.raises(FrameError):
                unseal(damaged[1:-1])


@pytest.mark.parametrize("seed", range(5))
def test_errors_stay_in_their_region_and_bursts_within_their_length(seed: int) -> None:
    found = list(errors(Random(seed), (80, 120), 10, 10))
    assert len(found) == 20
    for _what, bits in found:
        assert min(bits) >= 80
        assert max(bits) < 120
        assert max(bits) - min(bits) < LONGEST_BURST


def test_a_message_is_cut_where_its_value_ends_too() -> None:
    lengths = list(cuts(Random(1), 60, 4, 41))
    assert lengths[-1] == 41
    assert all(0 < length < 60 for length in lengths)


def test_few_numbers_reach_every_part_of_a_field() -> None:
    assert [number // 25 for number in spread(Random(3), 0, 100, 4)] == [0, 1, 2, 3]


def test_more_numbers_than_a_field_has_repeat() -> None:
    assert set(spread(Random(3), 8, 12, 40)) == {8, 9, 10, 11}
