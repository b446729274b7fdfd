"""Cutting a meter's power, and waiting until it answers again."""

from __future__ import annotations

from dataclasses import dataclass

from bench.access.dlms import MANAGEMENT, DlmsAccess
from bench.controls.attempts import attempt
from bench.controls.trial import Trial
from drivers.metering import LoggedEvent, SwitchStatus

_TRY_TIMEOUT_S = 2.0
_TRY_EVERY_S = 1.0


@dataclass(frozen=True)
class MeterState:
    """What a power cut must not change: energy registers in Wh, switch and control mode, logged events."""

    energy_wh: dict[str, float]
    switch: SwitchStatus
    events: tuple[LoggedEvent, ...]


async def read_state(access: DlmsAccess) -> MeterState:
    """The meter's state as its management client sees it."""
    async with access.session(MANAGEMENT, ask=True) as client:
        meter = access.meter(client)
        readings = {name: await meter.register(name) for name in ("energy_import", "energy_export")}
        switch = await meter.switch()
        events = [event for log in ("standard", "switch") for event in await meter.events(log)]
    energy = {name: reading.value for name, reading in readings.items()}
    return MeterState(energy, switch, tuple(events))


async def answers_again(trial: Trial, access: DlmsAccess, patience_s: float) -> float | None:
    """Seconds of station time until the meter serves its management client, None after ``patience_s``."""
    started = trial.clock.now()
    while trial.clock.now() - started < patience_s:
        if (await attempt(_one_answer(access))).accepted:
            return trial.clock.now() - started
        await trial.station.advance(_TRY_EVERY_S)
    return None


async def power_cycle(trial: Trial, access: DlmsAccess, off_s: float) -> bool:
    """Cut the power for ``off_s`` and wait until the meter answers again; False when it does not within 2 x t_boot."""
    await trial.station.power(access.seat, False)
    await trial.station.advance(off_s)
    await trial.station.power(access.seat, True)
    return await answers_again(trial, access, 2 * trial.bound("t_boot").number) is not None


async def _one_answer(access: DlmsAccess) -> None:
    async with access.session(MANAGEMENT, ask=True, response_timeout_s=_TRY_TIMEOUT_S) as client:
        await access.meter(client).clock()
