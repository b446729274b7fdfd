"""From the table of a lab config to an instrument: what may stand there, and which driver takes it.

``docs/handbook/instruments.md`` shows whole examples. Every mistake raises DeclarationError, which names instrument
and key.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, TypeVar

from drivers.clock import Clock
from drivers.scpi.ac_source import ScpiAcSource, ScpiLoadSideSource
from drivers.scpi.analyser_lmg import LmgAnalyser
from drivers.scpi.analyser_wt import WtAnalyser
from drivers.scpi.electronic_load import ScpiElectronicLoad
from drivers.scpi.grid_california import CaliforniaGridSimulator
from drivers.scpi.grid_chroma import ChromaGridSimulator
from drivers.scpi.instrument import ScpiInstrument
from drivers.scpi.measurement import Calibration, InstrumentIdentity
from drivers.scpi.multimeter import ScpiMultimeter
from drivers.scpi.oscilloscope import ScpiOscilloscope
from drivers.scpi.power_analyser import ScpiPowerAnalyser
from drivers.scpi.pv_simulator import ScpiPvSimulator
from drivers.scpi.rlc import ScpiRlcLoad
from drivers.scpi.settings import InstrumentSetup, VisaSettings
from drivers.scpi.uncertainty import UncertaintyModel

Driver = Callable[[InstrumentSetup, Clock], ScpiInstrument]

DRIVERS: Mapping[str, Mapping[str, Driver]] = MappingProxyType(
    {
        "ac_source": {"": ScpiAcSource},
        "electronic_load": {"": ScpiElectronicLoad},
        "grid_simulator": {"chroma_61800": ChromaGridSimulator, "california_mx": CaliforniaGridSimulator},
        "load_side_source": {"": ScpiLoadSideSource},
        "multimeter": {"": ScpiMultimeter},
        "oscilloscope": {"": ScpiOscilloscope},
        "power_analyser": {"": ScpiPowerAnalyser, "yokogawa_wt": WtAnalyser, "zes_lmg": LmgAnalyser},
        "pv_simulator": {"": ScpiPvSimulator},
        "rlc_load": {"": ScpiRlcLoad},
    }
)
"""The drivers of each kind of instrument, by dialect; ``""`` speaks the words of SCPI-99."""

Made = TypeVar("Made")

_VISA_KEYS = {"backend", "answer_timeout_s", "open_timeout_s", "baud_rate", "termination"}
_TIMES = {"settling_s", "acquisition_s", "time_uncertainty_s", "clock_offset_s"}
_IDENTITY_KEYS = {"manufacturer", "model", "serial", "firmware"}
_CALIBRATION_KEYS = {"certificate", "laboratory", "performed", "due"}
_TABLES = {"identity", "calibration", "uncertainty", "limits", "commands"}


class DeclarationError(ValueError):
    """The lab config declares an instrument wrongly."""


def make_instrument(name: str, table: Mapping[str, Any], clock: Clock) -> ScpiInstrument:
    """The driver for the instrument that ``table`` declares, not opened. Raises DeclarationError."""
    kind = table.get("kind")
    if not isinstance(kind, str) or kind not in DRIVERS:
        raise DeclarationError(f"instrument {name}: kind: must be one of {', '.join(sorted(DRIVERS))}, not {kind!r}")
    dialects, dialect = DRIVERS[kind], table.get("dialect", "")
    if dialect not in dialects:
        known = ", ".join(repr(each) for each in sorted(dialects))
        raise DeclarationError(f"instrument {name}: dialect: must be one of {known}, not {dialect!r}")
    setup = setup_from(name, table)
    try:
        return dialects[dialect](setup, clock)
    except ValueError as error:
        raise DeclarationError(f"instrument {name}: commands: {error}") from error


def setup_from(name: str, table: Mapping[str, Any]) -> InstrumentSetup:
    """What the driver must be told. Raises DeclarationError."""
    where = f"instrument {name}"
    _refuse_unknown(where, table, _VISA_KEYS | _TIMES | _TABLES | {"kind", "dialect", "resource"})
    if not isinstance(table.get("resource"), str):
        raise DeclarationError(f"{where}: resource: a VISA resource name is needed")
    uncertainty = {
        quantity: _checked(f"{where}: uncertainty.{quantity}", UncertaintyModel.from_declaration, model)
        for quantity, model in table.get("uncertainty", {}).items()
    }
    visa = {key: table[key] for key in _VISA_KEYS if key in table}
    times = {key: float(table[key]) for key in _TIMES if key in table}
    return InstrumentSetup(
        name=name,
        visa=VisaSettings(table["resource"], **visa),
        expected=_identity(where, table.get("identity", {})),
        calibration=_calibration(where, table["calibration"]) if "calibration" in table else None,
        uncertainty=uncertainty,
        limits={quantity: float(limit) for quantity, limit in table.get("limits", {}).items()},
        commands=dict(table.get("commands", {})),
        **times,
    )


def _identity(where: str, table: Mapping[str, Any]) -> InstrumentIdentity:
    _refuse_unknown(f"{where}: identity", table, _IDENTITY_KEYS)
    if not table.get("model") or not table.get("serial"):
        raise DeclarationError(f"{where}: identity: model and serial are needed, to know the instrument by")
    return InstrumentIdentity(**{"manufacturer": "", **table})


def _calibration(where: str, table: Mapping[str, Any]) -> Calibration:
    _refuse_unknown(f"{where}: calibration", table, _CALIBRATION_KEYS)
    missing = sorted(_CALIBRATION_KEYS - set(table))
    if missing:
        raise DeclarationError(f"{where}: calibration: {missing[0]} is missing")
    values = {**table, "performed": _day(where, table["performed"]), "due": _day(where, table["due"])}
    return _checked(f"{where}: calibration", lambda fields: Calibration(**fields), values)


def _day(where: str, value: Any) -> date:
    if isinstance(value, date):
        return value
    return _checked(f"{where}: calibration", date.fromisoformat, value)


def _checked(where: str, make: Callable[[Any], Made], given: Any) -> Made:
    try:
        return make(given)
    except (TypeError, ValueError) as error:
        raise DeclarationError(f"{where}: {error}") from error


def _refuse_unknown(where: str, table: Mapping[str, Any], known: set[str]) -> None:
    unknown = sorted(set(table) - known)
    if unknown:
        raise DeclarationError(f"{where}: {unknown[0]}: unknown key; known are {', '.join(sorted(known))}")
