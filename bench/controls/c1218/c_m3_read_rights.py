"""C-M3 on C12.18: each client reads what the device file grants it, and nothing else.

Every role tries every standard table; the answers must be the matrix of the PICS, entry by entry.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.attempts import Attempt
from bench.controls.base import Probe
from bench.controls.c1218._port import STANDARD_TABLES, access_of, read_each, refusal
from bench.controls.trial import Trial
from bench.judgement.check import Check

GRANTED = "what the matrix grants was readable"
DENIED = "what the matrix does not grant was readable"
_NOT_READY = ("dnr", "onp")
"""Answers that say nothing of rights: no procedure was started yet, or the table is too long for the packets agreed."""


async def stimulus(trial: Trial) -> None:
    access = access_of(trial)
    for role in access.clients:
        async with access.session(role) as client:
            answers = await read_each(client, STANDARD_TABLES)
        for number, tried in answers.items():
            _record(trial, role, number, tried, granted=access.rights.may_read(role, number))


def _record(trial: Trial, role: str, number: int, tried: Attempt, *, granted: bool) -> None:
    what = f"{role}, table {number}"
    if not granted:
        trial.record.observe(DENIED, tried.accepted, what=what, answer=refusal(tried))
    elif refusal(tried) not in _NOT_READY:
        trial.record.observe(GRANTED, tried.accepted, what=what, answer=refusal(tried))


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("each role reads what the matrix grants", "always", GRANTED),
        Check("no role reads what the matrix does not grant", "never", DENIED),
    ]


PROBE = Probe("C-M3", "c1218", stimulus, checks)
