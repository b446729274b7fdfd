"""A-M4 on Modbus: commands are confirmed and take effect in time, also after the link was idle."""

from __future__ import annotations

from bench.controls.command_times import PATIENCE_S, command_time_checks
from bench.controls.gaps import gaps
from bench.controls.modbus._changes import change_of
from bench.controls.modbus._probes import on_both
from bench.controls.modbus._timed import timed
from bench.controls.trial import Trial


async def stimulus(trial: Trial) -> None:
    """``n_commands`` commands, each a random idle gap after the last request, without a second try."""
    exchange = change_of(trial)
    for number, gap in enumerate(gaps(trial)):
        await exchange.prepare()
        await trial.station.advance(gap)
        async with exchange.access.session(timeout_s=PATIENCE_S) as client:
            await timed(trial, exchange, client, f"command {number + 1}, {gap:.0f} s after the last request")
        await exchange.restore()


PROBES = on_both("A-M4", stimulus, command_time_checks)
