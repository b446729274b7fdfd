"""I-M4 on DLMS: the switch is where the meter says it is, also when it could not move.

The row's command is given once with the relay free and once with it blocked; the answer, the status and the witness are
compared. That the meter took the command is no more than that; what counts as the business answer is its status.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from bench.controls.attempts import Attempt, attempt
from bench.controls.base import Probe
from bench.controls.dlms._switch import agrees, state_after
from bench.exchanges.c1218_exchange import C1218SwitchCommand
from bench.exchanges.dlms_kinds import DlmsSwitchCommand
from bench.judgement.check import Check
from drivers.metering import SwitchState, SwitchStatus

if TYPE_CHECKING:
    from bench.controls.trial import Trial

ANSWERED = "the meter answered the command"
ANSWER_TIME = "time from the command to its answer"
MOVED = "the witness saw the switch where the command brings it"
EFFECT_TIME = "time from the command to its effect at the witness"
STATE = "control_state is what the control mode makes of the command"
TRUTH_TIME = "time from the command to a status that is so, the relay being blocked"
TRUE_OUTPUT = "output_state is where the witness sees the contact"
TRUE_STATE = "control_state says of the contact what is so"

FREE, BLOCKED = "relay free", "relay blocked"
_LOOKS = 10


async def stimulus(trial: Trial) -> None:
    assert isinstance(trial.exchange, DlmsSwitchCommand | C1218SwitchCommand)
    exchange = cast(DlmsSwitchCommand, trial.exchange)
    await exchange.prepare()
    await _free(trial, exchange)
    await exchange.prepare()
    await trial.station.box.do(trial.seat, "stuck_relay", stuck=True)
    try:
        await _blocked(trial, exchange)
    finally:
        await trial.station.box.do(trial.seat, "stuck_relay", stuck=False)
    # An order that the relay did not follow may count for the dwell all the same, though no witness saw it move.
    await trial.station.advance(exchange.scene.dwell_s)
    await exchange.restore()


async def _free(trial: Trial, exchange: DlmsSwitchCommand) -> None:
    """Look until the switch has moved, or for t_act; where the mode only makes it ready, press the button then."""
    window = trial.bound("t_act").number
    given = trial.clock.now()
    answer = await _command(trial, exchange, FREE)
    status = await _status(exchange)
    armed = exchange.closes and state_after(status.mode, closes=True) is SwitchState.READY_FOR_RECONNECTION
    if armed:
        await _compare(trial, exchange, f"{FREE}, before the button", status)
        await trial.station.box.do(trial.seat, "button")
        given = trial.clock.now()
    effect = await exchange.scene.observe(closed=exchange.closes, within_s=window)
    if effect.happened is None:
        trial.record.could_not_look(MOVED, f"{FREE}: {effect.detail}")
    else:
        source = effect.shown_by
        trial.record.observe(MOVED, effect.happened, what=FREE, answer=answer.text, source=source, detail=effect.detail)
    if effect.happened:
        trial.record.observe_duration(EFFECT_TIME, trial.clock.now() - given, what=FREE)
    status = await _status(exchange)
    expected = SwitchState.CONNECTED if armed else state_after(status.mode, closes=exchange.closes)
    said = f"{status.state.name} in control mode {status.mode}"
    trial.record.observe(STATE, status.state is expected, what=FREE, said=said, expected=expected.name)
    await _compare(trial, exchange, FREE, status)


async def _blocked(trial: Trial, exchange: DlmsSwitchCommand) -> None:
    """The relay cannot move: the status may be pending for a while, and must say so in the end."""
    window = trial.bound("t_ack").number + trial.bound("t_act").number
    given = trial.clock.now()
    await _command(trial, exchange, BLOCKED)
    while True:
        await exchange.scene.settle()
        status, contact = await _status(exchange), await exchange.scene.look()
        elapsed = trial.clock.now() - given
        if contact.closed is None or _is_true(status, closed=contact.closed):
            trial.record.observe_duration(TRUTH_TIME, elapsed, what=BLOCKED)
            break
        if elapsed >= window:
            break
        await trial.station.advance(window / _LOOKS)
    await _compare(trial, exchange, BLOCKED, status)


def _is_true(status: SwitchStatus, *, closed: bool) -> bool:
    return status.output_on is closed and agrees(status, closed=closed)


async def _command(trial: Trial, exchange: DlmsSwitchCommand, what: str) -> Attempt:
    """Give the row's command; a code that refuses it is an answer too, silence is none."""
    async with exchange.access.session(exchange.role) as client:
        given = trial.clock.now()
        tried = await attempt(exchange.perform(client))
        taken_s = trial.clock.now() - given
    answered = tried.answered
    trial.record.observe(ANSWERED, answered, what=what, answer=tried.text)
    if answered:
        trial.record.observe_duration(ANSWER_TIME, taken_s, what=what)
    return tried


async def _status(exchange: DlmsSwitchCommand) -> SwitchStatus:
    async with exchange.access.session(exchange.role) as client:
        return await exchange.access.meter(client).switch()


async def _compare(trial: Trial, exchange: DlmsSwitchCommand, what: str, status: SwitchStatus) -> None:
    """Hold the meter's status against the witness."""
    contact = await exchange.scene.look()
    for series, said in ((TRUE_OUTPUT, str(status.output_on)), (TRUE_STATE, status.state.name)):
        if contact.closed is None:
            trial.record.could_not_look(series, f"{what}: {contact.detail}")
            continue
        fits = status.output_on is contact.closed if series is TRUE_OUTPUT else agrees(status, closed=contact.closed)
        where = "closed" if contact.closed else "open"
        trial.record.observe(
            series, fits, what=what, source=contact.shown_by, said=said, contact=where, detail=contact.detail
        )


def checks(trial: Trial) -> Sequence[Check]:
    blocked_s = trial.bound("t_ack").number + trial.bound("t_act").number
    return [
        Check("the command is answered", "always", ANSWERED),
        Check("the answer comes within t_ack", "at_most", ANSWER_TIME, trial.limit("t_ack")),
        Check("the switch follows the command", "always", MOVED),
        Check("it does so within t_act", "at_most", EFFECT_TIME, trial.limit("t_act")),
        Check("the control mode's state is reached", "always", STATE),
        Check("output_state tells the truth", "always", TRUE_OUTPUT),
        Check("control_state tells the truth", "always", TRUE_STATE),
        Check("a blocked relay shows within t_ack and t_act", "at_most", TRUTH_TIME, {"limit": blocked_s}),
    ]


PROBE = Probe("I-M4", "dlms", stimulus, checks)
