"""What is said about the charging of vehicles, whatever the protocol: profiles, states, readings.

Currents are RMS and per phase. Power is positive into the vehicle, negative out of it (vehicle to grid).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

LOWEST_CURRENT_A = 6.0
"""Below it a control pilot cannot signal a limit: charging pauses (SAE J1772, IEC 61851-1 annex A; unverified)."""


class ChargerError(Exception):
    """Base of what goes wrong with a charger beside its transport."""


class ChargerRefusedError(ChargerError):
    """The charger understood and does not. ``status`` is its word for it: ``Rejected``, ``NotSupported``, ..."""

    def __init__(self, what: str, status: str) -> None:
        super().__init__(f"{what}: {status}")
        self.status = status


class Purpose(StrEnum):
    """What a charging profile is for, by the names of OCPP 2.x (1.6 says ``ChargePointMaxProfile`` for the first)."""

    STATION_MAX = "ChargingStationMaxProfile"
    TX_DEFAULT = "TxDefaultProfile"
    TX = "TxProfile"
    EXTERNAL = "ChargingStationExternalConstraints"
    PRIORITY = "PriorityCharging"
    LOCAL_GENERATION = "LocalGeneration"


class Kind(StrEnum):
    """From when a schedule's periods count."""

    ABSOLUTE = "Absolute"
    RECURRING = "Recurring"
    RELATIVE = "Relative"


class Recurrency(StrEnum):
    """How often a recurring schedule begins anew."""

    DAILY = "Daily"
    WEEKLY = "Weekly"


class RateUnit(StrEnum):
    """Amperes per phase, or watts of all phases together."""

    AMPERES = "A"
    WATTS = "W"


@dataclass(frozen=True)
class Period:
    """``limit`` from ``start_s`` (s after the schedule's start) on, until the next period; ``phases`` 1 to 3 or open.

    A negative limit is one of discharging (OCPP 2.1 alone has such).
    """

    start_s: int
    limit: float
    phases: int | None = None


@dataclass(frozen=True)
class Schedule:
    """``start`` and times are UTC in s since the epoch; open where the protocol lets them be. ``duration_s``: open end
    without it. Periods are in order, the first starts at 0.
    """

    periods: tuple[Period, ...]
    unit: RateUnit = RateUnit.AMPERES
    start: float | None = None
    duration_s: int | None = None
    min_rate: float | None = None


@dataclass(frozen=True)
class ChargingProfile:
    """A profile as a charger keeps it. ``transaction``: that of a TxProfile, open for the running one."""

    number: int
    purpose: Purpose
    schedule: Schedule
    stack_level: int = 0
    kind: Kind = Kind.ABSOLUTE
    recurrency: Recurrency | None = None
    valid_from: float | None = None
    valid_to: float | None = None
    transaction: str | None = None


@dataclass(frozen=True)
class ProfileFilter:
    """Which profiles: those that agree in everything that is given. ``evse`` 0 is the station as a whole."""

    number: int | None = None
    evse: int | None = None
    purpose: Purpose | None = None
    stack_level: int | None = None


@dataclass(frozen=True)
class ChargerIdentity:
    """Who a charger says it is."""

    vendor: str
    model: str
    serial: str = ""
    firmware: str = ""


class ConnectorState(StrEnum):
    """By the names of OCPP 1.6; 2.x tells them by the connector's status and the transaction's charging state."""

    AVAILABLE = "Available"
    PREPARING = "Preparing"
    CHARGING = "Charging"
    SUSPENDED_EV = "SuspendedEV"
    SUSPENDED_EVSE = "SuspendedEVSE"
    FINISHING = "Finishing"
    RESERVED = "Reserved"
    UNAVAILABLE = "Unavailable"
    FAULTED = "Faulted"


@dataclass(frozen=True)
class ChargerStatus:
    """A connector as the charger tells it. ``transaction`` is the running one's id, empty without one."""

    state: ConnectorState
    transaction: str = ""


@dataclass(frozen=True)
class ChargerReadings:
    """What a charger measures at a connector. ``currents_a`` by phase; ``energy_wh`` is its register of import, and
    ``exported_wh`` that of export; what it does not tell is None. ``at`` is its own time (UTC, s).
    """

    power_w: float | None = None
    currents_a: tuple[float, ...] = field(default=())
    energy_wh: float | None = None
    exported_wh: float | None = None
    soc_percent: float | None = None
    at: float | None = None
