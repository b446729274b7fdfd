"""AES-GCM with the 12-byte tag of DLMS, key schedule set up once a key.

A tag of 12 bytes is the first 12 of the full 16, so the one-shot interface, whose key schedule outlives a message,
serves both ways: sealing drops 4 bytes; opening runs the key stream over the ciphertext (which is what encrypting it
does), seals the result again and compares tags. For a short message these two passes together cost a third of setting
up a cipher object for it, which the interface with a tag length needs; for a long one that is what is used.
"""

from __future__ import annotations

from hmac import compare_digest

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from drivers.dlms.errors import SecurityError, TagError

TAG_SIZE = 12
_DROPPED = 16 - TAG_SIZE
_FULL_TAG = 16
_LONG = 32_768
"""From here on, in bytes, one pass with a cipher object is faster than two without."""


class Gcm:
    """One key of 16 or 32 bytes. Raises SecurityError for another length."""

    __slots__ = ("_algorithm", "_encrypt")

    def __init__(self, key: bytes) -> None:
        if len(key) not in (16, 32):
            raise SecurityError(f"a key of {len(key)} bytes, AES-GCM of DLMS has 16 or 32")
        self._encrypt = AESGCM(key).encrypt
        self._algorithm = algorithms.AES(key)

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
        if len(sealed) > _LONG:
            return self._open_long(iv, sealed, additional)
        plain = self._encrypt(iv, sealed[:-TAG_SIZE], None)[:-_FULL_TAG]
        if len(sealed) < TAG_SIZE or not compare_digest(
            self._encrypt(iv, plain, additional)[-_FULL_TAG:-_DROPPED], sealed[-TAG_SIZE:]
        ):
            raise TagError("the authentication tag is wrong")
        return plain

    def _open_long(self, iv: bytes, sealed: bytes, additional: bytes) -> bytes:
        mode = modes.GCM(iv, sealed[-TAG_SIZE:], min_tag_length=TAG_SIZE)
        decryptor = Cipher(self._algorithm, mode).decryptor()
        decryptor.authenticate_additional_data(additional)
        plain = decryptor.update(memoryview(sealed)[:-TAG_SIZE])
        try:
            return plain + decryptor.finalize()
        except InvalidTag:
            raise TagError("the authentication tag is wrong") from None

    def verify(self, iv: bytes, additional: bytes, tag: bytes) -> None:
        """Raises TagError unless ``tag`` is the GMAC of ``additional``."""
        if not compare_digest(self.tag(iv, additional), tag):
            raise TagError("the authentication tag is wrong")
