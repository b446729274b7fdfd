"""A-H1 on C12.18: an emergency command is answered and takes effect in time right after hostile traffic at its port.

The port is one pair of light guides: the command comes as soon as the attacker's probe is off.
"""

from __future__ import annotations

from bench.controls.base import Probe
from bench.controls.c1218._hostile import CLASSES, flood
from bench.controls.c1218._port import access_of, answers_again
from bench.controls.command_times import emergency_checks
from bench.controls.dlms._commands import TimedCommand, switch_command_of
from bench.controls.recovery import came_back
from bench.controls.trial import Trial

_PATIENCE_S = 30.0
"""How long an effect is waited for; it counts as late long before."""


async def stimulus(trial: Trial) -> None:
    """``n_emergency`` commands, each after a flood of all classes in an order drawn by chance."""
    exchange, access = switch_command_of(trial), access_of(trial)
    messages = trial.bound("n_mal", transport="serial").count
    for number in range(trial.bound("n_emergency").count):
        await exchange.prepare()
        command = TimedCommand(trial, f"command {number + 1}")
        await command.begin()
        for kind in trial.random.sample(CLASSES, len(CLASSES)):
            await flood(trial, access, kind, messages)
        async with access.session(exchange.role) as client:
            await command.give(client)  # type: ignore[arg-type]
        took_s = await answers_again(trial, access, 2 * trial.bound("t_rec").number)
        if not came_back(trial, took_s, what=f"command {number + 1}"):
            return
        await command.moved(_PATIENCE_S)
    await exchange.restore()


PROBE = Probe("A-H1", "c1218", stimulus, emergency_checks)
