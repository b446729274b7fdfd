"""ACSE: AARQ, AARE, RLRQ, RLRE in BER (ISO/IEC 8650-1 as profiled by IEC 62056-5-3).

Names (application context, mechanism) are kept as the bytes of their object identifiers, so that a probe can send, and
a server can receive and refuse, ones that do not exist; `context_name` and `mechanism_name` make the usual ones. Fields
that the profile does not use are kept in ``others`` as (tag, contents) and written back in the order of their tags.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from drivers.dlms.axdr import decode_length, decode_whole, encode_length, take
from drivers.dlms.enums import (
    AcseDiagnostic,
    AcseProvider,
    AcseUser,
    ApplicationContext,
    AssociationResult,
    Mechanism,
    ReleaseRequestReason,
    ReleaseResponseReason,
)
from drivers.dlms.errors import DecodeError, EncodeError

E = TypeVar("E")
Field: TypeAlias = tuple[int, bytes]

AARQ, AARE, RLRQ, RLRE = 0x60, 0x61, 0x62, 0x63

_DLMS_UA = bytes.fromhex("6085740508")
"""Object identifier 2.16.756.5.8 (DLMS UA); 2.16.756.5.8.1.x are contexts, 2.16.756.5.8.2.x mechanisms."""

_AUTHENTICATION_UNIT = bytes.fromhex("0780")
"""Contents of *-acse-requirements: a BIT STRING with 7 unused bits and bit 0, authentication, set."""

_OCTET_STRING, _INTEGER, _OBJECT_IDENTIFIER, _CHARSTRING = 0x04, 0x02, 0x06, 0x80


def context_name(context: ApplicationContext) -> bytes:
    """Object identifier of an application context."""
    return _DLMS_UA + bytes((1, context))


def mechanism_name(mechanism: Mechanism) -> bytes:
    """Object identifier of an authentication mechanism."""
    return _DLMS_UA + bytes((2, mechanism))


def context_of(name: bytes) -> ApplicationContext | None:
    """The application context of an object identifier, None for one that does not exist."""
    return _last_arc(name, 1, ApplicationContext)


def mechanism_of(name: bytes) -> Mechanism | None:
    """The mechanism of an object identifier, None for one that does not exist."""
    return _last_arc(name, 2, Mechanism)


def _last_arc(name: bytes, arc: int, kind: Callable[[int], E]) -> E | None:
    if len(name) != 7 or name[:6] != _DLMS_UA + bytes((arc,)):
        return None
    try:
        return kind(name[6])
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Aarq:
    """Association request. ``user_information`` is the (ciphered) InitiateRequest.

    ``authentication_unit``: sender-acse-requirements is there; it goes with ``mechanism``.
    ``calling_ae_qualifier``: the client's signing certificate where suites 1 and 2 send it.
    ``calling_ae_invocation_id``: the user id. ``protocol_version``: BIT STRING contents, None where left out.
    """

    context: bytes
    user_information: bytes | None = None
    mechanism: bytes | None = None
    authentication_value: bytes | None = None
    authentication_unit: bool = False
    calling_ap_title: bytes | None = None
    calling_ae_qualifier: bytes | None = None
    calling_ae_invocation_id: int | None = None
    protocol_version: bytes | None = None
    others: tuple[Field, ...] = ()

    def encode(self) -> bytes:
        """The bytes on the wire."""
        return _encode_fields(
            AARQ,
            (
                (0x80, self.protocol_version),
                (0xA1, _tlv(_OBJECT_IDENTIFIER, self.context)),
                (0xA6, _wrapped(_OCTET_STRING, self.calling_ap_title)),
                (0xA7, _wrapped(_OCTET_STRING, self.calling_ae_qualifier)),
                (0xA9, _integer(self.calling_ae_invocation_id)),
                (0x8A, _AUTHENTICATION_UNIT if self.authentication_unit else None),
                (0x8B, self.mechanism),
                (0xAC, _wrapped(_CHARSTRING, self.authentication_value)),
                (0xBE, _wrapped(_OCTET_STRING, self.user_information)),
            ),
            self.others,
        )


@dataclass(frozen=True, slots=True)
class Aare:
    """Association response. ``user_information``: the (ciphered) InitiateResponse or ConfirmedServiceError."""

    context: bytes
    result: AssociationResult
    diagnostic: AcseDiagnostic
    user_information: bytes | None = None
    mechanism: bytes | None = None
    authentication_value: bytes | None = None
    authentication_unit: bool = False
    responding_ap_title: bytes | None = None
    responding_ae_qualifier: bytes | None = None
    responding_ae_invocation_id: int | None = None
    protocol_version: bytes | None = None
    others: tuple[Field, ...] = ()

    @property
    def pending(self) -> bool:
        """Accepted, but only after passes 3 and 4 of HLS."""
        return self.result is AssociationResult.ACCEPTED and self.diagnostic is AcseUser.AUTHENTICATION_REQUIRED

    def encode(self) -> bytes:
        """The bytes on the wire."""
        source = 0xA1 if isinstance(self.diagnostic, AcseUser) else 0xA2
        return _encode_fields(
            AARE,
            (
                (0x80, self.protocol_version),
                (0xA1, _tlv(_OBJECT_IDENTIFIER, self.context)),
                (0xA2, _integer(self.result)),
                (0xA3, _tlv(source, _tlv(_INTEGER, bytes((self.diagnostic,))))),
                (0xA4, _wrapped(_OCTET_STRING, self.responding_ap_title)),
                (0xA5, _wrapped(_OCTET_STRING, self.responding_ae_qualifier)),
                (0xA7, _integer(self.responding_ae_invocation_id)),
                (0x88, _AUTHENTICATION_UNIT if self.authentication_unit else None),
                (0x89, self.mechanism),
                (0xAA, _wrapped(_CHARSTRING, self.authentication_value)),
                (0xBE, _wrapped(_OCTET_STRING, self.user_information)),
            ),
            self.others,
        )


@dataclass(frozen=True, slots=True)
class Rlrq:
    """Release request. In a ciphered context ``user_information`` is the ciphered InitiateRequest, so that a stranger
    cannot release the association."""

    reason: ReleaseRequestReason | None = ReleaseRequestReason.NORMAL
    user_information: bytes | None = None
    others: tuple[Field, ...] = ()

    def encode(self) -> bytes:
        """The bytes on the wire."""
        return _encode_release(RLRQ, self.reason, self.user_information, self.others)


@dataclass(frozen=True, slots=True)
class Rlre:
    """Release response."""

    reason: ReleaseResponseReason | None = ReleaseResponseReason.NORMAL
    user_information: bytes | None = None
    others: tuple[Field, ...] = ()

    def encode(self) -> bytes:
        """The bytes on the wire."""
        return _encode_release(RLRE, self.reason, self.user_information, self.others)


Acse: TypeAlias = Aarq | Aare | Rlrq | Rlre


def decode_acse(data: bytes) -> Acse:
    """The ACSE APDU that ``data`` is, all of it. Raises DecodeError, and nothing else, for anything else."""
    return decode_whole(_decode, data)


def _decode(data: bytes, at: int) -> tuple[Acse, int]:
    maker = _MAKERS.get(data[at])
    if maker is None:
        raise DecodeError(f"0x{data[at]:02x} is not the tag of an ACSE APDU", at)
    length, at = decode_length(data, at + 1)
    contents, end = take(data, at, length)
    return maker(_Fields(contents, at)), end


# -- encoding --------------------------------------------------------------------------------------------------------


def _tlv(tag: int, contents: bytes) -> bytes:
    return bytes((tag,)) + encode_length(len(contents)) + contents


def _wrapped(tag: int, contents: bytes | None) -> bytes | None:
    return None if contents is None else _tlv(tag, contents)


def _integer(value: int | None) -> bytes | None:
    if value is None:
        return None
    if value < 0:
        raise EncodeError(f"{value} is negative")
    return _tlv(_INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def _encode_fields(tag: int, fields: Iterable[tuple[int, bytes | None]], others: tuple[Field, ...]) -> bytes:
    present = [(number, contents) for number, contents in fields if contents is not None]
    if others:
        present = sorted([*present, *others], key=lambda field: field[0] & 0x1F)
    return _tlv(tag, b"".join(_tlv(number, contents) for number, contents in present))


def _encode_release(tag: int, reason: int | None, user_information: bytes | None, others: tuple[Field, ...]) -> bytes:
    given = None if reason is None else bytes((reason,))
    return _encode_fields(tag, ((0x80, given), (0xBE, _wrapped(_OCTET_STRING, user_information))), others)


# -- decoding --------------------------------------------------------------------------------------------------------


class _Fields:
    """The fields of an APDU, taken one by one by tag; what is never taken are the others."""

    __slots__ = ("_base", "_fields")

    def __init__(self, contents: bytes, base: int) -> None:
        self._base = base
        self._fields: dict[int, tuple[bytes, int]] = {}
        at = 0
        while at < len(contents):
            tag, start = contents[at], at
            if tag & 0x1F == 0x1F:
                raise DecodeError("a tag of several bytes", base + at)
            try:
                length, at = decode_length(contents, at + 1)
                field, at = take(contents, at, length)
            except (DecodeError, IndexError):
                raise DecodeError(f"field 0x{tag:02x} is longer than the APDU", base + start) from None
            if tag in self._fields:
                raise DecodeError(f"field 0x{tag:02x} twice", base + start)
            self._fields[tag] = field, base + at - length

    def take(self, tag: int) -> bytes | None:
        """The contents of an IMPLICIT field."""
        return self._fields.pop(tag, (None, 0))[0]

    def take_inside(self, tag: int, inner_tag: int) -> bytes | None:
        """The contents of an EXPLICIT field, which must be one value with ``inner_tag``."""
        if tag not in self._fields:
            return None
        contents, at = self._fields.pop(tag)
        return _inside(contents, at, inner_tag)

    def take_integer(self, tag: int) -> int | None:
        raw = self.take_inside(tag, _INTEGER)
        return None if raw is None else int.from_bytes(raw, "big")

    def require(self, name: str, tag: int, inner_tag: int) -> bytes:
        value = self.take_inside(tag, inner_tag)
        if value is None:
            raise DecodeError(f"no {name}", self._base)
        return value

    def code(self, kind: Callable[[int], E], raw: bytes) -> E:
        try:
            return kind(int.from_bytes(raw, "big"))
        except ValueError as error:
            raise DecodeError(str(error), self._base) from None

    @property
    def others(self) -> tuple[Field, ...]:
        return tuple((tag, contents) for tag, (contents, _at) in self._fields.items())


def _inside(contents: bytes, at: int, inner_tag: int) -> bytes:
    if not contents or contents[0] != inner_tag:
        raise DecodeError(f"no value with tag 0x{inner_tag:02x}", at)
    length, start = decode_length(contents, 1)
    if start + length != len(contents):
        raise DecodeError(f"value with tag 0x{inner_tag:02x} does not fill its field", at)
    return contents[start:]


def _make_aarq(fields: _Fields) -> Aarq:
    return Aarq(
        context=fields.require("application-context-name", 0xA1, _OBJECT_IDENTIFIER),
        user_information=fields.take_inside(0xBE, _OCTET_STRING),
        mechanism=fields.take(0x8B),
        authentication_value=fields.take_inside(0xAC, _CHARSTRING),
        authentication_unit=_authentication_unit(fields.take(0x8A)),
        calling_ap_title=fields.take_inside(0xA6, _OCTET_STRING),
        calling_ae_qualifier=fields.take_inside(0xA7, _OCTET_STRING),
        calling_ae_invocation_id=fields.take_integer(0xA9),
        protocol_version=fields.take(0x80),
        others=fields.others,
    )


def _make_aare(fields: _Fields) -> Aare:
    return Aare(
        context=fields.require("application-context-name", 0xA1, _OBJECT_IDENTIFIER),
        result=fields.code(AssociationResult, fields.require("result", 0xA2, _INTEGER)),
        diagnostic=_take_diagnostic(fields),
        user_information=fields.take_inside(0xBE, _OCTET_STRING),
        mechanism=fields.take(0x89),
        authentication_value=fields.take_inside(0xAA, _CHARSTRING),
        authentication_unit=_authentication_unit(fields.take(0x88)),
        responding_ap_title=fields.take_inside(0xA4, _OCTET_STRING),
        responding_ae_qualifier=fields.take_inside(0xA5, _OCTET_STRING),
        responding_ae_invocation_id=fields.take_integer(0xA7),
        protocol_version=fields.take(0x80),
        others=fields.others,
    )


def _take_diagnostic(fields: _Fields) -> AcseDiagnostic:
    choice = fields.take(0xA3)
    if not choice:
        raise DecodeError("no result-source-diagnostic")
    kind: Callable[[int], AcseDiagnostic] = AcseUser if choice[0] == 0xA1 else AcseProvider
    inner = _inside(choice, 0, 0xA1 if choice[0] == 0xA1 else 0xA2)
    return fields.code(kind, _inside(inner, 0, _INTEGER))


def _authentication_unit(requirements: bytes | None) -> bool:
    return requirements is not None and len(requirements) >= 2 and bool(requirements[1] & 0x80)


def _make_rlrq(fields: _Fields) -> Rlrq:
    raw = fields.take(0x80)
    reason = None if raw is None else fields.code(ReleaseRequestReason, raw)
    return Rlrq(reason, fields.take_inside(0xBE, _OCTET_STRING), fields.others)


def _make_rlre(fields: _Fields) -> Rlre:
    raw = fields.take(0x80)
    reason = None if raw is None else fields.code(ReleaseResponseReason, raw)
    return Rlre(reason, fields.take_inside(0xBE, _OCTET_STRING), fields.others)


_MAKERS: dict[int, Callable[[_Fields], Acse]] = {
    AARQ: _make_aarq,
    AARE: _make_aare,
    RLRQ: _make_rlrq,
    RLRE: _make_rlre,
}
