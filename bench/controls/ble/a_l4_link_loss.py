"""A-L4 on Bluetooth: what happens while nobody is connected is told when somebody is there again, and counted.

A notification that could not be sent is lost by design: what it would have said stands in the value that is read.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.base import Probe
from bench.controls.ble._notices import NOBODY, customer_notices
from bench.controls.ble._row import access_of, energy_wh, exchange_of, settings
from bench.controls.customer_notices import told_to_customer_after_absence
from bench.controls.trial import Trial
from bench.exchanges.ble.account import MetersDisplay
from bench.exchanges.ble_exchange import CentralCommand, CentralMessage
from bench.judgement.check import Check
from drivers.gatt.client import GattClient
from drivers.gatt.load_control import STATE, GattAppliance
from drivers.gatt.metering import HISTORY, READING, decode_history

COUNTED = "energy that was counted during the outage"
KEPT, TOLD = "settings were unchanged", "what happened during the outage is told"
AGAIN = "a subscription of the owner's was in force after the reconnection"
LOST, TWICE = "notices of the outage that were never told", "notices that came again after their receipt"
ENTRIES = "intervals of the outage that are missing in the history"
_HOUR_S, _WAIT_S, _MOST_ENTRIES = 3600.0, 10.0, 60
_USED_S = 600.0


async def stimulus(trial: Trial) -> None:
    access, exchange = access_of(trial), exchange_of(trial)
    await exchange.prepare()
    appliance = isinstance(exchange, CentralCommand | CentralMessage)
    async with access.session() as client:
        before, energy = await settings(trial, client), await energy_wh(client)
        await client.subscribe(STATE if appliance else READING)
    lost_at = trial.clock.now()
    if appliance:
        await trial.station.box.do(trial.seat, "use", on=True)
        await trial.station.advance(_USED_S)
        await trial.station.box.do(trial.seat, "switch", on=False)
    keep_s = min(trial.bound("t_keep", subject="events").number, (_MOST_ENTRIES - 1) * _HOUR_S)
    await trial.station.advance(max(0.0, lost_at + keep_s - trial.clock.now()))
    async with access.session() as client:
        trial.record.observe(KEPT, await settings(trial, client) == before)
        trial.record.observe(COUNTED, await energy_wh(client) - energy, unit="Wh")
        if appliance:
            state = await GattAppliance(client).state()
            trial.record.observe(TOLD, not state.runs, what="its customer has switched it off", state=str(state))
        else:
            await _history(trial, client, lost_at)
        await _subscription(trial, client, appliance=appliance)
    if appliance:
        await trial.station.box.do(trial.seat, "switch", on=True)
    await exchange.restore()
    if isinstance(exchange, MetersDisplay):
        await _notices(trial)


async def _notices(trial: Trial) -> None:
    """What the meter has to tell while nobody is at its display waits for whoever comes."""
    notices, count = customer_notices(trial), trial.bound("n_keep").count
    if notices is None:
        trial.record.could_not_look(LOST, NOBODY)
    elif await notices.prepare(LOST):
        try:
            missed = await told_to_customer_after_absence(
                notices, count, trial.bound("t_keep", subject="events").number
            )
        finally:
            await notices.restore()
        trial.record.observe(LOST, list(missed.lost), what=f"of {count}")
        trial.record.observe(TWICE, list(missed.twice), what=f"of {count}, after their receipts")


async def _history(trial: Trial, client: GattClient, lost_at: float) -> None:
    ends = {entry.at for entry in decode_history(await client.read(HISTORY))}
    expected = range(int(lost_at // _HOUR_S + 1) * int(_HOUR_S), int(trial.clock.now()) + 1, int(_HOUR_S))
    missing = [at for at in expected if at not in ends]
    trial.record.observe(ENTRIES, len(missing), what=f"of {len(expected)}")
    trial.record.observe(TOLD, not missing, what="the history")


async def _subscription(trial: Trial, client: GattClient, *, appliance: bool) -> None:
    """The owner need not subscribe again: a bonded device keeps that (Vol 3, Part G, 3.3.3.3)."""
    with client.taps["att"].capturing() as seen:
        if appliance:
            await GattAppliance(client).release()
        else:
            await trial.station.advance(_WAIT_S)
        await energy_wh(client)  # what was told before comes before the answer
    trial.record.observe(AGAIN, any(one.data[:1] == b"\x1b" for one in seen))


def checks(trial: Trial) -> Sequence[Check]:
    told = [
        Check("what the meter has to tell waits", "empty", LOST),
        Check("what has its receipt is not told again", "empty", TWICE),
    ]
    return [
        *(told if isinstance(trial.exchange, MetersDisplay) else []),
        Check("settings are kept", "always", KEPT),
        Check("energy is counted during the outage", "at_least", COUNTED, {"limit": 1.0}),
        Check("what happened is told", "always", TOLD),
        Check("the owner is told again of changes", "always", AGAIN),
    ]


PROBE = Probe("A-L4", "ble", stimulus, checks)
