"""What the bench can ask of what sits on a seat. Each role is a protocol; a driver fulfils it without inheriting from
it.

Values are SI units without prefix (V, A, W, var, VA, Hz, s) unless a name says otherwise; times are station time
(UTC, s).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol, TypeVar, runtime_checkable

from drivers.cim.messenger import MessageOptions, Reply
from drivers.cim.office import Orders, Readings
from drivers.cim.payloads import AuditLog, EndDeviceControl, EndDeviceEvent, EndDeviceStatus, MeterReading
from drivers.cim.vocabulary import ReadingKind
from drivers.der import (
    ControlState,
    DerIdentity,
    DerMeasurements,
    Nameplate,
    Operation,
    Ratings,
    Reversion,
    ReversionState,
    Setting,
)
from drivers.metering import (
    ClockReading,
    Interval,
    LoggedEvent,
    MeterIdentity,
    Reading,
    SwitchStatus,
)
from drivers.scpi.grid import GridPoint, GridSegment, Harmonic
from drivers.scpi.measurement import Calibration, CurrentLog, InstrumentIdentity, Measurement
from drivers.scpi.power import HarmonicReading, PhaseReading, PowerLog
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
class Multimeter(Instrument, Protocol):
    """A multimeter, as a rule across the load side of the service point."""

    async def voltage(self) -> Measurement:
        """RMS voltage."""
        ...

    async def frequency(self) -> Measurement: ...


# -- meters ---------------------------------------------------------------------------------------------------------
#
# Every call may raise the driver's refusals and what its transport raises (SilenceError, PeerClosedError).


@runtime_checkable
class Meter(Protocol):
    """An electricity meter, as the client that the driver was associated as sees it."""

    async def identity(self) -> MeterIdentity: ...

    async def clock(self) -> ClockReading: ...

    async def set_clock(self, at: float) -> None: ...

    async def register(self, name: str) -> Reading:
        """A register by its name (``energy_import``, ``voltage_l1``, ...) or by the protocol's own name of it."""
        ...

    async def instantaneous(self) -> Mapping[str, Reading]:
        """Voltages, currents, powers and frequency of the moment, by name."""
        ...

    async def load_profile(self, start: float, end: float) -> Sequence[Interval]:
        """Rows with a time stamp in [start, end], oldest first."""
        ...

    async def daily_profile(self, start: float, end: float) -> Sequence[Interval]: ...

    async def billing(self, start: float | None = None, end: float | None = None) -> Sequence[Interval]:
        """Billing periods that were closed, oldest first."""
        ...

    async def events(
        self, log: str = ..., start: float | None = None, end: float | None = None
    ) -> Sequence[LoggedEvent]:
        """Entries of an event log (``standard``, ``fraud``, ``switch``, ``communication``), oldest first."""
        ...

    async def switch(self) -> SwitchStatus:
        """Contacts, logical state and control mode of the disconnect switch."""
        ...

    async def set_control_mode(self, mode: int) -> None: ...

    async def disconnect(self) -> None:
        """Order the switch to open. Returns when the order was taken."""
        ...

    async def reconnect(self) -> None:
        """Order the switch to close, or to be made ready, as the control mode says."""
        ...


# -- distributed energy resources ------------------------------------------------------------------------------------
#
# Every call may raise drivers.der.DerError (refused, not supported, pending), the driver's own errors about what the
# device tells, and what its transport raises (SilenceError, PeerClosedError).

AnySetting = TypeVar("AnySetting", bound=Setting)


@runtime_checkable
class DerInverter(Protocol):
    """A DER behind an inverter, with the functions of IEEE 1547-2018 as settings (`drivers.der`)."""

    async def identity(self) -> DerIdentity: ...

    async def nameplate(self) -> Nameplate:
        """Ratings and categories (table 28)."""
        ...

    async def configuration(self) -> Ratings:
        """The ratings as configured (table 29)."""
        ...

    async def configure(self, ratings: Ratings) -> None:
        """Configure those ratings that are not None. Raises SettingRefusedError."""
        ...

    async def measurements(self) -> DerMeasurements:
        """Monitoring information (table 30)."""
        ...

    async def functions(self) -> frozenset[type[Setting]]:
        """The kinds of settings that it can be read and given."""
        ...

    async def read(self, kind: type[AnySetting]) -> AnySetting:
        """The setting in force. Raises UnsupportedFunctionError."""
        ...

    async def apply(self, setting: Setting, reversion: Reversion | None = None) -> None:
        """Give a setting and, where it is to be adopted, wait for the result.

        With ``reversion`` the DER returns by itself. Raises SettingRefusedError, SettingPendingError,
        UnsupportedFunctionError.
        """
        ...

    async def reversion(self, kind: type[Setting]) -> ReversionState:
        """The reversion timer of a function. Raises UnsupportedFunctionError where it has none."""
        ...

    async def operate(self, operation: Operation) -> None:
        """Stop, start, or put on standby. Raises SettingRefusedError, UnsupportedFunctionError."""
        ...

    async def control(self) -> ControlState:
        """Local or remote, and the heartbeats. Raises UnsupportedFunctionError."""
        ...

    async def beat(self, count: int) -> None:
        """Give the controller's heartbeat. Raises UnsupportedFunctionError."""
        ...

    async def reset_alarms(self) -> None:
        """Reset latched alarms. Raises UnsupportedFunctionError."""
        ...


