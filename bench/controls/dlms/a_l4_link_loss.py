"""A-L4 on DLMS: intervals and events of the time without a link are there afterwards, once, with their own times."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from bench.access.dlms import MANAGEMENT, DlmsAccess
from bench.controls.base import Probe
from bench.controls.dlms._notices import listening, notice_of, told_after_absence
from bench.controls.dlms._row import access_of
from bench.controls.trial import Trial
from bench.exchanges.notice import Notice
from bench.judgement.check import Check

INTERVALS_MISSING = "intervals of the outage that are missing"
INTERVALS_TWICE = "intervals of the outage that came twice"
IN_ORDER = "the intervals came in the order of their times"
EVENTS_KEPT = "the event of the outage is there once, with its own time"
NOT_TOLD = "events of the outage that were not told when the link was back"
TOLD_TWICE = "events of the outage that were told twice"
TOLD_IN_ORDER = "the events of the outage were told in their order"

_FRAUD_LOG = "fraud"
_EVENTS_EVERY_S = 300.0


async def stimulus(trial: Trial) -> None:
    """Break the link, let ``t_keep`` pass with ``n_keep`` tamper events in it, come back and read."""
    await lose_link(trial, _break_link)


async def lose_link(trial: Trial, break_link: Callable[[Any], Awaitable[None]]) -> None:
    """The outage. ``break_link`` has a session over the access that it is given, and loses its line."""
    access = access_of(trial)
    await break_link(access)
    broken_at = trial.clock.now()
    acts = await _make_events(trial)
    keep = max(trial.bound("t_keep", subject=subject).number for subject in ("events", "data"))
    await trial.station.advance(max(0.0, broken_at + keep - trial.clock.now()))
    back_at = trial.clock.now()
    async with access.session(MANAGEMENT, ask=True) as client:
        meter = access.meter(client)
        rows = [row.at for row in await meter.load_profile(broken_at, back_at)]
        events = [event.at for event in await meter.events(_FRAUD_LOG) if event.at is not None]
    _record_intervals(trial, access, broken_at, back_at, rows)
    tolerance = trial.bound("dt_clk", subject="meter_han").number
    for act in acts:
        near = [at for at in events if abs(at - act) <= tolerance]
        trial.record.observe(EVENTS_KEPT, len(near) == 1, what=f"cover moved at {act:.0f}", found=len(near))
    notice = notice_of(trial)
    if notice is not None and await listening(trial, notice, NOT_TOLD):
        await _told(trial, notice)


async def _told(trial: Trial, notice: Notice) -> None:
    """On a row on which the meter notifies: the same for its notifications, nobody being there to take them."""
    count = trial.bound("n_keep").count
    missed = await told_after_absence(trial, notice, count, trial.bound("t_keep", subject="events").number)
    trial.record.observe(NOT_TOLD, list(missed.lost), what=f"of {count}")
    trial.record.observe(TOLD_TWICE, list(missed.twice), what=f"of {count}")
    trial.record.observe(TOLD_IN_ORDER, missed.in_order, what=f"{missed.messages} messages")
    await notice.restore()


async def _break_link(access: DlmsAccess) -> None:
    """Have a session and lose its line in the middle."""
    client = access.new_client(MANAGEMENT)
    await access.ask_counter(MANAGEMENT)
    try:
        await client.associate()
        await access.meter(client).clock()
    finally:
        await client.abort()


async def _make_events(trial: Trial) -> list[float]:
    """Open and close the cover; the time of each act."""
    acts: list[float] = []
    for number in range(trial.bound("n_keep").count):
        await trial.station.advance(_EVENTS_EVERY_S)
        await trial.station.box.do(trial.seat, "cover", open=number % 2 == 0)
        acts.append(trial.clock.now())
    if len(acts) % 2:
        await trial.station.advance(_EVENTS_EVERY_S)
        await trial.station.box.do(trial.seat, "cover", open=False)
    return acts


def _record_intervals(trial: Trial, access: DlmsAccess, start: float, end: float, rows: Sequence[float | None]) -> None:
    period = int(access.pixit("capture_period_s", 900))
    first = int(start // period + 1) * period
    wanted = set(range(first, int(end) + 1, period))
    stamps = [round(at) for at in rows if at is not None]
    trial.record.observe(INTERVALS_MISSING, sorted(wanted - set(stamps))[:20], what=f"{len(wanted)} expected")  # type: ignore[arg-type]
    trial.record.observe(INTERVALS_TWICE, sorted({at for at in stamps if stamps.count(at) > 1})[:20])  # type: ignore[arg-type]
    trial.record.observe(IN_ORDER, stamps == sorted(stamps))


def checks(trial: Trial) -> Sequence[Check]:
    found = [
        Check("every interval of the outage is there", "empty", INTERVALS_MISSING),
        Check("none is there twice", "empty", INTERVALS_TWICE),
        Check("they come in order", "always", IN_ORDER),
        Check("every event of the outage is there once, with its own time", "always", EVENTS_KEPT),
    ]
    if notice_of(trial) is not None:
        found += [
            Check("every event of the outage is told", "empty", NOT_TOLD),
            Check("none is told twice", "empty", TOLD_TWICE),
            Check("they are told in their order", "always", TOLD_IN_ORDER),
        ]
    return found


PROBE = Probe("A-L4", "dlms", stimulus, checks)
