"""Who a device is: its certificate's fingerprint, long (LFDI) and short (SFDI), and the PIN of its registration.

IEEE 2030.5-2018, 6.3: the LFDI is the left 20 octets of the SHA-256 of the certificate in DER; the SFDI is its left 36
bits as a decimal number with a check digit behind it that makes the sum of all digits a multiple of ten. A PIN has a
check digit by the same rule. (Clauses by py20305 and EPRI's client, `unverified` in the standard itself.)
"""

from __future__ import annotations

import hashlib
from functools import lru_cache

LFDI_BYTES = 20
_SFDI_BITS = 36
_LARGEST_PIN = 999_999


@lru_cache(maxsize=256)
def lfdi_of(certificate: bytes) -> bytes:
    """The LFDI of a certificate (DER)."""
    return hashlib.sha256(certificate).digest()[:LFDI_BYTES]


def sfdi_of(lfdi: bytes) -> int:
    """The SFDI that belongs to an LFDI, with its check digit."""
    if len(lfdi) != LFDI_BYTES:
        raise ValueError(f"an LFDI has {LFDI_BYTES} octets, not {len(lfdi)}")
    return with_check_digit(int.from_bytes(lfdi, "big") >> (8 * LFDI_BYTES - _SFDI_BITS))


def with_check_digit(number: int) -> int:
    """``number`` with the digit behind it that makes the sum of digits a multiple of ten."""
    return number * 10 + (10 - _digit_sum(number) % 10) % 10


def is_pin(pin: int) -> bool:
    """Whether ``pin`` is a registration PIN: at most six digits, of which the last one checks the others."""
    return 0 <= pin <= _LARGEST_PIN and _digit_sum(pin) % 10 == 0


def _digit_sum(number: int) -> int:
    return sum(int(digit) for digit in str(number))
