"""Credentials and signatures that the bench makes up."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from drivers.cim.credentials import Credential
from drivers.cim.signature import decode_base64url, encode_base64url

_VALID = timedelta(days=1)


def new_key() -> ec.EllipticCurvePrivateKey:
    """A new key (P-256)."""
    return ec.generate_private_key(ec.SECP256R1())


def key_pem(key: ec.EllipticCurvePrivateKey) -> str:
    """A private key as PEM."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode("ascii")


def self_signed(like: Credential) -> Credential:
    """A credential whose certificate says what ``like``'s says, but is signed by nobody but its own new key."""
    key, now = new_key(), datetime.now(UTC)
    certificate = like.certificate
    builder = (
        x509.CertificateBuilder()
        .subject_name(certificate.subject)
        .issuer_name(certificate.subject)
        .public_key(key.public_key())
        .serial_number(certificate.serial_number)
        .not_valid_before(now - _VALID)
        .not_valid_after(now + _VALID)
    )
    for extension in certificate.extensions:
        if isinstance(extension.value, x509.SubjectAlternativeName | x509.ExtendedKeyUsage):
            builder = builder.add_extension(extension.value, extension.critical)
    made = builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM).decode("ascii")
    return Credential(key_pem(key), made, like.trust_pem)


def unsigned(signature: str) -> str:
    """A detached signature that says it needs none (algorithm ``none``)."""
    return f"{_with_algorithm(signature, 'none')}.."


def keyed_with_public(signature: str, body: bytes, own: Credential) -> str:
    """A detached signature by HMAC with what everybody knows, the signer's public key, as the secret."""
    head = _with_algorithm(signature, "HS256")
    public = own.certificate.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    mac = hmac.new(public, f"{head}.".encode("ascii") + body, hashlib.sha256).digest()
    return f"{head}..{encode_base64url(mac)}"


def _with_algorithm(signature: str, name: str) -> str:
    document = msgspec.json.decode(decode_base64url(signature.split(".")[0]))
    return encode_base64url(msgspec.json.encode({**document, "alg": name}))
