"""ECDSA of suites 1 and 2: signatures as r and s side by side, keys as raw coordinates."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from drivers.dlms.errors import SecurityError, TagError

_CURVES: dict[int, ec.EllipticCurve] = {32: ec.SECP256R1(), 48: ec.SECP384R1()}


def sign(key: ec.EllipticCurvePrivateKey, message: bytes) -> bytes:
    """r and s, each as long as the curve's order (64 bytes in all on P-256, 96 on P-384)."""
    size = _coordinate_size(key.curve)
    r, s = decode_dss_signature(key.sign(message, ec.ECDSA(_hash(size))))
    return r.to_bytes(size, "big") + s.to_bytes(size, "big")


def verify(key: ec.EllipticCurvePublicKey, message: bytes, signature: bytes) -> None:
    """Raises TagError unless ``signature`` is the one of ``message`` under ``key``."""
    size = _coordinate_size(key.curve)
    if len(signature) != 2 * size:
        raise TagError(f"a signature of {len(signature)} bytes, expected {2 * size}")
    r, s = int.from_bytes(signature[:size], "big"), int.from_bytes(signature[size:], "big")
    try:
        key.verify(encode_dss_signature(r, s), message, ec.ECDSA(_hash(size)))
    except InvalidSignature:
        raise TagError("the signature is wrong") from None


def private_key(raw: bytes) -> ec.EllipticCurvePrivateKey:
    """A private key from its number: 32 bytes for P-256, 48 for P-384. Raises SecurityError."""
    curve = _CURVES.get(len(raw))
    if curve is None:
        raise SecurityError(f"a private key of {len(raw)} bytes, expected 32 or 48")
    try:
        return ec.derive_private_key(int.from_bytes(raw, "big"), curve)
    except ValueError as error:
        raise SecurityError(f"not a private key: {error}") from None


def public_key(raw: bytes) -> ec.EllipticCurvePublicKey:
    """A public key from its coordinates x and y side by side: 64 or 96 bytes. Raises SecurityError off the curve."""
    curve = _CURVES.get(len(raw) // 2)
    if curve is None or len(raw) % 2:
        raise SecurityError(f"a public key of {len(raw)} bytes, expected 64 or 96")
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(curve, b"\x04" + raw)
    except ValueError as error:
        raise SecurityError(f"not a public key: {error}") from None


def public_bytes(key: ec.EllipticCurvePublicKey) -> bytes:
    """The coordinates x and y side by side."""
    numbers, size = key.public_numbers(), _coordinate_size(key.curve)
    return numbers.x.to_bytes(size, "big") + numbers.y.to_bytes(size, "big")


def _coordinate_size(curve: ec.EllipticCurve) -> int:
    return (curve.key_size + 7) // 8


def _hash(coordinate_size: int) -> hashes.HashAlgorithm:
    return hashes.SHA256() if coordinate_size == 32 else hashes.SHA384()
