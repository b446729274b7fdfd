"""A command whose confirmation and effect are timed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.controls import command_times
from bench.controls.attempts import attempt
from bench.exchanges.modbus_write import ModbusCommand, ModbusWrite

if TYPE_CHECKING:
    from bench.controls.trial import Trial
    from drivers.modbus.client import ModbusClient


async def timed(trial: Trial, exchange: ModbusWrite, client: ModbusClient, what: str) -> None:
    """Give the row's command and record when it was confirmed, and when its effect was there."""
    look = exchange.witnessed if isinstance(exchange, ModbusCommand) else exchange.observe
    await command_times.timed(trial, lambda: attempt(exchange.send(client)), look, what)