# -- field devices ---------------------------------------------------------------------------------------------------
#
# Every call may raise the driver's refusals and what its transport raises (SilenceError, PeerClosedError).


@runtime_checkable
class FieldDevice(Protocol):
    """A device of distribution automation, or one at a customer's: quantities by name, some of which can be written."""

    async def value(self, name: str) -> float | str | bool:
        """One quantity by its name in the device's profile."""
        ...

    async def values(self, names: Iterable[str]) -> Mapping[str, float | str | bool]:
        """Quantities by name."""
        ...

    async def set_value(self, name: str, value: float | str | bool) -> None:
        """Write one quantity. Returns when the device has confirmed."""
        ...


# -- office systems ------------------------------------------------------------------------------------------------
#
# Every call may raise drivers.cim.errors.OfficeError: refused (status and code), silent, closed, TLS, unreachable.
# What went wrong with one meter or one order is in the answer, with its code.


@runtime_checkable
class OfficeSystem(Protocol):
    """A back-office system (CIS, MDMS, headend, billing, OMS, LMS/DRMS, DMS), as one of its peers sees it."""

    @property
    def name(self) -> str: ...

    async def read(
        self,
        meters: Sequence[str],
        kinds: Sequence[ReadingKind] = ...,
        start: float | None = None,
        end: float | None = None,
        options: MessageOptions | None = None,
    ) -> Readings:
        """Readings of meters: now, or intervals that end in (start, end]."""
        ...

    async def ping(self, meters: Sequence[str], options: MessageOptions | None = None) -> tuple[EndDeviceStatus, ...]:
        """Whether meters answer."""
        ...

    async def announce(
        self, readings: Sequence[MeterReading], correction: bool = False, options: MessageOptions | None = None
    ) -> Reply:
        """Hand readings on; the reply is the acknowledgment."""
        ...

    async def order(self, controls: Sequence[EndDeviceControl], options: MessageOptions | None = None) -> Orders:
        """Order switch operations; all or none are taken. An order that was taken is not yet executed."""
        ...

    async def orders(self, ids: Sequence[str] = (), options: MessageOptions | None = None) -> Orders:
        """Where orders stand."""
        ...

    async def cancel(self, ids: Sequence[str], options: MessageOptions | None = None) -> Orders:
        """Cancel orders that have not been executed."""
        ...

    async def approve(self, ids: Sequence[str], options: MessageOptions | None = None) -> Orders:
        """Give held orders their second approval."""
        ...

    async def events(
        self, meters: Sequence[str] = (), start: float | None = None, options: MessageOptions | None = None
    ) -> tuple[EndDeviceEvent, ...]:
        """Events that the system holds, oldest first."""
        ...

    async def audit(self, after: int = 0, limit: int = 500, options: MessageOptions | None = None) -> AuditLog:
        """The audit log."""
        ...

    async def close(self) -> None:
        """Close the connections. Never raises."""
        ...


@runtime_checkable
class CustomerPortal(Protocol):
    """A customer's way into the CIS."""

    async def sign_in(self, user: str, password: str, scopes: Sequence[str] = ...) -> float:
        """Get a token and use it from now on; its life in s."""
        ...

    async def sign_out(self) -> None: ...

    async def read_now(self, meter: str) -> dict[str, Any]:
        """An on-demand reading of one of the customer's meters."""
        ...

    async def request_move(self, kind: str, meter: str, at: float | None = None) -> dict[str, Any]:
        """Ask to move ``in`` or ``out``; where the order stands."""
        ...

    async def move(self, order: str) -> dict[str, Any]:
        """Where a move stands."""
        ...

    async def close(self) -> None:
        """Close the connections. Never raises."""
        ...
