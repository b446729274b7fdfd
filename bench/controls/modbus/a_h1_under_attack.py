"""A-H1 on Modbus: an emergency command is confirmed and takes effect in time in the middle of a flood.

On TCP and TLS the flood comes over a connection of its own; on a serial line the command comes right after hostile
frames.
"""

from __future__ import annotations

import asyncio
from itertools import cycle

from bench.controls.command_times import PATIENCE_S, emergency_checks
from bench.controls.modbus._changes import change_of
from bench.controls.modbus._probes import on_both
from bench.controls.modbus._row import access_of, answers_again
from bench.controls.modbus._timed import timed
from bench.controls.modbus.a_l2_malformed_input import classes, flood
from bench.controls.recovery import came_back
from bench.controls.trial import Trial

_BEFORE_S = 0.3
_RATE_HZ = 20.0


async def stimulus(trial: Trial) -> None:
    exchange, access = change_of(trial), access_of(trial)
    port = access.ports[0]
    makers = cycle(classes(access, port).items())
    for number in range(trial.bound("n_emergency").count):
        await exchange.prepare()
        kind, maker = next(makers)
        what = f"command {number + 1}, {kind}"
        if access.is_line:
            await flood(trial, access, port, maker)
            async with access.session(timeout_s=PATIENCE_S) as client:
                await timed(trial, exchange, client, what)
        else:
            async with access.session(timeout_s=PATIENCE_S) as client:
                hostile = asyncio.create_task(flood(trial, access, port, maker, rate=_RATE_HZ))
                try:
                    await trial.station.advance(trial.random.uniform(0.0, _BEFORE_S))
                    await timed(trial, exchange, client, what)
                    await hostile
                finally:
                    hostile.cancel()
                    await asyncio.gather(hostile, return_exceptions=True)
        took_s = await answers_again(trial, access, 2 * trial.bound("t_rec").number)
        if not came_back(trial, took_s, what=what):
            return
        await exchange.restore()


PROBES = on_both("A-H1", stimulus, emergency_checks)
