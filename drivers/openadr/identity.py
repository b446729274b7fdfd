"""How OpenADR names a party by its certificate."""

from __future__ import annotations

import hashlib


def fingerprint_of(certificate: bytes) -> str:
    """The fingerprint of a certificate in DER: the last ten octets of its SHA-256, as openleadr writes it."""
    return hashlib.sha256(certificate).digest()[-10:].hex(":").upper()
