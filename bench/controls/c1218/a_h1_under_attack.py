"""A-H1 on C12.18: an emergency command is answered and takes effect in time right after hostile traffic at its port.

The port is one pair of light guides: the command comes as soon as the attacker's probe is off.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.catalogue import Trials
from bench.controls.base import Probe
from bench.controls.c1218._hostile import CLASSES, flood
from bench.controls.c1218._port import access_of, answers_again
from bench.controls.dlms._commands import (
    ANSWER_TIME,
    ANSWERED,
    EFFECT_TIME,
    MOVED,
    TimedCommand,
    switch_command_of,
)
from bench.controls.trial import Trial
from bench.judgement.check import Check

RECOVERED = "the meter answered again by itself"
RECOVERY_TIME = "time from the command to the next correct answer"
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
        trial.record.observe(RECOVERED, took_s is not None, what=f"command {number + 1}")
        if took_s is None:
            return
        trial.record.observe_duration(RECOVERY_TIME, took_s, what=f"command {number + 1}")
        await command.moved(_PATIENCE_S)
    await exchange.restore()


def checks(trial: Trial) -> Sequence[Check]:
    rate = trial.bound("n_emergency").value
    assert isinstance(rate, Trials)
    every = {"count": rate.at_least, "of": rate.of}
    return [
        Check("the command is accepted after the flood", "at_least_true", ANSWERED, every),
        Check("it is accepted within t_ack", "at_most", ANSWER_TIME, trial.limit("t_ack")),
        Check("it takes effect", "at_least_true", MOVED, every),
        Check("it takes effect within t_act", "at_most", EFFECT_TIME, trial.limit("t_act")),
        Check("the meter serves again without help", "always", RECOVERED),
        Check("it does so within t_rec", "at_most", RECOVERY_TIME, trial.limit("t_rec")),
    ]


PROBE = Probe("A-H1", "c1218", stimulus, checks)
