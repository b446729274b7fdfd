"""APDUs that carry another one protected: glo-, ded-, general-glo-, general-ded-ciphering, general-ciphering, -signing.

These are formats only; `drivers.dlms.security` fills and opens them.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from drivers.dlms.apdu.common import Apdu, ApduDecoder, decode_optional, encode_optional, encode_range
from drivers.dlms.axdr import decode_bytes, decode_length, encode_bytes, encode_length
from drivers.dlms.errors import DecodeError

GLOBAL_OF_PLAIN = {
    0x01: 0x21, 0x08: 0x28, 0x0E: 0x2E,
    0xC0: 0xC8, 0xC1: 0xC9, 0xC2: 0xCA, 0xC3: 0xCB, 0xC4: 0xCC, 0xC5: 0xCD, 0xC7: 0xCF,
}  # fmt: skip
"""Tag of the APDU with global ciphering, by tag of the plain APDU."""

DEDICATED_OF_PLAIN = {
    0x01: 0x41, 0x08: 0x48, 0x0E: 0x4E,
    0xC0: 0xD0, 0xC1: 0xD1, 0xC2: 0xD2, 0xC3: 0xD3, 0xC4: 0xD4, 0xC5: 0xD5, 0xC7: 0xD7,
}  # fmt: skip
"""Tag of the APDU with dedicated ciphering, by tag of the plain APDU."""

GENERAL_GLOBAL, GENERAL_DEDICATED, GENERAL_CIPHERING, GENERAL_SIGNING = 0xDB, 0xDC, 0xDD, 0xDF

_HEADER = struct.Struct(">BI")
HEADER_SIZE = 5
"""Security header: security control byte and invocation counter."""


class Ciphertext(NamedTuple):
    """Security header and what follows it: the (encrypted) APDU, then the tag if there is one."""

    control: int
    counter: int
    payload: bytes

    def encode(self) -> bytes:
        head = _HEADER.pack(encode_range(self.control, 0xFF), encode_range(self.counter, 0xFFFFFFFF))
        return head + self.payload


def parse_ciphertext(data: bytes, at: int = 0) -> Ciphertext:
    """Split a ciphered text. Raises DecodeError, with ``at`` added to the offset, when the header is not complete."""
    if len(data) < HEADER_SIZE:
        raise DecodeError(f"{len(data)} bytes where a security header has {HEADER_SIZE}", at)
    control, counter = _HEADER.unpack_from(data)
    return Ciphertext(control, counter, data[HEADER_SIZE:])


@dataclass(frozen=True, slots=True)
class ServiceCiphered(Apdu):
    """Global or dedicated ciphering of one service; ``ciphered_tag`` (0xC8 glo-get-request, ...) names both."""

    ciphered_tag: int
    text: Ciphertext

    @property
    def dedicated(self) -> bool:
        return self.ciphered_tag in _DEDICATED_TAGS

    def encode(self) -> bytes:
        text = self.text.encode()
        return bytes((self.ciphered_tag,)) + encode_length(len(text)) + text


@dataclass(frozen=True, slots=True)
class GeneralGloCiphering(Apdu):
    """Global ciphering of any APDU. ``system_title`` is the sender's; it may be empty where the peer knows it."""

    system_title: bytes
    text: Ciphertext
    tag = GENERAL_GLOBAL

    def encode(self) -> bytes:
        return b"\xdb" + encode_bytes(self.system_title) + encode_bytes(self.text.encode())


@dataclass(frozen=True, slots=True)
class GeneralDedCiphering(Apdu):
    """Dedicated ciphering of any APDU."""

    system_title: bytes
    text: Ciphertext
    tag = GENERAL_DEDICATED

    def encode(self) -> bytes:
        return b"\xdc" + encode_bytes(self.system_title) + encode_bytes(self.text.encode())


