"""Certificates and signatures as OCPP's messages speak of them, without I/O.

A certificate is named by hashes of its issuer (RFC 6960, as 2.0.1's CertificateHashDataType has it). Firmware is signed
over SHA-256 by the manufacturer's key (OCA, Improved security for OCPP 1.6-J ed. 2, L01); here ECDSA alone is known.
"""

from __future__ import annotations

import base64
import hashlib

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from drivers.ocpp.errors import BadPayloadError


def parse(pem: str) -> x509.Certificate:
    """The first certificate of a text. Raises BadPayloadError."""
    try:
        return x509.load_pem_x509_certificate(pem.encode())
    except ValueError as error:
        raise BadPayloadError("no certificate") from error


def hash_data(certificate: x509.Certificate, issuer: x509.Certificate | None = None) -> dict[str, str]:
    """CertificateHashDataType; ``issuer`` by default the certificate itself, as for a root."""
    key = (issuer or certificate).public_key()
    bits = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if isinstance(key, ec.EllipticCurvePublicKey):
        bits = key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return {
        "hashAlgorithm": "SHA256",
        "issuerNameHash": hashlib.sha256(certificate.issuer.public_bytes()).hexdigest(),
        "issuerKeyHash": hashlib.sha256(bits).hexdigest(),
        "serialNumber": f"{certificate.serial_number:x}",
    }


def is_issued_by(certificate: x509.Certificate, authority: x509.Certificate) -> bool:
    """Whether the authority has signed the certificate."""
    try:
        certificate.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def is_authority(certificate: x509.Certificate) -> bool:
    """Whether a certificate may sign others."""
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def make_csr(key: ec.EllipticCurvePrivateKey, identity: str, organisation: str) -> str:
    """A request for a station's certificate: its identity as common name (2.0.1, A02.FR.12; unverified)."""
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, identity),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
        ]
    )
    request = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, hashes.SHA256())
    return request.public_bytes(Encoding.PEM).decode("ascii")


def sign_image(key: ec.EllipticCurvePrivateKey, image: bytes) -> str:
    """The signature of a firmware image, base64."""
    return base64.b64encode(key.sign(image, ec.ECDSA(hashes.SHA256()))).decode("ascii")


def image_is_signed(certificate: x509.Certificate, image: bytes, signature: str) -> bool:
    """Whether ``signature`` (base64) is the certificate's key's over ``image``."""
    key = certificate.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey):
        return False
    try:
        key.verify(base64.b64decode(signature, validate=True), image, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return True
