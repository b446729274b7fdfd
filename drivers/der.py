"""What a DER can be told and asked, in the words of IEEE 1547-2018: facts only, whatever the protocol.

Active power is positive when it flows to the grid; reactive power is positive when it is injected (over-excited).
Percentages are those of the standard's tables: voltage of the nominal voltage, active power of the configured active
power (WMax), reactive power of what `ReactiveBase` says. A field that is None was not told, and is left as it is when
the setting is applied.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

Curve = tuple[tuple[float, float], ...]


class DerError(Exception):
    """Base of what a DER's driver reports beyond its protocol's own errors."""


class UnsupportedFunctionError(DerError):
    """The DER does not offer the function, or not the part of it that was asked for."""


class SettingRefusedError(DerError):
    """The DER refused a setting: at the write, or as it was to adopt it. Nothing of the function has changed."""


class SettingPendingError(DerError):
    """The DER did not say in time whether it adopts a setting."""


# -- who it is and what it can do ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class DerIdentity:
    """What stands on the label (table 28)."""

    manufacturer: str
    model: str
    serial_number: str
    version: str
    options: str = ""


@dataclass(frozen=True)
class Ratings:
    """Nameplate ratings, or the configured values that replace them (tables 28 and 29). W, VA, var, V, A."""

    active_power_w: float | None = None
    active_power_over_excited_w: float | None = None
    power_factor_over_excited: float | None = None
    """At which ``active_power_over_excited_w`` holds; 0 to 1."""
    active_power_under_excited_w: float | None = None
    power_factor_under_excited: float | None = None
    apparent_power_va: float | None = None
    reactive_injection_var: float | None = None
    reactive_absorption_var: float | None = None
    charge_w: float | None = None
    discharge_w: float | None = None
    apparent_charge_va: float | None = None
    apparent_discharge_va: float | None = None
    nominal_v: float | None = None
    """Line to neutral of one-phase, line to line of split-phase and three-phase DER (SunSpec 702, VNomRtg)."""
    maximum_v: float | None = None
    minimum_v: float | None = None
    current_a: float | None = None


@dataclass(frozen=True)
class Nameplate:
    """Table 28. ``functions``: the control modes that the DER says it supports, by the protocol's names."""

    ratings: Ratings
    normal_category: str | None = None
    """``A`` or ``B``."""
    abnormal_category: str | None = None
    """``I``, ``II`` or ``III``."""
    reactive_susceptance_s: float | None = None
    functions: frozenset[str] = frozenset()


# -- what it does now -------------------------------------------------------------------------------------------------


class OperatingState(Enum):
    """Operational state (table 30)."""

    OFF = "off"
    SLEEPING = "sleeping"
    STARTING = "starting"
    RUNNING = "running"
    THROTTLED = "throttled"
    SHUTTING_DOWN = "shutting down"
    FAULT = "fault"
    STANDBY = "standby"


@dataclass(frozen=True)
class DerPhase:
    """One phase: V line to neutral, A, W, var."""

    voltage_v: float | None
    current_a: float | None = None
    active_power_w: float | None = None
    reactive_power_var: float | None = None


@dataclass(frozen=True)
class DerMeasurements:
    """Monitoring information (table 30), read at ``at`` (station time)."""

    at: float
    active_power_w: float | None
    reactive_power_var: float | None
    apparent_power_va: float | None
    power_factor: float | None
    frequency_hz: float | None
    voltage_v: float | None
    """Line to neutral, mean."""
    current_a: float | None
    phases: tuple[DerPhase, ...]
    state: OperatingState | None
    connected: bool | None
    alarms: frozenset[str]
    """By the protocol's names, such as ``AC_OVER_VOLT``."""
    throttled_by: frozenset[str]
    throttled_percent: float | None
    energy_injected_wh: float | None
    energy_absorbed_wh: float | None
    state_of_charge_percent: float | None = None
    cabinet_c: float | None = None


# -- settings ---------------------------------------------------------------------------------------------------------


class Excitation(Enum):
    """Over-excited injects reactive power, under-excited absorbs it."""

    OVER = "over-excited"
    UNDER = "under-excited"


class ReactiveBase(Enum):
    """What 100 % of reactive power is."""

    APPARENT_POWER = "configured apparent power"
    ACTIVE_POWER = "configured active power"
    REACTIVE_POWER = "configured reactive power"
    AVAILABLE = "available reactive power"


class Priority(Enum):
    """What gives way when apparent power is not enough for both."""

    ACTIVE = "active"
    REACTIVE = "reactive"
    VENDOR = "vendor's own"


@dataclass(frozen=True)
class LimitActivePower:
    """Clause 4.6.2: percent of the configured active power, 0 to 100."""

    enabled: bool
    limit_percent: float | None = None


@dataclass(frozen=True)
class SetActivePower:
    """A set-point of active power, W, or percent of the configured active power. No function of the standard."""

    enabled: bool
    power_w: float | None = None
    power_percent: float | None = None


