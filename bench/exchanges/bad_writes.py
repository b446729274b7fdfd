"""Commands over Modbus that a device must not carry out: of a wrong origin, for another address, out of range.

Expired or repeated ones there are not: a write bears no time and no number.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from bench.access.modbus import NO_ROLE, READER, SECURE
from bench.exchanges.charger_exchange import BadCommand
from bench.exchanges.modbus_write import ModbusCommand


def bad_writes(exchange: ModbusCommand) -> Sequence[BadCommand]:
    """Those that there are on the row's link; the scene is set before each is given."""
    access = exchange.access
    strangers = [role for role in (READER, NO_ROLE) if access.link == SECURE and access.has(role)]
    found = [BadCommand(f"of a wrong origin: {role}", _as(exchange, role), refused=True) for role in strangers]
    unit = max(access.declared.units) + 1
    found.append(BadCommand("for another address", _to(exchange, unit)))
    found += [
        BadCommand(f"out of range: {what}", _of(exchange, request), refused=True)
        for what, request in exchange.invalid()
    ]
    return found


def _as(exchange: ModbusCommand, role: str) -> Callable[[], Awaitable[object]]:
    return lambda: _send(exchange, exchange.request(), role=role)


def _to(exchange: ModbusCommand, unit: int) -> Callable[[], Awaitable[object]]:
    return lambda: _send(exchange, exchange.request(), unit=unit)


def _of(exchange: ModbusCommand, request: bytes) -> Callable[[], Awaitable[object]]:
    return lambda: _send(exchange, request)


async def _send(exchange: ModbusCommand, request: bytes, *, role: str = "", unit: int | None = None) -> None:
    """Raises TransportError, ModbusError."""
    from drivers.modbus.pdu import decode_response

    async with exchange.access.session(role, unit=unit) as client:
        decode_response(request, await client.send_pdu(request))
