"""A-M6 on CTA-2045: refusing one does not lock the other out: good questions are answered among refused messages.

The link knows no credentials and has one port; what is refused are message types that nobody declared.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.cta2045._row import access_of
from bench.controls.trial import Trial
from bench.judgement.check import Check

SERVED, REFUSED = "a good question was answered between refused messages", "an undeclared message was refused"
_UNDECLARED = 0x0A01


async def stimulus(trial: Trial) -> None:
    async with access_of(trial).session() as client:
        for number in range(trial.bound("p_ok").count):
            refused = await attempt(client.takes(_UNDECLARED))
            trial.record.observe(REFUSED, refused.accepted and not refused.value, what=f"try {number + 1}")
            served = await attempt(client.state())
            trial.record.observe(SERVED, served.accepted, what=f"after {number + 1} tries", answer=served.text)


def checks(trial: Trial) -> Sequence[Check]:
    return [
        Check("undeclared messages are refused", "always", REFUSED),
        Check("good questions are answered", "at_least_true", SERVED, trial.enough("p_ok")),
    ]


PROBE = Probe("A-M6", "cta2045", stimulus, checks)
