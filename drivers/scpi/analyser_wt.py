"""A power analyser that speaks like Yokogawa's WT series.

Words of the published communication manuals of the WT300, WT1800 and WT3000: the NUMeric group (NORMal and LIST items
by function and element), INTEGrate, STATus:ERRor. Items are set up in the query itself, so nothing that somebody
changed at the front panel can be mistaken for something else. Unverified: the functions PHIU1U2 and PHIU1U3, the sign
of PHI, the order of what NUMeric:LIST answers (total, DC, then the orders from 1 on).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite, nan

from drivers.clock import Clock
from drivers.scpi.commands import COMMON, POWER_ANALYSER, CommandSet
from drivers.scpi.errors import GarbledAnswerError
from drivers.scpi.power_analyser import ScpiPowerAnalyser
from drivers.scpi.settings import InstrumentSetup

HIGHEST_ORDER = 40

YOKOGAWA_WT = CommandSet(
    {
        **POWER_ANALYSER.words,
        **COMMON,
        "next_error": ":STAT:ERR?",
        "voltage": ":NUM:FORM ASC;:NUM:NORM:NUMB 1;ITEM1 U,1;VAL?",
        "current": ":NUM:FORM ASC;:NUM:NORM:NUMB 1;ITEM1 I,1;VAL?",
        "active_power": ":NUM:FORM ASC;:NUM:NORM:NUMB 1;ITEM1 P,{element};VAL?",
        "reactive_power": ":NUM:FORM ASC;:NUM:NORM:NUMB 1;ITEM1 Q,{element};VAL?",
        "apparent_power": ":NUM:FORM ASC;:NUM:NORM:NUMB 1;ITEM1 S,{element};VAL?",
        "power_factor": ":NUM:FORM ASC;:NUM:NORM:NUMB 1;ITEM1 LAMB,{element};VAL?",
        "frequency": ":NUM:FORM ASC;:NUM:NORM:NUMB 1;ITEM1 FU,1;VAL?",
        "voltage_range": "",
        "current_range": "",
        "energy_reset": ":INTEG:RES",
        "energy_start": ":INTEG:STAR",
        "energy_stop": ":INTEG:STOP",
        "energy_time": ":NUM:FORM ASC;:NUM:NORM:NUMB 1;ITEM1 TIME,1;VAL?",
        "energy_imported": ":NUM:FORM ASC;:NUM:NORM:NUMB 1;ITEM1 WHP,{element};VAL?",
        "energy_exported": ":NUM:FORM ASC;:NUM:NORM:NUMB 1;ITEM1 WHM,{element};VAL?",
        "log_start": "",
        "log": "",
        "phases": ":NUM:FORM ASC;:NUM:NORM:NUMB {count};{items};VAL?",
        "voltage_harmonics": ":NUM:FORM ASC;:NUM:LIST:NUMB 1;ORD {order};ITEM1 UHDF,{value};VAL?",
        "current_harmonics": ":NUM:FORM ASC;:NUM:LIST:NUMB 1;ORD {order};ITEM1 IHDF,{value};VAL?",
        "power_log_start": "",
        "power_log": "",
    }
)

_PHASE_FUNCTIONS = ("U", "I", "P", "Q", "PHI")
_ANGLES = {2: "PHIU1U2", 3: "PHIU1U3"}


class WtAnalyser(ScpiPowerAnalyser):
    """Elements 1 to 3 are the phases. ``phases`` (1 or 3) is how many the lab has wired: limit ``phases``, default 3.

    No current log and no power log: NotOfferedError.
    """

    def __init__(self, setup: InstrumentSetup, clock: Clock) -> None:
        self._wired = round(setup.limits.get("phases", 3.0))
        element = "SIGM" if self._wired == 3 else "1"
        words = {
            purpose: template.replace("{element}", element) if "{element}" in template else template
            for purpose, template in YOKOGAWA_WT.words.items()
        }
        super().__init__(setup, clock, CommandSet(words))

    async def _phase_values(self) -> list[Sequence[float]]:
        wanted = [
            *((function, phase) for phase in range(1, self._wired + 1) for function in _PHASE_FUNCTIONS),
            *((_ANGLES[phase], 1) for phase in range(2, self._wired + 1)),
        ]
        items = ";".join(f"ITEM{number} {function},{element}" for number, (function, element) in enumerate(wanted, 1))
        values = await self.numbers("phases", count=float(len(wanted)), items=items)
        if len(values) != len(wanted):
            raise GarbledAnswerError(f"{self.name}: {len(values)} numbers for {len(wanted)} items")
        width = len(_PHASE_FUNCTIONS)
        angles = [0.0, *(-lag if isfinite(lag) else nan for lag in values[width * self._wired :])]
        return [
            (*values[width * phase : width * phase + 4], angles[phase], values[width * phase + 4])
            for phase in range(self._wired)
        ]

    async def _harmonic_values(self, purpose: str, phase: int) -> list[float]:
        values = await self.numbers(purpose, value=float(phase), order=float(HIGHEST_ORDER))
        if len(values) < 3:
            raise GarbledAnswerError(f"{self.name}: {len(values)} numbers are no list of harmonics")
        total, _direct, _fundamental, *orders = values
        return [total, *orders]
