"""A-L3 on Bluetooth: the device survives losing its supply: bond, settings, energy, and the event that held."""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.ble._row import access_of, answers_again, boot_s, energy_wh, exchange_of, settings
from bench.controls.power_cuts import ENERGY, came_up, cut_at_random, power_loss_checks
from bench.controls.trial import Trial
from bench.judgement.check import Check
from drivers.gatt.client import GattClient
from drivers.gatt.load_control import SET_POINT, encode_set_point

KEPT = "settings were as before the cut"


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
            energy = await energy_wh(client)
            await exchange.perform(client)
            before = await settings(trial, client)
            if number == 0 and access.declared.text:
                await _half_a_text(trial, client)
            await cut_at_random(trial)
        if not await came_up(trial, what, answers_again, boot_s(trial)):
            return
        async with access.session() as client:
            trial.record.observe(KEPT, await settings(trial, client) == before, what=what)
            trial.record.observe(ENERGY, await energy_wh(client) - energy, unit="Wh", what=what)
        await exchange.restore()


async def _half_a_text(trial: Trial, client: GattClient) -> None:
    """The beginning of a long write."""
    handle = next(h for h, c in client.characteristics.items() if access_of(trial).is_text(c.uuid))
    await attempt(client.ask(b"\x16" + handle.to_bytes(2, "little") + b"\x00\x00half"))


def checks(trial: Trial) -> Sequence[Check]:
    return [*power_loss_checks(trial), Check("its settings are kept", "always", KEPT)]


PROBE = Probe("A-L3", "ble", stimulus, checks)
