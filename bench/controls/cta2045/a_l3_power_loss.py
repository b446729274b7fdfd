"""A-L3 on CTA-2045: the appliance survives losing its supply: set-point, energy and event are as they were."""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.base import Probe
from bench.controls.cta2045._row import access_of, answers_again, exchange_of
from bench.controls.power_cuts import ENERGY, came_up, cut_at_random, power_loss_checks
from bench.controls.trial import Trial
from bench.judgement.check import Check
from drivers.cta2045.basic import Basic, Opcode
from drivers.cta2045.client import Cta2045Client
from drivers.cta2045.intermediate import SetPoints, Units

KEPT = "the set-point was as before the cut"


async def stimulus(trial: Trial) -> None:
    """``n_cyc`` cuts at random phase, the first one in the middle of a command; an event holds in each."""
    access, exchange = access_of(trial), exchange_of(trial)
    points = access.declared.set_points
    for number in range(trial.bound("n_cyc").count):
        what = f"cut {number + 1}"
        await exchange.prepare()
        wanted = None if points is None else (points.other, points.usual)[number % 2]
        async with access.session() as client:
            if wanted is not None:
                await client.set_points(SetPoints(access.declared.device_type, Units.CELSIUS, wanted, wanted))
            await exchange.send(client)
            energy = (await exchange.told(client))["energy_wh"]
            if number == 0:
                await _half_a_command(client)
        await cut_at_random(trial)
        if not await came_up(trial, what, answers_again):
            return
        async with access.session() as client:
            if wanted is not None:
                now = (await client.read_set_points()).first
                trial.record.observe(KEPT, now == wanted, what=what, wanted=wanted, now=now)
            after = (await exchange.told(client))["energy_wh"]
            trial.record.observe(ENERGY, after - energy, unit="Wh", what=what)
        await exchange.restore()
    if points is not None:
        async with access.session() as client:
            await client.set_points(SetPoints(access.declared.device_type, Units.CELSIUS, points.usual, points.usual))


async def _half_a_command(client: Cta2045Client) -> None:
    frame = Basic(Opcode.LOAD_UP, 10).frame().encode()
    await client.link.transport.write(frame[: len(frame) // 2])


def checks(trial: Trial) -> Sequence[Check]:
    found = power_loss_checks(trial)
    if access_of(trial).declared.set_points is not None:
        found.append(Check("its set-point is kept", "always", KEPT))
    return found


PROBE = Probe("A-L3", "cta2045", stimulus, checks)
