"""A-M4 on DLMS: commands are answered and take effect in time, also after the link was idle."""

from __future__ import annotations

from collections.abc import Sequence

from bench.catalogue import Trials
from bench.controls.base import Probe
from bench.controls.dlms._commands import (
    ANSWER_TIME,
    ANSWERED,
    EFFECT_TIME,
    MOVED,
    TimedCommand,
    switch_command_of,
)
from bench.controls.gaps import gaps
from bench.controls.trial import Trial
from bench.judgement.check import Check
from drivers.dlms.apdu import Attribute

_PATIENCE_S = 60.0
"""How long an answer and an effect are waited for; they count as late long before."""
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
        async with access.session(exchange.role, response_timeout_s=_PATIENCE_S) as client:
            await command.begin()
            await command.give(client)
        await command.moved(_PATIENCE_S)
    await exchange.restore()


def checks(trial: Trial) -> Sequence[Check]:
    rate = trial.bound("n_commands").value
    assert isinstance(rate, Trials)
    enough = {"count": rate.at_least, "of": rate.of}
    return [
        Check("commands are accepted at the first try", "at_least_true", ANSWERED, enough),
        Check("they are accepted within t_ack", "p95_at_most", ANSWER_TIME, trial.limit("t_ack")),
        Check("they take effect", "at_least_true", MOVED, enough),
        Check("they take effect within t_act", "p95_at_most", EFFECT_TIME, trial.limit("t_act")),
    ]


PROBE = Probe("A-M4", "dlms", stimulus, checks)
