"""The words a driver speaks, as data, so that an instrument with other words needs a few lines in the lab config.

A `CommandSet` maps what a driver wants (``set_voltage``) to what it sends (``SOURce:VOLTage {value}``). The sets
below use the words of SCPI-99 where it has them, and otherwise those that most makers share. A lab config replaces
single entries; an entry set to ``""`` says that the instrument cannot do this at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter
from types import MappingProxyType

from drivers.scpi.errors import InstrumentError


class UnknownCommandError(ValueError):
    """The lab config replaces a command that the driver does not have, or with other blanks to fill in."""


class NotOfferedError(InstrumentError):
    """The lab config says that this instrument cannot do what is asked of it."""


@dataclass(frozen=True)
class CommandSet:
    """Templates by purpose. ``{value}`` and other names in braces are blanks that the driver fills in.

    ``greeting`` is sent whenever a session was opened.
    """

    words: Mapping[str, str]
    greeting: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "words", MappingProxyType(dict(self.words)))

    def replaced(self, other_words: Mapping[str, str]) -> CommandSet:
        """This set with single entries replaced. Raises UnknownCommandError."""
        for purpose, template in other_words.items():
            if purpose not in self.words:
                known = ", ".join(sorted(self.words))
                raise UnknownCommandError(f"there is no command {purpose!r} to replace; known are {known}")
            strange = _blanks(template) - _blanks(self.words[purpose])
            if strange:
                raise UnknownCommandError(f"command {purpose!r} has a blank {{{min(strange)}}} that nothing fills in")
        return CommandSet({**self.words, **other_words}, self.greeting)

    def offers(self, purpose: str) -> bool:
        """Whether the instrument can do this."""
        return bool(self.words[purpose])

    def text(self, purpose: str, **values: float | str) -> str:
        """The line to send; numbers as SCPI's decimal numeric data. Raises NotOfferedError."""
        template = self.words[purpose]
        if not template:
            raise NotOfferedError(f"the lab config says that this instrument has no {purpose!r}")
        return template.format(**{name: _as_text(value) for name, value in values.items()})


def _blanks(template: str) -> set[str]:
    try:
        return {name for _, name, _, _ in Formatter().parse(template) if name is not None}
    except ValueError as error:
        raise UnknownCommandError(f"{template!r} is no template: {error}") from error


def _as_text(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.9g}"


COMMON = {"identity": "*IDN?", "clear": "*CLS", "next_error": "SYST:ERR?"}

AC_SOURCE = CommandSet(
    {
        **COMMON,
        "set_voltage": "SOUR:VOLT {value}",
        "set_frequency": "SOUR:FREQ {value}",
        "output_on": "OUTP ON",
        "output_off": "OUTP OFF",
        "output_state": "OUTP?",
        "settled": "*OPC?",
        "voltage": "MEAS:VOLT?",
        "current": "MEAS:CURR?",
    }
)

LOAD_SIDE_SOURCE = CommandSet({**AC_SOURCE.words, "set_power": "SOUR:POW {value}"})

ELECTRONIC_LOAD = CommandSet(
    {
        **COMMON,
        "power_mode": "SOUR:FUNC POW",
        "current_mode": "SOUR:FUNC CURR",
        "resistance_mode": "SOUR:FUNC RES",
        "set_power": "SOUR:POW {value}",
        "set_power_factor": "SOUR:POW:PFAC {value}",
        "set_current": "SOUR:CURR {value}",
        "set_resistance": "SOUR:RES {value}",
        "input_on": "INP ON",
        "input_off": "INP OFF",
        "input_state": "INP?",
        "settled": "*OPC?",
        "voltage": "MEAS:VOLT?",
        "current": "MEAS:CURR?",
        "power": "MEAS:POW?",
    }
)

POWER_ANALYSER = CommandSet(
    {
        **COMMON,
        "voltage": "FETC:VOLT?",
        "current": "FETC:CURR?",
        "active_power": "FETC:POW:ACT?",
        "reactive_power": "FETC:POW:REAC?",
        "apparent_power": "FETC:POW:APP?",
        "power_factor": "FETC:POW:PFAC?",
        "frequency": "FETC:FREQ?",
        "voltage_range": "SENS:VOLT:RANG?",
        "current_range": "SENS:CURR:RANG?",
        "energy_reset": "INT:RES",
        "energy_start": "INT:STAR",
        "energy_stop": "INT:STOP",
        "energy_time": "INT:TIME?",
        "energy_imported": "FETC:ENER:IMP?",
        "energy_exported": "FETC:ENER:EXP?",
        "log_start": "LOG:STAR",
        "log": "FETC:LOG?",
        "phases": "FETC:PHAS:ALL?",
        "powers": "FETC:PHAS:POW?",
        "voltage_harmonics": "FETC:VOLT:HARM? {value}",
        "current_harmonics": "FETC:CURR:HARM? {value}",
        "power_log_start": "PLOG:STAR",
        "power_log": "FETC:PLOG?",
    }
)

MULTIMETER = CommandSet(
    {
        **COMMON,
        "voltage": "MEAS:VOLT:AC?",
        "frequency": "MEAS:FREQ?",
        "voltage_range": "SENS:VOLT:AC:RANG?",
    }
)
