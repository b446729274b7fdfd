"""``amibench loop``: a device of the lab on a simulated feeder."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from bench.lab.config import load_lab
from bench.lab.redacted_logs import redacted_logs
from bench.lab.station import Station
from bench.loop.circuit import Circuit
from bench.loop.errors import LoopError
from bench.loop.feeder import load_feeder
from bench.loop.lab_device import DeviceOfTheLab
from bench.loop.pace import Jitter, RealTimePace, SteppedPace
from bench.loop.page import page, thinned
from bench.loop.record import StepFile, read_steps
from bench.loop.site import Site
from bench.loop.stepping import GridLoop, LoopSettings, Pace
from bench.session.request import Request
from bench.session.runner import new_run_directory
from drivers.roles import GridSimulator, PowerAnalyser
from drivers.scpi.errors import InstrumentError

STEPS, PAGE = "steps.csv", "report.html"
AS_PLANNED = "as planned"
_SLICE_S = 1.0


@dataclass(frozen=True, slots=True)
class LoopOrder:
    """What the command line asks for."""

    feeder: str
    site: Site
    seconds: float
    settings: LoopSettings
    simulator: str
    analyser: str
    real_time: bool
    faults: tuple[str, ...] = ()


def loop(console: Console, path: Path, order: LoopOrder, out: Path | None) -> int:
    """Run the loop, write steps and page into ``out``; 0 when it ran to its end, else 2."""
    lab = load_lab(path)
    directory = new_run_directory(Request(lab=path.resolve(), out=out))
    circuit = Circuit(load_feeder(order.feeder), order.site)
    ending, jitter, began = "interrupted", None, time.monotonic()
    station = Station(lab, faults=order.faults)
    try:
        with redacted_logs(station.secrets.redact):
            jitter = asyncio.run(_run(console, station, circuit, order, directory / STEPS))
        ending = AS_PLANNED
    except (LoopError, InstrumentError) as error:
        ending = str(error)
    finally:
        _tell(console, directory, circuit, order, jitter, ending, time.monotonic() - began)
    return 0 if ending == AS_PLANNED else 2


def _tell(
    console: Console,
    directory: Path,
    circuit: Circuit,
    order: LoopOrder,
    jitter: Jitter | None,
    ending: str,
    took_s: float,
) -> None:
    """Write the page and print how it went."""
    steps = thinned(read_steps(directory / STEPS)) if (directory / STEPS).exists() else []
    text = page(circuit.feeder.title, order.site, steps, jitter, ending)
    (directory / PAGE).write_text(text, encoding="utf-8")
    done_s = steps[-1].at_s + order.settings.step_s if steps else 0.0
    console.print(f"{done_s:.1f} s of the grid in {took_s:.1f} s; ended: {ending}", highlight=False, soft_wrap=True)
    if jitter is not None:
        late = f"p50 {jitter.p50_s * 1e3:.2f} ms, p99 {jitter.p99_s * 1e3:.2f} ms, {jitter.missed} missed"
        console.print(f"steps late: {late}", highlight=False)
    console.print(f"report: {directory / PAGE}", soft_wrap=True)


async def _instrument(station: Station, name: str) -> object:
    try:
        return await station.instrument(name)
    except InstrumentError as error:
        raise LoopError(f"instrument {name}: {error}") from error


async def _run(console: Console, station: Station, circuit: Circuit, order: LoopOrder, steps: Path) -> Jitter | None:
    async with station:
        simulator = await _instrument(station, order.simulator)
        analyser = await _instrument(station, order.analyser)
        if not isinstance(simulator, GridSimulator):
            raise LoopError(f"instrument {order.simulator!r} is no grid simulator; name one with --simulator")
        if not isinstance(analyser, PowerAnalyser):
            raise LoopError(f"instrument {order.analyser!r} is no power analyser; name one with --analyser")
        step_s = order.settings.step_s
        pace: Pace = RealTimePace(step_s) if order.real_time else SteppedPace(step_s, station.advance)
        device = DeviceOfTheLab(simulator, analyser, step_s)
        with StepFile(steps) as log:
            loop = GridLoop(circuit, device, pace, log, order.settings)
            async with device.energised(order.site.nominal_v, circuit.feeder.frequency_hz):
                left_s = order.seconds
                with console.status("") as status:
                    while left_s > step_s / 2:
                        await loop.run(min(_SLICE_S, left_s))
                        left_s -= _SLICE_S
                        status.update(f"{order.seconds - max(0.0, left_s):.0f} of {order.seconds:.0f} s")
        return pace.jitter() if isinstance(pace, RealTimePace) else None
