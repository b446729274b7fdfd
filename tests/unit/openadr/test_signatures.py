"""Signatures: each bit counts, each message counts once, and only while it is fresh."""

from __future__ import annotations

import pytest

from drivers.openadr.envelope import FRESH_S, ReplayGuard, seal, unseal
from drivers.openadr.errors import ReplayError, SignatureError
from drivers.openadr.events import DistributeEvent
from tests.unit.openadr.parties import NOW, Party, parties, price_event


@pytest.fixture(scope="module")
def vtn() -> Party:
    return parties("vtn")["vtn"]


def sealed(vtn: Party, nonce: str = "n-1") -> bytes:
    return seal(DistributeEvent(events=(price_event(),), vtn_id="vtn"), vtn.credential, at=NOW, nonce=nonce)


def test_a_signature_proves_who_signed_and_when(vtn: Party) -> None:
    proof = unseal(sealed(vtn)).proof
    assert proof is not None
    assert (proof.fingerprint, proof.at, proof.nonce) == (vtn.fingerprint, NOW, "n-1")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<ei:value>0.25<", b"<ei:value>0.05<"),
        (b">event-1<", b">event-2<"),
        (b"<dsp:nonce>n-1<", b"<dsp:nonce>n-2<"),
        (b"<dsp:timestamp>2026-01-05T00:00:00Z<", b"<dsp:timestamp>2026-01-05T00:00:09Z<"),
        (b'URI="#oadrSignedObject"', b'URI="#prop"'),
        (b"2001/04/xmlenc#sha256", b"2001/04/xmldsig-more#md5"),
        (b"xmldsig-more#ecdsa-sha256", b"xmldsig-more#hmac-sha256"),
    ],
)
def test_what_was_altered_is_refused(vtn: Party, old: bytes, new: bytes) -> None:
    body = sealed(vtn)
    assert old in body
    with pytest.raises(SignatureError):
        unseal(body.replace(old, new))


def test_a_message_counts_once(vtn: Party) -> None:
    guard, proof = ReplayGuard(), unseal(sealed(vtn)).proof
    assert proof is not None
    guard.check(proof, NOW + 1.0)
    with pytest.raises(ReplayError):
        guard.check(proof, NOW + 1.0)


@pytest.mark.parametrize("off_s", [FRESH_S + 1.0, -FRESH_S - 1.0])
def test_a_message_of_another_time_is_refused(vtn: Party, off_s: float) -> None:
    proof = unseal(sealed(vtn)).proof
    assert proof is not None
    with pytest.raises(ReplayError):
        ReplayGuard().check(proof, NOW + off_s)
