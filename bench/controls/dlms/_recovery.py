"""How long a meter takes to serve again, beyond what the bench itself takes to ask.

A session begins with what the line demands: a sign-on at 300 baud, and another one for the counter that the meter has
seen last. That time is no time of the meter's; it is measured before the disturbance and taken off.
"""

from __future__ import annotations

from dataclasses import dataclass

from bench.access.dlms import DlmsAccess
from bench.controls.dlms._power import answers_again
from bench.controls.trial import Trial


@dataclass(frozen=True)
class Recovery:
    """Measures recovery of the meter that ``access`` reaches. ``undisturbed_s``: the same answer of the meter at rest,
    s of station time."""

    trial: Trial
    access: DlmsAccess
    undisturbed_s: float

    @classmethod
    async def at_rest(cls, trial: Trial, access: DlmsAccess) -> Recovery:
        """Measure what one session with one answer takes now, before the meter is disturbed; 0 when none comes."""
        took_s = await answers_again(trial, access, trial.bound("t_rec").number)
        return cls(trial, access, took_s or 0.0)

    async def wait(self) -> float | None:
        """Seconds that the meter took in excess until it served again; None when it did not in 2 x t_rec."""
        patience_s = 2 * self.trial.bound("t_rec").number + self.undisturbed_s
        took_s = await answers_again(self.trial, self.access, patience_s)
        return None if took_s is None else max(0.0, took_s - self.undisturbed_s)

    def observe(self, series: str, seconds: float, what: str = "") -> None:
        """Record a recovery time, and what was taken off it."""
        attributes = {"what": what} if what else {}
        self.trial.record.observe_duration(series, seconds, undisturbed_s=self.undisturbed_s, **attributes)
