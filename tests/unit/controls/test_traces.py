"""Traces of secrets and canaries, found in whatever form they turn up."""

from __future__ import annotations

import base64

import pytest

from bench.controls.traces import SMALLEST, forms_of, forms_of_number, found_in

SECRET = bytes.fromhex("0f1e2d3c4b5a69788796a5b4c3d2e1f0")


@pytest.mark.parametrize(
    ("form", "shown"),
    [
        ("as it is", SECRET),
        ("reversed", SECRET[::-1]),
        ("words reversed", bytes.fromhex("1e0f3c2d5a4b786996 87b4a5d2c3f0e1")),
        ("hexadecimal, lower case", SECRET.hex().encode()),
        ("hexadecimal, upper case", SECRET.hex().upper().encode()),
    ],
)
def test_a_secret_is_found_in_each_form(form: str, shown: bytes) -> None:
    assert form in found_in(b"before" + shown + b"after", forms_of(SECRET))


@pytest.mark.parametrize("offset", range(6))
def test_a_secret_is_found_in_base64_at_any_alignment(offset: int) -> None:
    encoded = base64.b64encode(bytes(range(offset)) + SECRET + b"what follows")
    assert found_in(encoded, forms_of(SECRET)) == [f"base64 at {offset % 3}"]


def test_another_secret_is_not_found() -> None:
    assert found_in(SECRET[:-1] + b"\x00" + SECRET[1:8], forms_of(SECRET)) == []


def test_what_is_too_short_is_not_looked_for() -> None:
    assert "as it is" not in forms_of(b"abc")


@pytest.mark.parametrize(
    ("form", "shown"),
    [
        ("A-XDR", "0600bc614e"),
        ("big-endian", "00bc614e"),
        ("little-endian", "4e61bc00"),
        ("BCD", "12345678"),
        ("BCD, reversed", "78563412"),
        ("digits", b"12345678".hex()),
    ],
)
def test_a_number_is_found_in_each_form(form: str, shown: str) -> None:
    assert form in found_in(b"\xff" + bytes.fromhex(shown) + b"\xff", forms_of_number(12345678))


def test_a_number_that_turns_up_by_chance_is_not_looked_for() -> None:
    assert forms_of_number(SMALLEST - 1) == {}


def test_a_long_number_has_eight_bytes() -> None:
    assert forms_of_number(1 << 40)["A-XDR"] == bytes.fromhex("15" + "0000010000000000")
