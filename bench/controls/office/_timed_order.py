"""The row's command with its times: when it was taken, when its effect was seen, and how often.

An order for a switch is seen by the witness at the meter, another command as the row's exchange observes it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from bench.controls.attempts import Attempt, attempt
from bench.controls.command_times import ANSWER_TIME, CONFIRMED, EFFECT_TIME, MOVED
from bench.controls.current import switch_operations
from bench.controls.office._changes import change_of, hand_in, is_order, made_anew
from bench.controls.office._orders import give, order_of
from bench.exchanges.witness import DEAD_CURRENT_A
from drivers.cim.messenger import MessageOptions
from drivers.cim.office import CimOffice
from drivers.cim.payloads import OrderStatus

if TYPE_CHECKING:
    from bench.controls.trial import Trial

OPERATIONS = "how often one order took effect"

_AFTERWARDS_S = 2.0
_EMERGENCY = "emergency"
_LOOK_S = 1.0


class TimedCommand(ABC):
    """One command of the row. Call `begin`, `give` and `look` in this order; times count from ``given_at``."""

    def __init__(self, trial: Trial, what: str) -> None:
        self._trial = trial
        self._what = what
        self.given_at = trial.clock.now()

    @abstractmethod
    async def begin(self) -> None:
        """Set the scene."""

    async def ready(self, office: CimOffice) -> None:
        """Before the line is interfered with: make what will have to be repeated."""
        return

    @abstractmethod
    async def give_unrecorded(self, office: CimOffice, options: MessageOptions | None = None) -> Attempt:
        """Give the command once more. Of ``options`` only the id of the message counts for what is no order."""

    @abstractmethod
    async def look(self, within_s: float, *, in_time: bool = True) -> None:
        """Look for the effect until ``within_s`` after the command; recorded as `MOVED`, `OPERATIONS` and, where it is
        to come ``in_time``, `EFFECT_TIME`.
        """

    async def give(self, office: CimOffice, options: MessageOptions | None = None) -> Attempt:
        """Give the command once; recorded as `CONFIRMED` and `ANSWER_TIME`."""
        self.given_at = self._trial.clock.now()
        tried = await self.give_unrecorded(office, options)
        elapsed = self._trial.clock.now() - self.given_at
        self._trial.record.observe(CONFIRMED, tried.accepted, what=self._what, answer=tried.text)
        if tried.accepted:
            self._trial.record.observe_duration(ANSWER_TIME, elapsed, what=self._what)
        return tried


def timed(trial: Trial, what: str, *, emergency: bool = False) -> TimedCommand:
    """The row's command. ``emergency``: an order says that it is urgent."""
    return TimedOrder(trial, what, emergency=emergency) if is_order(trial) else _TimedChange(trial, what)


class _TimedChange(TimedCommand):
    """A command that sets something at once."""

    _message = b""

    async def ready(self, office: CimOffice) -> None:
        self._message = await change_of(self._trial).request(office)

    async def begin(self) -> None:
        await change_of(self._trial).prepare()

    async def give_unrecorded(self, office: CimOffice, options: MessageOptions | None = None) -> Attempt:
        change = change_of(self._trial)
        if options is None:
            return await attempt(change.send(office))
        message = made_anew(office, self._message or await change.request(office), message_id=options.message_id)
        return await attempt(hand_in(office, message))

    async def look(self, within_s: float, *, in_time: bool = True) -> None:
        trial, record, change = self._trial, self._trial.record, change_of(self._trial)
        effect = await change.observe()
        while not effect.happened and trial.clock.now() < self.given_at + within_s:
            await trial.station.advance(_LOOK_S)
            effect = await change.observe()
        if effect.happened is None:
            record.could_not_look(MOVED, f"{self._what}: {effect.detail or effect.shown_by}")
            return
        elapsed = trial.clock.now() - self.given_at
        record.observe(MOVED, effect.happened, what=self._what, source=effect.shown_by, detail=effect.detail)
        record.observe(OPERATIONS, await change.times(), what=self._what, source=effect.shown_by)
        if effect.happened and in_time:
            record.observe_duration(EFFECT_TIME, elapsed, what=self._what)


class TimedOrder(TimedCommand):
    """An order for a switch."""

    def __init__(self, trial: Trial, what: str, *, emergency: bool = False) -> None:
        super().__init__(trial, what)
        self._scene = order_of(trial).scene
        self._closes = order_of(trial).closes
        self._control = order_of(trial).order()
        if emergency:
            self._control = msgspec.structs.replace(self._control, priority=_EMERGENCY)

    async def begin(self) -> None:
        """Set the scene and start to log the load current, where an analyser is wired."""
        await order_of(self._trial).prepare()
        if self._scene.wiring.has("power_analyser"):
            await (await self._scene.wiring.analyser()).start_log()

    async def give_unrecorded(self, office: CimOffice, options: MessageOptions | None = None) -> Attempt:
        tried = await attempt(give(office, self._control, options))
        if isinstance(tried.value, OrderStatus):
            tried = replace(tried, text=f"{tried.value.state} as {tried.value.order}")
        return tried

    async def look(self, within_s: float, *, in_time: bool = True) -> None:
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
