"""What somebody needs of a Modbus client who only reads and writes registers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable


@runtime_checkable
class RegisterAccess(Protocol):
    """Holding registers of one unit. Addresses are those on the wire, from 0; values are unsigned, 16 bits wide.

    Every call may raise `drivers.modbus.errors.ModbusError` (a refusal is `ModbusExceptionError`) and what the
    transport raises.
    """

    async def read_holding(self, address: int, count: int) -> list[int]:
        """``count`` registers from ``address`` on, 1 to 125 of them."""
        ...

    async def write_registers(self, address: int, values: Sequence[int]) -> None:
        """Write registers from ``address`` on, 1 to 123 of them. Returns when the server has confirmed."""
        ...
