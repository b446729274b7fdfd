"""A limit against the clock: when it is accepted, and when the vehicle keeps it."""

from __future__ import annotations

from bench.controls import command_times
from bench.controls.attempts import attempt
from bench.controls.ocpp._acts import exchange_of
from bench.controls.trial import Trial


async def timed(trial: Trial, what: str) -> None:
    """Set the row's limit, and watch the vehicle for twice t_act at most."""
    exchange = exchange_of(trial)
    await command_times.timed(
        trial,
        lambda: attempt(exchange.perform()),
        lambda: exchange.draws(exchange.limit_a),
        what,
        within_s=2.0 * trial.bound("t_act").number,
    )
