"""AES key wrap (RFC 3394), by which `SecuritySetup.key_transfer` and wrapped-key carry keys."""

from __future__ import annotations

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from drivers.dlms.errors import SecurityError, TagError


def wrap_key(kek: bytes, key: bytes) -> bytes:
    """``key`` (16 or 32 bytes) wrapped with the key-encrypting key, 8 bytes longer. Raises SecurityError."""
    try:
        return aes_key_wrap(kek, key)
    except ValueError as error:
        raise SecurityError(f"key wrap: {error}") from None


def unwrap_key(kek: bytes, wrapped: bytes) -> bytes:
    """The key inside. Raises TagError when it was wrapped with another key or altered."""
    try:
        return aes_key_unwrap(kek, wrapped)
    except (InvalidUnwrap, ValueError):
        raise TagError("the wrapped key does not unwrap") from None
