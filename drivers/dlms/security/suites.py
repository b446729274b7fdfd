"""What each security suite uses (IEC 62056-5-3, security suites; numbers checked against the interop peers)."""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from drivers.dlms.enums import Suite


@dataclass(frozen=True, slots=True)
class SuiteParameters:
    """Key length of AES in bytes; curve, its coordinate length in bytes, and hash (None in suite 0)."""

    key_size: int
    curve: ec.EllipticCurve | None = None
    coordinate_size: int = 0
    hash: hashes.HashAlgorithm | None = None
    algorithm_id: bytes = b""
    """AlgorithmID that the key derivation names: what the agreed key is for."""


PARAMETERS: dict[Suite, SuiteParameters] = {
    Suite.AES_GCM_128: SuiteParameters(16),
    Suite.ECDH_ECDSA_AES_GCM_128_SHA_256: SuiteParameters(
        16, ec.SECP256R1(), 32, hashes.SHA256(), bytes.fromhex("60857405080300")
    ),
    Suite.ECDH_ECDSA_AES_GCM_256_SHA_384: SuiteParameters(
        32, ec.SECP384R1(), 48, hashes.SHA384(), bytes.fromhex("60857405080301")
    ),
}
