"""Function codes and exception codes (MODBUS Application Protocol V1.1b3, clauses 5.1 and 7)."""

from __future__ import annotations

from enum import Enum, IntEnum

EXCEPTION_BIT = 0x80
"""Set in the function code of an exception response (clause 7)."""


class Space(Enum):
    """The four address spaces of the data model (clause 4.3)."""

    COIL = "coil"
    DISCRETE_INPUT = "discrete input"
    HOLDING = "holding register"
    INPUT = "input register"

    @property
    def is_bits(self) -> bool:
        """Whether an item is one bit; otherwise it is 16 bits wide."""
        return self in (Space.COIL, Space.DISCRETE_INPUT)


class FunctionCode(IntEnum):
    """The public function codes that are spoken here."""

    READ_COILS = 0x01
    READ_DISCRETE_INPUTS = 0x02
    READ_HOLDING_REGISTERS = 0x03
    READ_INPUT_REGISTERS = 0x04
    WRITE_SINGLE_COIL = 0x05
    WRITE_SINGLE_REGISTER = 0x06
    WRITE_MULTIPLE_COILS = 0x0F
    WRITE_MULTIPLE_REGISTERS = 0x10
    MASK_WRITE_REGISTER = 0x16
    READ_WRITE_MULTIPLE_REGISTERS = 0x17
    ENCAPSULATED_INTERFACE = 0x2B

    @property
    def writes(self) -> bool:
        """Whether a request of this code changes something."""
        return self in _WRITING


_WRITING = frozenset(
    {
        FunctionCode.WRITE_SINGLE_COIL,
        FunctionCode.WRITE_SINGLE_REGISTER,
        FunctionCode.WRITE_MULTIPLE_COILS,
        FunctionCode.WRITE_MULTIPLE_REGISTERS,
        FunctionCode.MASK_WRITE_REGISTER,
        FunctionCode.READ_WRITE_MULTIPLE_REGISTERS,
    }
)

READ_DEVICE_IDENTIFICATION = 0x0E
"""The MEI type of device identification under `FunctionCode.ENCAPSULATED_INTERFACE` (clause 6.21)."""


class ExceptionCode(IntEnum):
    """Why a server refused (clause 7)."""

    ILLEGAL_FUNCTION = 0x01
    ILLEGAL_DATA_ADDRESS = 0x02
    ILLEGAL_DATA_VALUE = 0x03
    SERVER_DEVICE_FAILURE = 0x04
    ACKNOWLEDGE = 0x05
    SERVER_DEVICE_BUSY = 0x06
    MEMORY_PARITY_ERROR = 0x08
    GATEWAY_PATH_UNAVAILABLE = 0x0A
    GATEWAY_TARGET_FAILED_TO_RESPOND = 0x0B


def function_name(code: int) -> str:
    """``read holding registers`` for 3; the number in hexadecimal for a code that is not known here."""
    try:
        return FunctionCode(code).name.lower().replace("_", " ")
    except ValueError:
        return f"function 0x{code:02X}"


def exception_name(code: int) -> str:
    """``illegal data address`` for 2; the number in hexadecimal for a code that is not known here."""
    try:
        return ExceptionCode(code).name.lower().replace("_", " ")
    except ValueError:
        return f"exception 0x{code:02X}"
