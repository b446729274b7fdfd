"""Messages without their frames. The bytes are made and read by pymodbus's classes, which this module holds to the
letter: a message is what its class would have written, or it is refused.
"""

from __future__ import annotations

import logging
import struct
from functools import cache

from pymodbus.exceptions import ModbusException
from pymodbus.pdu import DecodePDU, ExceptionResponse, ModbusPDU
from pymodbus.pdu.register_message import ReadWriteMultipleRegistersRequest

from drivers.modbus.codes import EXCEPTION_BIT, READ_DEVICE_IDENTIFICATION, ExceptionCode, FunctionCode
from drivers.modbus.errors import DecodeError, EncodeError, ModbusExceptionError, UnexpectedResponseError

_KNOWN = frozenset(int(code) for code in FunctionCode)
_ECHOED = {
    FunctionCode.WRITE_SINGLE_COIL: 5,
    FunctionCode.WRITE_SINGLE_REGISTER: 5,
    FunctionCode.WRITE_MULTIPLE_COILS: 5,
    FunctionCode.WRITE_MULTIPLE_REGISTERS: 5,
    FunctionCode.MASK_WRITE_REGISTER: 7,
}
"""How many bytes of a request its response repeats, and all that the response has."""
_MOST_WRITTEN = {
    FunctionCode.WRITE_MULTIPLE_COILS: 0x7B0,
    FunctionCode.WRITE_MULTIPLE_REGISTERS: 0x7B,
    FunctionCode.READ_WRITE_MULTIPLE_REGISTERS: 0x79,
}
_MALFORMED = (ModbusException, ValueError, IndexError, struct.error)


class RefusedRequestError(DecodeError):
    """A server cannot take this request: ``code`` is the exception code that says why (clause 7)."""

    def __init__(self, function: int, code: ExceptionCode, why: str) -> None:
        super().__init__(why)
        self.function = function
        self.code = code


@cache
def _decoder(is_server: bool) -> DecodePDU:
    logging.getLogger("pymodbus.logging").setLevel(logging.CRITICAL)  # it warns of every message it cannot read
    return DecodePDU(is_server)


def encode(message: ModbusPDU) -> bytes:
    """A PDU as bytes. Raises EncodeError for what Modbus cannot carry."""
    limit = _MOST_WRITTEN.get(FunctionCode(message.function_code)) if not message.isError() else None
    written = getattr(message, "write_count", message.count)
    if limit is not None and written > limit:
        raise EncodeError(f"{written} values in one request: at most {limit}")
    try:
        return bytes((message.function_code,)) + message.encode()
    except _MALFORMED as error:
        raise EncodeError(str(error)) from error


def decode_request(pdu: bytes) -> ModbusPDU:
    """What a client asks. Raises RefusedRequestError with the code of the exception that is its answer."""
    function = pdu[0] if pdu else 0
    if function not in _KNOWN:
        raise RefusedRequestError(function, ExceptionCode.ILLEGAL_FUNCTION, f"function code {function} is not known")
    if function == FunctionCode.ENCAPSULATED_INTERFACE and pdu[1:2] != bytes((READ_DEVICE_IDENTIFICATION,)):
        raise RefusedRequestError(function, ExceptionCode.ILLEGAL_FUNCTION, "only device identification is known")
    message = _decoder(True).decode(pdu)
    try:
        if message is not None and encode(message) == pdu and _is_whole(message):
            return message
    except EncodeError:
        pass
    raise RefusedRequestError(function, ExceptionCode.ILLEGAL_DATA_VALUE, f"no good request: {pdu.hex()}")


def _is_whole(message: ModbusPDU) -> bool:
    """Whether a request to write has as many registers as it says, and any."""
    match message.function_code:
        case FunctionCode.WRITE_MULTIPLE_REGISTERS:
            return len(message.registers) == message.count > 0
        case FunctionCode.READ_WRITE_MULTIPLE_REGISTERS:
            assert isinstance(message, ReadWriteMultipleRegistersRequest)
            return len(message.write_registers) == message.write_count > 0
        case _:
            return True


def decode_response(request: bytes, response: bytes) -> ModbusPDU:
    """What a server answered to ``request``.

    Raises ModbusExceptionError (it refused), UnexpectedResponseError (the answer is to something else), DecodeError.
    """
    if not response:
        raise DecodeError("an empty response")
    function = request[0]
    if response[0] == function | EXCEPTION_BIT:
        if len(response) != 2:
            raise DecodeError(f"an exception response of {len(response)} bytes: {response.hex()}")
        raise ModbusExceptionError(function, response[1])
    if response[0] != function:
        raise UnexpectedResponseError(f"function code {response[0]} answers function code {function}")
    echoed = _ECHOED.get(FunctionCode(function)) if function in _KNOWN else None
    if echoed is not None and response != request[:echoed]:
        raise UnexpectedResponseError(f"{response.hex()} does not repeat {request[:echoed].hex()}")
    _check_length(request, response)
    message = _decoder(False).decode(response)
    if message is None:
        raise DecodeError(f"no good response: {response.hex()}")
    return message


def _check_length(request: bytes, response: bytes) -> None:
    """Hold a response that carries values against the count that was asked for."""
    match request[0]:
        case FunctionCode.READ_COILS | FunctionCode.READ_DISCRETE_INPUTS:
            expected = (int.from_bytes(request[3:5], "big") + 7) // 8
        case (
            FunctionCode.READ_HOLDING_REGISTERS
            | FunctionCode.READ_INPUT_REGISTERS
            | FunctionCode.READ_WRITE_MULTIPLE_REGISTERS
        ):
            expected = 2 * int.from_bytes(request[3:5], "big")
        case _:
            return
    if len(response) != 2 + expected or response[1] != expected:
        raise UnexpectedResponseError(f"{len(response) - 2} bytes of values, expected {expected}")


def encode_exception(function: int, code: int) -> bytes:
    """The exception response to a request of ``function``."""
    return encode_raw(ExceptionResponse(function & ~EXCEPTION_BIT, code))


def encode_raw(message: ModbusPDU) -> bytes:
    """A PDU as bytes, unchecked."""
    return bytes((message.function_code,)) + message.encode()


def response_length(frame: bytes) -> int | None:
    """How long a response on a serial line is that begins like ``frame`` (address first, CRC included).

    None: it cannot be told from what is there, or its function code is not known here (then silence ends it).
    """
    if len(frame) < 3:
        return None
    kind = _decoder(False).lookupPduClass(frame)
    if kind is None:
        return None
    try:
        length: int = kind.calculateRtuFrameSize(frame)
    except _MALFORMED:
        return None
    return length or None
