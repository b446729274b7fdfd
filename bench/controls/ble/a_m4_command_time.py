"""A-M4 on Bluetooth: commands are confirmed and take effect in time, also after the link was idle."""

from __future__ import annotations

from bench.controls.appliances import timed
from bench.controls.base import Probe
from bench.controls.ble._row import access_of, exchange_of
from bench.controls.command_times import command_time_checks
from bench.controls.gaps import gaps
from bench.controls.trial import Trial


async def stimulus(trial: Trial) -> None:
    """``n_commands`` commands, each a random idle gap after the last message."""
    exchange = exchange_of(trial)
    for number, gap in enumerate(gaps(trial)):
        await exchange.prepare()
        async with access_of(trial).session() as client:
            await trial.station.advance(gap)
            await timed(trial, client, f"command {number + 1}, {gap:.0f} s after the last message")
        await exchange.restore()


PROBE = Probe("A-M4", "ble", stimulus, command_time_checks)
