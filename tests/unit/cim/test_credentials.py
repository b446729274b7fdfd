"""A credential is taken apart in whatever order its parts stand, and shows a peer its whole chain."""

from __future__ import annotations

import itertools
import ssl
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from drivers.cim.credentials import Credential, CredentialError, load_own_certificate

KEYS = {name: ec.generate_private_key(ec.SECP256R1()) for name in ("root", "maker", "device")}
ISSUERS = {"root": "root", "maker": "root", "device": "maker"}


def certificate(name: str) -> str:
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, ISSUERS[name])]))
        .public_key(KEYS[name].public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(name != "device", None), critical=True)
        .sign(KEYS[ISSUERS[name]], hashes.SHA256())
    )
    return made.public_bytes(Encoding.PEM).decode("ascii")


KEY = KEYS["device"].private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode("ascii")
ROOT, MAKER, DEVICE = certificate("root"), certificate("maker"), certificate("device")


@pytest.mark.parametrize("parts", list(itertools.permutations((KEY, DEVICE, MAKER, ROOT))))
def test_the_certificate_of_the_key_is_the_own_one_wherever_it_stands(parts: tuple[str, ...]) -> None:
    credential = Credential.from_pem("".join(parts))
    assert (credential.key_pem, credential.certificate_pem) == (KEY, DEVICE)
    assert (credential.chain_pem, credential.trust_pem) == (MAKER, ROOT)
    assert Credential.from_pem(credential.to_pem()) == credential


def trusted(credential: Credential) -> bool:
    """Whether a server that knows the root alone takes the credential."""
    server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    for context in (server, client):
        load_own_certificate(context, credential)
        context.load_verify_locations(cadata=ROOT)
    server.verify_mode = ssl.CERT_REQUIRED
    client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [server.wrap_bio(to_server, to_client, server_side=True), client.wrap_bio(to_client, to_server)]
    try:
        for end in (1, 0, 1, 0, 1, 0):
            try:
                ends[end].do_handshake()
            except ssl.SSLWantReadError:
                continue
    except ssl.SSLCertVerificationError:
        return False
    return ends[0].getpeercert() is not None


def test_a_peer_that_knows_the_anchor_alone_is_shown_the_chain() -> None:
    assert trusted(Credential.from_pem(KEY + DEVICE + MAKER + ROOT))
    assert not trusted(Credential.from_pem(KEY + DEVICE + ROOT))


@pytest.mark.parametrize(
    "text", ["", KEY + ROOT, DEVICE + ROOT, KEY + MAKER + certificate("maker") + ROOT, KEY + "junk"]
)
def test_what_is_no_credential_is_refused(text: str) -> None:
    with pytest.raises(CredentialError):
        Credential.from_pem(text)
