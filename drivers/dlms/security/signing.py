"""general-signing: an APDU, plain or ciphered, with a signature of suites 1 and 2."""

from __future__ import annotations

from dataclasses import replace

from drivers.dlms.apdu.protection import GeneralHeader, GeneralSigning
from drivers.dlms.axdr import encode_bytes
from drivers.dlms.errors import MissingKeyError
from drivers.dlms.security.ecdsa import sign, verify
from drivers.dlms.security.material import SecurityMaterial


def sign_general(material: SecurityMaterial, apdu: bytes, header: GeneralHeader) -> bytes:
    """``apdu`` in general-signing under this end's signing key. Raises MissingKeyError."""
    if material.own_signing_key is None:
        raise MissingKeyError("own signing key")
    carrier = GeneralSigning(header, apdu, b"")
    return replace(carrier, signature=sign(material.own_signing_key, signed_bytes(material, carrier))).encode()


def verify_general(material: SecurityMaterial, carrier: GeneralSigning) -> bytes:
    """The APDU inside. Raises TagError unless the peer signed it, MissingKeyError."""
    if material.peer_signing_key is None:
        raise MissingKeyError("peer signing key")
    verify(material.peer_signing_key, signed_bytes(material, carrier), carrier.signature)
    return carrier.content


def signed_bytes(material: SecurityMaterial, carrier: GeneralSigning) -> bytes:
    """What the signature covers: header and content with their lengths, or as the dialect has it."""
    content = encode_bytes(carrier.content) if material.dialect.content_length_signed else carrier.content
    return carrier.header.encode() + content
