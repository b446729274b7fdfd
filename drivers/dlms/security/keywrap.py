"""AES key wrap (RFC 3394), by which `SecuritySetup.key_transfer` and wrapped-key carry keys."""

from __future__ import annotations

from collections.abc import Mapping

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from drivers.dlms.data import Array, Data
from drivers.dlms.enums import KeyId
from drivers.dlms.errors import SecurityError, TagError
from drivers.dlms.security.keydata import decode_key_data, encode_key_data


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


def encode_key_transfer(master_key: bytes, keys: Mapping[KeyId, bytes]) -> Array:
    """Parameter of `SecuritySetup.key_transfer` (class 64, method 2): each key wrapped with the master key."""
    return encode_key_data((key_id, wrap_key(master_key, key)) for key_id, key in keys.items())


def decode_key_transfer(master_key: bytes, value: Data) -> dict[KeyId, bytes]:
    """The keys in a key_transfer parameter. Raises DecodeError for another shape, TagError for another master key."""
    return {key_id: unwrap_key(master_key, wrapped) for key_id, wrapped in decode_key_data(value).items()}
