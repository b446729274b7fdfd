"""What A-M8 judges on every link: nobody keeps a device from telling what it has to tell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bench.judgement.check import Check

if TYPE_CHECKING:
    from bench.access.customer import CustomerSystem
    from bench.controls.customer_notices import CustomerNotices
    from bench.controls.trial import Trial

CHANGED = "a client that may not do so changed what the notification depends on"
KEPT = "what the notification depends on is as it was"
DELIVERED = "the notification came"
TIME = "time from the event to its notification"


async def told_to_customer(trial: Trial, notices: CustomerNotices, ems: CustomerSystem, what: str) -> None:
    """Cause a notice, and record whether and when it came to the customer; nothing waits afterwards."""
    await notices.stir()
    found = await notices.take(ems, trial.bound("t_evt").number)
    trial.record.observe(DELIVERED, found is not None, what=what)
    if found is not None:
        trial.record.observe(TIME, found.at - notices.caused_at, what=what, unit="s")
    await notices.clear()
    await notices.take_all(ems)


def checks(trial: Trial) -> Sequence[Check]:
    """Those of the control."""
    return [
        Check("nobody switches the notification off who may not", "never", CHANGED),
        Check("what it depends on stays as it was", "always", KEPT),
        Check("tampering is told all the same", "always", DELIVERED),
        Check("it is told within t_evt", "at_most", TIME, trial.limit("t_evt")),
    ]
