"""A-L1 on CTA-2045: frames are acknowledged and questions answered in time on an idle link."""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.cta2045._row import access_of
from bench.controls.idle_answers import ANSWER_TIME, ANSWERED, idle_checks
from bench.controls.trial import Trial
from bench.judgement.check import Check
from drivers.cta2045.basic import Basic, Opcode
from drivers.cta2045.link import LINE, LinkSettings
from drivers.transport.line_time import line_time_s

ACK_TIME = "time from the end of a frame to the end of its acknowledgment"
_PATIENT = LinkSettings(ack_s=2.0)
_FRAME, _ACK = 8, 2
"""Characters of the question's frame and of an acknowledgment."""


async def stimulus(trial: Trial) -> None:
    """As many state queries as p_ok has trials, one every two t_resp."""
    t_resp = trial.bound("t_resp").number
    async with access_of(trial).session(answer_s=4 * t_resp, settings=_PATIENT) as client:
        for number in range(trial.bound("p_ok").count):
            asked = trial.clock.now()
            acknowledged = await attempt(client.link.send(Basic(Opcode.STATE_QUERY).frame()))
            on_line_s = line_time_s(_FRAME, LINE)
            trial.record.observe_duration(ACK_TIME, max(0.0, trial.clock.now() - asked - on_line_s))
            tried = await attempt(client.link.receive(asked + 4 * t_resp)) if acknowledged.accepted else acknowledged
            trial.record.observe(ANSWERED, tried.accepted, what=f"question {number + 1}", answer=tried.text)
            trial.record.observe_duration(ANSWER_TIME, trial.clock.now() - asked)
            await trial.station.advance(max(0.0, asked + 2 * t_resp - trial.clock.now()))


def checks(trial: Trial) -> Sequence[Check]:
    ack_s = trial.bound("t_link_ack").number + line_time_s(_ACK, LINE)
    return [
        *idle_checks(trial),
        Check("frames are acknowledged within t_link_ack", "p95_at_most", ACK_TIME, {"limit": ack_s}),
    ]


PROBE = Probe("A-L1", "cta2045", stimulus, checks)
