"""I-L5 on Bluetooth: the device's clock is right, over a loss of supply too, and says when somebody has set it."""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.base import Probe
from bench.controls.ble._row import access_of, exchange_of, power_cycle
from bench.controls.trial import Trial
from bench.judgement.check import Check
from drivers.gatt.client import GattClient
from drivers.gatt.sig import CURRENT_TIME, CurrentTime, decode_current_time

ERROR, SAYS = "error of the device's clock", "a clock that was set says so"
_HOUR_S, _OFF_S = 3600.0, 120.0
_AHEAD_S = 7200.0


async def stimulus(trial: Trial) -> None:
    access = access_of(trial)
    await exchange_of(trial).prepare()
    async with access.session() as client:
        await _look(trial, client, "at first")
        await trial.station.advance(_HOUR_S)
        await _look(trial, client, "an hour later")
    await power_cycle(trial, _OFF_S)
    async with access.session() as client:
        told = await _look(trial, client, "after a loss of supply")
        await client.write(CURRENT_TIME, CurrentTime(trial.clock.now() + _AHEAD_S).encode())
        after = decode_current_time(await client.read(CURRENT_TIME))
        trial.record.observe(SAYS, after.reason & 1 == 1 or told.reason & 1 == 1, what=f"set {_AHEAD_S:g} s ahead")
        await client.write(CURRENT_TIME, CurrentTime(trial.clock.now()).encode())


async def _look(trial: Trial, client: GattClient, what: str) -> CurrentTime:
    told = decode_current_time(await client.read(CURRENT_TIME))
    trial.record.observe(ERROR, abs(told.at - trial.clock.now()), unit="s", what=what)
    return told


def checks(trial: Trial) -> Sequence[Check]:
    return [
        Check("its clock is right within dt_clk", "at_most", ERROR, trial.limit("dt_clk", subject="meter_han")),
        Check("it says when it was set", "always", SAYS),
    ]


PROBE = Probe("I-L5", "ble", stimulus, checks)
