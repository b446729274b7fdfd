"""A-M1 on Modbus: legitimate traffic survives a flood.

On TCP and TLS the flood comes over a connection of its own while a legitimate client reads over another. A serial
line is one master's: there hostile frames keep to their share of the line time, and the legitimate reads come between
them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bench.controls.modbus._legitimate import SERVED, LegitimateClient
from bench.controls.modbus._probes import on_both
from bench.controls.modbus._row import access_of, answers_again
from bench.controls.modbus.a_l2_malformed_input import classes, flood
from bench.controls.recovery import came_back, recovery_checks
from bench.controls.trial import Trial
from bench.judgement.check import Check

_ASK_EVERY_S = 0.5
_SLOWEST_HZ = 10.0
"""In the quick profile, whose few messages would otherwise be over in a moment."""


async def stimulus(trial: Trial) -> None:
    access = access_of(trial)
    for port in access.ports:
        if access.profile_of(port) == "rtu":
            await _between(trial, port)
        else:
            await _beside(trial, port)
        took_s = await answers_again(trial, access, 2 * trial.bound("t_rec").number)
        if not came_back(trial, took_s, what=port):
            return


async def _between(trial: Trial, port: str) -> None:
    for kind, maker in classes(access_of(trial), port).items():
        await flood(trial, access_of(trial), port, maker)
        legitimate = LegitimateClient(trial, port)
        try:
            await legitimate.ask(f"after {kind} on {port}")
        finally:
            await legitimate.end()


async def _beside(trial: Trial, port: str) -> None:
    legitimate = LegitimateClient(trial, port)
    await legitimate.begin()
    hostile = asyncio.create_task(_flood(trial, port))
    try:
        while not hostile.done():
            await legitimate.ask(f"flood on {port}")
            await trial.station.advance(_ASK_EVERY_S)
        await hostile
    finally:
        hostile.cancel()
        await asyncio.gather(hostile, return_exceptions=True)
        await legitimate.end()


async def _flood(trial: Trial, port: str) -> None:
    """Each class once, at least as slowly as to last for several answers of a defective device."""
    for maker in classes(access_of(trial), port).values():
        await flood(trial, access_of(trial), port, maker, rate=_SLOWEST_HZ if trial.profile == "quick" else None)


def checks(trial: Trial) -> Sequence[Check]:
    share = trial.bound("p_load").number
    return [
        Check("legitimate requests are served during the flood", "at_least_true", SERVED, {"count": share, "of": 1}),
        *recovery_checks(trial),
    ]


PROBES = on_both("A-M1", stimulus, checks)
