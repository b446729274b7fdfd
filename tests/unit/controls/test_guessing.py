"""The chance of a guess, from what a device lets through."""

from __future__ import annotations

import pytest

from bench.controls.guessing import chance, key_space, tries_a_day


@pytest.mark.parametrize(
    ("secret", "space"),
    [
        (b"00000000", 10.0**8),
        (b"abcdefgh", 26.0**8),
        (b"ABCD0001", 36.0**8),
        (b"Passw0rd", 62.0**8),
        (b"p@ss word", 95.0**9),
        (bytes(16), 256.0**16),
    ],
)
def test_the_key_space_follows_from_length_and_kind(secret: bytes, space: float) -> None:
    assert key_space(secret) == pytest.approx(space)


def test_three_tries_in_900_s_are_288_a_day() -> None:
    assert tries_a_day(3, 0.0, 900.0) == pytest.approx(288.0)


def test_without_a_lock_out_only_the_rate_counts() -> None:
    assert tries_a_day(10, 2.0, 0.0) == pytest.approx(5 * 86_400.0)


def test_a_year_of_tries_at_eight_digits() -> None:
    assert chance(288.0, b"00000000") == pytest.approx(288 * 365 / 1e8)


def test_a_probability_is_at_most_one() -> None:
    assert chance(1e9, b"1234") == 1.0
