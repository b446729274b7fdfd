"""xDLMS APDUs (IEC 62056-5-3) as frozen dataclasses, `encode_apdu` and `decode_apdu`.

Logical-name referencing only. AARQ, AARE, RLRQ and RLRE are in `drivers.dlms.acse`.
"""

from __future__ import annotations

from drivers.dlms.apdu import action, blocks, get, initiate, notification, protection, refusal
from drivers.dlms.apdu import set as set_service
from drivers.dlms.apdu.action import (
    ActionOutcome,
    ActionRequestNextPblock,
    ActionRequestNormal,
    ActionRequestWithFirstPblock,
    ActionRequestWithList,
    ActionRequestWithListAndFirstPblock,
    ActionRequestWithPblock,
    ActionResponseNextPblock,
    ActionResponseNormal,
    ActionResponseWithList,
    ActionResponseWithPblock,
)
from drivers.dlms.apdu.blocks import GeneralBlockTransfer
from drivers.dlms.apdu.common import (
    Apdu,
    ApduDecoder,
    Attribute,
    Block,
    GetResult,
    Method,
    SelectedAttribute,
    Selection,
    invoke_byte,
)
from drivers.dlms.apdu.get import (
    GetRequestNext,
    GetRequestNormal,
    GetRequestWithList,
    GetResponseNormal,
    GetResponseWithDataBlock,
    GetResponseWithList,
)
from drivers.dlms.apdu.initiate import InitiateRequest, InitiateResponse
from drivers.dlms.apdu.notification import DataNotification, EventNotification
from drivers.dlms.apdu.protection import (
    AgreedKey,
    Ciphertext,
    GeneralCiphering,
    GeneralDedCiphering,
    GeneralGloCiphering,
    GeneralHeader,
    GeneralSigning,
    IdentifiedKey,
    KeyInfo,
    ServiceCiphered,
    WrappedKey,
)
from drivers.dlms.apdu.refusal import ConfirmedServiceError, ExceptionResponse
from drivers.dlms.apdu.set import (
    SetRequestNormal,
    SetRequestWithBlock,
    SetRequestWithFirstBlock,
    SetRequestWithList,
    SetRequestWithListAndFirstBlock,
    SetResponseDataBlock,
    SetResponseLastDataBlock,
    SetResponseLastDataBlockWithList,
    SetResponseNormal,
    SetResponseWithList,
)
from drivers.dlms.axdr import decode_whole
from drivers.dlms.errors import DecodeError

_DECODERS: dict[int, ApduDecoder] = {
    **get.DECODERS,
    **set_service.DECODERS,
    **action.DECODERS,
    **notification.DECODERS,
    **initiate.DECODERS,
    **refusal.DECODERS,
    **protection.DECODERS,
    **blocks.DECODERS,
}


def encode_apdu(apdu: Apdu) -> bytes:
    """The bytes of ``apdu``. Raises EncodeError for a field that the format cannot hold."""
    return apdu.encode()


def decode_apdu(data: bytes) -> Apdu:
    """The APDU that ``data`` is, all of it. Raises DecodeError, and nothing else, for anything else.

    A ciphered APDU is decoded to its parts, not deciphered.
    """
    return decode_whole(_decode, data)


def _decode(data: bytes, at: int) -> tuple[Apdu, int]:
    decoder = _DECODERS.get(data[at])
    if decoder is None:
        raise DecodeError(f"0x{data[at]:02x} is not the tag of an xDLMS APDU", at)
    return decoder(data, at + 1)


__all__ = [
    "ActionOutcome",
    "ActionRequestNextPblock",
    "ActionRequestNormal",
    "ActionRequestWithFirstPblock",
    "ActionRequestWithList",
    "ActionRequestWithListAndFirstPblock",
    "ActionRequestWithPblock",
    "ActionResponseNextPblock",
    "ActionResponseNormal",
    "ActionResponseWithList",
    "ActionResponseWithPblock",
    "AgreedKey",
    "Apdu",
    "Attribute",
    "Block",
    "Ciphertext",
    "ConfirmedServiceError",
    "DataNotification",
    "EventNotification",
    "ExceptionResponse",
    "GeneralBlockTransfer",
    "GeneralCiphering",
    "GeneralDedCiphering",
    "GeneralGloCiphering",
    "GeneralHeader",
    "GeneralSigning",
    "GetRequestNext",
    "GetRequestNormal",
    "GetRequestWithList",
    "GetResponseNormal",
    "GetResponseWithDataBlock",
    "GetResponseWithList",
    "GetResult",
    "IdentifiedKey",
    "InitiateRequest",
    "InitiateResponse",
    "KeyInfo",
    "Method",
    "SelectedAttribute",
    "Selection",
    "ServiceCiphered",
    "SetRequestNormal",
    "SetRequestWithBlock",
    "SetRequestWithFirstBlock",
    "SetRequestWithList",
    "SetRequestWithListAndFirstBlock",
    "SetResponseDataBlock",
    "SetResponseLastDataBlock",
    "SetResponseLastDataBlockWithList",
    "SetResponseNormal",
    "SetResponseWithList",
    "WrappedKey",
    "decode_apdu",
    "encode_apdu",
    "invoke_byte",
]
