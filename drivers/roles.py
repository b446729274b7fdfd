"""What the bench can ask of what sits on a seat. Each role is a protocol; a driver fulfils it without inheriting from
it.

Values are SI units without prefix (V, A, W, var, VA, Hz, s) unless a name says otherwise; times are station time
(UTC, s).
"""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from drivers.scpi.measurement import Calibration, CurrentLog, InstrumentIdentity, Measurement
from drivers.scpi.settings import SafeState

# -- instruments ---------------------------------------------------------------------------------------------------
#
# Every call may raise drivers.scpi.errors.InstrumentError: silent, vanished, garbled, refused by the instrument, out of
# range.


@runtime_checkable
class Instrument(Protocol):
    """A lab instrument. Opening it checks that the one which answers is the one that the lab config declares."""

    @property
    def name(self) -> str: ...

    @property
    def identity(self) -> InstrumentIdentity:
        """Who answered ``*IDN?``. Raises RuntimeError before ``open``."""
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
    """A source of alternating voltage: the mains of the service point, or a back-feed on its load side."""

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


@runtime_checkable
class Multimeter(Instrument, Protocol):
    """A multimeter, as a rule across the load side of the service point."""

    async def voltage(self) -> Measurement:
        """RMS voltage."""
        ...

    async def frequency(self) -> Measurement: ...
