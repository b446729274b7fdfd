"""Idle gaps between commands, for control A-M4."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bench.controls.trial import Trial

_SHORTEST_GAP_S = 1.0


def gaps(trial: Trial) -> list[float]:
    """As many gaps as commands, in s: one from each equal part of the range, in random order."""
    count, longest = trial.bound("n_commands").count, trial.bound("t_gap_max").number
    part = (longest - _SHORTEST_GAP_S) / count
    drawn = [_SHORTEST_GAP_S + part * (number + trial.random.random()) for number in range(count)]
    trial.random.shuffle(drawn)
    return drawn
