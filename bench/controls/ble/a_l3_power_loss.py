"""A-L3 on Bluetooth: the device survives losing its supply: bond, settings, energy, and the event that held."""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.ble._row import access_of, answers_again, exchange_of, power_cycle, settings
from bench.controls.trial import Trial
from bench.exchanges.ble_exchange import CentralCommand
from bench.judgement.check import Check
from drivers.gatt.client import GattClient
from drivers.gatt.load_control import SET_POINT, encode_set_point
from drivers.gatt.metering import READING, decode_reading

ANSWERED, BOOT_TIME = "the device answered its owner again by itself", "time from power to the first correct answer"
KEPT, ENERGY = "settings were as before the cut", "energy register after the cut less that before it"
HELD = "the event held on while and after the appliance came up, at the witness"
_LONGEST_PHASE_S, _LONGEST_CUT_S = 20.0, 40.0
_LOOKS, _LOOK_S = 4, 1.0


async def stimulus(trial: Trial) -> None:
    """``n_cyc`` cuts at random phase, the first one in the middle of a write."""
    access, exchange = access_of(trial), exchange_of(trial)
    points = access.declared.set_points
    for number in range(trial.bound("n_cyc").count):
        what = f"cut {number + 1}"
        await exchange.prepare()
        async with access.session() as client:
            if points is not None:
                await client.write(SET_POINT, encode_set_point((points.other, points.usual)[number % 2]))
            before, energy = await settings(trial, client), await _energy(trial, client)
            await exchange.perform(client)
            if number == 0 and access.declared.text:
                await _half_a_text(trial, client)
            await trial.station.advance(trial.random.uniform(0.0, _LONGEST_PHASE_S))
            await power_cycle(trial, trial.random.uniform(1.0, _LONGEST_CUT_S))
        began = trial.clock.now()
        if isinstance(exchange, CentralCommand):
            for _look in range(_LOOKS):
                await trial.station.advance(_LOOK_S)
                effect = await exchange.witnessed()
                trial.record.observe(HELD, effect.happened, what=what, detail=effect.detail)
        took_s = await answers_again(trial, 2 * trial.bound("t_boot").number)
        trial.record.observe(ANSWERED, took_s is not None, what=what)
        if took_s is None:
            return
        trial.record.observe_duration(BOOT_TIME, took_s, what=what, looked_s=began - trial.clock.now())
        async with access.session() as client:
            trial.record.observe(KEPT, await settings(trial, client) == before, what=what)
            trial.record.observe(ENERGY, await _energy(trial, client) - energy, unit="Wh", what=what)
        await exchange.restore()


async def _half_a_text(trial: Trial, client: GattClient) -> None:
    """The beginning of a long write."""
    handle = next(h for h, c in client.characteristics.items() if access_of(trial).is_text(c.uuid))
    await attempt(client.ask(b"\x16" + handle.to_bytes(2, "little") + b"\x00\x00half"))


async def _energy(trial: Trial, client: GattClient) -> float:
    exchange = exchange_of(trial)
    if isinstance(exchange, CentralCommand):
        return (await exchange.told(client))["energy_wh"]
    return decode_reading(await client.read(READING)).import_wh


def checks(trial: Trial) -> Sequence[Check]:
    found = [
        Check("the device comes back without help", "always", ANSWERED),
        Check("it answers within t_boot of power", "at_most", BOOT_TIME, trial.limit("t_boot")),
        Check("its settings are kept", "always", KEPT),
        Check("its energy register is never lower", "at_least", ENERGY, {"limit": -1.0}),
    ]
    if isinstance(trial.exchange, CentralCommand):
        found.append(Check("the event holds on", "always", HELD))
    return found


PROBE = Probe("A-L3", "ble", stimulus, checks)
