"""What office systems have to tell each other, so that a backlog arises while one of them cannot be reached."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bench.access.office import OfficeAccess
from bench.controls.attempts import attempt
from bench.controls.office._orders import A_DAY_S, control_of
from bench.controls.office._parties import OPERATOR
from bench.controls.office._state import stored_values
from bench.controls.trial import Trial
from bench.exchanges.meters import meter_name
from drivers.cim.payloads import MeterReadSchedule
from drivers.cim.times import iso, parse_iso
from drivers.cim.vocabulary import Control, OrderState

_ORDERER = "cis"
_NO_CAP = (0, 60.0)
_COLLECTIONS = 3
_SETTLE_S = 5.0
_RETRY_S = 1800.0
"""Longest time after which what is due is tried again. Systems that declare none retry within half an hour."""


@dataclass(frozen=True)
class Told:
    """Something that was or should be told: by what it is known, and its own time (UTC, s)."""

    name: str
    at: float


@dataclass(frozen=True)
class Backlog:
    """``peer``: the actor that is told. ``subject``: which t_keep. ``arise`` lets the outage pass and makes something
    to tell; ``meant`` and ``came`` are what the system under test and its peer then have of it.
    """

    peer: str
    subject: str
    arise: Callable[[Trial, OfficeAccess, float], Awaitable[None]]
    meant: Callable[[OfficeAccess, float], Awaitable[tuple[Told, ...]]]
    came: Callable[[OfficeAccess, float], Awaitable[tuple[Told, ...]]]


async def let_deliver(trial: Trial, access: OfficeAccess) -> None:
    """Let the time pass in which the system tries again (PIXIT ``x_retry_s``)."""
    await trial.station.advance(float(access.pixit("x_retry_s", _RETRY_S)))


# -- the headend: alarms to the CIS ------------------------------------------------------------------------------------


async def _alarms(trial: Trial, access: OfficeAccess, keep_s: float) -> None:
    """More orders to disconnect than the cap (PIXIT ``disconnect_caps``) lets through, all for tomorrow: each one above
    raises an alarm.
    """
    allowed, window_s = min(access.pixit("disconnect_caps", [_NO_CAP]), key=lambda cap: float(cap[1]))
    count = int(allowed) + trial.bound("n_keep").count
    began = trial.clock.now()
    async with access.session(_ORDERER) as office:
        for _number in range(count):
            await attempt(office.order((control_of(trial, after_s=A_DAY_S, control=Control.DISCONNECT),)))
            await trial.station.advance(float(window_s) / (count + 1))
        waiting = (OrderState.SCHEDULED, OrderState.HELD)
        await office.cancel([one.order for one in (await office.orders()).orders if one.state in waiting])
    await trial.station.advance(max(0.0, began + keep_s - trial.clock.now()))


async def _own_events(access: OfficeAccess, since: float) -> tuple[Told, ...]:
    async with access.session(_ORDERER) as office:
        found = await office.events(start=since)
    return tuple(Told(event.event, parse_iso(event.time_stamp)) for event in found)


async def _events_told(access: OfficeAccess, since: float) -> tuple[Told, ...]:
    async with access.session(OPERATOR, kept=True) as office:
        found = await office.events(start=since)
    return tuple(Told(event.event, parse_iso(event.time_stamp)) for event in found)


# -- the MDMS: intervals to Billing ------------------------------------------------------------------------------------


async def _intervals(trial: Trial, access: OfficeAccess, keep_s: float) -> None:
    """A schedule that collects intervals a few times while the outage lasts."""
    now = trial.clock.now()
    period = math.ceil(keep_s / _COLLECTIONS)
    schedule = MeterReadSchedule(
        schedule=f"bench-outage-{now:.0f}", meters=(meter_name(trial.station),), period=period, start=iso(now)
    )
    async with access.session(OPERATOR, kept=True) as office:
        await office.schedule_reading(schedule)
    await trial.station.advance(keep_s + period + _SETTLE_S)
    async with access.session(OPERATOR, kept=True) as office:
        await office.cancel_reading(schedule)


async def _intervals_held(access: OfficeAccess, since: float) -> tuple[Told, ...]:
    values = (what for what, _value in await stored_values(access))
    told = (Told(what, parse_iso(what.rpartition(" at ")[2])) for what in values)
    return tuple(one for one in told if one.at > since)


BACKLOGS: Mapping[str, Backlog] = {
    "AMI Headend": Backlog("CIS", "events", _alarms, _own_events, _events_told),
    "MDMS": Backlog("Billing", "data", _intervals, _intervals_held, _intervals_held),
}
"""By the actor of the system under test. CIS and Billing tell nobody of their own accord."""