@dataclass(frozen=True)
class ConstantPowerFactor:
    """Clause 5.3.2 while active power is injected; ``power_factor`` 0 to 1."""

    enabled: bool
    power_factor: float | None = None
    excitation: Excitation | None = None


@dataclass(frozen=True)
class ConstantPowerFactorCharging:
    """The same while active power is absorbed (storage)."""

    enabled: bool
    power_factor: float | None = None
    excitation: Excitation | None = None


@dataclass(frozen=True)
class ConstantReactivePower:
    """Clause 5.3.5: percent of ``base``, positive injected."""

    enabled: bool
    reactive_percent: float | None = None
    base: ReactiveBase | None = None
    priority: Priority | None = None


@dataclass(frozen=True)
class VoltVar:
    """Clause 5.3.3, table 8. ``points``: (voltage %, reactive power % of ``base``), voltages rising."""

    enabled: bool
    points: Curve | None = None
    response_time_s: float | None = None
    reference_percent: float | None = None
    autonomous_reference: bool | None = None
    autonomous_reference_s: float | None = None
    base: ReactiveBase | None = None
    priority: Priority | None = None


@dataclass(frozen=True)
class VoltWatt:
    """Clause 5.4.2, table 10. ``points``: (voltage %, most active power %)."""

    enabled: bool
    points: Curve | None = None
    response_time_s: float | None = None


@dataclass(frozen=True)
class WattVar:
    """Clause 5.3.4, table 9. ``points``: (active power %, reactive power % of ``base``)."""

    enabled: bool
    points: Curve | None = None
    base: ReactiveBase | None = None
    priority: Priority | None = None


@dataclass(frozen=True)
class FrequencyDroop:
    """Clause 6.5.2.7, table 24. Dead bands in Hz; droops are pu frequency for 1 pu of power (0.05 is 5 %)."""

    enabled: bool
    dead_band_over_hz: float | None = None
    dead_band_under_hz: float | None = None
    droop_over: float | None = None
    droop_under: float | None = None
    response_time_s: float | None = None
    minimum_power_percent: float | None = None


@dataclass(frozen=True)
class EnterService:
    """Clause 4.10, table 4. ``permitted`` is the permit service setting; voltages in percent."""

    permitted: bool
    voltage_high_percent: float | None = None
    voltage_low_percent: float | None = None
    frequency_high_hz: float | None = None
    frequency_low_hz: float | None = None
    delay_s: float | None = None
    random_delay_s: float | None = None
    ramp_s: float | None = None


@dataclass(frozen=True)
class Trip:
    """Must trip, may trip and momentary cessation of one side; each a line of (threshold, clearing time s) points.

    Thresholds are voltage in percent or frequency in Hz. None: the DER does not tell that line.
    """

    enabled: bool
    must_trip: Curve | None = None
    may_trip: Curve | None = None
    momentary_cessation: Curve | None = None


class LowVoltageTrip(Trip):
    """Clause 6.4, tables 11 to 16, below nominal."""


class HighVoltageTrip(Trip):
    """Clause 6.4, tables 11 to 16, above nominal."""


class LowFrequencyTrip(Trip):
    """Clause 6.5, tables 18 and 19, below nominal."""


class HighFrequencyTrip(Trip):
    """Clause 6.5, tables 18 and 19, above nominal."""


@dataclass(frozen=True)
class RampRates:
    """Percent of the configured active (of the greatest reactive) power a second."""

    active_percent_per_s: float | None = None
    reactive_percent_per_s: float | None = None


@dataclass(frozen=True)
class AntiIslanding:
    """Clause 8.1."""

    enabled: bool


Setting = (
    LimitActivePower
    | SetActivePower
    | ConstantPowerFactor
    | ConstantPowerFactorCharging
    | ConstantReactivePower
    | VoltVar
    | VoltWatt
    | WattVar
    | FrequencyDroop
    | EnterService
    | LowVoltageTrip
    | HighVoltageTrip
    | LowFrequencyTrip
    | HighFrequencyTrip
    | RampRates
    | AntiIslanding
)


@dataclass(frozen=True)
class Reversion:
    """What a DER returns to by itself ``after_s`` (s, 0: never) if the setting is not renewed.

    ``to``: the setting that then holds; None leaves what the DER has for that.
    """

    after_s: float
    to: Setting | None = None


@dataclass(frozen=True)
class ReversionState:
    """``after_s`` as it is set, and what is left of it now (s; 0 when it does not run, None where it is not told)."""

    after_s: float
    remaining_s: float | None


class Operation(Enum):
    """Commands to the DER as a whole."""

    STOP = "stop"
    START = "start"
    ENTER_STANDBY = "enter standby"
    EXIT_STANDBY = "exit standby"


@dataclass(frozen=True)
class ControlState:
    """Whether the DER takes commands, and its heartbeats (counts of seconds)."""

    remote: bool | None
    der_heartbeat: int | None
    controller_heartbeat: int | None
