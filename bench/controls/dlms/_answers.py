"""Reading what a meter answered to an attack: the plain APDU behind it, in words."""

from __future__ import annotations

from drivers.dlms.apdu import (
    ActionResponseNormal,
    ConfirmedServiceError,
    ExceptionResponse,
    GetResponseNormal,
    GetResponseWithDataBlock,
    GetResponseWithList,
    SetResponseNormal,
    decode_apdu,
)
from drivers.dlms.enums import ActionResult, DataAccessResult
from drivers.dlms.errors import DecodeError


def is_refusal(apdu: bytes) -> bool:
    """Whether a plain APDU says no: exception response, service error, or a result code that is not success."""
    try:
        decoded = decode_apdu(apdu)
    except DecodeError:
        return False
    if isinstance(decoded, ExceptionResponse | ConfirmedServiceError):
        return True
    if isinstance(decoded, GetResponseNormal):
        return isinstance(decoded.result, DataAccessResult)
    if isinstance(decoded, SetResponseNormal):
        return decoded.result is not DataAccessResult.SUCCESS
    if isinstance(decoded, ActionResponseNormal):
        return decoded.outcome.result is not ActionResult.SUCCESS
    return False


def holds_data(apdu: bytes) -> bool:
    """Whether a plain APDU is an answer to GET that carries a value or a block of one."""
    try:
        decoded = decode_apdu(apdu)
    except DecodeError:
        return False
    if isinstance(decoded, GetResponseNormal):
        return not isinstance(decoded.result, DataAccessResult)
    if isinstance(decoded, GetResponseWithList):
        return any(not isinstance(result, DataAccessResult) for result in decoded.results)
    return isinstance(decoded, GetResponseWithDataBlock) and not isinstance(decoded.block, DataAccessResult)


def in_words(apdu: bytes) -> str:
    """An APDU for the record: its decoded form, else its bytes."""
    try:
        return repr(decode_apdu(apdu))[:200]
    except DecodeError:
        return apdu[:40].hex(" ")
