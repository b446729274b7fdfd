"""Steps in emulated time, as fast as it goes, and in real time at a fixed rate with its jitter."""

from __future__ import annotations

import asyncio
import statistics
import time
from array import array
from collections.abc import Awaitable, Callable
from dataclasses import dataclass


class SteppedPace:
    """Time passes by the station's clock: ``advance(seconds)`` is the station's."""

    def __init__(self, step_s: float, advance: Callable[[float], Awaitable[None]]) -> None:
        self._step_s = step_s
        self._advance = advance

    async def begin(self) -> None:
        """Nothing to prepare."""

    async def step(self) -> None:
        """One step of station time."""
        await self._advance(self._step_s)


@dataclass(frozen=True, slots=True)
class Jitter:
    """How late steps began, in seconds after their due time: ``missed`` began after the next one was due."""

    steps: int
    p50_s: float
    p99_s: float
    worst_s: float
    missed: int


class RealTimePace:
    """A step each ``step_s`` of the monotonic clock. A step that comes too late is not made up for: the next due time
    is the next one of the fixed grid, and the miss is counted."""

    def __init__(self, step_s: float) -> None:
        self._step_s = step_s
        self._due = 0.0
        self._late = array("d")
        self._missed = 0

    async def begin(self) -> None:
        """The grid of due times starts now."""
        self._due = time.monotonic()

    async def step(self) -> None:
        """Until the next due time."""
        self._due += self._step_s
        ahead = self._due - time.monotonic()
        if ahead > 0:
            await asyncio.sleep(ahead)
        late = time.monotonic() - self._due
        self._late.append(late)
        if late >= self._step_s:
            skipped = int(late / self._step_s)
            self._missed += skipped
            self._due += skipped * self._step_s

    def jitter(self) -> Jitter:
        """Of all steps so far. Raises ValueError before the first one."""
        if not self._late:
            raise ValueError("no step has been made")
        hundredths = (
            statistics.quantiles(self._late, n=100, method="inclusive") if len(self._late) > 1 else [*self._late] * 99
        )
        return Jitter(len(self._late), hundredths[49], hundredths[98], max(self._late), self._missed)
