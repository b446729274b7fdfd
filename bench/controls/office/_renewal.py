"""Changing the credentials of a party at an office system: its certificate, or a customer's password.

Renewal follows EST (RFC 7030, 4.2.2): a request signed with a new key, posted over a connection that the present
certificate secures. PIXIT ``routes`` names the paths ``renew`` and ``revoke`` where they differ from the interface's.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from bench.access.office import OfficeAccess
from bench.controls.office._forged import key_pem, new_key
from drivers.cim.client import Answer, OfficeClient
from drivers.cim.credentials import Credential

RENEW_PATH, REVOKE_PATH = "/.well-known/est/simplereenroll", "/pki/revoke"
GUARDED_PATH, UNAUTHENTICATED = "/config", 401
"""A door at which everybody is asked who he is, and what is said to nobody in particular; others may be forbidden."""


@dataclass(frozen=True)
class Renewal:
    """A renewal that was prepared: the new key and the request for its certificate (base64 of PKCS #10)."""

    old: Credential
    new_key_pem: str
    request: bytes

    def with_answer(self, answer: Answer) -> Credential:
        """The new credential. Raises OfficeRefusedError, CredentialError."""
        certificate = answer.raise_for_refusal().body.decode("ascii")
        return Credential.from_pem(self.new_key_pem + certificate + self.old.trust_pem)


def prepared(old: Credential) -> Renewal:
    """A renewal of ``old`` with a new key."""
    key = new_key()
    asked = x509.CertificateSigningRequestBuilder().subject_name(old.certificate.subject).sign(key, hashes.SHA256())
    return Renewal(old, key_pem(key), base64.b64encode(asked.public_bytes(Encoding.DER)))


async def renew(access: OfficeAccess, client: OfficeClient, renewal: Renewal) -> Credential:
    """Have the renewal done; raises what the system answers."""
    answer = await client.request("POST", _route(access, "renew", RENEW_PATH), renewal.request, _PKCS10)
    return renewal.with_answer(answer)


async def revoke(access: OfficeAccess, client: OfficeClient, certificate_pem: str) -> None:
    """Have a certificate of one's own revoked; raises what the system answers."""
    path = _route(access, "revoke", REVOKE_PATH)
    (await client.request("POST", path, certificate_pem.encode("ascii"), _PEM)).raise_for_refusal()


def _route(access: OfficeAccess, purpose: str, usual: str) -> str:
    return str(access.pixit("routes", {}).get(purpose, usual))


_PKCS10 = {"content-type": "application/pkcs10", "content-transfer-encoding": "base64"}
_PEM = {"content-type": "application/x-pem-file"}


async def recognised(access: OfficeAccess, credential: Credential) -> bool:
    """Whether the system knows the holder of the credential, be it only to forbid. Raises OfficeError for a refused
    handshake."""
    client = access.client(credential)
    try:
        return (await client.get(GUARDED_PATH)).status != UNAUTHENTICATED
    finally:
        await client.close()
