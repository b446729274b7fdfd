"""A command whose confirmation and effect are timed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.controls.attempts import attempt
from bench.exchanges.modbus_write import ModbusCommand, ModbusWrite

if TYPE_CHECKING:
    from bench.controls.trial import Trial
    from drivers.modbus.client import ModbusClient

ANSWERED, ANSWER_TIME = "command confirmed at the first try", "time to the confirmation"
MOVED, EFFECT_TIME = "the command took effect", "time to the effect, at the witness"
PATIENCE_S, _LOOK_S = 60.0, 0.5


async def timed(trial: Trial, exchange: ModbusWrite, client: ModbusClient, what: str) -> None:
    """Give the row's command and record when it was confirmed, and when its effect was there."""
    given = trial.clock.now()
    tried = await attempt(exchange.send(client))
    trial.record.observe(ANSWERED, tried.accepted, what=what, answer=tried.text)
    trial.record.observe_duration(ANSWER_TIME, trial.clock.now() - given, what=what)
    look = exchange.witnessed if isinstance(exchange, ModbusCommand) else exchange.observe
    while True:
        effect = await look()
        if effect.happened or trial.clock.now() - given >= PATIENCE_S:
            break
        await trial.station.advance(_LOOK_S)
    trial.record.observe(MOVED, effect.happened is True, what=what, source=effect.shown_by)
    trial.record.observe_duration(EFFECT_TIME, trial.clock.now() - given, what=what)
