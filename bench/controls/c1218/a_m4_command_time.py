"""A-M4 on C12.18: commands are answered and take effect in time, also after nobody was at the port for long.

A session ends after seconds of silence, so that each command has one of its own.
"""

from __future__ import annotations

from bench.controls.base import Probe
from bench.controls.c1218._port import access_of
from bench.controls.command_times import PATIENCE_S, command_time_checks
from bench.controls.dlms._commands import TimedCommand, switch_command_of
from bench.controls.gaps import gaps
from bench.controls.trial import Trial


async def stimulus(trial: Trial) -> None:
    """``n_commands`` commands, each a random idle gap after the last session, without a second try."""
    exchange, access = switch_command_of(trial), access_of(trial)
    for number, gap in enumerate(gaps(trial)):
        await exchange.prepare()
        command = TimedCommand(trial, f"command {number + 1}, {gap:.0f} s after the last session")
        await trial.station.advance(gap)
        async with access.session(exchange.role) as client:
            await command.begin()
            await command.give(client)  # type: ignore[arg-type]
        await command.moved(PATIENCE_S)
    await exchange.restore()


PROBE = Probe("A-M4", "c1218", stimulus, command_time_checks)
