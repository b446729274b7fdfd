"""A grid simulator that speaks like Chroma's 61800 series.

Words of the published manuals of the 61500 and 61600 series (LIST and SYNTHESIS subsystems, OUTPut:RELay, TRIG,
STATus:QUEStionable, FETCh) and of what is known to work on a 61845 (INSTrument:EDIT, SOURce:PHASe:P12). Unverified: the
selection of one phase by INSTrument:NSELect, LIST:DEGRee by phase, the meaning of the questionable bits.

A list point has a start and an end value, so that a segment of a profile is one point. The angle of phase 1 at the
beginning of each point is LIST:DEGRee; phases 2 and 3 keep their distance to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from drivers.clock import Clock
from drivers.scpi.commands import COMMON, CommandSet
from drivers.scpi.errors import SettingError
from drivers.scpi.grid import GridPoint, GridSegment, Harmonic
from drivers.scpi.grid_simulator import ScpiGridSimulator, numbers
from drivers.scpi.settings import InstrumentSetup

HIGHEST_ORDER = 40
"""Orders 2 to 40 can be synthesised."""

_SAME_DEG = 0.005
QUESTIONABLE = {0: "over-voltage", 1: "over-current", 3: "over-power", 4: "over-temperature"}
"""Bits of STATus:QUEStionable:CONDition (unverified for the 61800)."""

CHROMA_61800 = CommandSet(
    {
        **COMMON,
        "edit_all": "INST:EDIT ALL",
        "edit_each": "INST:EDIT EACH",
        "select": "INST:NSEL {value}",
        "all_to": "INST:EDIT ALL;:SOUR:VOLT:LEV:IMM:AMPL:AC {value}",
        "set_voltage": "SOUR:VOLT:LEV:IMM:AMPL:AC {value}",
        "set_frequency": "SOUR:FREQ {value}",
        "set_angles": "SOUR:PHAS:ON {first};:SOUR:PHAS:P12 {second};:SOUR:PHAS:P13 {third}",
        "set_current_limit": "SOUR:CURR:LIM {value}",
        "relay_on": "OUTP:REL ON",
        "relay_off": "OUTP:REL OFF",
        "output_on": "OUTP:STAT ON",
        "output_off": "OUTP:STAT OFF",
        "output_state": "OUTP:STAT?",
        "protection": "STAT:QUES:COND?",
        "clear_trip": "OUTP:PROT:CLE",
        "mode": "OUTP:MODE {value}",
        "list_common": "LIST:COUP EACH;:LIST:COUN 1;:LIST:BASE TIME;:LIST:TRIG AUTO",
        "list_dwell": "LIST:DWEL {value}",
        "list_start": "LIST:VOLT:AC:STAR {value}",
        "list_end": "LIST:VOLT:AC:END {value}",
        "list_frequency_start": "LIST:FREQ:STAR {value}",
        "list_frequency_end": "LIST:FREQ:END {value}",
        "list_angle": "LIST:DEGR {value}",
        "synthesis": "SYNT:COMP PERC;:SYNT:AMPL {amplitudes};:SYNT:PHAS {angles}",
        "start": "TRIG ON",
        "stop": "TRIG OFF",
        "running": "TRIG:STAT?",
        "settled": "*OPC?",
        "voltage": "FETC:VOLT:ACDC?",
        "current": "FETC:CURR:AC?",
        "active_power": "FETC:POW:AC:REAL?",
        "frequency": "FETC:FREQ?",
    }
)


class ChromaGridSimulator(ScpiGridSimulator):
    """Angles of phases 2 and 3 are told as a lag behind phase 1, 0 to 360 degrees."""

    _running_words: ClassVar[frozenset[str]] = frozenset({"RUNNING", "ON"})

    def __init__(self, setup: InstrumentSetup, clock: Clock) -> None:
        super().__init__(setup, clock, CHROMA_61800)

    async def trip_reason(self) -> str:
        """The questionable condition in words."""
        word = int(await self.number("protection"))
        return ", ".join(QUESTIONABLE.get(bit, f"bit {bit}") for bit in range(16) if word >> bit & 1)

    async def _send_point(self, point: GridPoint) -> None:
        first, *others = point.angles_deg
        lags = [(first - angle) % 360.0 for angle in others]
        await self.command("mode", value="FIX")
        await self.command("set_angles", first=first % 360.0, second=lags[0], third=lags[1])
        await self.command("set_frequency", value=point.frequency_hz)
        await self._each("set_voltage", [f"{voltage:.2f}" for voltage in point.voltages_v])

    async def _send_next(self, point: GridPoint, before: GridPoint | None) -> None:
        if before is None:
            await self._send_point(point)
            return
        if any(abs(now - was) > _SAME_DEG for now, was in zip(point.angles_deg, before.angles_deg, strict=True)):
            first, *others = point.angles_deg
            lags = [round((first - angle) % 360.0, 3) for angle in others]
            await self.command("set_angles", first=round(first % 360.0, 3), second=lags[0], third=lags[1])
        if point.frequency_hz != before.frequency_hz:
            await self.command("set_frequency", value=point.frequency_hz)
        texts = [(f"{now:.2f}", f"{was:.2f}") for now, was in zip(point.voltages_v, before.voltages_v, strict=True)]
        moved = [phase for phase, (now, was) in enumerate(texts, 1) if now != was]
        if moved:
            await self.command("edit_each")
        for phase in moved:
            await self._select(phase)
            await self.command("set_voltage", value=texts[phase - 1][0])

    async def _send_harmonics(self, harmonics: Sequence[Harmonic]) -> None:
        if not harmonics:
            await self.command("stop")
            await self.command("mode", value="FIX")
            return
        amplitudes, angles = [0.0] * (HIGHEST_ORDER - 1), [0.0] * (HIGHEST_ORDER - 1)
        for harmonic in harmonics:
            amplitudes[harmonic.order - 2] = harmonic.percent
            angles[harmonic.order - 2] = harmonic.angle_deg
        await self.command("synthesis", amplitudes=numbers(amplitudes, 2), angles=numbers(angles, 1))
        await self.command("mode", value="SYNTH")
        await self.command("start")

    async def _send_output(self, on: bool) -> None:
        if on:
            await self.command("relay_on")
            await self.command("output_on")
            return
        await self.command("stop")
        await self.command("output_off")
        await self.command("relay_off")
        await self.command("mode", value="FIX")

    async def _send_profile(self, profile: Sequence[GridSegment]) -> None:
        apart = profile[0].start.angles_deg
        for segment in profile:
            if any(_moved(apart, point.angles_deg) for point in (segment.start, segment.end)):
                raise SettingError(f"{self.name}: in a list all phases jump by the same angle")
            if segment.start.angles_deg != segment.end.angles_deg:
                raise SettingError(f"{self.name}: an angle jumps at the beginning of a segment, it does not move")
        await self.command("stop")
        await self.command("mode", value="FIX")
        await self.command("list_common")
        await self.command("list_dwell", value=numbers([segment.duration_s * 1000 for segment in profile], 1))
        await self.command("list_frequency_start", value=numbers([part.start.frequency_hz for part in profile], 3))
        await self.command("list_frequency_end", value=numbers([part.end.frequency_hz for part in profile], 3))
        await self.command("list_angle", value=numbers([part.start.angles_deg[0] % 360.0 for part in profile], 1))
        phases = range(self.phases)
        starts = [numbers([part.start.voltages_v[phase] for part in profile], 2) for phase in phases]
        ends = [numbers([part.end.voltages_v[phase] for part in profile], 2) for phase in phases]
        await self._each("list_start", starts)
        await self._each("list_end", ends)
        await self.command("mode", value="LIST")

    async def _each(self, purpose: str, values: Sequence[str]) -> None:
        """One value for all phases, or one for each where they differ."""
        if len(set(values)) == 1:
            await self.command("edit_all")
            await self.command(purpose, value=values[0])
            return
        await self.command("edit_each")
        for phase, value in enumerate(values, 1):
            await self._select(phase)
            await self.command(purpose, value=value)

    async def _select(self, phase: int) -> None:
        await self.command("select", value=float(phase))


def _moved(apart: Sequence[float], angles: Sequence[float]) -> bool:
    """Whether the phases are other distances from each other than in ``apart``."""
    jump = angles[0] - apart[0]
    return any(
        abs((angle - first - jump + 180.0) % 360.0 - 180.0) > 0.05 for first, angle in zip(apart, angles, strict=True)
    )
