"""Role `drivers.roles.GridSimulator`: what its dialects have in common.

A dialect says how a `GridPoint`, harmonics and a profile are put into words; limits, settling and the look whether the
output has tripped are the same for all.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from math import isfinite
from typing import ClassVar

from drivers.scpi.errors import OutputTrippedError, SettingError
from drivers.scpi.grid import GridPoint, GridSegment, Harmonic
from drivers.scpi.instrument import SafePurposes, ScpiInstrument
from drivers.scpi.measurement import Measurement


class ScpiGridSimulator(ScpiInstrument):
    """Limits in the lab config: ``voltage`` (V), ``frequency`` (Hz), ``current`` (A), on each phase.

    Uncertainties: ``voltage``, ``current``, ``active_power``, ``frequency``.
    """

    safe_purposes: ClassVar[SafePurposes] = (("stop", None), ("output_off", None), ("all_to", 0.0))

    longest_profile: ClassVar[int] = 100
    """Segments that the instrument's list holds."""

    _followed: GridPoint | None = None

    async def outputs_off(self) -> None:
        """As `ScpiInstrument.outputs_off`."""
        self._followed = None
        await super().outputs_off()

    # -- settings --------------------------------------------------------------------------------------------------

    async def set_grid(self, point: GridPoint) -> None:
        """Voltages, angles and frequency, and wait until they have settled. Raises SettingError beyond a limit."""
        self._allow(point)
        self._followed = None
        await self._send_point(point)
        await self._settled()

    async def follow(self, point: GridPoint) -> None:
        """As ``set_grid``, in one message and without waiting: for what sets the grid many times a second.

        Raises SettingError beyond a limit.
        """
        self._allow(point)
        before, self._followed = self._followed, None
        with self.brisk():
            async with self.together():
                await self._send_next(point, before)
        self._followed = point

    async def set_harmonics(self, harmonics: Sequence[Harmonic]) -> None:
        """Add these to the fundamental of all phases; none: a pure sine. Raises SettingError."""
        for harmonic in harmonics:
            if not 2 <= harmonic.order <= 40 or not 0.0 < harmonic.percent <= 100.0:
                raise SettingError(f"{self.name}: no harmonic of order {harmonic.order} with {harmonic.percent:g} %")
        self._followed = None
        await self._send_harmonics(harmonics)
        await self._settled()

    async def set_current_limit(self, current_a: float) -> None:
        """The RMS current of each phase at which the output trips. Raises SettingError beyond the lab's limit."""
        await self.setting("set_current_limit", current_a, "current")

    async def set_output(self, on: bool) -> None:
        """Connect or disconnect all phases. Raises OutputTrippedError when it does not stay connected."""
        self._followed = None
        await self._send_output(on)
        await self.settle()
        if on:
            await self.check_output()

    async def output_is_on(self) -> bool:
        """Whether the instrument says that its output is connected."""
        return await self.state("output_state")

    async def check_output(self) -> None:
        """Raises OutputTrippedError when the protection has switched the output off."""
        reason = await self.trip_reason()
        if reason:
            raise OutputTrippedError(self.name, reason)

    async def clear_trip(self) -> None:
        """Take the protection back; the output stays off."""
        await self.command("clear_trip")

    # -- profiles --------------------------------------------------------------------------------------------------

    async def load_profile(self, profile: Sequence[GridSegment]) -> None:
        """Put a profile into the instrument's list. Raises SettingError for one that is empty, too long or too high."""
        if not 1 <= len(profile) <= self.longest_profile:
            raise SettingError(f"{self.name}: a profile has 1 to {self.longest_profile} segments, not {len(profile)}")
        for segment in profile:
            self._allow(segment.start)
            self._allow(segment.end)
        self._followed = None
        await self._send_profile(profile)

    async def start_profile(self) -> float:
        """Play the loaded profile from its beginning; the station time at which that was ordered (UTC, s)."""
        await self.check_output()
        at = self.clock.now()
        await self.command("start")
        return at

    async def stop_profile(self) -> None:
        """Stop playing. The output stays as it is."""
        await self.command("stop")

    async def profile_is_running(self) -> bool:
        """Whether the instrument is still playing."""
        return (await self.ask("running")).strip().upper() in self._running_words

    # -- readings --------------------------------------------------------------------------------------------------

    async def voltages(self) -> tuple[Measurement, ...]:
        """RMS voltage of each phase, V."""
        return await self._of_phases("voltage", "V")

    async def currents(self) -> tuple[Measurement, ...]:
        """RMS current of each phase, A."""
        return await self._of_phases("current", "A")

    async def powers(self) -> tuple[Measurement, ...]:
        """Active power of each phase, W; positive when the simulator delivers it."""
        return await self._of_phases("active_power", "W")

    async def frequency(self) -> Measurement:
        """Frequency of the output, Hz."""
        return await self.reading("frequency", "Hz")

    # -- what a dialect says ---------------------------------------------------------------------------------------

    _running_words: ClassVar[frozenset[str]] = frozenset({"1", "ON", "RUNNING"})

    phases: ClassVar[int] = 3

    @abstractmethod
    async def trip_reason(self) -> str:
        """What the protection says; empty while it has not tripped."""

    @abstractmethod
    async def _send_point(self, point: GridPoint) -> None: ...

    async def _send_next(self, point: GridPoint, before: GridPoint | None) -> None:
        """As `_send_point`, where points follow each other: a dialect may leave out what is as in the one ``before``,
        since which nothing else was sent.
        """
        await self._send_point(point)

    @abstractmethod
    async def _send_harmonics(self, harmonics: Sequence[Harmonic]) -> None: ...

    @abstractmethod
    async def _send_output(self, on: bool) -> None: ...

    @abstractmethod
    async def _send_profile(self, profile: Sequence[GridSegment]) -> None: ...

    @abstractmethod
    async def _select(self, phase: int) -> None:
        """Let what follows be about ``phase`` (1 to 3)."""

    # -- help ------------------------------------------------------------------------------------------------------

    def _allow(self, point: GridPoint) -> None:
        """Raises SettingError for what the lab's limits or the phases of the instrument do not allow."""
        if point.phases != self.phases:
            raise SettingError(f"{self.name}: has {self.phases} phases, not {point.phases}")
        for quantity, values in (("voltage", point.voltages_v), ("frequency", (point.frequency_hz,))):
            limit = self.setup.limits.get(quantity)
            for value in values:
                if not isfinite(value) or (limit is not None and value > limit):
                    raise SettingError(f"{self.name}: {quantity} {value:g} lies beyond the lab's limit {limit}")

    async def _settled(self) -> None:
        await self.settle()
        await self.check_output()

    async def _of_phases(self, quantity: str, unit: str) -> tuple[Measurement, ...]:
        await self.acquire()
        readings = []
        for phase in range(1, self.phases + 1):
            await self._select(phase)
            readings.append(self.measurement(quantity, await self.number(quantity), unit, None))
        return tuple(readings)


def numbers(values: Sequence[float], digits: int) -> str:
    """A list as SCPI writes it."""
    return ",".join(f"{value:.{digits}f}" for value in values)
