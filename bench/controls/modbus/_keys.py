"""Keys of Modbus/TLS devices: which one a unit shows, and the credential of somebody who has got hold of it."""

from __future__ import annotations

from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from bench.access.modbus import ModbusAccess
from drivers.cim.credentials import Credential
from drivers.transport.tls import TlsTransport

DEVICE_KEY = "device_key"
"""The secret with a unit's private key, as its supplier gives it to a lab: 32 bytes, big-endian."""


@dataclass
class Bearer(ModbusAccess):
    """Whoever bears a certificate that the device file names for nobody."""

    shown: Credential

    def credential(self, _role: str) -> Credential:
        """The one that he has."""
        return self.shown


async def certificate_of(access: ModbusAccess) -> x509.Certificate:
    """What a unit shows. Raises as `ModbusAccess.session`."""
    async with access.session() as client:
        transport = client.link.transport
        assert isinstance(transport, TlsTransport)
        return x509.load_der_x509_certificate(transport.negotiated.peer_certificate or b"")


def public_key(certificate: x509.Certificate) -> bytes:
    """The public key of a certificate, which tells its private key from another."""
    return certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


async def own_credential(access: ModbusAccess) -> Credential:
    """The unit's own key and certificate, as somebody has them who has opened it."""
    certificate = (await certificate_of(access)).public_bytes(Encoding.PEM).decode("ascii")
    key = ec.derive_private_key(int.from_bytes(access.reveal(DEVICE_KEY), "big"), ec.SECP256R1())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode("ascii")
    return Credential(pem, certificate, access.credential(access.role).trust_pem)
