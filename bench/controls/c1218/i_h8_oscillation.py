"""I-H8 on C12.18: commands at the fastest rate do not make the load swing. Judged as on DLMS.

A session ends after a few seconds of silence, so that each command has one of its own.
"""

from __future__ import annotations

from itertools import pairwise
from typing import cast

from bench.access.c1218 import MANAGEMENT
from bench.access.dlms import DlmsAccess
from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.c1218._port import access_of, logged
from bench.controls.current import switch_operations
from bench.controls.dlms.i_h8_oscillation import CURRENT, DECLARED, DWELL, NOTICED, checks
from bench.controls.trial import Trial
from bench.exchanges.switch_scene import SwitchScene

_CLOCK_MARGIN_S = 5.0


async def stimulus(trial: Trial) -> None:
    """``n_switch_cycles`` disconnects and reconnects over twice the dwell."""
    access = access_of(trial)
    scene = SwitchScene(cast(DlmsAccess, access))
    await scene.prepare(closed=True)
    trial.record.observe(DECLARED, scene.dwell_s, unit="s", source="PIXIT")
    analyser = await scene.wiring.analyser()
    await analyser.start_log()
    started = trial.clock.now()
    cycles = trial.bound("n_switch_cycles").count
    pause = 2 * max(scene.dwell_s, trial.bound("t_dwell").number) / (2 * cycles)
    for number in range(2 * cycles):
        async with access.session(MANAGEMENT) as client:
            meter = access.meter(client)
            await attempt(meter.disconnect() if number % 2 == 0 else meter.reconnect())
        await trial.station.advance(pause)
    log = await analyser.current_log()
    points = [[point.at - started, point.current] for point in log.points]
    trial.record.observe(CURRENT, points, unit="A", plot="load current under fast switching", source="power analyser")  # type: ignore[arg-type]
    operations = switch_operations(log)
    uncertainty = log.time_uncertainty_s * 2**0.5
    for earlier, later in pairwise(operations):
        trial.record.observe(
            DWELL, later - earlier, unit="s", standard_uncertainty=uncertainty, source="power analyser"
        )
    if len(operations) < 2:
        trial.record.observe(DWELL, trial.clock.now() - started, unit="s", what="no second operation at all")
    entries = await logged(access, "refused_dwell", started - _CLOCK_MARGIN_S)
    if entries is None:
        trial.record.could_not_look(NOTICED, "the supplier declares no event for a command within the dwell")
    else:
        trial.record.observe(NOTICED, bool(entries), found=len(entries))
    await scene.restore()


PROBE = Probe("I-H8", "c1218", stimulus, checks)
