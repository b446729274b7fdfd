"""Cutting an office system's power, and waiting until it answers again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.access.office import OfficeAccess
from bench.controls.attempts import attempt
from bench.controls.office._legitimate import patience_of
from bench.controls.office._parties import claimed_parties
from drivers.cim.errors import OfficeSilenceError

if TYPE_CHECKING:
    from bench.controls.trial import Trial

SHORT_CUT_S = 10.0
_TRY_EVERY_S = 1.0


async def answers_again(trial: Trial, access: OfficeAccess, patience_s: float) -> float | None:
    """Seconds of station time until the system answers a party of its own, None after ``patience_s``."""
    party = claimed_parties(access)[0]
    started = trial.clock.now()
    while trial.clock.now() - started < patience_s:
        tried = await attempt(_one_answer(access, party, patience_of(trial, patience_s)))
        if tried.accepted:
            return trial.clock.now() - started
        if isinstance(tried.error, OfficeSilenceError) and trial.clock.mode != "free":
            return None  # nothing that lets only station time pass ends such a silence
        await trial.station.advance(_TRY_EVERY_S)
    return None


async def power_cycle(trial: Trial, access: OfficeAccess, off_s: float = SHORT_CUT_S) -> bool:
    """Cut the power for ``off_s`` and wait until the system answers again; False when it does not within 2 x t_boot."""
    await trial.station.power(access.seat, False)
    await trial.station.advance(off_s)
    await trial.station.power(access.seat, True)
    return await answers_again(trial, access, 2 * trial.bound("t_boot").number) is not None


async def _one_answer(access: OfficeAccess, party: str, real_s: float) -> None:
    async with access.session(party) as office:
        office.client.timeout_s = real_s
        (await office.health()).raise_for_refusal()
