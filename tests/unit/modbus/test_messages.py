"""Messages and frames against the examples of the specifications.

Golden vectors: MODBUS Application Protocol Specification V1.1b3, the example of each function in clause 6,
and MODBUS Messaging on TCP/IP Implementation Guide V1.0b, clause 3.1.3.
"""

from __future__ import annotations

import pytest
from pymodbus.pdu import ModbusPDU
from pymodbus.pdu.bit_message import (
    ReadCoilsRequest,
    ReadDiscreteInputsRequest,
    WriteMultipleCoilsRequest,
    WriteSingleCoilRequest,
)
from pymodbus.pdu.mei_message import ReadDeviceInformationRequest
from pymodbus.pdu.register_message import (
    MaskWriteRegisterRequest,
    ReadHoldingRegistersRequest,
    ReadInputRegistersRequest,
    ReadWriteMultipleRegistersRequest,
    WriteMultipleRegistersRequest,
    WriteSingleRegisterRequest,
)

from drivers.modbus.adu import Adu, MbapReader, crc, frame_gap_s, open_rtu, parse_tcp, relength, seal_rtu, wrap_tcp
from drivers.modbus.codes import ExceptionCode
from drivers.modbus.errors import DecodeError, EncodeError, ModbusExceptionError, UnexpectedResponseError
from drivers.modbus.pdu import RefusedRequestError, decode_request, decode_response, encode, response_length
from drivers.transport.line_time import LineFormat

