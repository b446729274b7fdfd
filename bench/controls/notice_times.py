"""What A-M5 judges of notices on every link: in time, again when nobody took them, and nothing of them gets lost.

The customer's half is here whole; how a meter's push setup is looked at is the affair of DLMS.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bench.controls.customer_notices import (
    ACKNOWLEDGED,
    NEAR,
    OVER,
    CustomerNotices,
    repetitions,
    told_to_customer_after_absence,
)
from bench.judgement.check import Check

if TYPE_CHECKING:
    from bench.access.customer import ConsumerNotice
    from bench.controls.trial import Trial

ARRIVED = "the notification came"
TIME = "time from the event to its notification"
RETRIES = "repetitions that the push setup makes of a message that nobody took"
REPEATED = "a message that nobody took came at its last due repetition"
LOST = "events while nobody listened that were never told"
TWICE = "events while nobody listened that were told twice"
ORDER = "what had waited came in the order of its events"


async def tell_customer(notices: CustomerNotices) -> None:
    """Notices one by one, two at once, without receipts, late receipts, and for a time without anybody there."""
    trial = notices.trial
    if not await notices.prepare(ARRIVED):
        return
    events, within_s = trial.bound("n_events").count, trial.bound("t_evt").number
    try:
        async with notices.customer() as ems:
            for number in range(events - 1):
                await notices.stir()
                _record_notice(trial, notices, await notices.take(ems, within_s), f"event {number + 1}")
                await notices.clear()
                await notices.take_all(ems)
            await notices.stir(both=True)
            for meaning in (NEAR, OVER):
                _record_notice(trial, notices, await notices.take(ems, within_s, meaning), f"{meaning}, two at once")
            await notices.clear()
            await notices.take_all(ems)
            wanted = trial.bound("n_push_retries").count
            await notices.stir()
            count = await repetitions(notices, ems, (wanted + 0.5) * ems.repeat_s)
            trial.record.observe(RETRIES, count - 1, what=f"without a receipt, {ems.repeat_s:g} s apart")
            trial.record.observe(REPEATED, count > wanted, what=f"{wanted} repetitions")
            again = [one for one in await notices.take_all(ems) if one.code == ems.code_of(NEAR)]
            trial.record.observe(ACKNOWLEDGED, bool(again), what="a late receipt")
            await notices.clear()
            await notices.take_all(ems)
        missed = await told_to_customer_after_absence(notices, events, trial.bound("t_watch").number)
        trial.record.observe(LOST, list(missed.lost), what=f"of {events}")
        trial.record.observe(TWICE, list(missed.twice), what=f"of {events}, after their receipts")
        trial.record.observe(ORDER, missed.in_order, what=f"{missed.messages} notices")
    finally:
        await notices.restore()


def _record_notice(trial: Trial, notices: CustomerNotices, found: ConsumerNotice | None, what: str) -> None:
    trial.record.observe(ARRIVED, found is not None, what=what)
    if found is not None:
        trial.record.observe(TIME, found.at - notices.caused_at, what=what, unit="s")


def time_checks(trial: Trial) -> list[Check]:
    """The checks of A-M5 that all have."""
    enough = trial.enough("n_events")
    return [
        Check("the events are told", "at_least_true", ARRIVED, enough),
        Check("they are told within t_evt", "p95_at_most", TIME, trial.limit("t_evt")),
        Check("the push setup repeats what nobody took", "at_least", RETRIES, trial.limit("n_push_retries")),
        Check("what nobody took is repeated", "always", REPEATED),
        Check("no event is lost while nobody listens", "empty", LOST),
        Check("none is told twice", "empty", TWICE),
        Check("they come in their order", "always", ORDER),
    ]


def customer_checks(trial: Trial) -> Sequence[Check]:
    """Those of notices that wait for receipts."""
    return [*time_checks(trial), Check("a late receipt counts", "never", ACKNOWLEDGED)]
