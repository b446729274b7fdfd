"""A-M4 on office systems: orders are acknowledged and take effect in time, also after the link was idle."""

from __future__ import annotations

from bench.controls.base import Probe
from bench.controls.command_times import command_time_checks
from bench.controls.gaps import gaps
from bench.controls.office._row import exchange_of
from bench.controls.office._timed_order import timed
from bench.controls.trial import Trial

_PATIENCE_S = 30.0
"""How long an effect is waited for beyond t_act; it counts as late long before."""


async def stimulus(trial: Trial) -> None:
    """``n_commands`` orders, each a random idle gap after the scene was set, without a second try."""
    exchange = exchange_of(trial)
    patience_s = trial.bound("t_act").number + _PATIENCE_S
    async with exchange.access.session(exchange.sender) as office:
        for number, gap in enumerate(gaps(trial)):
            order = timed(trial, f"order {number + 1}, {gap:.0f} s after the last request")
            await exchange.prepare()
            await trial.station.advance(gap)
            await order.begin()
            await order.give(office)
            await order.look(patience_s)
    await exchange_of(trial).restore()


PROBE = Probe("A-M4", "office_https", stimulus, command_time_checks)
