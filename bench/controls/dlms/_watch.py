"""Watching the load current for an actuation that must not come."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from bench.exchanges.witness import DEAD_CURRENT_A, Wiring

if TYPE_CHECKING:
    from bench.controls.trial import Trial


class Watch:
    """The current at the meter under test from `begin` on. Without a power analyser nothing can be watched."""

    def __init__(self, trial: Trial) -> None:
        self._trial = trial
        self._wiring = Wiring(trial.station, trial.seat)

    async def begin(self) -> None:
        """Start to log the current."""
        if self._wiring.has("power_analyser"):
            await (await self._wiring.analyser()).start_log()

    async def changes(self) -> int | None:
        """How often the current came or went since `begin`; None where nothing was watched."""
        if not self._wiring.has("power_analyser"):
            return None
        log = await (await self._wiring.analyser()).current_log()
        flows = [point.current > DEAD_CURRENT_A for point in log.points]
        return sum(before is not after for before, after in itertools.pairwise(flows)) if flows else None

    async def record(self, series: str, what: str) -> None:
        """Record whether the current came, went, or both since `begin`."""
        changes = await self.changes()
        if changes is None:
            self._trial.record.could_not_look(series, f"{what}: no power analyser watches {self._trial.seat}")
            return
        source = "load current at the power analyser"
        self._trial.record.observe(series, changes > 0, what=what, source=source, changes=changes)
