"""Deadlines of the bench's own, which stand still while an operator is asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from bench.lab.errors import LabError
from drivers.clock import Clock


class DeadlinePassedError(LabError):
    """What should have happened by a deadline did not."""


class Pauses:
    """The time on ``clock`` that operators have taken so far."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._sum_s = 0.0
        self._since: list[float] = []

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Deadlines stand still while the block runs. Blocks may overlap; the time counts once."""
        self._since.append(self._clock.now())
        try:
            yield
        finally:
            began = self._since.pop(0)
            until = self._clock.now() if not self._since else self._since[0]
            self._sum_s += max(0.0, until - began)

    def total_s(self) -> float:
        """Seconds of pause up to now, the running one included."""
        return self._sum_s + (self._clock.now() - self._since[0] if self._since else 0.0)


class Deadline:
    """``seconds`` from now on ``clock``, not counting ``pauses``."""

    def __init__(self, clock: Clock, seconds: float, pauses: Pauses) -> None:
        self._clock = clock
        self._pauses = pauses
        self._end = clock.now() + seconds - pauses.total_s()

    @property
    def at(self) -> float:
        """The moment in station time, as far as pauses are known now. For the deadline argument of drivers."""
        return self._end + self._pauses.total_s()

    def remaining_s(self) -> float:
        """Seconds left; 0 when it has passed."""
        return max(0.0, self.at - self._clock.now())

    def check(self, what: str) -> None:
        """Raise DeadlinePassedError, naming ``what``, when it has passed."""
        if self.remaining_s() <= 0.0:
            raise DeadlinePassedError(f"{what}: not before the deadline")
