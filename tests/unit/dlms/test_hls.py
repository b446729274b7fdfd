"""f(challenge) of the authentication mechanisms, against the Green Book and the peer."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from drivers.dlms.enums import Mechanism, Suite
from drivers.dlms.errors import MissingKeyError, SecurityError, TagError
from drivers.dlms.security import SecurityMaterial, check_response, new_challenge, private_key, respond

PEER = {
    name: bytes.fromhex(text)
    for name, text in json.loads((Path(__file__).parent / "vectors/pydlms_client.json").read_text())["vectors"].items()
}
AUTHENTICATION_KEY = bytes.fromhex("d0d1d2d3d4d5d6d7d8d9dadbdcdddedf")
GREEN_BOOK = SecurityMaterial(
    own_title=bytes.fromhex("4d4d4d0000000001"),
    peer_title=bytes.fromhex("4d4d4d0000bc614e"),
    global_unicast_key=bytes(range(16)),
    authentication_key=AUTHENTICATION_KEY,
)
CTOS, STOC = b"K56iVagY", b"P6wRJ21F"


def test_green_book_example_of_gmac() -> None:
    # Green Book 8.1, table 43 (transcribed in cosemlib, tests of its GCM)
    answer = respond(Mechanism.HLS_GMAC, GREEN_BOOK, received=STOC, sent=CTOS, counter=1)
    assert answer.hex() == "10000000011a52fe7dd3e72748973c1e28"
    proof = bytes.fromhex("1001234567fe1466afb3dbcd4f9389e2b7")
    assert check_response(Mechanism.HLS_GMAC, GREEN_BOOK, proof, received=STOC, sent=CTOS) == 0x01234567


@pytest.mark.parametrize("suite", [0, 1, 2])
def test_gmac_of_every_suite_agrees_with_the_peer(suite: int) -> None:
    size = 32 if suite == 2 else 16
    material = SecurityMaterial(
        suite=Suite(suite),
        own_title=bytes.fromhex("4d4d4d0000bc614e"),
        global_unicast_key=bytes(range(size)),
        authentication_key=bytes(range(0x70, 0x70 + size)),
    )
    assert respond(Mechanism.HLS_GMAC, material, received=STOC, sent=b"", counter=7) == PEER[f"gmac_{suite}"]


TITLES = SecurityMaterial(own_title=bytes.fromhex("4d4d4d0000bc614e"), peer_title=bytes.fromhex("4d4d4d0000000001"))


@pytest.mark.parametrize(
    ("mechanism", "name"),
    [(Mechanism.HLS_SHA256, "sha256"), (Mechanism.HLS_MD5, "md5"), (Mechanism.HLS_SHA1, "sha1")],
)
def test_digests_agree_with_the_peer(mechanism: Mechanism, name: str) -> None:
    answer = respond(mechanism, TITLES, secret=b"secret", received=b"StoC" * 4, sent=b"CtoS" * 4)
    assert answer == PEER[name]


@pytest.mark.parametrize("suite", [1, 2])
def test_the_peers_ecdsa_answer_verifies_at_the_server(suite: int) -> None:
    number = 48 if suite == 2 else 32
    server = replace(TITLES.for_peer(), suite=Suite(suite), peer_signing_key=private_key(b"\x01" * number).public_key())
    answer = PEER[f"ecdsa_{suite}"]
    check_response(Mechanism.HLS_ECDSA, server, answer, received=b"C" * 32, sent=b"S" * 32)
    with pytest.raises(TagError):
        check_response(Mechanism.HLS_ECDSA, server, answer, received=b"S" * 32, sent=b"C" * 32)


def both_ends(mechanism: Mechanism) -> tuple[SecurityMaterial, SecurityMaterial]:
    client_key, server_key = private_key(b"\x05" * 32), private_key(b"\x06" * 32)
    client = replace(GREEN_BOOK, suite=Suite(1), own_signing_key=client_key, peer_signing_key=server_key.public_key())
    server = replace(client.for_peer(), own_signing_key=server_key, peer_signing_key=client_key.public_key())
    return client, server


MECHANISMS = [
    Mechanism.HLS_MD5, Mechanism.HLS_SHA1, Mechanism.HLS_GMAC, Mechanism.HLS_SHA256, Mechanism.HLS_ECDSA,
]  # fmt: skip


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_each_end_accepts_the_others_answer_and_nothing_else(mechanism: Mechanism) -> None:
    client, server = both_ends(mechanism)
    ctos, stoc = new_challenge(mechanism), new_challenge(mechanism)
    pass_3 = respond(mechanism, client, secret=b"secret", received=stoc, sent=ctos, counter=5)
    used = check_response(mechanism, server, pass_3, secret=b"secret", received=ctos, sent=stoc)
    assert used == (5 if mechanism is Mechanism.HLS_GMAC else None)
    pass_4 = respond(mechanism, server, secret=b"secret", received=ctos, sent=stoc, counter=9)
    check_response(mechanism, client, pass_4, secret=b"secret", received=stoc, sent=ctos)

    for wrong in (pass_3[:-1] + bytes((pass_3[-1] ^ 1,)), pass_3[:-1], pass_3 + b"\x00", b""):
        with pytest.raises(TagError):
            check_response(mechanism, server, wrong, secret=b"secret", received=ctos, sent=stoc)
    with pytest.raises(TagError):
        check_response(mechanism, server, pass_3, secret=b"secret", received=ctos, sent=new_challenge(mechanism))


@pytest.mark.parametrize("mechanism", [Mechanism.HLS_GMAC, Mechanism.HLS_SHA256, Mechanism.HLS_ECDSA])
def test_the_servers_own_answer_reflected_is_not_the_clients(mechanism: Mechanism) -> None:
    _, server = both_ends(mechanism)
    challenge = new_challenge(mechanism)
    reflected = respond(mechanism, server, secret=b"secret", received=challenge, sent=challenge, counter=1)
    with pytest.raises(TagError):
        check_response(mechanism, server, reflected, secret=b"secret", received=challenge, sent=challenge)


def test_a_gmac_answer_that_claims_another_suite_or_encryption_is_refused() -> None:
    for control in (0x11, 0x30, 0x00):
        altered = replace(GREEN_BOOK.for_peer(), suite=Suite(control & 1))
        answer = bytes((control,)) + respond(Mechanism.HLS_GMAC, altered, received=CTOS, sent=STOC, counter=1)[1:]
        with pytest.raises(TagError):
            check_response(Mechanism.HLS_GMAC, GREEN_BOOK, answer, received=STOC, sent=CTOS)


def test_missing_keys_and_unknown_functions_are_told() -> None:
    with pytest.raises(MissingKeyError):
        respond(Mechanism.HLS_ECDSA, TITLES, received=b"", sent=b"")
    with pytest.raises(MissingKeyError):
        check_response(Mechanism.HLS_ECDSA, TITLES, b"", received=b"", sent=b"")
    with pytest.raises(SecurityError, match="no known challenge function"):
        respond(Mechanism.HLS, TITLES, received=b"", sent=b"")


def test_challenges_do_not_repeat_and_are_long_enough() -> None:
    seen = {new_challenge(Mechanism.HLS_GMAC) for _ in range(100)}
    assert len(seen) == 100
    assert {len(challenge) for challenge in seen} == {16}
    assert len(new_challenge(Mechanism.HLS_ECDSA)) == 32
