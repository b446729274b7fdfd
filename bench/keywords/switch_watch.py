"""The witness of a switch operation: when the load current began or ceased to flow, and its course around that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.exchanges.witness import DEAD_CURRENT_A, Wiring
from drivers.scpi.measurement import CurrentLog

if TYPE_CHECKING:
    from bench.judgement.observation import Json
    from bench.session.recorder import Recorder

PLOT = "load current at the switch operation"
BEFORE_S, AFTER_S = 0.5, 1.0
MOST_POINTS = 400


@dataclass(frozen=True)
class Operation:
    """When the current crossed the limit of `DEAD_CURRENT_A` for good (UTC, s; None: it did not)."""

    at: float | None
    standard_uncertainty: float


class SwitchWatch:
    """Watches one operation of a switch through the analyser's current log."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring

    async def begin(self) -> None:
        """Forget the past. Raises NoInstrumentError without an analyser."""
        await (await self._wiring.analyser()).start_log()

    async def operation(self, recorder: Recorder, *, closes: bool, since: float) -> Operation:
        """When the switch has closed or opened after ``since``; records the current's course for the report."""
        log = await (await self._wiring.analyser()).current_log()
        at = log.first_above(DEAD_CURRENT_A, since) if closes else log.first_below(DEAD_CURRENT_A, since)
        recorder.observe(
            PLOT,
            course(log, since if at is None else at),
            what="close" if closes else "open",
            unit="A",
            source=str(log.instrument),
            plot=PLOT,
        )
        return Operation(at, log.time_uncertainty_s)


def course(log: CurrentLog, around: float) -> list[Json]:
    """``[t, A]`` around a moment, t in s from it; the values next to the stretch are moved to its edges.

    Thinned to `MOST_POINTS`.
    """
    inside = [(point.at - around, point.current) for point in log.points if -BEFORE_S <= point.at - around <= AFTER_S]
    before = [point.current for point in log.points if point.at - around < -BEFORE_S]
    after = [point.current for point in log.points if point.at - around > AFTER_S]
    if before:
        inside.insert(0, (-BEFORE_S, before[-1]))
    if after:
        inside.append((AFTER_S, after[0]))
    step = max(1, -(-len(inside) // MOST_POINTS))
    return [[round(at, 6), current] for at, current in inside[::step]]