@dataclass(frozen=True, slots=True)
class IdentifiedKey:
    """The key in use, by id: 0 global unicast, 1 global broadcast."""

    key_id: int

    def encode(self) -> bytes:
        return bytes((0, self.key_id))


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A key sent along, wrapped (RFC 3394) with a key-encrypting key: 0 the master key."""

    kek_id: int
    wrapped: bytes

    def encode(self) -> bytes:
        return bytes((1, self.kek_id)) + encode_bytes(self.wrapped)


@dataclass(frozen=True, slots=True)
class AgreedKey:
    """A key that both ends derive (ECDH). ``parameters``: 1 byte, 1 one-pass, 2 static unified (`unverified`).

    ``ciphered_data``: ephemeral public key and its signature for one-pass, empty for static unified.
    """

    parameters: bytes
    ciphered_data: bytes

    def encode(self) -> bytes:
        return b"\x02" + encode_bytes(self.parameters) + encode_bytes(self.ciphered_data)


KeyInfo: TypeAlias = IdentifiedKey | WrappedKey | AgreedKey


@dataclass(frozen=True, slots=True)
class GeneralHeader:
    """The fields that general-ciphering and general-signing share and protect. Empty where not used."""

    transaction_id: bytes = b""
    originator: bytes = b""
    recipient: bytes = b""
    date_time: bytes = b""
    other_information: bytes = b""

    def encode(self) -> bytes:
        fields = (self.transaction_id, self.originator, self.recipient, self.date_time, self.other_information)
        return b"".join(map(encode_bytes, fields))


@dataclass(frozen=True, slots=True)
class GeneralCiphering(Apdu):
    """Any APDU ciphered with a key that travels or is named in it."""

    header: GeneralHeader
    key_info: KeyInfo | None
    text: Ciphertext
    tag = GENERAL_CIPHERING

    def encode(self) -> bytes:
        key_info = encode_optional(self.key_info, lambda info: info.encode())
        return b"\xdd" + self.header.encode() + key_info + encode_bytes(self.text.encode())


@dataclass(frozen=True, slots=True)
class GeneralSigning(Apdu):
    """Any APDU with a signature (r and s, each as long as the curve's order) over header and content.

    `drivers.dlms.security.signing` signs and verifies.
    """

    header: GeneralHeader
    content: bytes
    signature: bytes
    tag = GENERAL_SIGNING

    def encode(self) -> bytes:
        return b"\xdf" + self.header.encode() + encode_bytes(self.content) + encode_bytes(self.signature)


CipheredApdu: TypeAlias = ServiceCiphered | GeneralGloCiphering | GeneralDedCiphering | GeneralCiphering
"""APDUs with a `Ciphertext` as ``text``."""


def _text(data: bytes, at: int) -> tuple[Ciphertext, int]:
    raw, end = decode_bytes(data, at)
    return parse_ciphertext(raw, end - len(raw)), end


def _service_ciphered(data: bytes, at: int) -> tuple[Apdu, int]:
    """The commonest message of a ciphered association: by the shortest way."""
    length, start = decode_length(data, at)
    end = start + length
    if length < HEADER_SIZE or end > len(data):
        text, end = _text(data, at)  # raises
    else:
        control, counter = _HEADER.unpack_from(data, start)
        text = Ciphertext(control, counter, data[start + HEADER_SIZE : end])
    return ServiceCiphered(data[at - 1], text), end


def _general_glo(data: bytes, at: int) -> tuple[Apdu, int]:
    title, at = decode_bytes(data, at)
    text, at = _text(data, at)
    return GeneralGloCiphering(title, text), at


def _general_ded(data: bytes, at: int) -> tuple[Apdu, int]:
    title, at = decode_bytes(data, at)
    text, at = _text(data, at)
    return GeneralDedCiphering(title, text), at


def _general_header(data: bytes, at: int) -> tuple[GeneralHeader, int]:
    fields = []
    for _ in range(5):
        field, at = decode_bytes(data, at)
        fields.append(field)
    return GeneralHeader(*fields), at


def _key_info(data: bytes, at: int) -> tuple[KeyInfo, int]:
    choice = data[at]
    if choice == 0:
        return IdentifiedKey(data[at + 1]), at + 2
    if choice == 1:
        wrapped, end = decode_bytes(data, at + 2)
        return WrappedKey(data[at + 1], wrapped), end
    if choice == 2:
        parameters, end = decode_bytes(data, at + 1)
        ciphered, end = decode_bytes(data, end)
        return AgreedKey(parameters, ciphered), end
    raise DecodeError(f"choice {choice} of a key-info", at)


def _general_ciphering(data: bytes, at: int) -> tuple[Apdu, int]:
    header, at = _general_header(data, at)
    key_info, at = decode_optional(data, at, _key_info)
    text, at = _text(data, at)
    return GeneralCiphering(header, key_info, text), at


def _general_signing(data: bytes, at: int) -> tuple[Apdu, int]:
    header, at = _general_header(data, at)
    content, at = decode_bytes(data, at)
    signature, at = decode_bytes(data, at)
    return GeneralSigning(header, content, signature), at


_DEDICATED_TAGS = frozenset(DEDICATED_OF_PLAIN.values())
SERVICE_TAGS = _DEDICATED_TAGS | frozenset(GLOBAL_OF_PLAIN.values())
"""Tags of `ServiceCiphered`."""

DECODERS: dict[int, ApduDecoder] = {
    GENERAL_GLOBAL: _general_glo,
    GENERAL_DEDICATED: _general_ded,
    GENERAL_CIPHERING: _general_ciphering,
    GENERAL_SIGNING: _general_signing,
    **dict.fromkeys(sorted(SERVICE_TAGS), _service_ciphered),
}
