"""A-L2 on office systems: the system survives malformed input."""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.base import Probe
from bench.controls.office._flood import attacker
from bench.controls.office._holdings import stock
from bench.controls.office._hostile import CLASSES
from bench.controls.office._legitimate import LegitimateClient
from bench.controls.office._row import access_of
from bench.controls.office._state import SystemState, changed, read_state
from bench.controls.recovery import came_back, recovery_checks
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.judgement.check import Check

RESTARTED = "the system restarted during the malformed input"
SETTINGS_KEPT = "the settings are as before the malformed input"
READINGS_CHANGED = "readings that the malformed input changed or removed"


async def stimulus(trial: Trial) -> None:
    """``n_mal`` messages of each class at ``r_mal``, after each class a legitimate request."""
    access = access_of(trial)
    await stock(access)
    patience_s = 2 * trial.bound("t_rec").number
    client = LegitimateClient(trial, patience_s)
    await client.begin()
    before = await read_state(access)
    try:
        for kind in CLASSES:
            async with attacker(trial, access) as hostile:
                sent = await hostile.burst(kind)
            recovery = await client.answers_within(patience_s)
            captures = [trial.record.capture(b"\n".join(message[:2000].hex().encode() for message in sent), ".hex")]
            if not came_back(trial, recovery, what=kind, captures=captures):
                return
    finally:
        await client.end()
    record_kept(trial, before, await read_state(access))


def record_kept(trial: Trial, before: SystemState, after: SystemState) -> None:
    """Record whether the system has run through and is as it was."""
    if before.uptime_s is None or after.uptime_s is None:
        record_absent(trial, "time since the last restart", "the system does not tell it")
    else:
        trial.record.observe(RESTARTED, after.uptime_s < before.uptime_s, uptime_s=after.uptime_s)
    trial.record.observe(SETTINGS_KEPT, before.config == after.config)
    trial.record.observe(READINGS_CHANGED, changed(before, after))  # type: ignore[arg-type]


def checks(trial: Trial) -> Sequence[Check]:
    return [
        *recovery_checks(trial),
        Check("malformed input restarts nothing", "never", RESTARTED),
        Check("the settings are unchanged", "always", SETTINGS_KEPT),
        Check("the readings are unchanged", "empty", READINGS_CHANGED),
    ]


PROBE = Probe("A-L2", "office_https", stimulus, checks)
