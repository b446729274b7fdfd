"""A-L4 on Modbus: what happened while nobody asked is in the log afterwards, once, in order, with its own time.

Modbus has no message of the device's own: what is "delivered" when the link is back is what a reading then finds.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.modbus._log import read_log
from bench.controls.modbus._probes import on_both
from bench.controls.modbus._row import access_of, answers_again, exchange_of, settings_of
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.exchanges.modbus_notice import PolledNotification
from bench.judgement.check import Check

BACK = "the device answered when the link was back"
KEPT = "every setting was unchanged"
EVENTS_KEPT = "the event of the outage is there once, with its own time"
IN_ORDER = "the entries stand in the order of their times"
_EVENTS_EVERY_S = 300.0
_PATIENCE_S = 60.0
_TOLERANCE_S = 90.0  # the device says what it noticed once it has held for a while; events come further apart


async def stimulus(trial: Trial) -> None:
    access, exchange = access_of(trial), exchange_of(trial)
    await exchange.prepare()
    async with access.session() as client:
        await exchange.send(client)
    before = await settings_of(access)
    lost_at = trial.clock.now()
    acts = await _events(trial, exchange) if isinstance(exchange, PolledNotification) else []
    keep = trial.bound("t_keep", subject="events").number
    await trial.station.advance(max(0.0, lost_at + keep - trial.clock.now()))
    back = await answers_again(trial, access, _PATIENCE_S)
    trial.record.observe(BACK, back is not None, what=f"after {keep / 3600:g} h")
    if back is None:
        return
    after = await settings_of(access)
    for name, value in before.items():
        trial.record.observe(KEPT, after.get(name) == value, what=name)
    await _look(trial, acts)
    await exchange.restore()


async def _events(trial: Trial, exchange: PolledNotification) -> list[tuple[int, float]]:
    """Events one after the other, each undone before the next; subject and time of each."""
    acts: list[tuple[int, float]] = []
    for number in range(trial.bound("n_keep").count):
        await trial.station.advance(_EVENTS_EVERY_S)
        subject = number % exchange.subjects + 1
        acts.append((subject, await exchange.cause(subject)))
        await trial.station.advance(_EVENTS_EVERY_S)
        await exchange.undo(subject)
    return acts


async def _look(trial: Trial, acts: Sequence[tuple[int, float]]) -> None:
    entries, exchange = await read_log(access_of(trial)), exchange_of(trial)
    if entries is None or not isinstance(exchange, PolledNotification):
        record_absent(trial, "events of the outage", "the device logs none, or the row tells of none")
        return
    codes = exchange.logged_codes
    times = [entry.at for entry in entries]
    trial.record.observe(IN_ORDER, times == sorted(times), what=f"{len(times)} entries")
    kept = access_of(trial).declared.log
    assert kept is not None
    for subject, at in acts[-kept.capacity // 2 :]:
        near = [
            one for one in entries if one.code in codes and one.subject == subject and 0 <= one.at - at <= _TOLERANCE_S
        ]
        trial.record.observe(EVENTS_KEPT, len(near) == 1, what=f"{subject} at {at:.0f}", found=len(near))


def checks(trial: Trial) -> Sequence[Check]:
    found = [
        Check("the device is there when the link is back", "always", BACK),
        Check("every setting is unchanged", "always", KEPT),
    ]
    if isinstance(exchange_of(trial), PolledNotification) and access_of(trial).declared.log is not None:
        found += [
            Check("every event of the outage is there once, with its own time", "always", EVENTS_KEPT),
            Check("they stand in their order", "always", IN_ORDER),
        ]
    return found


PROBES = on_both("A-L4", stimulus, checks)