COILS_27_TO_38 = [True, False, True, True, False, False, True, True, True, False]
GOLDEN: list[tuple[str, ModbusPDU, str, str]] = [
    ("6.1", ReadCoilsRequest(address=0x13, count=19), "01 00 13 00 13", "01 03 CD 6B 05"),
    ("6.2", ReadDiscreteInputsRequest(address=0xC4, count=22), "02 00 C4 00 16", "02 03 AC DB 35"),
    ("6.3", ReadHoldingRegistersRequest(address=0x6B, count=3), "03 00 6B 00 03", "03 06 02 2B 00 00 00 64"),
    ("6.4", ReadInputRegistersRequest(address=8, count=1), "04 00 08 00 01", "04 02 00 0A"),
    ("6.5", WriteSingleCoilRequest(address=0xAC, bits=[True]), "05 00 AC FF 00", "05 00 AC FF 00"),
    ("6.6", WriteSingleRegisterRequest(address=1, registers=[3]), "06 00 01 00 03", "06 00 01 00 03"),
    (
        "6.11",
        WriteMultipleCoilsRequest(address=0x13, bits=COILS_27_TO_38),
        "0F 00 13 00 0A 02 CD 01",
        "0F 00 13 00 0A",
    ),
    (
        "6.12",
        WriteMultipleRegistersRequest(address=1, registers=[10, 0x102]),
        "10 00 01 00 02 04 00 0A 01 02",
        "10 00 01 00 02",
    ),
    (
        "6.16",
        MaskWriteRegisterRequest(address=4, and_mask=0xF2, or_mask=0x25),
        "16 00 04 00 F2 00 25",
        "16 00 04 00 F2 00 25",
    ),
    (
        "6.17",
        ReadWriteMultipleRegistersRequest(
            read_address=3, read_count=6, write_address=14, write_registers=[0xFF, 0xFF, 0xFF]
        ),
        "17 00 03 00 06 00 0E 00 03 06 00 FF 00 FF 00 FF",
        "17 0C 00 FE 0A CD 00 01 00 03 00 0D 00 FF",
    ),
    (
        "6.21",
        ReadDeviceInformationRequest(read_code=1, object_id=0),
        "2B 0E 01 00",
        "2B 0E 01 01 00 00 03 00 16" + b"Company identification".hex() + "01 0D" + b"Product code XX".hex()[:26]
        + "02 05" + b"V2.11".hex(),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("clause", "message", "request_hex", "response_hex"), GOLDEN, ids=[row[0] for row in GOLDEN])
def test_the_specifications_examples(clause: str, message: ModbusPDU, request_hex: str, response_hex: str) -> None:
    request, response = bytes.fromhex(request_hex), bytes.fromhex(response_hex)
    assert encode(message) == request
    assert encode(decode_request(request)) == request
    assert encode(decode_response(request, response)) == response or clause in ("6.1", "6.2", "6.21")


def test_values_of_the_examples() -> None:
    coils = decode_response(bytes.fromhex("0100130013"), bytes.fromhex("0103CD6B05"))
    assert [int(bit) for bit in coils.bits[:19]] == [1, 0, 1, 1, 0, 0, 1, 1, 1, 1, 0, 1, 0, 1, 1, 0, 1, 0, 1]
    registers = decode_response(bytes.fromhex("03006B0003"), bytes.fromhex("0306022B00000064"))
    assert list(registers.registers) == [555, 0, 100]


def test_an_exception_response_is_a_refusal_with_its_code() -> None:
    with pytest.raises(ModbusExceptionError, match="illegal data address") as refused:  # clause 7, its example
        decode_response(bytes.fromhex("0104A10001"), bytes.fromhex("8102"))
    assert (refused.value.function, refused.value.code) == (1, ExceptionCode.ILLEGAL_DATA_ADDRESS)


@pytest.mark.parametrize(
    ("request_hex", "response_hex"),
    [
        ("03006B0003", "0406022B00000064"),  # another function
        ("03006B0003", "0304022B0000"),  # fewer registers
        ("03006B0003", "0306022B0000006400"),  # a byte too many
        ("0600010003", "0600020003"),  # another address
        ("0600010003", "0600010004"),  # another value
        ("1000010002 04000A0102", "1000010001"),  # another count
        ("0100130013", "0102CD6B"),
    ],
)
def test_a_response_to_something_else_is_found(request_hex: str, response_hex: str) -> None:
    with pytest.raises(UnexpectedResponseError):
        decode_response(bytes.fromhex(request_hex), bytes.fromhex(response_hex))


@pytest.mark.parametrize(
    ("pdu_hex", "code"),
    [
        ("", 1), ("64", 1), ("0800000000", 1), ("2B0D0100", 1), ("83", 1),
        ("0300000000", 3), ("030000007E", 3), ("03000000", 3), ("030000000100", 3),
        ("01000007D1", 3), ("0500ACFF01", 3), ("05 00AC 0001", 3),
        ("1000010002 03 000A01", 3), ("1000010002 04 000A", 3), ("100001007C F8" + "00" * 248, 3), ("1000010000 00", 3),
        ("0F0013000A 01 CD", 3), ("16000400F200", 3),
    ],
)  # fmt: skip
def test_a_request_that_is_none_is_refused_with_the_code_of_the_state_diagrams(pdu_hex: str, code: int) -> None:
    with pytest.raises(RefusedRequestError) as refused:
        decode_request(bytes.fromhex(pdu_hex))
    assert refused.value.code == code


def test_what_modbus_cannot_carry_is_not_encoded() -> None:
    for message in (
        ReadHoldingRegistersRequest(address=0, count=126),
        WriteMultipleRegistersRequest(address=0, registers=[0] * 124),
        WriteSingleRegisterRequest(address=0, registers=[0x10000]),
        WriteMultipleCoilsRequest(address=0, bits=[True] * 1969),
    ):
        with pytest.raises(EncodeError):
            encode(message)


# -- frames ----------------------------------------------------------------------------------------------------------


def test_the_crc_of_the_serial_line_specification() -> None:
    assert crc(bytes.fromhex("0207")) == bytes.fromhex("4112")  # MODBUS over Serial Line V1.02, clause 6.2.2


def test_a_frame_with_one_wrong_bit_is_found() -> None:
    frame = seal_rtu(bytes.fromhex("11 03 006B 0003"))
    assert open_rtu(frame) == bytes.fromhex("11 03 006B 0003")
    for bit in range(8 * len(frame)):
        broken = bytearray(frame)
        broken[bit // 8] ^= 1 << bit % 8
        with pytest.raises(DecodeError):
            open_rtu(bytes(broken))


def test_the_silence_between_frames() -> None:
    assert frame_gap_s(LineFormat(9600, 8, "E")) == pytest.approx(3.5 * 11 / 9600)
    assert frame_gap_s(LineFormat(115_200)) == 0.00175


@pytest.mark.parametrize("piece", [1, 2, 5, 7, 11, 100])
def test_messages_on_tcp_are_put_together_again(piece: int) -> None:
    messages = [wrap_tcp(Adu(255, bytes.fromhex("0300000001"), 1)), wrap_tcp(Adu(1, b"\x83\x02", 2))]
    stream = b"".join(messages)
    reader = MbapReader()
    seen = [message for start in range(0, len(stream), piece) for message in reader.feed(stream[start : start + piece])]
    assert seen == messages
    assert not reader.in_message


def test_the_header_of_the_messaging_guide() -> None:
    message = wrap_tcp(
        Adu(0xFF, bytes.fromhex("03 0005 0001"), 0x1501)
    )  # the guide's example: one register of address 5
    assert message == bytes.fromhex("1501 0000 0006 FF 03 0005 0001")
    assert parse_tcp(message) == Adu(0xFF, bytes.fromhex("0300050001"), 0x1501)


@pytest.mark.parametrize("header", ["0001 0001 0006 01", "0001 0000 0001 01", "0001 0000 00FF 01"])
def test_a_header_that_is_none_breaks_the_stream(header: str) -> None:
    reader = MbapReader()
    assert reader.feed(bytes.fromhex(header) + bytes(300)) == []
    assert reader.broken


def test_a_longer_message_gets_its_length_but_a_changed_length_stays() -> None:
    message = wrap_tcp(Adu(1, b"\x03\x00\x00\x00\x01", 1))
    assert parse_tcp(relength(message + b"\x00", message)).pdu == b"\x03\x00\x00\x00\x01\x00"
    lied = message[:4] + b"\x00\x20" + message[6:] + b"\x00"
    assert relength(lied, message) == lied


@pytest.mark.parametrize(
    "frame", ["11 03 06 AE41 5652 4340 49AD", "11 83 02 C134", "11 06 0001 0003 9A9B", "11 16 0004 00F2 0025 0000"]
)
def test_the_length_of_a_response_is_known_before_its_end(frame: str) -> None:
    whole = bytes.fromhex(frame)
    assert response_length(whole) == len(whole)
    assert response_length(whole[:4]) == len(whole)
    assert response_length(b"\x11\x64\x00\x00") is None
