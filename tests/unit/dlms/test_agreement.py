"""Signatures and key agreement of suites 1 and 2 against the examples of the Green Book.

The examples of annex C were found in EnergyICT's tests (KeyAgreementImplTest, ECDSASignatureImplTest)
and of gurux.dlms.java (GXSymmetricTest); both name the tables.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from drivers.dlms.data import Array, Enum, OctetString, Structure
from drivers.dlms.enums import KeyId, Suite
from drivers.dlms.errors import DecodeError, SecurityError, TagError
from drivers.dlms.security import (
    Gcm,
    agree,
    decode_offers,
    encode_offers,
    make_offer,
    open_offer,
    private_key,
    public_bytes,
    public_key,
    sign,
    verify,
)
from drivers.dlms.security.agreement import derive_key, one_pass_key, shared_secret, static_unified_key

SUITE_1, SUITE_2 = Suite.ECDH_ECDSA_AES_GCM_128_SHA_256, Suite.ECDH_ECDSA_AES_GCM_256_SHA_384
CLIENT, SERVER = bytes.fromhex("4d4d4d0000bc614e"), bytes.fromhex("4d4d4d0000000001")

CLIENT_SIGNING = private_key(bytes.fromhex("418073c239fa6125011de4d6cd2e645780289f761bb21bfb0835cb5585e8b373"))
SERVER_SIGNING = private_key(bytes.fromhex("ae55414ffe079f9fc95649536bd1c2b5653d200813727e07d501a8b550c69207"))
CLIENT_AGREEMENT = private_key(bytes.fromhex("a51c16ff5c498fcc89323d4a9267cd71bf81fd6f6a891cd240da7f3d6f283e65"))
SERVER_AGREEMENT = private_key(bytes.fromhex("aad3fd0732e991cf52a74c66c1f2827ddc53522a2e0a169d7c4ffcc0fb5d6a4d"))
CLIENT_EPHEMERAL = private_key(bytes.fromhex("47dab03842e5b6e74828ef4f449b378d7dd1a5dae1ffca5ae0b0be0ad18ec57e"))
SERVER_EPHEMERAL = private_key(bytes.fromhex("34a8c23a34dbb519d09b245754c85a6cfe05d14a063efa5aa41545aa8241efae"))

GREEN_BOOK = {
    name: bytes.fromhex(text)
    for name, text in json.loads((Path(__file__).parent / "vectors/green_book_annex_c.json").read_text()).items()
    if name not in ("source", "note")
}


def test_table_c1_signed_offer() -> None:
    offer = GREEN_BOOK["c1_offer"]
    client_ephemeral = open_offer(KeyId.GLOBAL_UNICAST, offer, CLIENT_SIGNING.public_key())
    assert shared_secret(SERVER_EPHEMERAL, client_ephemeral).hex() == (
        "c1cf8fe7891aef3617d7190795e61fe6c24efc3cca2e08469bad1a225ce6ea08"
    )
    with pytest.raises(TagError):
        open_offer(KeyId.AUTHENTICATION, offer, CLIENT_SIGNING.public_key())


def test_table_c2_one_pass_key_and_ciphertext() -> None:
    z = shared_secret(CLIENT_EPHEMERAL, SERVER_AGREEMENT.public_key())
    assert z.hex() == "0d4385ba0dd756cbcab9887eb538396ee8f090a14c1079b4359f115b977f4615"
    key = one_pass_key(SUITE_1, z, CLIENT, SERVER)
    assert key.hex() == "59a71fd81c929a86a99438da17a66c05"
    assert Gcm(key).crypt(CLIENT + bytes(4), GREEN_BOOK["access_request"]) == GREEN_BOOK["c2_ciphertext"]


def test_table_c2_signatures_cover_the_bare_ephemeral_key() -> None:
    client_key = public_bytes(CLIENT_EPHEMERAL.public_key())
    verify(CLIENT_SIGNING.public_key(), client_key, GREEN_BOOK["c2_client_signature"])
    verify(SERVER_SIGNING.public_key(), GREEN_BOOK["c2_server_ephemeral"], GREEN_BOOK["c2_server_signature"])


def test_table_c3_static_unified_key_and_ciphertext() -> None:
    z = shared_secret(CLIENT_AGREEMENT, SERVER_AGREEMENT.public_key())
    key = static_unified_key(SUITE_1, z, CLIENT, SERVER, bytes.fromhex("0102030405060708"))
    assert key.hex() == "56c46b57df675515c31025455822514a"
    assert Gcm(key).crypt(CLIENT + bytes(4), GREEN_BOOK["access_request"]) == GREEN_BOOK["c3_ciphertext"]


def test_p384_signature_of_the_suite_b_guide() -> None:
    # "Suite B Implementer's Guide to FIPS 186-3 (ECDSA)", example of P-384
    key = private_key(
        bytes.fromhex(
            "c838b85253ef8dc7394fa5808a5183981c7deef5a69ba8f4f2117ffea39cfcd90e95f6cbc854abacab701d50c1f3cf24"
        )
    )
    assert public_bytes(key.public_key()).hex() == (
        "1fbac8eebd0cbf35640b39efe0808dd774debff20a2a329e91713baf7d7f3c3e81546d883730bee7e48678f857b02ca0"
        "eb213103bd68ce343365a8a4c3d4555fa385f5330203bdd76ffad1f3affb95751c132007e1b240353cb0a4cf1693bdf9"
    )
    message = b"This is only a test message. It is 48 bytes long"
    signature = bytes.fromhex(
        "a0c27ec893092dea1e1bd2ccfed3cf945c8134ed0c9f81311a0f4a05942db8dbed8dd59f267471d5462aa14fe72de856"
        "20ab3f45b74f10b6e11f96a2c8eb694d206b9dda86d3c7e331c26b22c987b7537726577667adadf168ebbe803794a402"
    )
    verify(key.public_key(), message, signature)
    with pytest.raises(TagError):
        verify(key.public_key(), message, signature[:-1] + b"\x03")
    with pytest.raises(TagError):
        verify(key.public_key(), message, signature[:-2])
    assert len(sign(key, message)) == 96


def test_both_ends_agree_on_the_same_key_from_their_offers() -> None:
    client = make_offer(SUITE_1, KeyId.GLOBAL_UNICAST, CLIENT_SIGNING)
    server = make_offer(SUITE_1, KeyId.GLOBAL_UNICAST, SERVER_SIGNING)
    at_server = open_offer(KeyId.GLOBAL_UNICAST, client.data, CLIENT_SIGNING.public_key())
    at_client = open_offer(KeyId.GLOBAL_UNICAST, server.data, SERVER_SIGNING.public_key())
    key = agree(SUITE_1, client, at_client, CLIENT, SERVER)
    assert key == agree(SUITE_1, server, at_server, CLIENT, SERVER)
    assert len(key) == 16


def test_offers_travel_as_an_array_of_id_and_data() -> None:
    offers = encode_offers([(KeyId.GLOBAL_UNICAST, b"a"), (KeyId.AUTHENTICATION, b"b")])
    assert decode_offers(offers) == {KeyId.GLOBAL_UNICAST: b"a", KeyId.AUTHENTICATION: b"b"}
    with pytest.raises(DecodeError, match="twice"):
        decode_offers(encode_offers([(KeyId.MASTER, b"a"), (KeyId.MASTER, b"b")]))
    with pytest.raises(DecodeError):
        decode_offers(Array([Structure([Enum(1), OctetString(b""), OctetString(b"")])]))


def test_keys_off_the_curve_or_of_other_lengths_are_refused() -> None:
    with pytest.raises(SecurityError):
        public_key(bytes(64))
    with pytest.raises(SecurityError):
        public_key(bytes(65))
    with pytest.raises(SecurityError):
        private_key(bytes(32))
    with pytest.raises(SecurityError):
        private_key(bytes(31))
    with pytest.raises(SecurityError):
        shared_secret(CLIENT_AGREEMENT, private_key(bytes([1]) * 48).public_key())


def test_suite_0_has_no_key_agreement() -> None:
    with pytest.raises(SecurityError):
        derive_key(Suite.AES_GCM_128, b"", b"", b"")
    with pytest.raises(SecurityError):
        make_offer(Suite.AES_GCM_128, KeyId.MASTER, CLIENT_SIGNING)
