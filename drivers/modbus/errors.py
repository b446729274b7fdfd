"""What can go wrong in Modbus, each fact an exception of its own, each code a field.

Silence, a closed peer and a port that cannot be opened are the transport's (`drivers.transport.base`).
"""

from __future__ import annotations

from drivers.modbus.codes import exception_name, function_name
from drivers.transport.base import TransportError


class ModbusError(Exception):
    """Base of everything that Modbus reports or finds wrong."""


class ModbusExceptionError(ModbusError):
    """The server answered, and the answer was no. ``function`` is that of the request, ``code`` the exception code."""

    def __init__(self, function: int, code: int) -> None:
        super().__init__(f"{function_name(function)} refused: {exception_name(code)} ({code})")
        self.function = function
        self.code = code


class UnexpectedResponseError(ModbusError):
    """A response that does not answer what was asked: another function, another address, a wrong number of values."""


class DecodeError(ModbusError):
    """Bytes that are no message of Modbus."""


class EncodeError(ModbusError, ValueError):
    """A request that Modbus cannot carry: too many registers, a value out of range."""


class GarbageError(TransportError):
    """Bytes arrived before the deadline, but no good frame."""
