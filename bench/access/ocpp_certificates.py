"""Certificates that the bench makes as the authority of a CSMS, and roots of its own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

_VALID = timedelta(days=30)


def signed_request(request: str, authority: bytes, key: ec.EllipticCurvePrivateKey | None = None) -> str:
    """The certificate (PEM) for a station's request (PEM), by the authority of which key and certificate are given
    (PEM). ``key``: another one signs in the authority's name. ValueError for what is no request."""
    asked = x509.load_pem_x509_csr(request.encode("ascii"))
    public = asked.public_key()
    if not isinstance(public, ec.EllipticCurvePublicKey):
        raise ValueError(f"a key of {type(public).__name__} is asked for; only elliptic curves are known here")
    own = load_pem_private_key(authority, None)
    assert isinstance(own, ec.EllipticCurvePrivateKey)
    issuer = x509.load_pem_x509_certificate(authority).subject
    builder = _builder(asked.subject, issuer, public)
    return builder.sign(key or own, hashes.SHA256()).public_bytes(Encoding.PEM).decode("ascii")


def new_root(name: str) -> str:
    """The certificate (PEM) of an authority that nobody knows."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    builder = _builder(subject, subject, key.public_key()).add_extension(
        x509.BasicConstraints(True, None), critical=True
    )
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM).decode("ascii")


def _builder(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + _VALID)
    )
