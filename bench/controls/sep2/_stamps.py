"""The device's clock, as it shows in what it answers."""

from __future__ import annotations

from bench.controls.sep2._acts import exchange_of
from bench.controls.trial import Trial

ERROR, FUTURE = "error of the device's time stamps", "a record bears a time to come"
_MARGIN_S = 2.0


async def stamp(trial: Trial, what: str, *, within_s: float) -> None:
    """Have the device, which polls ``within_s``, answer a signal; compare the time in its answer with the station's."""
    exchange = exchange_of(trial)
    await exchange.counterpart.polled(within_s=within_s)
    await exchange.perform()
    event = exchange.event
    answers = exchange.counterpart.resources.answers(event.mrid) if event is not None else []
    if not answers:
        trial.record.could_not_look(ERROR, f"{what}: the device answered nothing")
    for one in answers[:1]:
        created = float(one.response.created or 0)
        trial.record.observe(ERROR, abs(created - one.at), unit="s", what=what)
        trial.record.observe(FUTURE, created > one.at + _MARGIN_S, what=what)
    await exchange.restore()
