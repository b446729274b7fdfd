"""A-M5 on Modbus: what a poll can find is there in time, and nothing is lost.

Modbus has no message of the device's own: an event is "told" when the fault list shows it, and "acknowledged" by
nobody, so what counts is that polling at the declared interval finds each event within t_evt, some of them at the
same time.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.modbus._probes import on_both
from bench.controls.modbus._row import exchange_of
from bench.controls.trial import Trial
from bench.exchanges.modbus_notice import PolledNotification
from bench.judgement.check import Check

FOUND = "the event was found"
IN_TIME = "time from the event to the poll that found it"
TOGETHER = "events at the same time that were not found"


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    if not isinstance(exchange, PolledNotification):
        trial.record.could_not_look(FOUND, "the row's exchange tells of no event")
        return
    await exchange.prepare()
    within_s = trial.bound("t_evt").number
    async with exchange.access.session() as client:
        for number in range(trial.bound("n_events").count):
            subject = number % exchange.subjects + 1
            at = await exchange.cause(subject) + exchange.hold_s
            seen = await exchange.awaited(exchange.hold_s + within_s, 1, client)
            found = [one for one in seen if one.subject == str(subject)]
            trial.record.observe(FOUND, len(found) == 1, what=f"event {number + 1}, subject {subject}")
            trial.record.observe_duration(IN_TIME, trial.clock.now() - at, what=f"event {number + 1}")
            await exchange.undo(subject)
            await trial.station.advance(exchange.poll_s)
        together = range(1, min(exchange.subjects, trial.bound("n_simultaneous").count) + 1)
        for subject in together:
            await exchange.cause(subject)
        seen = await exchange.awaited(exchange.hold_s + within_s, len(together), client)
        missing = [subject for subject in together if str(subject) not in {one.subject for one in seen}]
        trial.record.observe(TOGETHER, missing, what=f"{len(together)} at once")  # type: ignore[arg-type]
        for subject in together:
            await exchange.undo(subject)
    await exchange.restore()


def checks(trial: Trial) -> Sequence[Check]:
    return [
        Check("events are found", "at_least_true", FOUND, trial.enough("n_events")),
        Check("they are found within t_evt", "p95_at_most", IN_TIME, trial.limit("t_evt")),
        Check("those at the same time are all found", "empty", TOGETHER),
    ]


PROBES = on_both("A-M5", stimulus, checks)
