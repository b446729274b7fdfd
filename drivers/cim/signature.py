"""The detached signature of a message: a JSON Web Signature (RFC 7515) with unencoded, detached payload (RFC
7797), ES256.

It travels in the header ``X-JWS-Signature`` as ``BASE64URL(protected)..BASE64URL(signature)``; the payload is the
body of the request, byte for byte. The protected header binds what a signature must not be separated from::

    {"alg": "ES256", "b64": false, "crit": ["b64"], "x5c": ["…"], "iat": 1795340400.123, "nonce": "…",
     "aud": "headend", "htm": "POST", "htu": "/cim"}

``x5c`` (RFC 7515, 4.1.6) is the signer's certificate, ``iat`` the time of signing (station time, s), ``aud`` the
receiver,
``htm`` and ``htu`` method and path (named after RFC 9449).
"""

from __future__ import annotations

import base64
import binascii
from typing import Any

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.serialization import Encoding

SIGNATURE_HEADER = "X-JWS-Signature"
_COORDINATE_BYTES = 32


class BadSignatureError(ValueError):
    """The signature is missing, cannot be read, or does not fit the message."""


class Protected(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The protected header of a signature. ``iat`` is station time in s."""

    aud: str
    htm: str
    htu: str
    iat: float
    nonce: str
    x5c: tuple[str, ...]
    alg: str = "ES256"
    b64: bool = False
    crit: tuple[str, ...] = ("b64",)

    def certificate(self) -> x509.Certificate:
        """The signer's certificate. Raises BadSignatureError."""
        try:
            return x509.load_der_x509_certificate(base64.b64decode(self.x5c[0], validate=True))
        except (ValueError, IndexError, binascii.Error) as error:
            raise BadSignatureError("no certificate") from error


def certificate_text(certificate: x509.Certificate) -> str:
    """A certificate as an element of ``x5c``."""
    return base64.b64encode(certificate.public_bytes(Encoding.DER)).decode("ascii")


def sign(key: ec.EllipticCurvePrivateKey, protected: Protected, body: bytes) -> str:
    """The value of the signature header for ``body``. ``key`` is a P-256 key."""
    head = encode_base64url(msgspec.json.encode(protected))
    der = key.sign(f"{head}.".encode("ascii") + body, ec.ECDSA(hashes.SHA256()))
    r, s = utils.decode_dss_signature(der)
    raw = r.to_bytes(_COORDINATE_BYTES, "big") + s.to_bytes(_COORDINATE_BYTES, "big")
    return f"{head}..{encode_base64url(raw)}"


def verify_es256(key: ec.EllipticCurvePublicKey, signing_input: bytes, raw: bytes) -> None:
    """Check a signature of RFC 7518, 3.4: R and S, 32 bytes each. Raises BadSignatureError."""
    if len(raw) != 2 * _COORDINATE_BYTES:
        raise BadSignatureError("length")
    r, s = int.from_bytes(raw[:_COORDINATE_BYTES], "big"), int.from_bytes(raw[_COORDINATE_BYTES:], "big")
    try:
        key.verify(utils.encode_dss_signature(r, s), signing_input, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature as error:
        raise BadSignatureError("does not fit") from error


def read_protected(signature: str) -> Protected:
    """The protected header, not yet verified. Raises BadSignatureError."""
    head, _ = _split(signature)
    try:
        protected = msgspec.json.decode(decode_base64url(head), type=Protected)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadSignatureError("protected header") from error
    if protected.alg != "ES256" or protected.b64 or protected.crit != ("b64",):
        raise BadSignatureError("algorithm")
    return protected


def verify(certificate: x509.Certificate, signature: str, body: bytes) -> Protected:
    """The protected header, once the signature over it and ``body`` has been verified. Raises BadSignatureError."""
    protected = read_protected(signature)
    head, tail = _split(signature)
    key = certificate.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise BadSignatureError("key")
    verify_es256(key, f"{head}.".encode("ascii") + body, decode_base64url(tail))
    return protected


def encode_base64url(data: bytes) -> str:
    """Base64url without padding (RFC 7515, 2)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def decode_base64url(text: str) -> bytes:
    """The bytes of unpadded base64url. Raises BadSignatureError."""
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error) as error:
        raise BadSignatureError("base64url") from error
    if encode_base64url(data) != text:
        raise BadSignatureError("base64url is not canonical")
    return data


def _split(signature: str) -> tuple[str, str]:
    parts = signature.split(".")
    if len(parts) != 3 or parts[1] or not signature.isascii():
        raise BadSignatureError("form")
    return parts[0], parts[2]


def claims(signature: str) -> dict[str, Any]:
    """The protected header as a dictionary, for a report. Raises BadSignatureError."""
    converted: dict[str, Any] = msgspec.to_builtins(read_protected(signature))
    return converted
