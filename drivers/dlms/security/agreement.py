"""ECDH key agreement of suites 1 and 2 (NIST SP 800-56A as profiled by IEC 62056-5-3).

Three schemes: ephemeral unified model C(2e, 0s), by which `SecuritySetup.key_agreement` agrees global keys; one-pass
C(1e, 1s) and static unified model C(0e, 2s), by which general-ciphering agrees a key for one message. One-pass and
static unified are held against the examples of the Green Book (tables C.2 and C.3), signed offers against C.1; that
party U of C(2e, 0s) is the client is as the interop peer has it, `unverified`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from drivers.dlms.axdr import encode_bytes
from drivers.dlms.data import Array, Data
from drivers.dlms.enums import KeyId, Suite
from drivers.dlms.errors import SecurityError
from drivers.dlms.security.ecdsa import public_bytes, public_key, sign, verify
from drivers.dlms.security.keydata import decode_key_data, encode_key_data
from drivers.dlms.security.suites import PARAMETERS

ONE_PASS, STATIC_UNIFIED = 1, 2
"""Scheme in the key-parameters of an agreed key."""


def derive_key(suite: Suite, z: bytes, party_u: bytes, party_v: bytes) -> bytes:
    """The key from shared secret ``z``: hash of counter 1, z, algorithm id, party infos, cut to the key's length."""
    parameters = PARAMETERS[suite]
    if parameters.hash is None:
        raise SecurityError("security suite 0 has no key agreement")
    digest = hashes.Hash(parameters.hash)
    digest.update(b"\x00\x00\x00\x01" + z + parameters.algorithm_id + party_u + party_v)
    return digest.finalize()[: parameters.key_size]


def shared_secret(own: ec.EllipticCurvePrivateKey, peer: ec.EllipticCurvePublicKey) -> bytes:
    """Z, the x coordinate of the common point. Raises SecurityError for keys on different curves."""
    try:
        return own.exchange(ec.ECDH(), peer)
    except ValueError as error:
        raise SecurityError(f"key agreement: {error}") from None


def one_pass_key(suite: Suite, z: bytes, originator: bytes, recipient: bytes) -> bytes:
    """Content key of C(1e, 1s): party U is the originator's system title, party V the recipient's."""
    return derive_key(suite, z, originator, recipient)


def static_unified_key(suite: Suite, z: bytes, originator: bytes, recipient: bytes, transaction_id: bytes) -> bytes:
    """Content key of C(0e, 2s): party U also has the transaction id with its length, the nonce."""
    return derive_key(suite, z, originator + encode_bytes(transaction_id), recipient)


# -- SecuritySetup.key_agreement -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Offer:
    """One entry of key_agreement: which key, and this end's ephemeral public key, signed."""

    key_id: KeyId
    ephemeral: ec.EllipticCurvePrivateKey
    data: bytes


def make_offer(
    suite: Suite,
    key_id: KeyId,
    signing_key: ec.EllipticCurvePrivateKey,
    ephemeral: ec.EllipticCurvePrivateKey | None = None,
) -> Offer:
    """An offer with a fresh (or the given) ephemeral key. The signature covers key id and public key."""
    curve = PARAMETERS[suite].curve
    if curve is None:
        raise SecurityError("security suite 0 has no key agreement")
    key = ephemeral if ephemeral is not None else ec.generate_private_key(curve)
    point = public_bytes(key.public_key())
    return Offer(key_id, key, point + sign(signing_key, bytes((key_id,)) + point))


def open_offer(key_id: KeyId, data: bytes, signing_key: ec.EllipticCurvePublicKey) -> ec.EllipticCurvePublicKey:
    """The peer's ephemeral key in an offer. Raises TagError for a wrong signature, SecurityError off the curve."""
    half = len(data) // 2
    verify(signing_key, bytes((key_id,)) + data[:half], data[half:])
    return public_key(data[:half])


def agree(
    suite: Suite, offer: Offer, peer: ec.EllipticCurvePublicKey, client_title: bytes, server_title: bytes
) -> bytes:
    """The agreed key of C(2e, 0s); party U is the client, party V the server, at both ends."""
    return derive_key(suite, shared_secret(offer.ephemeral, peer), client_title, server_title)


def encode_offers(offers: Iterable[tuple[KeyId, bytes]]) -> Array:
    """Parameter, and return value, of key_agreement: key ids and `Offer.data`."""
    return encode_key_data(offers)


def decode_offers(value: Data) -> dict[KeyId, bytes]:
    """What `encode_offers` makes. Raises DecodeError for another shape, and for a key id that is given twice."""
    return decode_key_data(value)
