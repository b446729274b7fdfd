"""AES key wrap and the parameters of key_transfer."""

from __future__ import annotations

import pytest

from drivers.dlms.data import Array, Enum, OctetString, Structure
from drivers.dlms.enums import KeyId
from drivers.dlms.errors import DecodeError, SecurityError, TagError
from drivers.dlms.security import decode_key_transfer, encode_key_transfer, unwrap_key, wrap_key

DATA = bytes.fromhex("00112233445566778899aabbccddeeff")

# RFC 3394, sections 4.1, 4.3 and 4.6
VECTORS = [
    (bytes(range(16)), DATA, "1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5"),
    (bytes(range(32)), DATA, "64e8c3f9ce0f5ba263e9777905818a2a93c8191e7d6e8ae7"),
    (
        bytes(range(32)),
        DATA + bytes(range(16)),
        "28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21",
    ),
]


@pytest.mark.parametrize(("kek", "key", "wrapped"), VECTORS)
def test_published_vectors(kek: bytes, key: bytes, wrapped: str) -> None:
    assert wrap_key(kek, key).hex() == wrapped
    assert unwrap_key(kek, bytes.fromhex(wrapped)) == key


def test_another_key_or_an_altered_byte_does_not_unwrap() -> None:
    wrapped = wrap_key(bytes(16), DATA)
    with pytest.raises(TagError):
        unwrap_key(bytes(range(16)), wrapped)
    with pytest.raises(TagError):
        unwrap_key(bytes(16), wrapped[:-1] + bytes((wrapped[-1] ^ 1,)))
    with pytest.raises(TagError):
        unwrap_key(bytes(16), wrapped[:7])


def test_lengths_that_cannot_be_wrapped_are_refused() -> None:
    with pytest.raises(SecurityError):
        wrap_key(bytes(16), bytes(7))
    with pytest.raises(SecurityError):
        wrap_key(bytes(5), DATA)


def test_key_transfer_parameters_carry_the_keys() -> None:
    keys = {KeyId.GLOBAL_UNICAST: DATA, KeyId.AUTHENTICATION: bytes(range(16))}
    parameters = encode_key_transfer(bytes(16), keys)
    assert parameters[0] == (KeyId.GLOBAL_UNICAST, wrap_key(bytes(16), DATA))
    assert decode_key_transfer(bytes(16), parameters) == keys
    with pytest.raises(TagError):
        decode_key_transfer(DATA, parameters)


def test_other_shapes_of_key_transfer_are_refused() -> None:
    with pytest.raises(DecodeError):
        decode_key_transfer(bytes(16), Array([Structure([Enum(9), OctetString(b"")])]))
    with pytest.raises(DecodeError):
        decode_key_transfer(bytes(16), OctetString(b""))
