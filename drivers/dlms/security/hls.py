"""High-level security: f(challenge) of each mechanism, for either end (IEC 62056-5-3, HLS authentication).

``received`` is the challenge that the other end sent, ``sent`` the one that this end sent. Both ends compute the same
function with the roles exchanged: the client answers with ``received`` = StoC, the server with ``received`` = CtoS.
"""

from __future__ import annotations

import hashlib
import os
from hmac import compare_digest

from drivers.dlms.enums import Control, Mechanism
from drivers.dlms.errors import MissingKeyError, SecurityError, TagError
from drivers.dlms.security.ecdsa import sign, verify
from drivers.dlms.security.gcm import TAG_SIZE
from drivers.dlms.security.material import SecurityMaterial
from drivers.dlms.security.protection import initialization_vector

_GMAC_RESPONSE_SIZE = 5 + TAG_SIZE


def new_challenge(mechanism: Mechanism) -> bytes:
    """A random challenge: 16 bytes, 32 for ECDSA."""
    return os.urandom(32 if mechanism is Mechanism.HLS_ECDSA else 16)


def respond(
    mechanism: Mechanism,
    material: SecurityMaterial,
    *,
    secret: bytes = b"",
    received: bytes,
    sent: bytes,
    counter: int = 0,
) -> bytes:
    """This end's answer to the challenge ``received``.

    ``secret`` serves MD5, SHA-1 and SHA-256; ``counter`` (an invocation counter of the unicast key, used up by this)
    serves GMAC. Raises MissingKeyError, and SecurityError for mechanism 2, whose function only the manufacturer knows.
    """
    if mechanism is Mechanism.HLS_GMAC:
        control = material.control(Control.AUTHENTICATED)
        tag = _gmac(material, control, counter, material.own_title, received)
        return bytes((control,)) + counter.to_bytes(4, "big") + tag
    if mechanism is Mechanism.HLS_ECDSA:
        if material.own_signing_key is None:
            raise MissingKeyError("own signing key")
        return sign(material.own_signing_key, material.own_title + material.peer_title + received + sent)
    return _digest(mechanism, secret, material.own_title, material.peer_title, received, sent)


def check_response(
    mechanism: Mechanism,
    material: SecurityMaterial,
    response: bytes,
    *,
    secret: bytes = b"",
    received: bytes,
    sent: bytes,
) -> int | None:
    """Raises TagError unless ``response`` is the other end's answer to the challenge ``sent``.

    Returns the invocation counter that GMAC used up, None for the other mechanisms.
    """
    if mechanism is Mechanism.HLS_GMAC:
        if len(response) != _GMAC_RESPONSE_SIZE:
            raise TagError(f"a GMAC answer of {len(response)} bytes, expected {_GMAC_RESPONSE_SIZE}")
        control, counter = response[0], int.from_bytes(response[1:5], "big")
        if control != material.control(Control.AUTHENTICATED):
            raise TagError(f"a GMAC answer with security control byte 0x{control:02x}")
        if not compare_digest(_gmac(material, control, counter, material.peer_title, sent), response[5:]):
            raise TagError("the answer to the challenge is wrong")
        return counter
    if mechanism is Mechanism.HLS_ECDSA:
        if material.peer_signing_key is None:
            raise MissingKeyError("peer signing key")
        message = material.peer_title + material.own_title + sent + received
        verify(material.peer_signing_key, message, response)
        return None
    expected = _digest(mechanism, secret, material.peer_title, material.own_title, sent, received)
    if not compare_digest(expected, response):
        raise TagError("the answer to the challenge is wrong")
    return None


def _gmac(material: SecurityMaterial, control: int, counter: int, title: bytes, challenge: bytes) -> bytes:
    additional = bytes((control,)) + material.require("authentication_key") + challenge
    return material.global_gcm.tag(initialization_vector(title, counter), additional)


def _digest(
    mechanism: Mechanism, secret: bytes, signer: bytes, verifier: bytes, challenge: bytes, other: bytes
) -> bytes:
    if mechanism is Mechanism.HLS_SHA256:
        return hashlib.sha256(secret + signer + verifier + challenge + other).digest()
    if mechanism is Mechanism.HLS_MD5:
        return hashlib.md5(challenge + secret, usedforsecurity=False).digest()
    if mechanism is Mechanism.HLS_SHA1:
        return hashlib.sha1(challenge + secret, usedforsecurity=False).digest()
    raise SecurityError(f"{mechanism.name} has no known challenge function")
