"""I-L3 on Bluetooth: the power and the energy that a device tells are those that the analyser sees, and a text that it
shows is the one that it was given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bench.controls.base import Probe
from bench.controls.ble._row import access_of, exchange_of
from bench.controls.trial import Trial
from bench.exchanges.ble_exchange import CentralCommand, CentralMessage
from bench.judgement.check import Check
from drivers.gatt.client import GattClient
from drivers.gatt.load_control import Act, Command, GattAppliance
from drivers.gatt.messages import MESSAGE, MOST_TEXT
from drivers.gatt.metering import READING, decode_reading

POWER, ENERGY = "power that the device tells", "energy that it counts between two readings"
TEXT = "a text is the one that was given"
_TEXTS = ("off", "coupure pr\u00e9vue \u2014 Stromabschaltung \u26a1", "\u00c4" * (MOST_TEXT // 2), "x" * MOST_TEXT)
_PERCENT = (100, 75, 50, 25, 0)
_LOADS_W = (0.0, 150.0, 1000.0, 4000.0, 9000.0)
_COUNT_S, _SETTLE_S = 600.0, 61.0
_SHARE, _FLOOR_W, _FLOOR_WH = 0.01, 2.0, 2.0


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    await exchange.prepare()
    if isinstance(exchange, CentralMessage):
        await _texts(trial, exchange)
        return
    if not exchange.wiring.has("power_analyser"):
        trial.record.could_not_look(POWER, "no power analyser is wired to the device")
        return
    async with access_of(trial).session() as client:
        if isinstance(exchange, CentralCommand):
            for percent in _PERCENT:
                await GattAppliance(client).command(Command(Act.LIMIT, percent=percent))
                await _compare(trial, client, f"a limit of {percent} %")
            await GattAppliance(client).release()
        elif exchange.wiring.has("electronic_load"):
            load = await exchange.wiring.load()
            for power_w in _LOADS_W:
                await load.set_power(power_w)
                await load.set_input(power_w > 0)
                await _compare(trial, client, f"a load of {power_w:.0f} W")
            await load.set_input(False)
        else:
            await _compare(trial, client, "the load that is there")


async def _texts(trial: Trial, exchange: CentralMessage) -> None:
    """One that fits into the smallest packet, the longest ones, letters that take several octets."""
    given = exchange.new_message()
    async with access_of(trial).session() as client:
        for text in _TEXTS:
            message = replace(given, text=text)
            await exchange.give(client, message)
            held = await client.read(MESSAGE)
            trial.record.observe(TEXT, held == message.encode(), what=f"{len(text)} letters, as held")
            trial.record.observe(TEXT, text in await exchange.shown(client), what=f"{len(text)} letters, as shown")
        await exchange.cancel(client, given)


async def _compare(trial: Trial, client: GattClient, what: str) -> None:
    await trial.station.advance(_SETTLE_S)
    analyser = await exchange_of(trial).wiring.analyser()
    seen, began = await analyser.active_power(), trial.clock.now()
    power_w, before_wh = await _told(trial, client)
    trial.record.observe(POWER, power_w, unit="W", reference=seen.value, what=what)
    await trial.station.advance(_COUNT_S)
    _power_w, after_wh = await _told(trial, client)
    drawn = seen.value * (trial.clock.now() - began) / 3600.0
    trial.record.observe(ENERGY, after_wh - before_wh, unit="Wh", reference=drawn, what=what)


async def _told(trial: Trial, client: GattClient) -> tuple[float, float]:
    exchange = exchange_of(trial)
    if not isinstance(exchange, CentralCommand):
        reading = decode_reading(await client.read(READING))
        return reading.power_w, reading.import_wh - reading.export_wh
    told = await exchange.told(client)
    return told["power_w"], told["energy_wh"]


def checks(trial: Trial) -> Sequence[Check]:
    if isinstance(trial.exchange, CentralMessage):
        return [Check("a text is held and shown as it was given", "always", TEXT)]
    return [
        Check("its power is the analyser's", "relative_to_reference", POWER, {"limit": _SHARE, "floor": _FLOOR_W}),
        Check("its energy is the analyser's", "relative_to_reference", ENERGY, {"limit": _SHARE, "floor": _FLOOR_WH}),
    ]


PROBE = Probe("I-L3", "ble", stimulus, checks)
