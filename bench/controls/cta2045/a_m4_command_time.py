"""A-M4 on CTA-2045: commands are confirmed and take effect in time, also after the link was idle."""

from __future__ import annotations

from collections.abc import Sequence

from bench.catalogue import Trials
from bench.controls.base import Probe
from bench.controls.cta2045._row import (
    ANSWER_TIME,
    ANSWERED,
    EFFECT_TIME,
    MOVED,
    access_of,
    exchange_of,
    timed,
)
from bench.controls.gaps import gaps
from bench.controls.trial import Trial
from bench.judgement.check import Check


async def stimulus(trial: Trial) -> None:
    """``n_commands`` commands, each a random idle gap after the last message."""
    exchange = exchange_of(trial)
    for number, gap in enumerate(gaps(trial)):
        await exchange.prepare()
        await trial.station.advance(gap)
        async with access_of(trial).session() as client:
            await timed(trial, client, f"command {number + 1}, {gap:.0f} s after the last message")
        await exchange.restore()


def checks(trial: Trial) -> Sequence[Check]:
    rate = trial.bound("n_commands").value
    assert isinstance(rate, Trials)
    enough = {"count": rate.at_least, "of": rate.of}
    return [
        Check("commands are confirmed at the first try", "at_least_true", ANSWERED, enough),
        Check("they are confirmed within t_ack", "p95_at_most", ANSWER_TIME, trial.limit("t_ack")),
        Check("they take effect", "at_least_true", MOVED, enough),
        Check("they take effect within t_act", "p95_at_most", EFFECT_TIME, trial.limit("t_act")),
    ]


PROBE = Probe("A-M4", "cta2045", stimulus, checks)
