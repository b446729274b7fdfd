"""Link keys by Enrolment over Secure Transport (RFC 7030): a device of the home asks its gateway for a certificate.

IEEE 2030.5 gives a device one certificate for life and no way to change it; a gateway that wants a key for each link,
which can be changed and taken away, is asked as EST has it: a PKCS #10 request is posted over TLS with the certificate
that the device has (``simpleenroll`` by its maker's, ``simplereenroll`` by the one that is to be replaced), and a
certs-only PKCS #7 comes back, both in base64 (RFC 7030, 4.2).
"""

from __future__ import annotations

import base64
import binascii

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    pkcs7,
)
from cryptography.x509.oid import NameOID

from drivers.cim.client import Answer
from drivers.cim.credentials import Credential
from drivers.sep2.client import Sep2Client
from drivers.sep2.errors import Sep2DecodeError

ENROL = "/.well-known/est/simpleenroll"
REENROL = "/.well-known/est/simplereenroll"
REQUEST_TYPE = "application/pkcs10"
ANSWER_HEADERS = {
    "content-type": "application/pkcs7-mime; smime-type=certs-only",
    "content-transfer-encoding": "base64",
}


def new_key() -> ec.EllipticCurvePrivateKey:
    """A key of the curve that 2030.5 asks for."""
    return ec.generate_private_key(ec.SECP256R1())


def request_for(key: ec.EllipticCurvePrivateKey, name: str) -> bytes:
    """The body that asks for a certificate for ``key``."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    request = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, hashes.SHA256())
    return base64.b64encode(request.public_bytes(Encoding.DER))


def read_request(body: bytes) -> x509.CertificateSigningRequest:
    """What such a body asks for, its signature checked. Raises Sep2DecodeError."""
    try:
        request = x509.load_der_x509_csr(base64.b64decode(body, validate=True))
    except (binascii.Error, ValueError) as error:
        raise Sep2DecodeError("simpleenroll", "is no certification request") from error
    if not request.is_signature_valid or not isinstance(request.public_key(), ec.EllipticCurvePublicKey):
        raise Sep2DecodeError("simpleenroll", "is not signed by the key that it names")
    return request


def public_octets(request: x509.CertificateSigningRequest) -> bytes:
    """The public key that a request names, by which keys are told apart."""
    return request.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def answer_with(certificate: x509.Certificate) -> bytes:
    """The body that gives a certificate out."""
    return base64.b64encode(pkcs7.serialize_certificates([certificate], Encoding.DER))


def read_answer(body: bytes) -> x509.Certificate:
    """The certificate in such a body. Raises Sep2DecodeError."""
    try:
        (certificate,) = pkcs7.load_der_pkcs7_certificates(base64.b64decode(body, validate=True))
    except (binascii.Error, ValueError) as error:
        raise Sep2DecodeError("simpleenroll", "the answer holds no certificate") from error
    return certificate


async def ask_for_key(client: Sep2Client, key: ec.EllipticCurvePrivateKey, path: str = ENROL) -> Answer:
    """Ask the gateway for a certificate for ``key``; the answer, whatever it is. Raises OfficeError."""
    body = request_for(key, f"{client.lfdi.hex()[:16]}")
    return await client.http.request("POST", path, body, {"content-type": REQUEST_TYPE})


def credential_from(answer: Answer, key: ec.EllipticCurvePrivateKey, trust_pem: str) -> Credential:
    """The link key in an answer. Raises OfficeRefusedError, Sep2DecodeError."""
    certificate = read_answer(answer.raise_for_refusal().body)
    own = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode("ascii")
    return Credential(own, certificate.public_bytes(Encoding.PEM).decode("ascii"), trust_pem)
