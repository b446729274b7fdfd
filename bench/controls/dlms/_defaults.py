"""Default credentials of DLMS meters: what an attacker tries first.

Half of a dictionary is about meters: credentials that public manuals, examples and forum threads show for DLMS meters
(none was confirmed by its manufacturer: `unverified`), then what follows from the unit's own name plate, then the
digit patterns of which such defaults are made. The other half is common everywhere; it ends in the patterns of one
repeated byte of which the dictionary of the optical-port tool Termineter consists.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice

from bench.lab.device import Identity

PUBLISHED_PASSWORDS = (
    "00000000", "12345678", "00000001", "11111111", "Gurux", "1234567890123456", "ABCDEFGH", "00000002", "22222222",
    "ABCD0001", "00000003", "lnt1", "1A2B3C4D", "111111", "222222", "777777", "wwwwwwwwwwwwwwww", "AAAAAAAA",
)  # fmt: skip
"""Passwords (LLS) that were seen in public as those of DLMS meters."""

COMMON_PASSWORDS = (
    "password", "1234", "123456", "admin", "0000", "meter", "default", "1111", "12345", "123456789", "user", "test",
    "public", "secret", "service", "reader", "87654321", "654321", "Password1", "qwerty", "abc123", "letmein", "root",
    "master", "manager", "system", "guest", "operator", "utility", "energy", "electric", "dlms", "cosem", "optical",
    "factory", "install", "config", "changeme", "welcome",
)  # fmt: skip
"""Passwords of anything."""

PUBLISHED_KEYS = (
    "000102030405060708090A0B0C0D0E0F", "D0D1D2D3D4D5D6D7D8D9DADBDCDDDEDF", "30303030303030303030303030303030",
    "31323334353637383930313233343536", "11111111111111111111111111111111", "32323232323232323232323232323232",
    "62626262626262626262626262626262",
)  # fmt: skip
"""Keys of 16 bytes that were seen in public; the first two are those of the Green Book's examples."""

COMMON_KEYS = (
    "00000000000000000000000000000000", "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF", "00112233445566778899AABBCCDDEEFF",
    "0123456789ABCDEF0123456789ABCDEF", "FEDCBA9876543210FEDCBA9876543210", "0F0E0D0C0B0A09080706050403020100",
    "2B7E151628AED2A6ABF7158809CF4F3C", "0102030405060708090A0B0C0D0E0F10",
)  # fmt: skip
"""Keys of 16 bytes from everywhere (2B7E... is the example of FIPS 197)."""


def passwords(count: int, identity: Identity) -> list[bytes]:
    """``count`` different passwords: of meters and common ones by turns, the unit's serial number the second of the
    former."""
    serial = identity.serial
    own = [serial] if serial else []
    of_meters = chain(
        PUBLISHED_PASSWORDS[:1], own, PUBLISHED_PASSWORDS[1:], _of_name_plate(identity), _digit_patterns()
    )
    common = chain((text.encode() for text in COMMON_PASSWORDS), (bytes((byte,)) * 8 for byte in _PRINTABLE_FIRST))
    return _by_turns((text.encode() for text in of_meters), common, count)


def keys(count: int, size: int) -> list[bytes]:
    """``count`` different keys of ``size`` bytes: of meters and common ones by turns."""
    of_meters = chain(map(bytes.fromhex, PUBLISHED_KEYS), (bytes((0x30 + digit,)) * 16 for digit in range(10)))
    common = chain(map(bytes.fromhex, COMMON_KEYS), (bytes((byte,)) * 16 for byte in range(256)))
    return [(key * 2)[:size] for key in _by_turns(of_meters, common, count)]


def _of_name_plate(identity: Identity) -> Iterator[str]:
    serial = identity.serial
    names = [identity.manufacturer, identity.model, identity.logical_device_name, identity.system_title]
    yield from (text for text in (serial[::-1], serial[-8:], serial[-4:], serial.zfill(16), *names) if text)
    for name in names[:2]:
        yield from (f"{name}{ending}" for ending in ("1", "123", "1234", "2026") if name)


def _digit_patterns() -> Iterator[str]:
    for digit in range(10):
        yield str(digit) * 8
        yield f"{digit:08d}"
        yield str(digit) * 16
    yield from ("87654321", "0123456789", "9876543210", "01234567", "76543210")


_PRINTABLE_FIRST = (*range(0x20, 0x7F), *range(0x20), *range(0x7F, 0x100))


def _by_turns(first: Iterable[bytes], second: Iterable[bytes], count: int) -> list[bytes]:
    """The first ``count`` different ones, one of each in turn for as long as both last."""

    def alternate() -> Iterator[bytes]:
        one, other = iter(dict.fromkeys(first)), iter(dict.fromkeys(second))
        for value in one:
            yield value
            yield from islice(other, 1)
        yield from other

    return list(islice(dict.fromkeys(alternate()), count))
