"""A-M5 on DLMS: what happens at the meter is told in time, again when nobody took it, and nothing of it gets lost.

The row's event is caused again and again, then together with others at the same moment. Then nobody listens: for so
long that the meter has to repeat its message, and for a day of events. A data-notification over TCP is taken or not;
a late acknowledgment, of which the control speaks, does not exist in a push setup of version 0. At the consumer port
(AMI-32), where the customer's system gives receipts, it does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bench.access.dlms import MANAGEMENT
from bench.access.dlms_notices import Notified
from bench.controls.base import Probe
from bench.controls.dlms._customer_notices import customer_notices
from bench.controls.dlms._events import declared
from bench.controls.dlms._notices import REST_S, acts_beside, come, listening, no_notice, notice_of, told_after_absence
from bench.controls.notice_times import (
    ARRIVED,
    LOST,
    ORDER,
    REPEATED,
    RETRIES,
    TIME,
    TWICE,
    customer_checks,
    tell_customer,
    time_checks,
)
from bench.controls.variants import record_absent
from bench.judgement.check import Check
from drivers.dlms.apdu import Attribute
from drivers.dlms.data import Integer

if TYPE_CHECKING:
    from bench.controls.trial import Trial
    from bench.exchanges.notice import Notice

_PUSH_SETUP, _RANDOMISATION, _RETRIES, _DELAY = 40, 5, 6, 7


async def stimulus(trial: Trial) -> None:
    to_customer = customer_notices(trial)
    if to_customer is not None:
        await tell_customer(to_customer)
        return
    notice = notice_of(trial)
    if notice is None:
        no_notice(trial, ARRIVED)
        return
    if not await listening(trial, notice, ARRIVED):
        return
    record_absent(trial, "a late acknowledgment", "over TCP a message is taken or not")
    events, at_once = trial.bound("n_events").count, trial.bound("n_simultaneous").count
    for number in range(events - at_once):
        await _one(trial, notice, f"event {number + 1}")
    await _at_once(trial, notice, at_once)
    await _repeated(trial, notice)
    await _nobody_listens(trial, notice, events)
    await notice.restore()


async def _one(trial: Trial, notice: Notice, what: str) -> None:
    await notice.prepare()
    _record(trial, await notice.perform(trial.bound("t_evt").number), notice.caused_at, what)
    await trial.station.advance(REST_S)


def _record(trial: Trial, found: Notified | None, caused_at: float, what: str) -> None:
    trial.record.observe(ARRIVED, found is not None, what=what)
    if found is not None:
        # It came in the ``spread_s`` before it was seen: the middle, with a rectangular distribution around it.
        elapsed, spread = found.at - found.spread_s / 2 - caused_at, found.spread_s / 12**0.5
        trial.record.observe(TIME, elapsed, what=what, unit="s", standard_uncertainty=spread)


async def _at_once(trial: Trial, notice: Notice, count: int) -> None:
    """The row's event and others at the same moment."""
    await notice.prepare()
    acts = acts_beside(notice, count - 1)
    codes = {act.meaning: event[0] for act in acts if (event := declared(notice.access, act.meaning)) is not None}
    if notice.code is not None:
        codes[notice.meaning] = notice.code
    if len(codes) < count:
        record_absent(trial, f"{count} events at once", "the device file declares fewer kinds of events for that")
    for act in acts:
        await act.do(trial, True)
    await notice.stir()
    found = await come(notice, trial.bound("t_evt").number, codes.values())
    for meaning, code in codes.items():
        own = next((one for one in found if one.event is None or one.event.code == code), None)
        _record(trial, own, notice.caused_at, f"{meaning}, with {len(codes) - 1} others")
    for act in acts:
        await act.do(trial, False)
    await trial.station.advance(REST_S)


async def _repeated(trial: Trial, notice: Notice) -> None:
    """Nobody listens until all but the last of the repetitions that must be there are over."""
    wanted = trial.bound("n_push_retries").count
    await notice.prepare()
    retries, delay_s, random_s = await _settings(notice)
    trial.record.observe(RETRIES, retries, what="number_of_retries of the push setup")
    assert notice.listener is not None
    async with notice.listener.away():
        await notice.stir()
        await trial.station.advance((wanted - 0.5) * delay_s + random_s)
    found = await notice.awaited(delay_s + random_s)
    trial.record.observe(REPEATED, found is not None, what=f"{wanted} repetitions, {delay_s:g} s apart")
    await trial.station.advance(REST_S)


async def _settings(notice: Notice) -> tuple[int, float, float]:
    """Retries, seconds between them, and seconds by which the first try is put off at random."""
    numbers = []
    async with notice.access.session(MANAGEMENT, ask=True) as client:
        for index in (_RETRIES, _DELAY, _RANDOMISATION):
            value = await client.get(Attribute(_PUSH_SETUP, notice.access.names.push_setup, index))
            numbers.append(int(value) if isinstance(value, Integer) else 0)
    return numbers[0], float(numbers[1]), float(numbers[2])


async def _nobody_listens(trial: Trial, notice: Notice, count: int) -> None:
    """``count`` events in ``t_watch`` without a listener, and what comes of them when there is one again."""
    missed = await told_after_absence(trial, notice, count, trial.bound("t_watch").number)
    trial.record.observe(LOST, list(missed.lost), what=f"of {count}")
    trial.record.observe(TWICE, list(missed.twice), what=f"of {count}")
    trial.record.observe(ORDER, missed.in_order, what=f"{missed.messages} messages")


def checks(trial: Trial) -> Sequence[Check]:
    return customer_checks(trial) if customer_notices(trial) is not None else time_checks(trial)


PROBE = Probe("A-M5", "dlms", stimulus, checks)
