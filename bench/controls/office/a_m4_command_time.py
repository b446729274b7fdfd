"""A-M4 on office systems: orders are acknowledged and take effect in time, also after the link was idle."""

from __future__ import annotations

from collections.abc import Sequence

from bench.catalogue import Trials
from bench.controls.base import Probe
from bench.controls.gaps import gaps
from bench.controls.office._row import exchange_of
from bench.controls.office._timed_order import EFFECT_TIME, MOVED, TAKEN, TAKING_TIME, timed
from bench.controls.trial import Trial
from bench.judgement.check import Check

_PATIENCE_S = 30.0
"""How long an effect is waited for beyond t_act; it counts as late long before."""


async def stimulus(trial: Trial) -> None:
    """``n_commands`` orders, each a random idle gap after the scene was set, without a second try."""
    exchange = exchange_of(trial)
    patience_s = trial.bound("t_act").number + _PATIENCE_S
    async with exchange.access.session(exchange.sender) as office:
        for number, gap in enumerate(gaps(trial)):
            order = timed(trial, f"order {number + 1}, {gap:.0f} s after the last request")
            await exchange.prepare()
            await trial.station.advance(gap)
            await order.begin()
            await order.give(office)
            await order.look(patience_s)
    await exchange_of(trial).restore()


def checks(trial: Trial) -> Sequence[Check]:
    rate = trial.bound("n_commands").value
    assert isinstance(rate, Trials)
    enough = {"count": rate.at_least, "of": rate.of}
    return [
        Check("orders are taken at the first try", "at_least_true", TAKEN, enough),
        Check("they are acknowledged within t_ack", "p95_at_most", TAKING_TIME, trial.limit("t_ack")),
        Check("they take effect", "at_least_true", MOVED, enough),
        Check("they take effect within t_act", "p95_at_most", EFFECT_TIME, trial.limit("t_act")),
    ]


PROBE = Probe("A-M4", "office_https", stimulus, checks)
