"""What a driver must be told about an instrument; a lab config declares it (``docs/handbook/instruments.md``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from drivers.scpi.measurement import Calibration, InstrumentIdentity
from drivers.scpi.uncertainty import UncertaintyModel


@dataclass(frozen=True)
class VisaSettings:
    """Where and how an instrument is reached. Times are real time: an instrument knows no stepped clock.

    ``backend`` is pyvisa's: ``@py`` (pyvisa-py), ``@ivi`` (a maker's VISA). ``answer_timeout_s`` bounds one exchange
    with its look into the error queue, ``open_timeout_s`` the opening. ``baud_rate`` (8 data bits, no parity) counts
    for ASRL resources only.
    """

    resource_name: str
    backend: str = "@py"
    answer_timeout_s: float = 2.0
    open_timeout_s: float = 3.0
    baud_rate: int = 9600
    termination: str = "\n"


@dataclass(frozen=True)
class SafeState:
    """Plain commands that bring an instrument to its safe state, sent in order, whatever became of the one before."""

    visa: VisaSettings
    commands: tuple[str, ...]


@dataclass(frozen=True)
class InstrumentSetup:
    """One instrument of a station.

    ``uncertainty`` and ``limits`` are by quantity (``voltage``, ``current``, ``power``, ...); a limit is the largest
    setting that the lab allows. ``commands`` replaces words of the driver's command set where this make has others.
    ``settling_s`` is waited after each setting and ``acquisition_s`` before each reading, both in station time: a
    reading then rests on nothing that happened before it was asked for. ``time_uncertainty_s`` is the standard
    uncertainty of the instrument's time stamps and ``clock_offset_s`` what must be added to them to get UTC.
    """

    name: str
    visa: VisaSettings
    expected: InstrumentIdentity
    calibration: Calibration | None = None
    uncertainty: Mapping[str, UncertaintyModel] = field(default_factory=dict)
    limits: Mapping[str, float] = field(default_factory=dict)
    commands: Mapping[str, str] = field(default_factory=dict)
    settling_s: float = 0.0
    acquisition_s: float = 0.0
    time_uncertainty_s: float = 0.0
    clock_offset_s: float = 0.0
