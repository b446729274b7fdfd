"""AARQs that differ from a client's own in one thing, right or wrong, by the words that a conformance case uses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from drivers.dlms.acse import Aarq, context_name
from drivers.dlms.apdu import InitiateRequest
from drivers.dlms.enums import ApplicationContext, Conformance

Variant = Callable[[Aarq], bytes]

_UNKNOWN_CONTEXT = bytes.fromhex("60857405080163")  # 2.16.756.5.8.1.99
_UNKNOWN_MECHANISM = bytes.fromhex("60857405080263")
_VERSION_1, _VERSION_2 = bytes.fromhex("0780"), bytes.fromhex("0640")
_DUMMY_TITLE, _DUMMY_NUMBER = bytes.fromhex("040144"), bytes.fromhex("020100")
_UNUSED = tuple((tag, _DUMMY_TITLE if tag < 0xA4 else _DUMMY_NUMBER) for tag in (0xA2, 0xA3, 0xA4, 0xA5, 0xA8))
"""Called AP title and AE qualifier, called invocation ids, calling AP invocation id."""

SERVICES = Conformance.GET | Conformance.SET | Conformance.ACTION
_WANTED = SERVICES | Conformance.BLOCK_TRANSFER_GET | Conformance.MULTIPLE_REFERENCES
_INITIATE = InitiateRequest(_WANTED, 0xFFFF)


def _with(**changes: object) -> Variant:
    return lambda aarq: replace(aarq, **changes).encode()  # type: ignore[arg-type]


def _initiate(**changes: object) -> Variant:
    """With another InitiateRequest in clear: for a client whose context is not ciphered."""
    information = replace(_INITIATE, **changes).encode()  # type: ignore[arg-type]
    return lambda aarq: replace(aarq, user_information=information).encode()


def _cut(aarq: Aarq) -> bytes:
    """The first two thirds; the length says that there is more."""
    whole = aarq.encode()
    return whole[: 2 * len(whole) // 3]


VARIANTS: Mapping[str, Variant] = {
    "of its own": Aarq.encode,
    "with protocol version 1": _with(protocol_version=_VERSION_1),
    "with protocol version 2 only": _with(protocol_version=_VERSION_2),
    "with an unknown application context": _with(context=_UNKNOWN_CONTEXT),
    "with short names": _with(context=context_name(ApplicationContext.SHORT_NAME)),
    "with a title of 7 bytes": _with(calling_ap_title=bytes(7)),
    "with a title of 9 bytes": _with(calling_ap_title=bytes(9)),
    "with fields that the profile does not use": _with(others=_UNUSED),
    "without a mechanism": _with(mechanism=None, authentication_unit=False),
    "with an unknown mechanism": _with(mechanism=_UNKNOWN_MECHANISM),
    "with a dedicated key": _initiate(dedicated_key=bytes(range(16))),
    "with a quality of service": _initiate(quality_of_service=0),
    "with DLMS version 5": _initiate(dlms_version=5),
    "with GET only": _initiate(conformance=Conformance.GET),
    "with no service": _initiate(conformance=Conformance.NONE),
    "with PDUs of 11 bytes": _initiate(max_pdu_size=11),
    "with PDUs of 64 bytes": _initiate(max_pdu_size=64),
    "with PDUs of any size": _initiate(max_pdu_size=0),
    "cut off": _cut,
}
