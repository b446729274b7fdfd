"""Requests as bytes, for who alters them: nothing is checked, so that a wrong one can be made.

`drivers.modbus.client.ModbusClient` makes the right ones.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

from drivers.modbus.codes import EXCEPTION_BIT, FunctionCode, Space

_READS = {
    Space.COIL: FunctionCode.READ_COILS,
    Space.DISCRETE_INPUT: FunctionCode.READ_DISCRETE_INPUTS,
    Space.HOLDING: FunctionCode.READ_HOLDING_REGISTERS,
    Space.INPUT: FunctionCode.READ_INPUT_REGISTERS,
}


def read_request(space: Space, address: int, count: int = 1) -> bytes:
    """Functions 1 to 4."""
    return struct.pack(">BHH", _READS[space], address, count)


def write_request(address: int, values: Sequence[int]) -> bytes:
    """Function 16."""
    head = struct.pack(">BHHB", FunctionCode.WRITE_MULTIPLE_REGISTERS, address, len(values), 2 * len(values))
    return head + struct.pack(f">{len(values)}H", *values)


def write_one_request(address: int, value: int) -> bytes:
    """Function 6."""
    return struct.pack(">BHH", FunctionCode.WRITE_SINGLE_REGISTER, address, value)


def write_coil_request(address: int, value: bool) -> bytes:
    """Function 5."""
    return struct.pack(">BHH", FunctionCode.WRITE_SINGLE_COIL, address, 0xFF00 if value else 0)


def exception_response(function: int, code: int) -> bytes:
    """The refusal of a request of ``function``."""
    return bytes((function | EXCEPTION_BIT, code))


def is_exception(response: bytes) -> bool:
    """Whether a response is a refusal."""
    return bool(response[:1]) and response[0] >= EXCEPTION_BIT
