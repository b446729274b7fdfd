"""What A-H5 judges of a device under a long mixed load: its questions are answered, no slower at the end than at the
beginning, and it is there afterwards.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from bench.catalogue import Trials
from bench.controls.appliances import now
from bench.controls.attempts import attempt
from bench.controls.growth import Timed, growth, stretch_s
from bench.controls.trial import Trial
from bench.judgement.check import Check

SERVED = "legitimate question answered under the mixed load"
GROWTH = "95th percentile of the answer times at the end over that at the beginning"
THERE = "the device answers after the mixed load"
_RESOLUTION_S = 0.01


class MixedLoad:
    """``t_endurance`` of rounds, each so many ``questions`` and something hostile.

    ``round_s`` is the shortest period of a round; no more than ``most_rounds`` are spread over the whole.
    """

    def __init__(self, trial: Trial, round_s: float, most_rounds: int) -> None:
        self._trial = trial
        self._began = trial.clock.now()
        self._duration_s = float(trial.bound("t_endurance").number)
        self._period_s = max(round_s, self._duration_s / most_rounds)
        self._answers: list[Timed] = []
        self.number = 0

    @property
    def lasts(self) -> bool:
        """Whether there is another round."""
        return self._trial.clock.now() - self._began < self._duration_s

    async def questions(self, ask: Callable[[], Awaitable[Any]]) -> bool:
        """The questions of a round; False once one was not answered."""
        trial = self._trial
        for _question in range(round(1.0 / trial.bound("malformed_ratio").number) - 1):
            asked = trial.clock.now()
            tried = await attempt(ask())
            trial.record.observe(SERVED, tried.accepted, what=f"round {self.number + 1}", answer=tried.text)
            if not tried.accepted:
                return False
            self._answers.append((asked - self._began, await now(trial) - asked))
        return True

    async def next_round(self) -> None:
        """The rest of the round's period."""
        self.number += 1
        due = self._began + self.number * self._period_s
        await self._trial.station.advance(max(0.0, due - self._trial.clock.now()))

    def over(self, *, there: bool) -> None:
        """Record how answers have grown, and whether the device is still there."""
        record, what = self._trial.record, f"{self.number} rounds"
        grown = growth(self._answers, stretch_s(self._duration_s), _RESOLUTION_S)
        if grown is None:
            record.could_not_look(GROWTH, f"{what}: no question was answered")
        else:
            record.observe(GROWTH, grown, unit="1", what=what)
        record.observe(THERE, there)


def endurance_checks(trial: Trial) -> Sequence[Check]:
    """The checks of A-H5."""
    rate = trial.bound("p_ok").value
    assert isinstance(rate, Trials)
    share = {"count": rate.at_least / rate.of, "of": 1}
    return [
        Check("legitimate questions are answered", "at_least_true", SERVED, share),
        Check("answers do not grow slower", "at_most", GROWTH, trial.limit("p95_growth")),
        Check("the device is there afterwards", "always", THERE),
    ]
