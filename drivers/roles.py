"""What the bench can ask of what sits on a seat. Each role is a protocol; a driver fulfils it without inheriting from
it.

Values are SI units without prefix (V, A, W, var, VA, Hz, s) unless a name says otherwise; times are station time
(UTC, s).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol, TypeVar, runtime_checkable

from drivers.charging import ChargerIdentity, ChargerReadings, ChargerStatus
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
from drivers.instrument_roles import (
    AcSource,
    ElectronicLoad,
    GridSimulator,
    Instrument,
    LoadSideSource,
    Multimeter,
    Oscilloscope,
    PowerAnalyser,
    PvSimulator,
    RlcLoad,
)
from drivers.metering import (
    ClockReading,
    Interval,
    LoggedEvent,
    MeterIdentity,
    Reading,
    SwitchStatus,
)

__all__ = [
    "AcSource",
    "CustomerPortal",
    "DerInverter",
    "ElectronicLoad",
    "EvCharger",
    "FieldDevice",
    "GridSimulator",
    "Instrument",
    "LoadSideSource",
    "Meter",
    "Multimeter",
    "OfficeSystem",
    "Oscilloscope",
    "PowerAnalyser",
    "PvSimulator",
    "RlcLoad",
]

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


# -- devices of the home ---------------------------------------------------------------------------------------------
#
# Every call may raise the driver's refusals and what its transport raises (SilenceError, PeerClosedError).


@runtime_checkable
class HanDevice(Protocol):
    """An appliance in the home area network that can be asked to draw less."""

    async def shed(self, duration_s: float | None = None) -> None:
        """Draw as little as comfort allows, for a time or until `release`."""
        ...

    async def turn_off(self) -> None:
        """Off, now, whatever the customer chose, until `release`."""
        ...

    async def limit(self, share: float) -> None:
        """Draw at most ``share`` (0 to 1) of the rating, until `release`."""
        ...

    async def release(self) -> None:
        """End whatever was asked for."""
        ...

    async def power_w(self) -> float:
        """What the appliance says that it draws, W."""
        ...

    async def opted_out(self) -> bool:
        """Whether the customer has opted out of the event that holds."""
        ...


# -- chargers --------------------------------------------------------------------------------------------------------
#
# Every call may raise drivers.charging.ChargerRefusedError, the driver's refusals and what its transport raises.


@runtime_checkable
class EvCharger(Protocol):
    """A charger with one connector in use, as whoever manages its charging sees it."""

    async def identity(self) -> ChargerIdentity: ...

    async def status(self) -> ChargerStatus: ...

    async def readings(self) -> ChargerReadings:
        """What it measures at its connector now."""
        ...

    async def set_limit(self, current_a: float | None) -> None:
        """Draw at most so much on each phase from now on (A); None: what holds without this limit.

        Below 6 A charging pauses. Negative feeds the grid, where the charger can. Returns when it has accepted.
        """
        ...

    async def limit(self) -> float | None:
        """The limit that the charger says holds now, A per phase; None where it says that none does."""
        ...

    async def start(self, token: str = "") -> None:
        """Begin a transaction for ``token`` (empty: the one that the supplier has declared)."""
        ...

    async def stop(self) -> None:
        """End the running transaction."""
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
