"""What the bench can ask of its instruments. `drivers.roles` has them too, beside the roles of devices and systems.

Values are SI units without prefix unless a name says otherwise; times are station time (UTC, s). Every call may raise
`drivers.scpi.errors.InstrumentError`: silent, vanished, garbled, refused by the instrument, out of range.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, runtime_checkable

from drivers.scpi.circuit import Circuit
from drivers.scpi.grid import GridPoint, GridSegment, Harmonic
from drivers.scpi.measurement import Calibration, CurrentLog, InstrumentIdentity, Measurement
from drivers.scpi.power import HarmonicReading, PhaseReading, PowerLog
from drivers.scpi.settings import SafeState
from drivers.scpi.waveform import Trigger, Waveform


@runtime_checkable
class Instrument(Protocol):
    """A lab instrument. Opening it checks that the one which answers is the one that the lab config declares."""

    @property
    def name(self) -> str: ...

    @property
    def identity(self) -> InstrumentIdentity:
        """Who answered ``*IDN?``; before ``open``, whom the lab config expects."""
        ...

    @property
    def calibration(self) -> Calibration | None: ...

    @property
    def safe_state(self) -> SafeState:
        """What brings the instrument to its safe state without this driver, for the keeper."""
        ...

    async def open(self) -> None: ...

    async def outputs_off(self) -> None:
        """Bring the instrument to its safe state: outputs and inputs off, levels at zero."""
        ...

    async def close(self) -> None:
        """Close; leaves outputs as they are. Closing twice is fine. Never raises."""
        ...


@runtime_checkable
class AcSource(Instrument, Protocol):
    """A source of alternating voltage, as a rule the mains of the service point."""

    async def set_voltage(self, voltage_v: float) -> None:
        """Set the RMS voltage and wait until it has settled."""
        ...

    async def set_frequency(self, frequency_hz: float) -> None: ...

    async def set_output(self, on: bool) -> None: ...

    async def output_is_on(self) -> bool: ...

    async def voltage(self) -> Measurement:
        """RMS voltage at the output terminals."""
        ...

    async def current(self) -> Measurement:
        """RMS current that the source delivers."""
        ...


@runtime_checkable
class LoadSideSource(AcSource, Protocol):
    """An AC source behind the switch of the service point (back-feed)."""

    async def set_power(self, power_w: float) -> None:
        """Set the active power that it feeds in beside a living supply."""
        ...


@runtime_checkable
class ElectronicLoad(Instrument, Protocol):
    """The load of the service point. Setting a mode does not switch the input on."""

    async def set_power(self, power_w: float, power_factor: float = 1.0) -> None:
        """Draw constant active power.

        ``power_factor`` 0 < |pf| <= 1, positive lagging (inductive), negative leading.
        """
        ...

    async def set_current(self, current_a: float) -> None: ...

    async def set_resistance(self, resistance_ohm: float) -> None: ...

    async def set_input(self, on: bool) -> None: ...

    async def input_is_on(self) -> bool: ...

    async def voltage(self) -> Measurement: ...

    async def current(self) -> Measurement: ...

    async def power(self) -> Measurement: ...


@runtime_checkable
class PowerAnalyser(Instrument, Protocol):
    """The witness of the service point; with its energy integration also the reference meter.

    Active and reactive power are positive for import (from the grid to the customer), negative for export.
    """

    async def voltage(self) -> Measurement: ...

    async def current(self) -> Measurement: ...

    async def active_power(self) -> Measurement: ...

    async def reactive_power(self) -> Measurement: ...

    async def apparent_power(self) -> Measurement: ...

    async def power_factor(self) -> Measurement: ...

    async def frequency(self) -> Measurement: ...

    async def start_energy(self) -> None:
        """Set the energy integrators to zero and start them."""
        ...

    async def stop_energy(self) -> None: ...

    async def energy_imported(self) -> Measurement:
        """Active energy imported since ``start_energy``, in Wh."""
        ...

    async def energy_exported(self) -> Measurement:
        """Active energy exported since ``start_energy``, in Wh, as a positive number."""
        ...

    async def start_log(self) -> None:
        """Forget the logged current and log anew."""
        ...

    async def current_log(self) -> CurrentLog:
        """The current since ``start_log``, dense around every switch operation."""
        ...

    async def phases(self) -> tuple[PhaseReading, ...]:
        """Every phase that is wired: U, I, P, Q and angles, all of one acquisition."""
        ...

    async def latest_powers(self) -> tuple[complex, ...]:
        """Active and reactive power of each phase in the last acquisition, W and var, without waiting and without
        uncertainty."""

    async def latest_phases(self) -> tuple[PhaseReading, ...]:
        """As ``phases``, of the last complete acquisition, without waiting for a new one."""
        ...

    async def voltage_harmonics(self, phase: int = 1) -> HarmonicReading:
        """Distortion and harmonics of the voltage of ``phase`` (1 to 3)."""
        ...

    async def current_harmonics(self, phase: int = 1) -> HarmonicReading: ...

    async def start_power_log(self) -> None:
        """Forget the logged powers and log anew. An instrument without such a log raises NotOfferedError."""
        ...

    async def power_log(self) -> PowerLog:
        """All phases since ``start_power_log``, dense around every change: fine enough for trip times."""
        ...


@runtime_checkable
class GridSimulator(Instrument, Protocol):
    """A source of three phases that stands for the grid, and can do to a device what a grid does.

    Setting what the instrument's own protection does not stand raises `drivers.scpi.errors.OutputTrippedError`; the
    output is then off.
    """

    async def set_grid(self, point: GridPoint) -> None:
        """Voltages, angles and frequency, at once; and wait until they have settled."""
        ...

    async def follow(self, point: GridPoint) -> None:
        """As ``set_grid``, without waiting: for what sets the grid many times a second."""
        ...

    async def set_harmonics(self, harmonics: Sequence[Harmonic]) -> None:
        """Add these to the fundamental of all phases; none: a pure sine."""
        ...

    async def set_current_limit(self, current_a: float) -> None:
        """RMS current of a phase at which the output trips."""
        ...

    async def set_output(self, on: bool) -> None:
        """Connect or disconnect all phases; disconnected, what hangs there is an island."""
        ...

    async def output_is_on(self) -> bool: ...

    async def check_output(self) -> None:
        """Raises OutputTrippedError when the protection has switched the output off."""
        ...

    async def clear_trip(self) -> None:
        """Take the protection back; the output stays off."""
        ...

    async def load_profile(self, profile: Sequence[GridSegment]) -> None:
        """Put a profile (sags, steps, ramps, jumps) into the instrument."""
        ...

    async def start_profile(self) -> float:
        """Play the loaded profile; the station time at which that was ordered."""
        ...

    async def stop_profile(self) -> None: ...

    async def profile_is_running(self) -> bool: ...

    async def voltages(self) -> tuple[Measurement, ...]:
        """RMS voltage of each phase."""
        ...

    async def currents(self) -> tuple[Measurement, ...]:
        """RMS current of each phase."""
        ...

    async def powers(self) -> tuple[Measurement, ...]:
        """Active power of each phase, positive when the simulator delivers it."""
        ...

    async def frequency(self) -> Measurement: ...


@runtime_checkable
class PvSimulator(Instrument, Protocol):
    """A source of direct current that stands for an array of photovoltaic modules."""

    async def set_array(self, maximum_power_w: float, maximum_power_v: float) -> None:
        """Be an array with this maximum power point at 1000 W/m2."""
        ...

    async def set_irradiance(self, irradiance_w_m2: float) -> None: ...

    async def set_output(self, on: bool) -> None: ...

    async def output_is_on(self) -> bool: ...

    async def voltage(self) -> Measurement: ...

    async def current(self) -> Measurement: ...

    async def power(self) -> Measurement: ...


@runtime_checkable
class RlcLoad(Instrument, Protocol):
    """A bank of resistances, coils and capacitors, as tests of unintentional islanding need it."""

    async def set_circuits(self, circuits: Sequence[Circuit]) -> None:
        """One for each phase. Does not switch the input."""
        ...

    async def set_input(self, on: bool) -> None: ...

    async def input_is_on(self) -> bool: ...

    async def active_power(self) -> Measurement:
        """Of all phases."""
        ...

    async def reactive_power(self) -> Measurement:
        """Of all phases, positive for inductive."""
        ...


@runtime_checkable
class Oscilloscope(Instrument, Protocol):
    """Four channels, single captures. What the channels are wired to is the lab's affair."""

    async def configure(
        self, ranges: Mapping[int, float], record_s: float, sample_rate_hz: float, before_share: float = ...
    ) -> None:
        """``ranges``: the greatest magnitude that each channel must show."""
        ...

    async def arm(self, trigger: Trigger) -> None:
        """Wait for one trigger, from now on."""
        ...

    async def force(self) -> None:
        """Trigger now."""
        ...

    async def has_captured(self) -> bool: ...

    async def await_capture(self, within_s: float) -> None:
        """Let station time pass until the record is complete. Raises InstrumentSilentError when it is not in time."""
        ...

    async def waveform(self, channel: int) -> Waveform:
        """What ``channel`` captured."""
        ...


@runtime_checkable
class Multimeter(Instrument, Protocol):
    """A multimeter, as a rule across the load side of the service point."""

    async def voltage(self) -> Measurement:
        """RMS voltage."""
        ...

    async def frequency(self) -> Measurement: ...
