"""A-L3 on CTA-2045: the appliance survives losing its supply: set-point, energy and event are as they were."""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.base import Probe
from bench.controls.cta2045._row import access_of, answers_again, exchange_of, power_cycle
from bench.controls.trial import Trial
from bench.judgement.check import Check
from drivers.cta2045.basic import Basic, Opcode
from drivers.cta2045.client import Cta2045Client
from drivers.cta2045.intermediate import SetPoints, Units

ANSWERED, BOOT_TIME = "the appliance answered again by itself", "time from power to the first correct answer"
KEPT = "the set-point was as before the cut"
ENERGY = "energy register after the cut less that before it"
HELD = "the event held on while and after the appliance came up, at the witness"
_LONGEST_PHASE_S, _LONGEST_CUT_S = 20.0, 40.0
_LOOKS, _LOOK_S = 8, 1.0


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
        await trial.station.advance(trial.random.uniform(0.0, _LONGEST_PHASE_S))
        await power_cycle(trial, trial.random.uniform(1.0, _LONGEST_CUT_S))
        began = trial.clock.now()
        for _look in range(_LOOKS):
            await trial.station.advance(_LOOK_S)
            effect = await exchange.witnessed()
            trial.record.observe(HELD, effect.happened, what=what, detail=effect.detail)
        took_s = await answers_again(trial, 2 * trial.bound("t_boot").number)
        trial.record.observe(ANSWERED, took_s is not None, what=what)
        if took_s is None:
            return
        trial.record.observe_duration(BOOT_TIME, trial.clock.now() - began - _LOOKS * _LOOK_S, what=what)
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
    found = [
        Check("the appliance comes back without help", "always", ANSWERED),
        Check("it answers within t_boot of power", "at_most", BOOT_TIME, trial.limit("t_boot")),
        Check("its energy register is never lower", "at_least", ENERGY, {"limit": -1.0}),
        Check("the event holds on", "always", HELD),
    ]
    if access_of(trial).declared.set_points is not None:
        found.append(Check("its set-point is kept", "always", KEPT))
    return found


PROBE = Probe("A-L3", "cta2045", stimulus, checks)
