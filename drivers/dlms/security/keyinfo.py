"""The content key of general-ciphering: named, sent along wrapped, or agreed (IEC 62056-5-3, key-info)."""

from __future__ import annotations

import os
from typing import TypeVar

from cryptography.hazmat.primitives.asymmetric import ec

from drivers.dlms.apdu.protection import AgreedKey, GeneralHeader, IdentifiedKey, KeyInfo, WrappedKey
from drivers.dlms.errors import MissingKeyError, ProtectionError, SecurityError
from drivers.dlms.security.agreement import (
    ONE_PASS,
    STATIC_UNIFIED,
    one_pass_key,
    shared_secret,
    static_unified_key,
)
from drivers.dlms.security.ecdsa import public_bytes, public_key, sign, verify
from drivers.dlms.security.keywrap import unwrap_key, wrap_key
from drivers.dlms.security.material import SecurityMaterial

K = TypeVar("K")

UNICAST_KEY, BROADCAST_KEY, MASTER_KEY = 0, 1, 0


def wrapped_key(material: SecurityMaterial, key: bytes | None = None) -> tuple[WrappedKey, bytes]:
    """A fresh (or the given) content key, and its wrapping under the master key."""
    content_key = key if key is not None else os.urandom(material.parameters.key_size)
    return WrappedKey(MASTER_KEY, wrap_key(material.require("master_key"), content_key)), content_key


def one_pass_agreed_key(
    material: SecurityMaterial, header: GeneralHeader, ephemeral: ec.EllipticCurvePrivateKey | None = None
) -> tuple[AgreedKey, bytes]:
    """C(1e, 1s): a fresh (or the given) ephemeral key pair with the recipient's static agreement key.

    The ephemeral public key travels signed by the originator's signing key.
    """
    curve = material.parameters.curve
    if curve is None:
        raise SecurityError("security suite 0 has no key agreement")
    own = ephemeral if ephemeral is not None else ec.generate_private_key(curve)
    point = public_bytes(own.public_key())
    signature = sign(_given(material.own_signing_key, "own signing key"), point)
    z = shared_secret(own, _given(material.peer_agreement_key, "peer agreement key"))
    key = one_pass_key(material.suite, z, header.originator, header.recipient)
    return AgreedKey(bytes((ONE_PASS,)), point + signature), key


def static_agreed_key(material: SecurityMaterial, header: GeneralHeader) -> tuple[AgreedKey, bytes]:
    """C(0e, 2s): the static agreement keys of both ends; a new transaction id makes a new key."""
    return AgreedKey(bytes((STATIC_UNIFIED,)), b""), _static_key(material, header)


def open_key_info(
    material: SecurityMaterial, key_info: KeyInfo | None, header: GeneralHeader, *, as_sender: bool
) -> bytes:
    """The content key that ``key_info`` stands for. Without key-info it is the global unicast key.

    Raises MissingKeyError, TagError, ProtectionError for a key id or scheme that does not exist.
    """
    if key_info is None:
        return material.require("global_unicast_key")
    if isinstance(key_info, IdentifiedKey):
        if key_info.key_id == UNICAST_KEY:
            return material.require("global_unicast_key")
        if key_info.key_id == BROADCAST_KEY:
            return material.require("global_broadcast_key")
        raise ProtectionError(f"there is no key with id {key_info.key_id}")
    if isinstance(key_info, WrappedKey):
        if key_info.kek_id != MASTER_KEY:
            raise ProtectionError(f"there is no key-encrypting key with id {key_info.kek_id}")
        return unwrap_key(material.require("master_key"), key_info.wrapped)
    if key_info.parameters == bytes((STATIC_UNIFIED,)):
        return _static_key(material, header)
    if key_info.parameters == bytes((ONE_PASS,)) and not as_sender:
        return _open_one_pass(material, key_info.ciphered_data, header)
    raise ProtectionError(f"no key can be agreed with key parameters {key_info.parameters.hex()}")


def _open_one_pass(material: SecurityMaterial, data: bytes, header: GeneralHeader) -> bytes:
    half = len(data) // 2
    verify(_given(material.peer_signing_key, "peer signing key"), data[:half], data[half:])
    z = shared_secret(_given(material.own_agreement_key, "own agreement key"), public_key(data[:half]))
    return one_pass_key(material.suite, z, header.originator, header.recipient)


def _static_key(material: SecurityMaterial, header: GeneralHeader) -> bytes:
    own = _given(material.own_agreement_key, "own agreement key")
    z = shared_secret(own, _given(material.peer_agreement_key, "peer agreement key"))
    return static_unified_key(material.suite, z, header.originator, header.recipient, header.transaction_id)


def _given(key: K | None, name: str) -> K:
    if key is None:
        raise MissingKeyError(name)
    return key
