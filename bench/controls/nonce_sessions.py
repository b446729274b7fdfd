"""C-H2 on links with sessions: how many a probe opens, which follow a power cut, and how much is said in each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from bench.controls.trial import Trial


@dataclass(frozen=True)
class NonceSessions:
    """One session to begin with, one after each of ``cycles`` power cuts, then one of each client that has restarted.

    ``count`` of them in all, of ``share`` messages each.
    """

    cycles: int
    count: int
    share: int

    @classmethod
    def of(cls, trial: Trial) -> Self:
        """As the bounds of the trial ask for."""
        cycles = trial.bound("n_nonce_power_cycles").count
        count = cycles + trial.bound("n_client_restarts").count + 1
        return cls(cycles, count, -(-trial.bound("n_ciphered_messages").count // count))

    def follows_cut(self, number: int) -> bool:
        """Whether the supply is cut before session ``number``, counted from 0 on."""
        return 0 < number <= self.cycles
