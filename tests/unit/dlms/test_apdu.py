"""xDLMS APDUs against published examples and the peers, and hostile input."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.dlms.apdu import (
    ActionRequestNormal,
    Apdu,
    Attribute,
    ConfirmedServiceError,
    DataNotification,
    ExceptionResponse,
    GetRequestNormal,
    GetResponseNormal,
    GetResponseWithDataBlock,
    InitiateRequest,
    InitiateResponse,
    Method,
    Selection,
    decode_apdu,
    encode_apdu,
)
from drivers.dlms.data import I8, I16, NULL, U16, U32, Structure
from drivers.dlms.enums import (
    ConfirmedError,
    ConfirmedService,
    Conformance,
    DataAccessResult,
    ErrorClass,
    InitiateError,
    ServiceFault,
    StateFault,
)
from drivers.dlms.errors import DecodeError
from drivers.dlms.obis import Obis
from tests.unit.dlms.strategies import apdus, offset_of_failure

KEY = bytes.fromhex("00112233445566778899aabbccddeeff")

EXAMPLES: dict[str, tuple[str, Apdu]] = {
    # Green Book, table 40, plain text (also in pwitab/dlms-cosem, tests/test_security.py)
    "get of the clock": (
        "c0010000080000010000ff0200",
        GetRequestNormal(0x00, Attribute(8, Obis("0.0.1.0.0.255"), 2)),
    ),
    # Green Book, the InitiateRequest of its ciphered AARQ
    "initiate with dedicated key": (
        "01011000112233445566778899aabbccddeeff0000065f1f0400007e1f04b0",
        InitiateRequest(Conformance(0x7E1F), 0x04B0, KEY),
    ),
    "initiate response": ("0800065f1f0400007c1f04000007", InitiateResponse(Conformance(0x7C1F), 0x0400)),
    # gurux_dlms 1.0.203 as client
    "get of a register": (
        "c001c100030100010800ff0200",
        GetRequestNormal(0xC1, Attribute(3, Obis("1.0.1.8.0.255"), 2)),
    ),
    "disconnect": (
        "c301c10046000060030aff01010f00",
        ActionRequestNormal(0xC1, Method(70, Obis("0.0.96.3.10.255"), 1), I8(0)),
    ),
    "profile by entry": (
        "c001c100070100630100ff02010202040600000001060000000a120001120000",
        GetRequestNormal(
            0xC1,
            Attribute(7, Obis("1.0.99.1.0.255"), 2),
            Selection(2, Structure([U32(1), U32(10), U16(1), U16(0)])),
        ),
    ),
    # Circutor/gosem, pkg/dlmsclient/client_test.go (traces of a meter)
    "time zone": ("c401c10010003c", GetResponseNormal(0xC1, I16(60))),
    # by hand from the abstract syntax
    "refused get": ("c401c10103", GetResponseNormal(0xC1, DataAccessResult.READ_WRITE_DENIED)),
    "data block": ("c402c10000000001000201ff", GetResponseWithDataBlock(0xC1, False, 1, b"\x01\xff")),
    "last block refused": (
        "c402c101000000020113",
        GetResponseWithDataBlock(0xC1, True, 2, DataAccessResult.DATA_BLOCK_NUMBER_INVALID),
    ),
    "notification": ("0f0063d76a0000", DataNotification(6543210, None, NULL)),
    "counter error": (
        "d8010600000102",
        ExceptionResponse(StateFault.SERVICE_NOT_ALLOWED, ServiceFault.INVOCATION_COUNTER_ERROR, 0x102),
    ),
    "deciphering error": (
        "d80205",
        ExceptionResponse(StateFault.SERVICE_UNKNOWN, ServiceFault.DECIPHERING_ERROR),
    ),
    "version too low": (
        "0e010601",
        ConfirmedServiceError(
            ConfirmedError(ConfirmedService.INITIATE, ErrorClass.INITIATE, InitiateError.DLMS_VERSION_TOO_LOW)
        ),
    ),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_encode_and_decode(name: str) -> None:
    encoded, apdu = EXAMPLES[name]
    assert encode_apdu(apdu).hex() == encoded
    assert decode_apdu(bytes.fromhex(encoded)) == apdu


@given(apdus())
def test_every_apdu_survives_the_wire(apdu: Apdu) -> None:
    encoded = encode_apdu(apdu)
    decoded = decode_apdu(encoded)
    assert decoded == apdu
    assert encode_apdu(decoded) == encoded


@given(st.binary(max_size=120))
def test_any_bytes_decode_or_raise_decode_error(data: bytes) -> None:
    assert 0 <= offset_of_failure(decode_apdu, data) <= len(data)


@given(apdus(), st.data())
def test_a_damaged_apdu_decodes_or_raises_decode_error(apdu: Apdu, draw: st.DataObject) -> None:
    encoded = bytearray(encode_apdu(apdu))
    for _ in range(draw.draw(st.integers(1, 3))):
        encoded[draw.draw(st.integers(0, len(encoded) - 1))] = draw.draw(st.integers(0, 255))
    end = draw.draw(st.integers(0, len(encoded)))
    assert 0 <= offset_of_failure(decode_apdu, bytes(encoded[:end])) <= end


def test_a_flag_other_than_0_and_1_before_an_optional_field_is_refused() -> None:
    with pytest.raises(DecodeError, match="optional"):
        decode_apdu(bytes.fromhex("c0010000080000010000ff0202"))


def test_a_conformance_tag_of_one_byte_is_understood() -> None:
    assert decode_apdu(bytes.fromhex("0800065f0400007c1f04000007")) == InitiateResponse(Conformance(0x7C1F), 0x400)


def test_a_counter_error_without_its_counter_is_understood() -> None:
    assert decode_apdu(bytes.fromhex("d80106")) == ExceptionResponse(
        StateFault.SERVICE_NOT_ALLOWED, ServiceFault.INVOCATION_COUNTER_ERROR
    )


def test_conformance_bits_are_where_the_standard_counts_them() -> None:
    assert int(Conformance.GET) == 1 << (23 - 19)
    assert int(Conformance.GENERAL_PROTECTION) == 1 << (23 - 1)
    assert int(Conformance.BLOCK_TRANSFER_GET) == 1 << (23 - 11)
