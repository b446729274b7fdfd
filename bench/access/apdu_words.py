"""Answers of a DLMS meter in words: what kind of answer it is, and what it says."""

from __future__ import annotations

from typing import NamedTuple

from drivers.dlms.acse import Aare, Rlre, decode_acse
from drivers.dlms.apdu import (
    ActionResponseNormal,
    ConfirmedServiceError,
    ExceptionResponse,
    GetResponseNormal,
    GetResponseWithDataBlock,
    GetResponseWithList,
    InitiateResponse,
    SetResponseDataBlock,
    SetResponseLastDataBlock,
    SetResponseNormal,
    decode_apdu,
)
from drivers.dlms.enums import AcseProvider, ActionResult, AssociationResult, DataAccessResult
from drivers.dlms.errors import DecodeError

ACSE = range(0x60, 0x64)


class Words(NamedTuple):
    """``kind``: ``value``, ``refused``, ``success``, ``block``, ``AARE accepted``, ...

    ``detail``: result or diagnostic. ``invoke``: invoke id and priority of a service's answer.
    """

    kind: str
    detail: str = ""
    invoke: int | None = None


def words_of(apdu: bytes) -> Words:
    """What an answer in clear is."""
    try:
        return _of_acse(apdu) if apdu[:1] and apdu[0] in ACSE else _of_service(apdu)
    except DecodeError as error:
        return Words("garbage", str(error))


def _of_acse(apdu: bytes) -> Words:
    answer = decode_acse(apdu)
    if isinstance(answer, Rlre):
        return Words("RLRE")
    if not isinstance(answer, Aare):
        return Words(type(answer).__name__)
    if answer.pending:
        return Words("AARE pending")
    source = "provider: " if isinstance(answer.diagnostic, AcseProvider) else ""
    accepted = answer.result is AssociationResult.ACCEPTED
    return Words("AARE accepted" if accepted else "AARE refused", source + _name(answer.diagnostic.name))


def _of_service(apdu: bytes) -> Words:
    match decode_apdu(apdu):
        case ExceptionResponse(state, service):
            return Words("exception", f"{_name(state.name)}, {_name(service.name)}")
        case ConfirmedServiceError():
            return Words("confirmed-service-error")
        case GetResponseNormal(invoke, result):
            return _result("value", result, invoke)
        case GetResponseWithDataBlock(invoke, _last, number, data):
            if isinstance(data, DataAccessResult):
                return _result("block", data, invoke)
            return Words("block", str(number), invoke)
        case GetResponseWithList(invoke, results):
            return Words("list", str(len(results)), invoke)
        case SetResponseNormal(invoke, result) | SetResponseLastDataBlock(invoke, result):
            return _result("success", result, invoke)
        case SetResponseDataBlock(invoke, number):
            return Words("block", str(number), invoke)
        case ActionResponseNormal(invoke, outcome):
            return _result("success", outcome.result, invoke)
        case InitiateResponse():
            return Words("InitiateResponse")
        case other:
            return Words(type(other).__name__)


def _result(good: str, result: object, invoke: int) -> Words:
    if isinstance(result, DataAccessResult | ActionResult) and result.value:
        return Words("refused", _name(result.name), invoke)
    return Words(good, "", invoke)


def _name(name: str) -> str:
    return name.lower().replace("_", "-")


def negotiated(apdu: bytes) -> InitiateResponse | None:
    """What an AARE in clear agrees to; None when it says nothing that can be read."""
    try:
        answer = decode_acse(apdu)
        if isinstance(answer, Aare) and answer.user_information:
            response = decode_apdu(answer.user_information)
            return response if isinstance(response, InitiateResponse) else None
    except DecodeError:
        pass
    return None
