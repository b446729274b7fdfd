"""The loop itself: feeder, grid simulator, device, analyser, and round again.

In each step the feeder is solved with what the device injected in the step before; the voltage at the device's site
goes to the grid simulator; a step later the analyser's powers come back. So voltage and injection are one step apart
(the ideal transformer method of power-hardware-in-the-loop), which is stable as long as the network is much stiffer
than the device. A relaxation factor below 1 damps the feedback: of each new measurement that share is taken, of the
value before the rest.

The loop stops with a named error, and the caller reaches the safe state, when the power flow has no solution, when the
voltage leaves what the station allows, when voltage and injection swing each other up, or when an instrument reports an
error.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from bench.loop.circuit import Circuit
from bench.loop.errors import InterfaceUnstableError, OutOfRangeError
from bench.loop.site import Phasors

NOTHING: Phasors = (0j, 0j, 0j)


class DeviceInLoop(Protocol):
    """What stands between loop and device: a grid simulator and an analyser, or a model."""

    async def apply(self, voltages_v: Phasors, frequency_hz: float) -> None:
        """Put these phase-to-neutral voltages (RMS) on the device's terminals."""

    async def generated_va(self) -> Phasors:
        """Power that the device generates on each phase; reactive power positive when it is capacitive."""


class Pace(Protocol):
    """How steps follow each other in time."""

    async def begin(self) -> None:
        """The loop starts now."""

    async def step(self) -> None:
        """Let one step's time pass."""


class StepLog(Protocol):
    """Where each step goes."""

    def write(self, at_s: float, voltages_v: Phasors, generated_va: Phasors) -> None:
        """One step. Must not raise but for a disk that is full."""


@dataclass(frozen=True, slots=True)
class LoopSettings:
    """``step_s`` from step to step; ``relaxation`` above 0, at most 1; per-unit voltages that may be applied; the swing
    of the voltage from step to step, back and forth, that ``swings`` times in a row is taken for instability."""

    step_s: float = 1 / 60
    relaxation: float = 1.0
    lowest_pu: float = 0.5
    highest_pu: float = 1.2
    swing_pu: float = 0.02
    swings: int = 12

    def __post_init__(self) -> None:
        if not 0 < self.relaxation <= 1:
            raise ValueError(f"relaxation is above 0 and at most 1, not {self.relaxation}")
        if self.step_s <= 0:
            raise ValueError(f"a step takes some time, not {self.step_s} s")


class GridLoop:
    """One run of the loop over one circuit and one device."""

    def __init__(
        self, circuit: Circuit, device: DeviceInLoop, pace: Pace, log: StepLog, settings: LoopSettings | None = None
    ) -> None:
        self._circuit = circuit
        self._device = device
        self._pace = pace
        self._log = log
        self.settings = settings or LoopSettings()
        self._generated = NOTHING
        self._watch = _SwingWatch(self.settings, circuit.site.nominal_v)
        self.steps = 0

    async def run(self, duration_s: float) -> None:
        """As many steps as fill ``duration_s``. Can be called again to go on.

        Raises DivergenceError, OutOfRangeError, InterfaceUnstableError, and what the instruments raise.
        """
        await self._pace.begin()
        for _ in range(round(duration_s / self.settings.step_s)):
            await self._step()

    async def _step(self) -> None:
        settings = self.settings
        at_s = self.steps * settings.step_s
        voltages = self._circuit.solve(self._generated, at_s, settings.step_s if self.steps else 0.0)
        self._within_limits(voltages)
        self._watch.see(self.steps, voltages)
        await self._device.apply(voltages, self._circuit.feeder.frequency_hz)
        await self._pace.step()
        measured = await self._device.generated_va()
        share = settings.relaxation
        before = self._generated
        self._generated = (
            before[0] + share * (measured[0] - before[0]),
            before[1] + share * (measured[1] - before[1]),
            before[2] + share * (measured[2] - before[2]),
        )
        self._log.write(at_s, voltages, measured)
        self.steps += 1

    def _within_limits(self, voltages: Phasors) -> None:
        nominal = self._circuit.site.nominal_v
        lowest, highest = self.settings.lowest_pu * nominal, self.settings.highest_pu * nominal
        for phase, voltage in enumerate(voltages):
            if not lowest <= abs(voltage) <= highest:
                raise OutOfRangeError(self.steps, phase, abs(voltage), lowest, highest)


class _SwingWatch:
    """Counts how often in a row the voltage turned back by more than the allowed swing."""

    def __init__(self, settings: LoopSettings, nominal_v: float) -> None:
        self._limit_v = settings.swing_pu * nominal_v
        self._nominal_v = nominal_v
        self._most = settings.swings
        self._last: Phasors | None = None
        self._moved = [0.0, 0.0, 0.0]
        self._turns = 0

    def see(self, step: int, voltages: Phasors) -> None:
        if self._last is None:
            self._last = voltages
            return
        moved = [abs(now) - abs(before) for now, before in zip(voltages, self._last, strict=True)]
        turned = any(
            now * before < 0 and min(abs(now), abs(before)) > self._limit_v
            for now, before in zip(moved, self._moved, strict=True)
        )
        self._turns = self._turns + 1 if turned else 0
        self._last, self._moved = voltages, moved
        if self._turns >= self._most:
            raise InterfaceUnstableError(step, max(map(abs, moved)) / self._nominal_v)
