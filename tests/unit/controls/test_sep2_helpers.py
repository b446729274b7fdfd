"""What probes on 2030.5 work out by themselves."""

from __future__ import annotations

import ssl

from bench.controls.sep2._weak_tls import WEAK_CLIENTS, is_mandatory
from bench.controls.sep2.c_m3_least_privilege import counted_upward
from bench.controls.tls_records import share_of

_ACCOUNT = "01010101010101010101010100007ed9"


def _record(kind: int, content: bytes) -> bytes:
    return bytes((kind, 3, 3)) + len(content).to_bytes(2, "big") + content


def _message(kind: int, body: bytes) -> bytes:
    return bytes((kind,)) + len(body).to_bytes(3, "big") + body


def test_a_clients_share_is_its_random_and_the_key_of_its_key_exchange() -> None:
    hello = _message(1, b"\x03\x03" + bytes(range(32)) + b"\x00")
    key = _message(16, b"\x05\x04abcd")
    stream = _record(22, hello) + _record(22, key) + _record(20, b"\x01") + _record(23, b"nonce--1rest")
    share = share_of(stream)
    assert share is not None
    assert (share.random, share.public_key, share.nonces) == (bytes(range(32)), b"\x04abcd", (b"nonce--1",))


def test_accounts_beside_the_homes_are_the_next_ones() -> None:
    found = counted_upward(["/dcap", f"/ppy/{_ACCOUNT}/ab", "/msg/1/txt"], 2)
    assert found == [
        "/ppy/01010101010101010101010100007eda/ab",
        "/ppy/01010101010101010101010100007edb/ab",
    ]


def test_addresses_without_an_mrid_have_no_next_ones() -> None:
    assert counted_upward(["/msg?s=0&l=255", "/tp/1/rc/1/tti"], 50) == []


def test_only_the_mandatory_suite_of_tls_1_2_is_good() -> None:
    assert is_mandatory(("TLSv1.2", "ECDHE-ECDSA-AES128-CCM8"))
    assert not is_mandatory(("TLSv1.2", "ECDHE-ECDSA-AES128-GCM-SHA256"))
    assert not is_mandatory(("TLSv1.1", "ECDHE-ECDSA-AES128-SHA"))
    assert not is_mandatory(None)


def test_weak_offers_can_be_made_here() -> None:
    for options in WEAK_CLIENTS.values():
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.set_ciphers(options.ciphers)
