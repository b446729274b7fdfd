"""A-H3 on CTA-2045: a command gets through although messages are lost.

A command that comes twice asks for the same event. CTA-2045 has no second path of its own: that is the affair of the
systems above.
"""

from __future__ import annotations

from functools import partial

from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.cta2045._row import access_of, exchange_of
from bench.controls.lost_commands import give_in_spite_of_losses, loss_checks
from bench.controls.trial import Trial
from drivers.transport.tap import drop

_SHORT_S = 1.0


async def stimulus(trial: Trial) -> None:
    await give_in_spite_of_losses(trial, "CTA-2045", partial(_give, trial))


async def _give(trial: Trial, losses: int) -> bool:
    exchange = exchange_of(trial)
    async with access_of(trial).session(answer_s=_SHORT_S) as client:
        for _number in range(losses):
            with client.taps["frame"].interfering(drop):
                await attempt(exchange.send(client))
        return (await attempt(exchange.send(client))).accepted


PROBE = Probe("A-H3", "cta2045", stimulus, loss_checks)
