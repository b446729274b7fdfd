"""A-M4 on DLMS: commands are answered and take effect in time, also after the link was idle."""

from __future__ import annotations

from bench.controls.base import Probe
from bench.controls.command_times import PATIENCE_S, command_time_checks
from bench.controls.dlms._commands import TimedCommand, switch_command_of
from bench.controls.gaps import gaps
from bench.controls.trial import Trial
from drivers.dlms.apdu import Attribute

_CLOCK, _TIME = 8, 2


async def stimulus(trial: Trial) -> None:
    """``n_commands`` commands, each a random idle gap after the last request, without a second try."""
    exchange = switch_command_of(trial)
    access = exchange.access
    for number, gap in enumerate(gaps(trial)):
        await exchange.prepare()
        async with access.session(exchange.role, ask=True) as client:
            await client.get(Attribute(_CLOCK, access.names.clock, _TIME))
        command = TimedCommand(trial, f"command {number + 1}, {gap:.0f} s after the last request")
        await trial.station.advance(gap)
        async with access.session(exchange.role, response_timeout_s=PATIENCE_S) as client:
            await command.begin()
            await command.give(client)
        await command.moved(PATIENCE_S)
    await exchange.restore()


PROBE = Probe("A-M4", "dlms", stimulus, command_time_checks)
