"""Who the bench is towards an office system: a key with its certificate, and whom it trusts.

A credential comes as one PEM text: private key, certificate, those of the authorities between it and an anchor where
there are any, and the trust anchors (self-signed certificates).
The host of an emulated station publishes good and bad ones under names (handbook, *Office systems*); a real one
comes from the utility's own authority.
"""

from __future__ import annotations

import os
import re
import ssl
import tempfile
import warnings
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key

_BLOCK = re.compile(r"-----BEGIN ([A-Z ]+)-----.*?-----END \1-----\n?", re.DOTALL)

TLS12_CIPHERS = (
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
    "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384"
)
"""What an office system may negotiate under TLS 1.2: forward secrecy and authenticated encryption."""


class CredentialError(ValueError):
    """A PEM text that is no credential. The message never quotes it."""


@dataclass(frozen=True)
class Credential:
    """A key with its certificate and trust anchors, all as PEM. Without key and certificate: anonymous, trust
    only. ``chain_pem``: certificates of the authorities between it and an anchor, which a peer is shown too.
    """

    key_pem: str
    certificate_pem: str
    trust_pem: str
    chain_pem: str = ""

    @classmethod
    def from_pem(cls, text: str) -> Credential:
        """Take a PEM text apart. Raises CredentialError."""
        key = ""
        shown: list[str] = []
        anchors: list[str] = []
        for match in _BLOCK.finditer(text):
            if match.group(1).endswith("PRIVATE KEY"):
                key = match.group(0)
            elif match.group(1) == "CERTIFICATE":
                (anchors if _is_anchor(match.group(0)) else shown).append(match.group(0))
        if bool(key) != bool(shown) or not (key or anchors):
            raise CredentialError("a credential is a private key, its certificate and the trust anchors, all PEM")
        own = _own_among(shown, key)
        return cls(key, own, "".join(anchors), "".join(block for block in shown if block != own))

    @classmethod
    def anonymous(cls, trust_pem: str) -> Credential:
        """No key of one's own, only trust in the server."""
        return cls("", "", trust_pem)

    def to_pem(self) -> str:
        """The credential as one PEM text, as `from_pem` reads it."""
        return self.key_pem + self.certificate_pem + self.chain_pem + self.trust_pem

    def __repr__(self) -> str:
        return f"Credential({self.name or 'anonymous'})"

    @cached_property
    def certificate(self) -> x509.Certificate:
        """The own certificate. Raises CredentialError for an anonymous credential."""
        if not self.certificate_pem:
            raise CredentialError("an anonymous credential has no certificate")
        return x509.load_pem_x509_certificate(self.certificate_pem.encode("ascii"))

    @cached_property
    def key(self) -> ec.EllipticCurvePrivateKey:
        """The own private key (P-256). Raises CredentialError."""
        if not self.key_pem:
            raise CredentialError("an anonymous credential has no key")
        key = load_pem_private_key(self.key_pem.encode("ascii"), None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise CredentialError("signatures need an elliptic curve key (P-256)")
        return key

    @property
    def name(self) -> str:
        """The common name of the certificate; empty when anonymous."""
        if not self.certificate_pem:
            return ""
        names = self.certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
        return str(names[0].value) if names else ""

    def without_key(self) -> Credential:
        """The same trust, no identity."""
        return Credential.anonymous(self.trust_pem)


def _is_anchor(block: str) -> bool:
    certificate = _certificate(block)
    return certificate.issuer == certificate.subject


def _own_among(blocks: list[str], key_pem: str) -> str:
    """The certificate of the key; where there is one only, that. Raises CredentialError."""
    if len(blocks) < 2:
        return "".join(blocks)
    try:
        key = load_pem_private_key(key_pem.encode("ascii"), None).public_key()
    except (ValueError, TypeError) as error:
        raise CredentialError("the private key cannot be read") from error
    for block in blocks:
        if _certificate(block).public_key() == key:
            return block
    raise CredentialError("none of the certificates is that of the private key")


def _certificate(block: str) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(block.encode("ascii"))
    except ValueError as error:
        raise CredentialError("a certificate cannot be read") from error


@dataclass(frozen=True)
class TlsOptions:
    """How the bench offers TLS. The defaults are right; an attack changes them.

    ``minimum``/``maximum``: versions offered; ``ciphers``: OpenSSL's list for TLS 1.2 and older; ``verify``: check
    the server (only an attack does not); ``server_name``: the name that the server must prove (none: that of the
    address); ``check_name``: whether it must prove one (where identities are no names, whoever asks looks himself).
    """

    minimum: ssl.TLSVersion = ssl.TLSVersion.TLSv1_2
    maximum: ssl.TLSVersion = ssl.TLSVersion.MAXIMUM_SUPPORTED
    ciphers: str = TLS12_CIPHERS
    verify: bool = True
    server_name: str = ""
    check_name: bool = True
    keylog: Path | None = None


def client_context(credential: Credential, options: TlsOptions | None = None) -> ssl.SSLContext:
    """A TLS context that is ``credential`` and trusts its anchors only; the same one each time.

    It resumes no session by itself, so that connections that share it have nothing else in common.
    """
    return _context_of(credential, options or TlsOptions())


@lru_cache(maxsize=64)
def _context_of(credential: Credential, options: TlsOptions) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    with warnings.catch_warnings():
        # An attack offers old versions on purpose.
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version, context.maximum_version = options.minimum, options.maximum
    context.set_ciphers(options.ciphers)
    if options.keylog is not None:
        context.keylog_filename = str(options.keylog)
    if not (options.verify and options.check_name):
        context.check_hostname = False
    if not options.verify:
        context.verify_mode = ssl.CERT_NONE
    if credential.trust_pem:
        context.load_verify_locations(cadata=credential.trust_pem)
    if credential.key_pem:
        load_own_certificate(context, credential)
    return context


def load_own_certificate(context: ssl.SSLContext, credential: Credential) -> None:
    """Give ``context`` the credential's key and certificate (the ssl module reads them from a file only)."""
    handle, path = tempfile.mkstemp(suffix=".pem")
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(credential.key_pem + credential.certificate_pem + credential.chain_pem)
        context.load_cert_chain(path)
    finally:
        os.unlink(path)
