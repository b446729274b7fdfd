"""Cutting a meter's power, and waiting until it answers again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bench.access.dlms import MANAGEMENT, DlmsAccess
from bench.controls.attempts import attempt
from bench.controls.dlms._events import declared
from bench.controls.trial import Trial
from drivers.metering import LoggedEvent, SwitchStatus

_STARTS = ("power_up", "watchdog_reset")
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


def restarts(access: DlmsAccess, before: MeterState, after: MeterState) -> int:
    """How often the meter logged a start between two states: power up, or a reset of its watchdog."""
    codes = {found[0] for meaning in _STARTS if (found := declared(access, meaning)) is not None}
    return sum(event.code in codes and event not in before.events for event in after.events)


async def answers_again(trial: Trial, access: DlmsAccess, patience_s: float, **changes: Any) -> float | None:
    """Seconds of station time until the meter serves its management client, None after ``patience_s``.

    ``changes`` replace fields of that client's identity.
    """
    started = trial.clock.now()
    while trial.clock.now() - started < patience_s:
        if (await attempt(_one_answer(access, **changes))).accepted:
            return trial.clock.now() - started
        await trial.station.advance(_TRY_EVERY_S)
    return None


async def power_cycle(trial: Trial, access: DlmsAccess, off_s: float, **changes: Any) -> bool:
    """Cut the power for ``off_s`` and wait as `answers_again` does; False when the meter is not there in 2 x t_boot."""
    await trial.station.power(access.seat, False)
    await trial.station.advance(off_s)
    await trial.station.power(access.seat, True)
    return await answers_again(trial, access, 2 * trial.bound("t_boot").number, **changes) is not None


async def _one_answer(access: DlmsAccess, **changes: Any) -> None:
    async with access.session(MANAGEMENT, ask=True, **{"response_timeout_s": _TRY_TIMEOUT_S, **changes}) as client:
        await access.meter(client).clock()
