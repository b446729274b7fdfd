"""AES-GCM with the 12-byte tag of DLMS, key schedule set up once a key.

A tag of 12 bytes is the first 12 of the full 16, so the one-shot interface, whose key schedule outlives a message,
serves both ways: sealing drops 4 bytes; opening runs the key stream over the ciphertext (which is what encrypting it
does), seals the result again and compares tags. For a short message these two passes together cost a third of setting
up a cipher object for it, which the interface with a tag length would need.
"""

from __future__ import annotations

from hmac import compare_digest

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from drivers.dlms.errors import SecurityError, TagError

TAG_SIZE = 12
_DROPPED = 16 - TAG_SIZE
_FULL_TAG = 16


class Gcm:
    """One key of 16 or 32 bytes. Raises SecurityError for another length."""

    __slots__ = ("_encrypt",)

    def __init__(self, key: bytes) -> None:
        if len(key) not in (16, 32):
            raise SecurityError(f"a key of {len(key)} bytes, AES-GCM of DLMS has 16 or 32")
        self._encrypt = AESGCM(key).encrypt

    def seal(self, iv: bytes, plain: bytes, additional: bytes) -> bytes:
        """Ciphertext and tag."""
        return self._encrypt(iv, plain, additional)[:-_DROPPED]

    def tag(self, iv: bytes, additional: bytes) -> bytes:
        """GMAC: the tag over ``additional`` alone."""
        return self._encrypt(iv, b"", additional)[:TAG_SIZE]

    def crypt(self, iv: bytes, data: bytes) -> bytes:
        """The key stream over ``data``, without a tag: encrypts and decrypts."""
        return self._encrypt(iv, data, None)[:-_FULL_TAG]

    def open(self, iv: bytes, sealed: bytes, additional: bytes) -> bytes:
        """The plain text of ciphertext and tag. Raises TagError."""
        plain = self._encrypt(iv, sealed[:-TAG_SIZE], None)[:-_FULL_TAG]
        if len(sealed) < TAG_SIZE or not compare_digest(
            self._encrypt(iv, plain, additional)[-_FULL_TAG:-_DROPPED], sealed[-TAG_SIZE:]
        ):
            raise TagError("the authentication tag is wrong")
        return plain

    def verify(self, iv: bytes, additional: bytes, tag: bytes) -> None:
        """Raises TagError unless ``tag`` is the GMAC of ``additional``."""
        if not compare_digest(self.tag(iv, additional), tag):
            raise TagError("the authentication tag is wrong")
