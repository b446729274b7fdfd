"""I-H8 on DLMS: commands at the fastest rate do not make the load swing."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from bench.access.dlms import MANAGEMENT
from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.current import switch_operations
from bench.controls.dlms._events import logged
from bench.controls.dlms._row import access_of
from bench.controls.trial import Trial
from bench.exchanges.switch_scene import SwitchScene
from bench.judgement.check import Check

DWELL = "time between two operations of the switch, at the witness"
DECLARED = "declared minimum dwell"
NOTICED = "the meter logged that a command came too soon"
CURRENT = "load current during the oscillation"

_CLOCK_MARGIN_S = 5.0


async def stimulus(trial: Trial) -> None:
    """``n_switch_cycles`` disconnects and reconnects, as fast as the meter answers, over twice its dwell."""
    scene = SwitchScene(access_of(trial))
    await scene.prepare(closed=True)
    declared = scene.dwell_s
    trial.record.observe(DECLARED, declared, unit="s", source="PIXIT")
    analyser = await scene.wiring.analyser()
    await analyser.start_log()
    started = trial.clock.now()
    cycles = trial.bound("n_switch_cycles").count
    pause = 2 * max(declared, trial.bound("t_dwell").number) / (2 * cycles)
    async with scene.access.session(MANAGEMENT) as client:
        meter = scene.access.meter(client)
        for _number in range(cycles):
            await attempt(meter.disconnect())
            await trial.station.advance(pause)
            await attempt(meter.reconnect())
            await trial.station.advance(pause)
    log = await analyser.current_log()
    points = [[point.at - started, point.current] for point in log.points]
    trial.record.observe(CURRENT, points, unit="A", plot="load current under fast switching", source="power analyser")  # type: ignore[arg-type]
    operations = switch_operations(log)
    for earlier, later in pairwise(operations):
        uncertainty = log.time_uncertainty_s * 2**0.5
        trial.record.observe(
            DWELL, later - earlier, unit="s", standard_uncertainty=uncertainty, source="power analyser"
        )
    if len(operations) < 2:
        trial.record.observe(DWELL, trial.clock.now() - started, unit="s", what="no second operation at all")
    entries = await logged(scene.access, "refused_dwell", started - _CLOCK_MARGIN_S)
    if entries is None:
        trial.record.could_not_look(NOTICED, "the supplier declares no event for a command within the dwell")
    else:
        trial.record.observe(NOTICED, bool(entries), found=len(entries))
    await scene.restore()


def checks(trial: Trial) -> Sequence[Check]:
    declared = float(access_of(trial).pixit("minimum_dwell_s", 0.0))
    least = trial.bound("t_dwell").number
    return [
        Check("the declared dwell is long enough", "at_least", DECLARED, {"limit": least}),
        Check("the switch keeps its minimum dwell", "at_least", DWELL, {"limit": max(least, declared) - 0.5}),
        Check("commands that come too soon leave a trace", "always", NOTICED),
    ]


PROBE = Probe("I-H8", "dlms", stimulus, checks)
