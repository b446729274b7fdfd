"""AES-GCM with 12-byte tags, against published vectors and against the library's own truncated tags."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given
from hypothesis import strategies as st

from drivers.dlms.errors import SecurityError, TagError
from drivers.dlms.security import Gcm

# McGrew and Viega, "The Galois/Counter Mode of Operation", appendix B, test cases 4 (AES-128) and 16 (AES-256)
IV = bytes.fromhex("cafebabefacedbaddecaf888")
ADDITIONAL = bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
PLAIN = bytes.fromhex(
    "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
    "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
)
KEY_128 = bytes.fromhex("feffe9928665731c6d6a8f9467308308")
SEALED_128 = bytes.fromhex(
    "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e"
    "21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e0915bc94fbc3221a5db94fae95a"
)
KEY_256 = KEY_128 * 2
SEALED_256 = bytes.fromhex(
    "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
    "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853"
)


@pytest.mark.parametrize(("key", "sealed"), [(KEY_128, SEALED_128), (KEY_256, SEALED_256)])
def test_published_vectors(key: bytes, sealed: bytes) -> None:
    gcm = Gcm(key)
    assert gcm.seal(IV, PLAIN, ADDITIONAL) == sealed
    assert gcm.open(IV, sealed, ADDITIONAL) == PLAIN


@given(st.sampled_from([16, 32]), st.binary(max_size=300), st.binary(max_size=60), st.binary(min_size=12, max_size=12))
def test_agrees_with_the_librarys_truncated_tags(size: int, plain: bytes, additional: bytes, iv: bytes) -> None:
    key = bytes(range(size))
    sealed = Gcm(key).seal(iv, plain, additional)
    mode = modes.GCM(iv, sealed[-12:], min_tag_length=12)
    decryptor = Cipher(algorithms.AES(key), mode).decryptor()
    decryptor.authenticate_additional_data(additional)
    assert decryptor.update(sealed[:-12]) + decryptor.finalize() == plain
    assert Gcm(key).open(iv, sealed, additional) == plain
    assert Gcm(key).crypt(iv, plain) == sealed[:-12]


@given(st.integers(0, 8 * len(SEALED_128) - 1))
def test_any_flipped_bit_is_found(bit: int) -> None:
    damaged = bytearray(SEALED_128)
    damaged[bit // 8] ^= 1 << bit % 8
    with pytest.raises(TagError):
        Gcm(KEY_128).open(IV, bytes(damaged), ADDITIONAL)


@pytest.mark.parametrize("length", range(12))
def test_a_message_shorter_than_its_tag_is_refused(length: int) -> None:
    with pytest.raises(TagError):
        Gcm(KEY_128).open(IV, SEALED_128[:length], ADDITIONAL)


@pytest.mark.parametrize("size", [32_756, 32_757, 60_000])
def test_long_messages_open_and_notice_damage_as_short_ones_do(size: int) -> None:
    plain = bytes(range(250)) * (size // 250 + 1)
    sealed = Gcm(KEY_256).seal(IV, plain[:size], ADDITIONAL)
    assert Gcm(KEY_256).open(IV, sealed, ADDITIONAL) == plain[:size]
    for damaged in (sealed[:-1] + bytes((sealed[-1] ^ 1,)), bytes((sealed[0] ^ 1,)) + sealed[1:]):
        with pytest.raises(TagError):
            Gcm(KEY_256).open(IV, damaged, ADDITIONAL)


def test_a_shortened_tag_is_refused() -> None:
    tag = Gcm(KEY_128).tag(IV, ADDITIONAL)
    Gcm(KEY_128).verify(IV, ADDITIONAL, tag)
    for length in range(12):
        with pytest.raises(TagError):
            Gcm(KEY_128).verify(IV, ADDITIONAL, tag[:length])


def test_other_key_lengths_are_refused() -> None:
    with pytest.raises(SecurityError):
        Gcm(bytes(24))
