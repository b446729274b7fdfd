"""A power analyser that speaks like the LMG series of ZES ZIMMER, in its SHORT language.

The words UTRMS, ITRMS, P, Q, S, PF, FCYC, HUHD, HIHD with the channel's number, INIM (which begins and awaits a cycle),
FRMT ASCii, and answers of one message separated by semicolons are known to work on an LMG670 (``*ZLANG SHORT``).
Unverified: PHI, the angle of a voltage as UPHI, the lists HUAM and HIAM in % of the fundamental, ERR for the queue.
"""

from __future__ import annotations

from collections.abc import Sequence

from drivers.clock import Clock
from drivers.scpi.commands import COMMON, POWER_ANALYSER, CommandSet
from drivers.scpi.errors import GarbledAnswerError
from drivers.scpi.power_analyser import ScpiPowerAnalyser
from drivers.scpi.settings import InstrumentSetup

_OF_A_PHASE = ("UTRMS", "ITRMS", "P", "Q", "UPHI", "PHI")

ZES_LMG = CommandSet(
    {
        **dict.fromkeys(POWER_ANALYSER.words, ""),
        **COMMON,
        "next_error": "ERR?",
        "voltage": "INIM;UTRMS1?",
        "current": "INIM;ITRMS1?",
        "active_power": "INIM;{active}",
        "reactive_power": "INIM;{reactive}",
        "apparent_power": "INIM;{apparent}",
        "power_factor": "INIM;PF1?",
        "frequency": "INIM;FCYC1?",
        "phases": "INIM;{items}",
        "voltage_harmonics": "INIM;HUHD{value}?;HUAM{value}?",
        "current_harmonics": "INIM;HIHD{value}?;HIAM{value}?",
    },
    greeting=("*ZLANG SHORT", "FRMT ASC"),
)


class LmgAnalyser(ScpiPowerAnalyser):
    """Channels 1 to 3 are the phases; how many are wired: limit ``phases`` (1 or 3), default 3.

    Energies and logs are not offered: NotOfferedError. The power factor is that of channel 1.
    """

    def __init__(self, setup: InstrumentSetup, clock: Clock) -> None:
        self._wired = round(setup.limits.get("phases", 3.0))
        words = dict(ZES_LMG.words)
        for name, word in (("active", "P"), ("reactive", "Q"), ("apparent", "S")):
            each = ";".join(f"{word}{channel}?" for channel in range(1, self._wired + 1))
            words[f"{name}_power"] = words[f"{name}_power"].replace(f"{{{name}}}", each)
        super().__init__(setup, clock, CommandSet(words, ZES_LMG.greeting))

    async def number(self, purpose: str) -> float:
        """A power of several channels is their sum."""
        if not purpose.endswith("_power"):
            return await super().number(purpose)
        return sum(self.as_number(text, purpose) for text in (await self.ask(purpose)).split(";"))

    async def _phase_values(self) -> list[Sequence[float]]:
        channels = range(1, self._wired + 1)
        items = ";".join(f"{word}{channel}?" for channel in channels for word in _OF_A_PHASE)
        values = await self.numbers("phases", items=items)
        width = len(_OF_A_PHASE)
        if len(values) != width * self._wired:
            raise GarbledAnswerError(f"{self.name}: {len(values)} numbers for {width * self._wired} words")
        return [values[width * phase : width * (phase + 1)] for phase in range(self._wired)]

    async def _harmonic_values(self, purpose: str, phase: int) -> list[float]:
        values = await self.numbers(purpose, value=float(phase))
        if len(values) < 3:
            raise GarbledAnswerError(f"{self.name}: {len(values)} numbers are no list of harmonics")
        total, _direct, _fundamental, *orders = values
        return [total, *orders]
