"""A-H3 on Bluetooth: a command gets through although messages and connections are lost.

Every second time the command is lost, so is the connection. Bluetooth has no second path of its own: that is the affair
of the systems above.
"""

from __future__ import annotations

from functools import partial

from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.ble._row import access_of, command_of
from bench.controls.lost_commands import give_in_spite_of_losses, loss_checks
from bench.controls.trial import Trial
from drivers.transport.tap import drop


async def stimulus(trial: Trial) -> None:
    await give_in_spite_of_losses(trial, "Bluetooth", partial(_give, trial))


async def _give(trial: Trial, losses: int) -> bool:
    exchange, access = command_of(trial), access_of(trial)
    for number in range(losses):
        async with access.session() as client:
            with client.taps["gatt"].interfering(drop):
                await attempt(exchange.send(client))
            if number % 2:
                return (await attempt(exchange.send(client))).accepted
    async with access.session() as client:
        return (await attempt(exchange.send(client))).accepted


PROBE = Probe("A-H3", "ble", stimulus, loss_checks)
