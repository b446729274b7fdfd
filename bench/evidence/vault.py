"""Captures that hold a secret: encrypted files, named by a keyed digest.

From one secret of the lab's (the *capture key*) and a salt of its own each run derives two keys (HKDF-SHA-256, RFC
5869): one encrypts (AES-256-GCM, NIST SP 800-38D), one makes the names (HMAC-SHA-256). A plain digest in the open
journal would let anybody confirm a guess at a short password; a keyed one says nothing to who lacks the key.

A sealed file is ``AMIBENCH-SEALED-1``, a line feed, the salt (16 bytes), the nonce (12), the ciphertext and its tag
(16). Salt and name are authenticated with it, so that no file can take another one's place.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Callable
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SEALED_SUFFIX = ".sealed"
"""At the end of the name of an encrypted capture."""

SHORTEST_KEY = 16
"""A capture key has at least so many bytes."""

_MAGIC = b"AMIBENCH-SEALED-1\n"
_SALT_BYTES, _NONCE_BYTES, _KEY_BYTES, _ID_BYTES = 16, 12, 32, 8


class CaptureError(ValueError):
    """A capture cannot be opened."""


class WrongCaptureKeyError(CaptureError):
    """A sealed capture was made under another capture key, or was altered."""


@dataclass(frozen=True)
class RunKeys:
    """What one run derives from the capture key."""

    salt: bytes
    id: str
    _encryption: bytes = field(repr=False)
    _naming: bytes = field(repr=False)

    @classmethod
    def derive(cls, capture_key: bytes, salt: bytes) -> RunKeys:
        """The keys of the run with ``salt``. ``id`` tells two capture keys apart and gives nothing away."""

        def part(purpose: bytes, length: int) -> bytes:
            return HKDF(SHA256(), length, salt, b"amibench captures: " + purpose).derive(capture_key)

        return cls(salt, part(b"id", _ID_BYTES).hex(), part(b"encryption", _KEY_BYTES), part(b"names", _KEY_BYTES))

    def name(self, content: bytes, suffix: str) -> str:
        """The name of a capture: its keyed digest, in hex."""
        return hmac.new(self._naming, content, hashlib.sha256).hexdigest() + suffix + SEALED_SUFFIX

    def seal(self, content: bytes, name: str) -> bytes:
        """The file of that name."""
        nonce = os.urandom(_NONCE_BYTES)
        return _MAGIC + self.salt + nonce + AESGCM(self._encryption).encrypt(nonce, content, self._bound_to(name))

    def open(self, sealed: bytes, name: str) -> bytes:
        """What is in the file of that name. Raises WrongCaptureKeyError."""
        start = len(_MAGIC) + _SALT_BYTES
        nonce, ciphertext = sealed[start : start + _NONCE_BYTES], sealed[start + _NONCE_BYTES :]
        try:
            return AESGCM(self._encryption).decrypt(nonce, ciphertext, self._bound_to(name))
        except (InvalidTag, ValueError):
            raise WrongCaptureKeyError(f"{name}: this is not the capture key of its run, or it was altered") from None

    def _bound_to(self, name: str) -> bytes:
        return _MAGIC + self.salt + name.encode()


def salt_of(sealed: bytes) -> bytes | None:
    """The salt in a sealed file; None when it is none."""
    head = len(_MAGIC) + _SALT_BYTES
    return sealed[len(_MAGIC) : head] if sealed.startswith(_MAGIC) and len(sealed) >= head + _NONCE_BYTES else None


class Vault:
    """Seals the captures of one run. ``capture_key`` is asked for it once, when there is something to seal."""

    def __init__(self, capture_key: Callable[[], bytes]) -> None:
        self._capture_key = capture_key
        self._keys: RunKeys | None = None

    @property
    def keys(self) -> RunKeys:
        """The run's keys. Raises what ``capture_key`` raises."""
        if self._keys is None:
            self._keys = RunKeys.derive(self._capture_key(), os.urandom(_SALT_BYTES))
        return self._keys
