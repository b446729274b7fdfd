"""A-M4 Command time: signals after random pauses are acknowledged and followed in time, from the next poll on.

The device polls; so times count from the answer that brought the signal, and the pause between two polls is held
against what is declared.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from bench.controls.base import Probe
from bench.controls.sep2._acts import exchange_of
from bench.controls.trial import Trial
from bench.judgement.check import Check

FOLLOWED, ACK_TIME = "a signal was acknowledged and took effect in time", "from the poll to the acknowledgment"
POLLS = "the longest pause between two polls"
_COMMANDS, _LONGEST_IDLE_S = 20, 300.0
_AT_LEAST = 19


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    await exchange.prepare()
    counterpart = exchange.counterpart
    t_act = trial.bound("t_act").number
    for number in range(_COMMANDS):
        idle_s = 1.0 + trial.random.random() * (_LONGEST_IDLE_S - 1.0)
        await trial.station.advance(idle_s)
        exchange.event = event = exchange.offer(exchange.new_event())
        await exchange.arrived(event)
        mark = event.mrid.hex().upper().encode()
        brought = next((seen.at for seen in counterpart.seen if mark in seen.response.body), None)
        answers = counterpart.resources.answers(event.mrid)
        effect = await exchange.observe()
        late = brought is None or trial.clock.now() - brought > t_act + exchange.access.poll_s
        good = bool(answers) and bool(effect.happened) and not late
        trial.record.observe(FOLLOWED, good, what=f"signal {number + 1} after {idle_s:.0f} s", detail=effect.detail)
        if answers and brought is not None:
            trial.record.observe_duration(ACK_TIME, max(0.0, answers[0].at - brought), what=f"signal {number + 1}")
        await exchange.restore()
    times = [seen.at for seen in counterpart.seen if seen.request.path == counterpart.polled_path]
    pauses = [later - earlier for earlier, later in pairwise(times)]
    trial.record.observe_duration(POLLS, max(pauses, default=0.0))


def checks(trial: Trial) -> Sequence[Check]:
    longest = {"limit": exchange_of(trial).access.poll_s}
    return [
        Check("signals are followed in time", "at_least_true", FOLLOWED, {"count": _AT_LEAST, "of": _COMMANDS}),
        Check("they are acknowledged within t_ack", "p95_at_most", ACK_TIME, trial.limit("t_ack")),
        Check("it polls as often as is declared", "at_most", POLLS, longest),
    ]


PROBE = Probe("A-M4", "sep2", stimulus, checks)
