"""The dictionary of default credentials."""

from __future__ import annotations

from bench.controls.dlms._defaults import COMMON_PASSWORDS, PUBLISHED_PASSWORDS, keys, passwords
from bench.lab.device import Identity

PLATE = Identity(manufacturer="ACME", model="M-1", serial="10203040")


def test_a_short_dictionary_has_the_best_known_and_the_serial_number() -> None:
    chosen = passwords(8, PLATE)
    assert {b"00000000", b"12345678", b"10203040"} <= set(chosen)


def test_half_of_a_dictionary_is_about_meters() -> None:
    chosen = [one.decode() for one in passwords(20, PLATE)]
    assert sum(one in COMMON_PASSWORDS for one in chosen) == 10
    assert sum(one in PUBLISHED_PASSWORDS or one == PLATE.serial for one in chosen) == 10


def test_as_many_passwords_as_are_asked_for_and_none_twice() -> None:
    for count in (8, 20, 100):
        chosen = passwords(count, PLATE)
        assert len(chosen) == len(set(chosen)) == count


def test_a_device_without_a_serial_number_has_a_dictionary_too() -> None:
    assert len(passwords(100, Identity(manufacturer="ACME", model="M-1"))) == 100


def test_keys_have_the_length_of_the_suite() -> None:
    for size in (16, 32):
        chosen = keys(100, size)
        assert len(chosen) == len(set(chosen)) == 100
        assert {len(key) for key in chosen} == {size}


def test_the_keys_of_the_green_books_examples_come_first() -> None:
    assert keys(4, 16)[0] == bytes(range(16))
