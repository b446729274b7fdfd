"""A-H1 on office systems: an emergency order is taken and carried out in the middle of a flood."""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.base import Probe
from bench.controls.command_times import emergency_checks
from bench.controls.office._flood import Attacker, attacker
from bench.controls.office._hostile import CLASSES
from bench.controls.office._legitimate import SERVED, LegitimateClient, patience_of
from bench.controls.office._row import access_of, exchange_of
from bench.controls.office._timed_order import timed
from bench.controls.recovery import came_back
from bench.controls.trial import Trial
from bench.judgement.check import Check

_PATIENCE_S = 30.0


async def stimulus(trial: Trial) -> None:
    """``n_emergency`` orders, each at a random instant of its share of a flood of ``n_mal`` messages of each class."""
    exchange = exchange_of(trial)
    orders = trial.bound("n_emergency").count
    patience_s = trial.bound("t_act").number + _PATIENCE_S
    legitimate = LegitimateClient(trial, 2 * trial.bound("t_resp").number)
    await legitimate.begin()
    try:
        async with exchange.access.session(exchange.sender) as office:
            office.client.timeout_s = patience_of(trial, patience_s)
            for number in range(orders):
                order = timed(trial, f"order {number + 1}", emergency=True)
                await order.begin()
                async with attacker(trial, access_of(trial)) as hostile:
                    each = max(1, hostile.count // orders)
                    instant = trial.random.randrange(1, len(CLASSES))
                    await _flood(hostile, list(CLASSES)[:instant], each)
                    await order.give(office)
                    await legitimate.ask_under_attack(f"order {number + 1}")
                    await _flood(hostile, list(CLASSES)[instant:], each)
                    await order.look(patience_s)
                if legitimate.hangs:
                    break
            recovery = await legitimate.answers_within(2 * trial.bound("t_rec").number)
    finally:
        await legitimate.end()
    came_back(trial, recovery)
    await exchange_of(trial).restore()


async def _flood(hostile: Attacker, kinds: Sequence[str], count: int) -> None:
    for kind in kinds:
        for _number in range(count):
            await hostile.send(kind)


def checks(trial: Trial) -> Sequence[Check]:
    return emergency_checks(trial, SERVED)


PROBE = Probe("A-H1", "office_https", stimulus, checks)
