"""A switch command with its times: when it was answered, and when the witness saw its effect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from bench.controls.attempts import Attempt, attempt
from bench.controls.command_times import ANSWER_TIME, CONFIRMED, EFFECT_TIME, MOVED
from bench.controls.current import switch_operations
from bench.controls.dlms._row import exchange_of
from bench.controls.dlms._switch import state_after
from bench.exchanges.dlms_kinds import DlmsSwitchCommand
from bench.exchanges.switch_command import SwitchCommand
from bench.exchanges.witness import DEAD_CURRENT_A
from drivers.metering import SwitchState

if TYPE_CHECKING:
    from bench.controls.trial import Trial
    from drivers.dlms.client import DlmsClient


def switch_command_of(trial: Trial) -> DlmsSwitchCommand:
    """The row's exchange, on an ANSI meter's port as well. Raises TypeError where the row is no switch command."""
    exchange = exchange_of(trial)
    if not isinstance(exchange, SwitchCommand):
        raise TypeError(f"{trial.row.id} is no switch command")
    return cast(DlmsSwitchCommand, exchange)


@dataclass(frozen=True)
class Moved:
    """What the witness saw of a command: when its effect came (station time, None: it did not), and how often the
    current came or went since the watch began (None: that could not be counted)."""

    at: float | None
    standard_uncertainty: float
    operations: int | None
    shown_by: str
    blind: str = ""


class TimedCommand:
    """One command of the row. Call `begin`, `give` and `moved` in this order.

    Times count from the moment at which the command leaves the bench, so that they hold the way to the meter too.
    `begin` and `moved` talk to instruments, in real time; no other task may wait in station time meanwhile.
    """

    def __init__(self, trial: Trial, what: str) -> None:
        self._trial = trial
        self._exchange = switch_command_of(trial)
        self._scene = self._exchange.scene
        self._what = what
        self.given_at = 0.0
        self.answer: Attempt | None = None

    async def begin(self) -> None:
        """Start to log the load current, where an analyser is wired."""
        if self._scene.wiring.has("power_analyser"):
            await (await self._scene.wiring.analyser()).start_log()

    async def give(self, client: DlmsClient) -> Attempt:
        """Give the command once, and press the button where the control mode asks for that."""
        self.given_at = self._trial.clock.now()
        tried = self.answer = await attempt(self._exchange.perform(client))
        elapsed = self._trial.clock.now() - self.given_at
        self._trial.record.observe(CONFIRMED, tried.accepted, what=self._what, answer=tried.text)
        if tried.accepted:
            self._trial.record.observe_duration(ANSWER_TIME, elapsed, what=self._what)
        await self.press_button()
        return tried

    async def press_button(self) -> None:
        """Where a reconnect only makes the switch ready (by the declared control mode), close it by hand."""
        mode = int(self._scene.access.pixit("control_mode", 4))
        armed = state_after(mode, closes=self._exchange.closes) is SwitchState.READY_FOR_RECONNECTION
        if armed:
            await self._trial.station.box.do(self._trial.seat, "button")

    async def moved(self, within_s: float) -> Moved:
        """Look for the effect until ``within_s`` after the command; recorded as `MOVED` and `EFFECT_TIME`."""
        moved = await self.looked(within_s, since=self.given_at)
        record = self._trial.record
        if moved.blind:
            record.could_not_look(MOVED, f"{self._what}: {moved.blind}")
            return moved
        record.observe(MOVED, moved.at is not None, what=self._what, source=moved.shown_by)
        if moved.at is not None:
            elapsed, spread = moved.at - self.given_at, moved.standard_uncertainty
            source = moved.shown_by
            record.observe(EFFECT_TIME, elapsed, what=self._what, unit="s", standard_uncertainty=spread, source=source)
        return moved

    async def looked(self, within_s: float, *, since: float) -> Moved:
        """Look for the effect until ``within_s`` after the command, from ``since`` on; nothing is recorded."""
        trial, closes = self._trial, self._exchange.closes
        left_s = self.given_at + within_s - trial.clock.now()
        if not self._scene.wiring.has("power_analyser"):
            effect = await self._scene.observe(closed=closes, within_s=max(0.0, left_s))
            blind = effect.detail or effect.shown_by if effect.happened is None else ""
            at = trial.clock.now() if effect.happened else None
            return Moved(at, trial.clock.uncertainty_s, None, effect.shown_by, blind)
        await self._scene.settle()
        moved = await self._logged(since)
        left_s = self.given_at + within_s - trial.clock.now()
        if moved.at is None and left_s > 0.0:
            await trial.station.advance(left_s)
            moved = await self._logged(since)
        return moved

    async def _logged(self, since: float) -> Moved:
        log = await (await self._scene.wiring.analyser()).current_log()
        find = log.first_above if self._exchange.closes else log.first_below
        at = find(DEAD_CURRENT_A, since)
        blind = "" if log.points else "the power analyser logged nothing"
        source = "load current at the power analyser"
        return Moved(at, log.time_uncertainty_s, len(switch_operations(log)), source, blind)
