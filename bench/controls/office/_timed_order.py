"""An order for a switch with its times: when it was taken, when the witness saw its effect, and how often."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from bench.controls.attempts import Attempt, attempt
from bench.controls.current import switch_operations
from bench.controls.office._orders import give, order_of
from bench.exchanges.witness import DEAD_CURRENT_A
from drivers.cim.messenger import MessageOptions
from drivers.cim.office import CimOffice
from drivers.cim.payloads import OrderStatus

if TYPE_CHECKING:
    from bench.controls.trial import Trial

TAKEN = "the system took the order"
TAKING_TIME = "time from the order to its acknowledgment"
MOVED = "the witness saw the effect of the order"
EFFECT_TIME = "time from the order to its effect at the witness"
OPERATIONS = "operations of the switch for one order, at the witness"

_AFTERWARDS_S = 2.0
_EMERGENCY = "emergency"


class TimedOrder:
    """One order of the row. Call `begin`, `give` and `look` in this order; times count from ``given_at``."""

    def __init__(self, trial: Trial, what: str, *, emergency: bool = False) -> None:
        self._trial = trial
        self._what = what
        self._scene = order_of(trial).scene
        self._closes = order_of(trial).closes
        self._control = order_of(trial).order()
        if emergency:
            self._control = msgspec.structs.replace(self._control, priority=_EMERGENCY)
        self.given_at = trial.clock.now()

    async def begin(self) -> None:
        """Set the scene and start to log the load current, where an analyser is wired."""
        await order_of(self._trial).prepare()
        if self._scene.wiring.has("power_analyser"):
            await (await self._scene.wiring.analyser()).start_log()

    async def give(self, office: CimOffice, options: MessageOptions | None = None) -> Attempt:
        """Give the order once; recorded as `TAKEN` and `TAKING_TIME`."""
        self.given_at = self._trial.clock.now()
        tried = await self.give_unrecorded(office, options)
        elapsed = self._trial.clock.now() - self.given_at
        self._trial.record.observe(TAKEN, tried.accepted, what=self._what, answer=tried.text)
        if tried.accepted:
            self._trial.record.observe_duration(TAKING_TIME, elapsed, what=self._what)
        return tried

    async def give_unrecorded(self, office: CimOffice, options: MessageOptions | None = None) -> Attempt:
        """Give the order once more."""
        tried = await attempt(give(office, self._control, options))
        if isinstance(tried.value, OrderStatus):
            tried = replace(tried, text=f"{tried.value.state} as {tried.value.order}")
        return tried

    async def look(self, within_s: float, *, in_time: bool = True) -> None:
        """Look for the effect until ``within_s`` after the order; recorded as `MOVED`, `OPERATIONS` and, where it is
        to come ``in_time``, `EFFECT_TIME`.
        """
        trial, record = self._trial, self._trial.record
        left_s = max(0.0, self.given_at + within_s - trial.clock.now())
        effect = await self._scene.observe(closed=self._closes, within_s=left_s)
        if effect.happened is None:
            record.could_not_look(MOVED, f"{self._what}: {effect.detail or effect.shown_by}")
            return
        record.observe(MOVED, effect.happened, what=self._what, source=effect.shown_by, detail=effect.detail)
        at, spread = (trial.clock.now() if effect.happened else None), trial.clock.uncertainty_s
        if self._scene.wiring.has("power_analyser"):
            await trial.station.advance(_AFTERWARDS_S)
            log = await (await self._scene.wiring.analyser()).current_log()
            find = log.first_above if self._closes else log.first_below
            at, spread = find(DEAD_CURRENT_A, self.given_at), log.time_uncertainty_s
            record.observe(OPERATIONS, len(switch_operations(log)), what=self._what, source=effect.shown_by)
        if at is not None and in_time:
            elapsed = at - self.given_at
            record.observe(EFFECT_TIME, elapsed, what=self._what, unit="s", standard_uncertainty=spread)
