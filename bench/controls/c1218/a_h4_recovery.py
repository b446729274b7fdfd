"""A-H4 on C12.18: after crash stimuli and brown-outs the meter comes back by itself, and its switch stays still.

The rounds and their judgement are those on DLMS.
"""

from __future__ import annotations

from typing import cast

from bench.access.dlms import DlmsAccess
from bench.controls.base import Probe
from bench.controls.c1218._hostile import CLASSES, flood
from bench.controls.c1218._port import access_of, answers_again
from bench.controls.dlms.a_h4_recovery import checks, rounds
from bench.controls.trial import Trial


async def stimulus(trial: Trial) -> None:
    access = access_of(trial)

    async def crash() -> str:
        for kind in CLASSES:
            await flood(trial, access, kind, 1)
        return "the optical port"

    await rounds(trial, cast(DlmsAccess, access), crash, lambda wait_s: answers_again(trial, access, wait_s))


PROBE = Probe("A-H4", "c1218", stimulus, checks)
