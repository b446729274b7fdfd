"""A-H3 on DLMS: a command gets through lost messages and by another port, and moves the switch once.

The bench is the headend here: it repeats what was not answered. The meter has to take the repetition, whose counter is
ahead by the messages that were lost, and must not act twice on a command that it has carried out already.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from bench.access.dlms import DlmsAccess
from bench.controls.base import Probe
from bench.controls.dlms._commands import Moved, TimedCommand, switch_command_of
from bench.controls.losses import first
from bench.controls.variants import record_absent
from bench.judgement.check import Check
from drivers.transport.tap import Direction

if TYPE_CHECKING:
    from bench.controls.trial import Trial
    from drivers.dlms.client import DlmsClient

IN_TIME = "time from the command to its effect, few messages lost"
EFFECT = "the switch moved once a message of the command had got through"
ALTERNATIVE = "the switch moved when the command came by another port"
OPERATIONS = "operations of the switch for one command, at the witness"

_RETRIES_IN_T_ACT = 4
"""The bench repeats an unanswered command so often within t_act."""
QUIET_S = 5.0
"""How long the witness watches for a second operation after the last message."""


async def stimulus(trial: Trial) -> None:
    """k lost requests, a lost answer, and the command by another port after one that was lost and one that was not."""
    exchange = switch_command_of(trial)
    survived = trial.bound("n_dropped_survived").count
    for lost in range(1, trial.bound("n_dropped").count + 1):
        series = IN_TIME if lost <= survived else ""
        await _repeated(trial, f"{lost} requests lost", Direction.OUT, lost, series)
    await _repeated(trial, "answer lost", Direction.IN, 1, "")
    others = [port for port in exchange.access.ports_of(exchange.role) if port != exchange.access.ports[0]]
    for port in others:
        await _by_another_port(trial, port, arrives=False)
        await _by_another_port(trial, port, arrives=True)
    if not others:
        record_absent(trial, "the command by another port", f"{exchange.role} is served on one port only")
    record_absent(trial, "one of many devices silent", "a meter is one device; its headend reports who is silent")
    await exchange.restore()


async def _repeated(trial: Trial, what: str, direction: Direction, lost: int, series: str) -> None:
    """The command, repeated until it is answered, with the first ``lost`` messages of one direction lost."""
    exchange = switch_command_of(trial)
    patience = trial.bound("t_act").number / _RETRIES_IN_T_ACT
    command = await _ready(trial, what)
    tries: list[str] = []
    async with exchange.access.session(exchange.role, response_timeout_s=patience) as client:
        given = trial.clock.now()
        with _losing(client, direction, lost):
            for _number in range(lost + 1):
                tried = await command.give(client)
                tries.append(tried.text)
                if tried.answered or not client.link.connected:
                    break
    await trial.station.advance(QUIET_S)
    moved = await command.looked(trial.bound("t_act").number, since=given)
    record_moved(trial, EFFECT, what, moved, tries)
    if series and moved.at is not None:
        spread = moved.standard_uncertainty
        trial.record.observe(
            series, moved.at - given, what=what, unit="s", standard_uncertainty=spread, source=moved.shown_by
        )


async def _by_another_port(trial: Trial, port: str, *, arrives: bool) -> None:
    """The command on the row's port, whose line then breaks, and at once on another one."""
    exchange = switch_command_of(trial)
    access = exchange.access
    what = f"{access.ports[0]} fails {'after' if arrives else 'before'} the command arrived, then {port}"
    command = await _ready(trial, what)
    patience = trial.bound("t_act").number / _RETRIES_IN_T_ACT
    given = trial.clock.now()
    client = await _associated(access, exchange.role, patience)
    try:
        with _losing(client, Direction.IN if arrives else Direction.OUT, 1):
            broken = await command.give(client)
    finally:
        await client.abort()
    async with access.session(exchange.role, port=port) as other:
        answer = await command.give(other)
    await trial.station.advance(QUIET_S)
    moved = await command.looked(trial.bound("t_act").number, since=given)
    record_moved(trial, ALTERNATIVE, what, moved, [broken.text, answer.text])


async def _ready(trial: Trial, what: str) -> TimedCommand:
    """The scene set, the witness watching."""
    await switch_command_of(trial).prepare()
    command = TimedCommand(trial, what)
    await command.begin()
    return command


async def _associated(access: DlmsAccess, role: str, patience_s: float) -> DlmsClient:
    client = access.new_client(role, response_timeout_s=patience_s)
    await client.associate()
    return client


def _losing(client: DlmsClient, direction: Direction, count: int) -> AbstractContextManager[None]:
    """Lose whole messages above the link, which is thus none the wiser."""
    return client.taps["ciphered"].interfering(first(count), direction)


def record_moved(trial: Trial, series: str, what: str, moved: Moved, answers: Sequence[str]) -> None:
    """What the witness saw of a command that was given more than once."""
    if moved.blind:
        trial.record.could_not_look(series, f"{what}: {moved.blind}")
        return
    trial.record.observe(series, moved.at is not None, what=what, source=moved.shown_by, answers=list(answers))
    if moved.operations is None:
        trial.record.could_not_look(OPERATIONS, f"{what}: without a power analyser operations cannot be counted")
    else:
        trial.record.observe(OPERATIONS, moved.operations, what=what, source=moved.shown_by)


def checks_of_repeats(trial: Trial) -> list[Check]:
    """What holds whatever carries the command."""
    return [
        Check("a command gets through lost messages", "always", EFFECT),
        Check("few lost messages do not delay it beyond t_act", "at_most", IN_TIME, trial.limit("t_act")),
        Check("no command moves the switch twice", "at_most", OPERATIONS, {"limit": 1}),
    ]


def checks(trial: Trial) -> Sequence[Check]:
    exchange = switch_command_of(trial)
    found = checks_of_repeats(trial)
    if len(exchange.access.ports_of(exchange.role)) > 1:
        found.append(Check("the command works by another port", "always", ALTERNATIVE))
    return found


PROBE = Probe("A-H3", "dlms", stimulus, checks)
