"""general-ciphering and general-signing, held against the peer in both dialects."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from drivers.dlms.apdu import (
    AgreedKey,
    GeneralCiphering,
    GeneralHeader,
    GeneralSigning,
    IdentifiedKey,
    WrappedKey,
    decode_apdu,
)
from drivers.dlms.enums import Suite
from drivers.dlms.errors import MissingKeyError, ProtectionError, TagError
from drivers.dlms.security import (
    Dialect,
    SecurityMaterial,
    one_pass_agreed_key,
    private_key,
    protect_general,
    sign_general,
    static_agreed_key,
    unprotect,
    verify_general,
    wrapped_key,
)

CLIENT, SERVER = bytes.fromhex("4d4d4d0000bc614e"), bytes.fromhex("4d4d4d0000000001")
GET = bytes.fromhex("c001c100080000010000ff0200")
AS_THE_PEERS = Dialect(header_authenticated=False, content_length_signed=False)
HEADER = GeneralHeader(bytes(8), CLIENT, SERVER)

PEER = {
    name: bytes.fromhex(text)
    for name, text in json.loads((Path(__file__).parent / "vectors/pydlms_client.json").read_text())["vectors"].items()
}
"""What its inputs were, the file says."""


def client(suite: int, dialect: Dialect = AS_THE_PEERS) -> SecurityMaterial:
    size = 32 if suite == 2 else 16
    material = SecurityMaterial(
        suite=Suite(suite),
        dialect=dialect,
        own_title=CLIENT,
        peer_title=SERVER,
        global_unicast_key=bytes(range(size)),
        global_broadcast_key=bytes(range(0x40, 0x40 + size)),
        authentication_key=bytes(range(0x70, 0x70 + size)),
        master_key=bytes(range(0x80, 0x80 + size)),
    )
    if suite == 0:
        return material
    number = 48 if suite == 2 else 32
    keys = [private_key(bytes([byte]) * number) for byte in (1, 2, 3, 4)]
    return replace(
        material,
        own_signing_key=keys[0],
        own_agreement_key=keys[1],
        peer_signing_key=keys[2].public_key(),
        peer_agreement_key=keys[3].public_key(),
    )


def server(suite: int, dialect: Dialect = AS_THE_PEERS) -> SecurityMaterial:
    own = client(suite, dialect)
    if suite == 0:
        return own.for_peer()
    number = 48 if suite == 2 else 32
    keys = [private_key(bytes([byte]) * number) for byte in (1, 2, 3, 4)]
    return replace(
        own.for_peer(),
        own_signing_key=keys[2],
        own_agreement_key=keys[3],
        peer_signing_key=keys[0].public_key(),
        peer_agreement_key=keys[1].public_key(),
    )


@pytest.mark.parametrize("suite", [0, 1, 2])
@pytest.mark.parametrize(
    ("name", "kind"), [("identified", IdentifiedKey), ("broadcast", IdentifiedKey), ("wrapped", WrappedKey)]
)
def test_opens_what_the_peer_ciphered_with_a_symmetric_key(suite: int, name: str, kind: type) -> None:
    message = PEER[f"{name}_{suite}"]
    carrier = decode_apdu(message)
    assert isinstance(carrier, GeneralCiphering)
    assert isinstance(carrier.key_info, kind)
    opened = unprotect(server(suite), message)
    assert opened.apdu == GET
    assert opened.broadcast == (name == "broadcast")
    with pytest.raises(TagError):
        unprotect(server(suite, Dialect()), message)


@pytest.mark.parametrize("suite", [1, 2])
@pytest.mark.parametrize(
    ("name", "dialect"), [("onepass", AS_THE_PEERS), ("static", AS_THE_PEERS), ("static_header", Dialect())]
)
def test_opens_what_the_peer_ciphered_with_an_agreed_key(suite: int, name: str, dialect: Dialect) -> None:
    message = PEER[f"{name}_{suite}"]
    assert isinstance(decode_apdu(message).key_info, AgreedKey)  # type: ignore[attr-defined]
    assert unprotect(server(suite, dialect), message).apdu == GET


@pytest.mark.parametrize("suite", [0, 1, 2])
def test_ciphers_with_an_identified_key_as_the_peer_does(suite: int) -> None:
    header = GeneralHeader(bytes.fromhex("0102030405060708"), CLIENT, SERVER)
    material = client(suite)
    message = protect_general(
        material, GET, control=material.control(), counter=0x01020307, header=header, key_info=IdentifiedKey(0)
    )
    assert message == PEER[f"identified_{suite}"]


@pytest.mark.parametrize("suite", [1, 2])
def test_ciphers_with_a_static_agreed_key_as_the_peer_does(suite: int) -> None:
    for name, dialect, counter in (("static", AS_THE_PEERS, 0x01020305), ("static_header", Dialect(), 0x01020304)):
        material = client(suite, dialect)
        header = GeneralHeader(bytes.fromhex("1112131415161718"), CLIENT, SERVER)
        key_info, key = static_agreed_key(material, header)
        message = protect_general(
            material, GET, control=material.control(), counter=counter, header=header, key_info=key_info, key=key
        )
        assert message == PEER[f"{name}_{suite}"]


@pytest.mark.parametrize("suite", [1, 2])
@pytest.mark.parametrize("dialect", [AS_THE_PEERS, Dialect()])
def test_our_own_agreed_and_wrapped_keys_open_at_the_other_end(suite: int, dialect: Dialect) -> None:
    material = client(suite, dialect)
    for key_info, key in (
        one_pass_agreed_key(material, HEADER),
        static_agreed_key(material, HEADER),
        wrapped_key(material),
    ):
        message = protect_general(
            material, GET, control=material.control(), counter=1, header=HEADER, key_info=key_info, key=key
        )
        assert unprotect(server(suite, dialect), message).apdu == GET
        with pytest.raises(TagError):
            unprotect(server(suite, dialect), message[:-1] + bytes((message[-1] ^ 1,)))


@pytest.mark.parametrize("suite", [1, 2])
@pytest.mark.parametrize(("name", "dialect"), [("signing", AS_THE_PEERS), ("signing_length", Dialect())])
def test_verifies_what_the_peer_signed(suite: int, name: str, dialect: Dialect) -> None:
    carrier = decode_apdu(PEER[f"{name}_{suite}"])
    assert isinstance(carrier, GeneralSigning)
    assert verify_general(server(suite, dialect), carrier) == GET
    with pytest.raises(TagError):
        verify_general(server(suite, dialect), replace(carrier, content=GET[:-1] + b"\x01"))
    with pytest.raises(TagError):
        verify_general(server(suite, dialect), replace(carrier, header=HEADER))
    with pytest.raises(TagError):
        verify_general(server(suite, dialect), replace(carrier, signature=b""))


@pytest.mark.parametrize("suite", [1, 2])
def test_our_own_signature_verifies_at_the_other_end_only_with_the_right_key(suite: int) -> None:
    carrier = decode_apdu(sign_general(client(suite), GET, HEADER))
    assert isinstance(carrier, GeneralSigning)
    assert verify_general(server(suite), carrier) == GET
    with pytest.raises(TagError):
        verify_general(client(suite), carrier)
    with pytest.raises(MissingKeyError):
        verify_general(replace(server(suite), peer_signing_key=None), carrier)


def test_keys_and_schemes_that_do_not_exist_are_refused() -> None:
    for key_info in (IdentifiedKey(7), WrappedKey(3, bytes(24)), AgreedKey(b"\x09", b""), AgreedKey(b"\x01", b"")):
        message = protect_general(
            client(1), GET, control=0x31, counter=1, header=HEADER, key_info=key_info, key=bytes(16)
        )
        with pytest.raises((ProtectionError, TagError)):
            unprotect(server(1), message)


def test_a_message_to_somebody_else_is_refused() -> None:
    header = replace(HEADER, recipient=bytes(8))
    message = protect_general(client(0), GET, control=0x30, counter=1, header=header, key_info=IdentifiedKey(0))
    with pytest.raises(ProtectionError, match="sent to"):
        unprotect(server(0), message)


def test_an_altered_header_is_noticed_where_it_is_authenticated() -> None:
    material = client(0, Dialect())
    message = protect_general(material, GET, control=0x30, counter=1, header=HEADER, key_info=IdentifiedKey(0))
    carrier = decode_apdu(message)
    assert isinstance(carrier, GeneralCiphering)
    altered = replace(carrier, header=replace(HEADER, transaction_id=b"\x01" * 8))
    with pytest.raises(TagError):
        unprotect(server(0, Dialect()), altered)
