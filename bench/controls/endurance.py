"""A-H5 on every link: rounds of questions and something hostile, and what they show of the device.

Its questions are answered, no slower at the end than at the beginning, and it is there afterwards. What a round is made
of, and how the device is found to be there, is the link's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bench.catalogue import Trials
from bench.controls.attempts import Ask, Attempt
from bench.controls.command_times import now
from bench.controls.growth import Timed, growth, stretch_s
from bench.controls.trial import Trial
from bench.judgement.check import Check
from bench.judgement.observation import Json

MOST_ROUNDS = 2000
SERVED = "legitimate question answered under the mixed load"
GROWTH = "95th percentile of the answer times at the end over that at the beginning"
THERE = "the device answers after the mixed load"
RESTARTS = "restarts during the mixed load"
_RESOLUTION_S = 0.01

NO_RESTART = Check("the load restarts nothing", "at_most", RESTARTS, {"limit": 0})
"""For a link on which a device tells of its restarts."""


class MixedLoad:
    """``t_endurance`` of rounds, each so many questions and something hostile.

    ``round_s`` is the shortest period of a round; no more than ``most_rounds`` are spread over the whole, which lasts
    ``shortest_s`` at least.
    """

    def __init__(
        self, trial: Trial, round_s: float, *, most_rounds: int = MOST_ROUNDS, shortest_s: float = 0.0
    ) -> None:
        self._trial = trial
        self._duration_s = max(shortest_s, float(trial.bound("t_endurance").number))
        self._period_s = max(round_s, self._duration_s / most_rounds)
        self._answers: list[Timed] = []
        self.questions_a_round = round(1.0 / trial.bound("malformed_ratio").number) - 1
        self.began = trial.clock.now()
        self.number = 0

    @property
    def lasts(self) -> bool:
        """Whether there is another round."""
        return self._trial.clock.now() - self.began < self._duration_s

    @property
    def done(self) -> str:
        """What has been done until now, in words."""
        return f"{self.number} rounds in {self._trial.clock.now() - self.began:.0f} s"

    async def questions(self, ask: Ask, *, to_the_end: bool = False) -> bool:
        """The questions of a round, up to the first that is not answered or all of them; False if one was not."""
        answered = True
        for _question in range(self.questions_a_round):
            answered = await self.question(ask) and answered
            if not (answered or to_the_end):
                break
        return answered

    async def question(self, ask: Ask) -> bool:
        """One question; whether it was answered."""
        asked = self._trial.clock.now()
        tried = await ask()
        self.told(tried, asked, await now(self._trial) - asked)
        return tried.accepted

    def told(self, tried: Attempt, asked: float, took_s: float | None) -> None:
        """Record a question by the time when it was asked. ``took_s``: None where nobody saw how long it took."""
        what = f"round {self.number + 1}"
        self._trial.record.observe(SERVED, tried.accepted, what=what, answer=tried.text)
        if tried.accepted and took_s is not None:
            self._answers.append((asked - self.began, took_s))

    async def next_round(self) -> None:
        """The rest of the round's period."""
        self.number += 1
        due = self.began + self.number * self._period_s
        await self._trial.station.advance(max(0.0, due - self._trial.clock.now()))

    def over(self, *, there: bool, resolution_s: float = _RESOLUTION_S) -> None:
        """Record how answers have grown, and whether the device is still there.

        ``resolution_s``: how short an answer can be told from none at all.
        """
        grown = growth(self._answers, stretch_s(self._duration_s), resolution_s)
        if grown is None:
            self._trial.record.could_not_look(GROWTH, f"{self.done}: no question was answered")
        else:
            self._trial.record.observe(GROWTH, grown, unit="1", what=self.done)
        self._trial.record.observe(THERE, there, what=self.done)


def endurance_checks(trial: Trial) -> Sequence[Check]:
    """The checks of A-H5 for a load that may end before ``p_ok`` has its number of questions."""
    rate = trial.bound("p_ok").value
    assert isinstance(rate, Trials)
    return _checks(trial, {"count": rate.at_least / rate.of, "of": 1})


def long_endurance_checks(trial: Trial) -> Sequence[Check]:
    """The checks of A-H5 for a load that asks all the time: of fewer questions than ``p_ok`` wants nothing is said."""
    return _checks(trial, trial.enough("p_ok"))


def _checks(trial: Trial, share: Mapping[str, Json]) -> Sequence[Check]:
    return [
        Check("legitimate questions are answered", "at_least_true", SERVED, share),
        Check("answers do not grow slower", "at_most", GROWTH, trial.limit("p95_growth")),
        Check("the device is there afterwards", "always", THERE),
    ]
