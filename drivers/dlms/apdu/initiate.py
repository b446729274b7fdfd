"""What travels as user information of AARQ and AARE: InitiateRequest (tag 0x01), InitiateResponse (tag 0x08)."""

from __future__ import annotations

from dataclasses import dataclass

from drivers.dlms.apdu.common import (
    Apdu,
    ApduDecoder,
    decode_flag,
    decode_optional,
    decode_u8,
    decode_u16,
    encode_optional,
    encode_range,
    encode_u8,
    encode_u16,
)
from drivers.dlms.axdr import decode_bytes, encode_bytes, take
from drivers.dlms.enums import Conformance
from drivers.dlms.errors import DecodeError

DLMS_VERSION = 6
VAA_NAME_LOGICAL_NAME = 0x0007
_CONFORMANCE_HEAD = bytes.fromhex("5f1f0400")
"""[APPLICATION 31] in BER, 4 bytes, no unused bits."""


@dataclass(frozen=True, slots=True)
class InitiateRequest(Apdu):
    """xDLMS-Initiate.request: what the client can do and wants. ``max_pdu_size`` in bytes, 0 for no limit."""

    conformance: Conformance
    max_pdu_size: int
    dedicated_key: bytes | None = None
    response_allowed: bool = True
    quality_of_service: int | None = None
    dlms_version: int = DLMS_VERSION
    tag = 0x01

    def encode(self) -> bytes:
        return b"".join(
            (
                b"\x01",
                encode_optional(self.dedicated_key, encode_bytes),
                b"\x00" if self.response_allowed else b"\x01\x00",
                encode_optional(self.quality_of_service, encode_u8),
                encode_u8(self.dlms_version),
                encode_conformance(self.conformance),
                encode_u16(self.max_pdu_size),
            )
        )


@dataclass(frozen=True, slots=True)
class InitiateResponse(Apdu):
    """xDLMS-Initiate.response: what was agreed."""

    conformance: Conformance
    max_pdu_size: int
    quality_of_service: int | None = None
    dlms_version: int = DLMS_VERSION
    vaa_name: int = VAA_NAME_LOGICAL_NAME
    tag = 0x08

    def encode(self) -> bytes:
        return b"".join(
            (
                b"\x08",
                encode_optional(self.quality_of_service, encode_u8),
                encode_u8(self.dlms_version),
                encode_conformance(self.conformance),
                encode_u16(self.max_pdu_size),
                encode_u16(self.vaa_name),
            )
        )


def encode_conformance(conformance: int) -> bytes:
    return _CONFORMANCE_HEAD + encode_range(conformance, 0xFFFFFF).to_bytes(3, "big")


def decode_conformance(data: bytes, at: int) -> tuple[Conformance, int]:
    """With the tag in two bytes (5F 1F) as the standard has it, or in one (5F), as some meters send it."""
    if data[at] != 0x5F:
        raise DecodeError("no conformance block", at)
    at += 2 if data[at + 1] == 0x1F else 1
    head, at = take(data, at, 2)
    if head != _CONFORMANCE_HEAD[2:]:
        raise DecodeError("the conformance block is not a bit string of 24 bits", at - 2)
    raw, at = take(data, at, 3)
    return Conformance(int.from_bytes(raw, "big")), at


def _initiate_request(data: bytes, at: int) -> tuple[Apdu, int]:
    dedicated_key, at = decode_optional(data, at, decode_bytes)
    given, at = decode_flag(data, at)
    response_allowed = data[at] != 0 if given else True
    at += given
    quality, at = decode_optional(data, at, decode_u8)
    version, at = decode_u8(data, at)
    conformance, at = decode_conformance(data, at)
    size, at = decode_u16(data, at)
    return InitiateRequest(conformance, size, dedicated_key, response_allowed, quality, version), at


def _initiate_response(data: bytes, at: int) -> tuple[Apdu, int]:
    quality, at = decode_optional(data, at, decode_u8)
    version, at = decode_u8(data, at)
    conformance, at = decode_conformance(data, at)
    size, at = decode_u16(data, at)
    vaa_name, at = decode_u16(data, at)
    return InitiateResponse(conformance, size, quality, version, vaa_name), at


DECODERS: dict[int, ApduDecoder] = {0x01: _initiate_request, 0x08: _initiate_response}
