"""A-M3 on DLMS: an emergency limit ends by itself at its declared time, with nobody there to end it.

The limiter (class 71) is given an emergency profile, and then the headend is silent. In the profile a load between
both thresholds makes the limiter open the switch; after it, the same load must be let be.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from bench.access.dlms import MANAGEMENT, READER, DlmsAccess
from bench.controls.base import Probe
from bench.controls.dlms._commands import switch_command_of
from bench.controls.dlms._limiter import (
    EMERGENCY_GROUPS,
    EMERGENCY_PROFILE,
    OVER_DURATION,
    THRESHOLD_EMERGENCY,
    THRESHOLD_NORMAL,
    Limiter,
    emergency,
    first_group,
)
from bench.exchanges.switch_scene import LOAD_W, SwitchScene
from bench.judgement.check import Check
from drivers.dlms.data import U16, U32, Array, Data
from drivers.metering import SwitchState

if TYPE_CHECKING:
    from bench.controls.trial import Trial

LIMITED = "the emergency limit opened the switch while it was in force"
ENDED = "the emergency limit ended by itself"
LASTED = "how long the emergency limit was in force"
DEFAULT = "the normal threshold was in force after the emergency limit"
LET_BE = "after the emergency limit the load was let be, at the witness"

_BEFORE_S, _DURATION_S, _OVER_S = 10.0, 120, 5
_LOOK_EVERY_S = 0.2
_GROUP = 1
_NORMAL, _EMERGENCY = U32(int(2 * LOAD_W)), U32(int(LOAD_W / 2))


async def stimulus(trial: Trial) -> None:
    """Give the profile, fall silent, look who ends it and what the meter then does with the load."""
    scene = switch_command_of(trial).scene
    await scene.prepare(closed=True)
    async with scene.access.session(MANAGEMENT, ask=True) as client:
        before = await Limiter(scene.access, client).settings()
    await _give_profile(scene.access, before)
    try:
        margin = _tolerance_s(trial) + 1.0
        await trial.station.advance(_BEFORE_S - margin)
        began = await _until(trial, scene.access, active=True, patience_s=_BEFORE_S)
        await _look_limited(trial, scene)
        if began is not None:
            await trial.station.advance(max(0.0, began + _DURATION_S - margin - trial.clock.now()))
        ended = await _until(trial, scene.access, active=False, patience_s=margin + _DURATION_S)
        _record_end(trial, began, ended)
        await _look_let_be(trial, scene)
    finally:
        await _take_back(scene, before)
    await scene.restore()


async def _give_profile(access: DlmsAccess, before: Mapping[int, Data]) -> None:
    """Thresholds on both sides of the load, and a profile that begins soon."""
    group = first_group(before[EMERGENCY_GROUPS])
    async with access.session(MANAGEMENT) as client:
        clock = await access.meter(client).clock()
        begins = float(math.ceil((clock.at or client.clock.now()) + _BEFORE_S))
        settings: dict[int, Data] = {
            THRESHOLD_NORMAL: _NORMAL,
            THRESHOLD_EMERGENCY: _EMERGENCY,
            OVER_DURATION: U32(_OVER_S),
        }
        if group is None:
            settings[EMERGENCY_GROUPS] = Array([U16(_GROUP)])
        profile = emergency(_GROUP if group is None else group, begins, _DURATION_S, clock.offset_min or 0)
        await Limiter(access, client).write({**settings, EMERGENCY_PROFILE: profile})


async def _until(trial: Trial, access: DlmsAccess, *, active: bool, patience_s: float) -> float | None:
    """When the profile is first seen in force, or no longer; None: not within ``patience_s``.

    Somebody else than the headend looks, where the meter has such a client.
    """
    role = READER if READER in access.clients else MANAGEMENT
    deadline = trial.clock.now() + patience_s
    async with access.session(role) as client:
        limiter = Limiter(access, client)
        while await limiter.emergency_is_active() is not active:
            if trial.clock.now() >= deadline:
                return None
            await trial.station.advance(_LOOK_EVERY_S)
        return trial.clock.now()


async def _look_limited(trial: Trial, scene: SwitchScene) -> None:
    """The positive control: the emergency threshold works on the load."""
    await trial.station.advance(_OVER_S)
    effect = await scene.observe(closed=False, within_s=2.0 * _OVER_S)
    if effect.happened is None:
        trial.record.could_not_look(LIMITED, effect.detail or effect.shown_by)
    else:
        trial.record.observe(LIMITED, effect.happened, source=effect.shown_by, detail=effect.detail)


def _record_end(trial: Trial, began: float | None, ended: float | None) -> None:
    trial.record.observe(ENDED, began is not None and ended is not None, what=f"profile of {_DURATION_S} s")
    if began is None or ended is None:
        return
    trial.record.observe(
        LASTED,
        ended - began,
        unit="s",
        standard_uncertainty=(_LOOK_EVERY_S**2 / 6 + 2 * trial.clock.uncertainty_s**2) ** 0.5,
        what=f"profile of {_DURATION_S} s",
        reference=float(_DURATION_S),
    )


async def _look_let_be(trial: Trial, scene: SwitchScene) -> None:
    """The normal threshold is in force again, and the load stays supplied."""
    async with scene.access.session(MANAGEMENT, ask=True) as client:
        threshold = await Limiter(scene.access, client).threshold()
        trial.record.observe(DEFAULT, threshold == _NORMAL, what=f"threshold {threshold!r}")
        meter = scene.access.meter(client)
        if (await meter.switch()).state is SwitchState.READY_FOR_RECONNECTION:
            await scene.rest()
            await trial.station.box.do(trial.seat, "button")
    await scene.settle()
    await trial.station.advance(2.0 * _OVER_S)
    contact = await scene.look()
    if contact.closed is None:
        trial.record.could_not_look(LET_BE, contact.detail)
    else:
        trial.record.observe(LET_BE, contact.closed, source=contact.shown_by, detail=contact.detail)


async def _take_back(scene: SwitchScene, before: Mapping[int, Data]) -> None:
    """The limiter as it was. A switch that it left ready for somebody's hand is brought to where commands move it."""
    async with scene.access.session(MANAGEMENT, ask=True) as client:
        await Limiter(scene.access, client).write(before)
        meter = scene.access.meter(client)
        if (await meter.switch()).state is SwitchState.READY_FOR_RECONNECTION:
            await meter.disconnect()
            await scene.station.advance(scene.dwell_s)


def _tolerance_s(trial: Trial) -> float:
    return trial.bound("rvrt_tolerance_s").number + trial.bound("rvrt_tolerance_ratio").number * _DURATION_S


def checks(trial: Trial) -> Sequence[Check]:
    return [
        Check("the emergency limit works while it lasts", "always", LIMITED),
        Check("it ends without anybody's help", "always", ENDED),
        Check("it lasts as long as was asked for", "close_to_reference", LASTED, {"limit": _tolerance_s(trial)}),
        Check("the normal threshold is in force afterwards", "always", DEFAULT),
        Check("a load within it is let be", "always", LET_BE),
    ]


PROBE = Probe("A-M3", "dlms", stimulus, checks)
