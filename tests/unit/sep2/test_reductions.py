"""What a device says that it draws less, in the element's units and 16 bits."""

from __future__ import annotations

import pytest

from drivers.sep2.codec import decode, encode
from drivers.sep2.responses import DrResponse, PriceResponse, reduced_by_w, reduction_of

LFDI, MRID = bytes(20), bytes(16)


@pytest.mark.parametrize(
    ("power_w", "told_w"), [(0.0, 0.0), (2250.4, 2250.0), (65_535.0, 65_535.0), (225_400.0, 225_000.0)]
)
def test_a_reduction_is_told_in_watts_as_far_as_they_go(power_w: float, told_w: float) -> None:
    response = DrResponse(lfdi=LFDI, subject=MRID, status=2, applied=reduction_of(power_w))
    assert reduced_by_w(decode(encode(response), DrResponse)) == told_w


def test_who_says_nothing_of_power_has_said_nothing() -> None:
    assert reduced_by_w(DrResponse(lfdi=LFDI, subject=MRID)) is None
    assert reduced_by_w(PriceResponse(lfdi=LFDI, subject=MRID)) is None
