"""A grid simulator that speaks like the MX and RS series of California Instruments (AMETEK).

Words of the published SCPI manual of the series (7003-961) as they are known to work there: INSTrument:COUPle and
:NSELect, [SOURce:]VOLTage, PHASe, FREQuency, their :MODE LIST and :SLEW:MODE LIST, the LIST subsystem, INITiate,
ABORt. LIST:PHASe is that of the Agilent 6800 series, from which the command set descends. Unverified: TRACe:DATA
with 1,024 points, the bits of STATus:QUEStionable, the answer of TRIGger:STATe?.

A list step has one value, to which the output moves at the step's slew rate. A segment that begins with a jump and then
moves is therefore two steps, the first of them one millisecond long.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from drivers.clock import Clock
from drivers.scpi.commands import COMMON, CommandSet
from drivers.scpi.grid import GridPoint, GridSegment, Harmonic
from drivers.scpi.grid_simulator import ScpiGridSimulator, numbers
from drivers.scpi.settings import InstrumentSetup

WAVE_POINTS = 1024
WAVE_NAME = "BENCH"
SHORTEST_STEP_S = 0.001

QUESTIONABLE = {0: "over-voltage", 1: "over-current", 4: "over-temperature", 13: "regulation"}
"""Bits of STATus:QUEStionable:CONDition (unverified)."""

CALIFORNIA_MX = CommandSet(
    {
        **COMMON,
        "couple": "INST:COUP ALL",
        "uncouple": "INST:COUP NONE",
        "select": "INST:NSEL {value}",
        "all_to": "INST:COUP ALL;:VOLT {value}",
        "set_voltage": "VOLT {value}",
        "set_frequency": "FREQ {value}",
        "set_angle": "PHAS {value}",
        "set_current_limit": "INST:COUP ALL;:CURR {value}",
        "output_on": "OUTP ON",
        "output_off": "OUTP OFF",
        "output_state": "OUTP?",
        "protection": "STAT:QUES:COND?",
        "clear_trip": "OUTP:PROT:CLE",
        "sine": "INST:COUP ALL;:FUNC SIN",
        "wave_delete": "TRAC:DEL {value}",
        "wave_define": "TRAC:DEF {value}",
        "wave_data": "TRAC:DATA {value},{points}",
        "wave_use": "INST:COUP ALL;:FUNC {value}",
        "list_common": "ABOR;:LIST:COUN 1;:LIST:STEP AUTO;:FREQ:MODE LIST;:FREQ:SLEW:MODE LIST",
        "list_phase": "VOLT:MODE LIST;:VOLT:SLEW:MODE LIST;:PHAS:MODE LIST",
        "list_dwell": "LIST:DWEL {value}",
        "list_frequency": "LIST:FREQ {value}",
        "list_frequency_slew": "LIST:FREQ:SLEW {value}",
        "list_voltage": "LIST:VOLT {value}",
        "list_voltage_slew": "LIST:VOLT:SLEW {value}",
        "list_angle": "LIST:PHAS {value}",
        "start": "INIT",
        "stop": "ABOR",
        "running": "TRIG:STAT?",
        "settled": "*OPC?",
        "voltage": "MEAS:VOLT?",
        "current": "MEAS:CURR?",
        "active_power": "MEAS:POW?",
        "frequency": "MEAS:FREQ?",
    }
)


@dataclass(frozen=True)
class ListStep:
    """One step of the list: where it goes and how long it may take; None is at once."""

    duration_s: float
    point: GridPoint
    came_from: GridPoint | None = None


class CaliforniaGridSimulator(ScpiGridSimulator):
    """Angles are told as they are, -360 to 360 degrees."""

    _running_words: ClassVar[frozenset[str]] = frozenset({"BUSY", "RUN"})

    def __init__(self, setup: InstrumentSetup, clock: Clock) -> None:
        super().__init__(setup, clock, CALIFORNIA_MX)

    async def trip_reason(self) -> str:
        """The questionable condition in words."""
        word = int(await self.number("protection"))
        return ", ".join(QUESTIONABLE.get(bit, f"bit {bit}") for bit in range(16) if word >> bit & 1)

    async def _send_point(self, point: GridPoint) -> None:
        await self.command("set_frequency", value=point.frequency_hz)
        await self.command("uncouple")
        for phase, (voltage_v, angle_deg) in enumerate(zip(point.voltages_v, point.angles_deg, strict=True), 1):
            await self._select(phase)
            await self.command("set_angle", value=f"{angle_deg:.2f}")
            await self.command("set_voltage", value=f"{voltage_v:.2f}")

    async def _send_harmonics(self, harmonics: Sequence[Harmonic]) -> None:
        await self.command("sine")
        if not harmonics:
            return
        await self.command("wave_delete", value=WAVE_NAME)
        await self.command("wave_define", value=WAVE_NAME)
        await self.command("wave_data", value=WAVE_NAME, points=numbers(_one_period(harmonics), 4))
        await self.command("wave_use", value=WAVE_NAME)

    async def _send_output(self, on: bool) -> None:
        await self.command("stop")
        await self.command("output_on" if on else "output_off")

    async def _send_profile(self, profile: Sequence[GridSegment]) -> None:
        steps = _steps(profile)
        await self.command("list_common")
        await self.command("couple")
        await self.command("list_dwell", value=numbers([step.duration_s for step in steps], 4))
        await self.command("list_frequency", value=numbers([step.point.frequency_hz for step in steps], 3))
        slews = [_slew(step, step.point.frequency_hz, _before(step).frequency_hz) for step in steps]
        await self.command("list_frequency_slew", value=",".join(slews))
        await self.command("uncouple")
        for phase in range(self.phases):
            await self._select(phase + 1)
            await self.command("list_phase")
            await self.command("list_voltage", value=numbers([step.point.voltages_v[phase] for step in steps], 2))
            slews = [_slew(step, step.point.voltages_v[phase], _before(step).voltages_v[phase]) for step in steps]
            await self.command("list_voltage_slew", value=",".join(slews))
            await self.command("list_angle", value=numbers([step.point.angles_deg[phase] for step in steps], 2))

    async def _select(self, phase: int) -> None:
        await self.command("select", value=float(phase))


def _steps(profile: Sequence[GridSegment]) -> list[ListStep]:
    steps: list[ListStep] = []
    reached: GridPoint | None = None
    for segment in profile:
        left_s = segment.duration_s
        if not segment.moves:
            steps.append(ListStep(left_s, segment.end))
        else:
            if segment.start != reached:
                steps.append(ListStep(SHORTEST_STEP_S, segment.start))
                left_s -= SHORTEST_STEP_S
            steps.append(ListStep(left_s, segment.end, segment.start))
        reached = segment.end
    return steps


def _before(step: ListStep) -> GridPoint:
    return step.came_from or step.point


def _slew(step: ListStep, to: float, from_: float) -> str:
    """In units a second; MAX where nothing moves slowly."""
    return "MAX" if step.came_from is None or to == from_ else f"{abs(to - from_) / step.duration_s:.4f}"


def _one_period(harmonics: Sequence[Harmonic]) -> list[float]:
    """The shape of one period, its fundamental with an amplitude of 1."""
    return [
        math.sin(angle)
        + sum(
            harmonic.percent / 100.0 * math.sin(harmonic.order * angle + math.radians(harmonic.angle_deg))
            for harmonic in harmonics
        )
        for angle in (2.0 * math.pi * number / WAVE_POINTS for number in range(WAVE_POINTS))
    ]
