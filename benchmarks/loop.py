"""The grid in the loop: the 34 node feeder and one emulated inverter at 60 steps a second, beside the wall clock."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from bench.lab.config import load_lab
from bench.lab.station import Station
from bench.loop.circuit import Circuit
from bench.loop.feeder import load_feeder
from bench.loop.lab_device import DeviceOfTheLab
from bench.loop.pace import RealTimePace, SteppedPace
from bench.loop.record import StepFile
from bench.loop.site import Phasors, Site
from bench.loop.stepping import GridLoop, Pace
from benchmarks.measure import Row, Sample
from drivers.roles import GridSimulator, PowerAnalyser
from fixtures.clock import PlantClock
from fixtures.inverter.model import Inverter
from fixtures.inverter.seat_settings import InverterSettings

TARGET, LATE_S = 20.0, 0.005
_STEP_S = 1 / 60
_SITE = Site("848", scale=20)
_LAB = Path(__file__).parents[1] / "lab_configs" / "emulated-loop.toml"


class ModelInLoop:
    """The emulated inverter without wires: the model is stepped in this process."""

    def __init__(self) -> None:
        settings = InverterSettings(phases=3, nominal_v=277.0)
        self._inverter = Inverter(PlantClock(0.0, "stepped"), settings.nameplate(), settings.sources())
        self._power = (0.0, 0.0)

    async def apply(self, voltages_v: Phasors, frequency_hz: float) -> None:
        self._power = self._inverter.step(_STEP_S, voltages_v, frequency_hz)

    async def generated_va(self) -> Phasors:
        phase = complex(*self._power) / 3
        return phase, phase, phase


async def _nothing(_seconds: float) -> None:
    """No time needs to pass: the model is stepped by what is applied to it."""


async def _model(pace: Pace, seconds: float) -> float:
    """Seconds of real time that ``seconds`` of the grid take."""
    with tempfile.TemporaryDirectory() as folder, StepFile(Path(folder) / "steps.csv") as log:
        loop = GridLoop(Circuit(load_feeder("ieee34"), _SITE), ModelInLoop(), pace, log)
        await loop.run(_STEP_S)
        began = time.perf_counter()
        await loop.run(seconds)
        return time.perf_counter() - began


async def _instruments(seconds: float) -> float:
    with tempfile.TemporaryDirectory() as folder, StepFile(Path(folder) / "steps.csv") as log:
        async with Station(load_lab(_LAB)) as station:
            simulator, analyser = await station.instrument("grid"), await station.instrument("der_analyser")
            assert isinstance(simulator, GridSimulator)
            assert isinstance(analyser, PowerAnalyser)
            device = DeviceOfTheLab(simulator, analyser, _STEP_S)
            loop = GridLoop(Circuit(load_feeder("ieee34"), _SITE), device, SteppedPace(_STEP_S, station.advance), log)
            async with device.energised(_SITE.nominal_v, 60.0):
                await loop.run(_STEP_S)
                began = time.perf_counter()
                await loop.run(seconds)
                return time.perf_counter() - began


async def rows(turns: int) -> list[Row]:
    """Emulated time by model and over the instruments' wires, and how late steps in real time are."""
    by_model = Sample(tuple([60.0 / await _model(SteppedPace(_STEP_S, _nothing), 60.0) for _ in range(turns)]))
    by_wire = Sample(tuple([20.0 / await _instruments(20.0) for _ in range(min(turns, 2))]))
    pace = RealTimePace(_STEP_S)
    await _model(pace, 10.0)
    jitter = pace.jitter()
    return [
        _rate("feeder and inverter model, emulated time", by_model, TARGET),
        _rate("the same over grid simulator and analyser (SCPI)", by_wire, TARGET),
        Row(
            "real time at 60 Hz: lateness of a step, p99",
            f"{jitter.p99_s * 1e3:.2f} ms",
            f"{LATE_S * 1e3:.0f} ms",
            jitter.p99_s / LATE_S,
            0.0,
            1.0,
            at_least=False,
            note=f"p50 {jitter.p50_s * 1e3:.2f} ms, worst {jitter.worst_s * 1e3:.2f} ms, {jitter.missed} missed",
        ),
    ]


def _rate(what: str, times: Sample, target: float) -> Row:
    return Row(what, f"{times.median:.1f} s/s", "1 s/s", times.median, times.spread, target, note="60 steps a second")
