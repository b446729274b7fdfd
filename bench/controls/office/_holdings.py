"""Data for an office system to hold: so that an attempt to get at it does not find an empty house."""

from __future__ import annotations

import math
import uuid
from collections.abc import Awaitable, Callable, Mapping

from bench.access.office import OfficeAccess
from bench.access.office_rights import Act
from bench.controls.office._parties import OPERATOR, claimed_parties
from bench.exchanges.meters import asked_meter
from drivers.cim.payloads import EndDeviceEvent, IntervalBlock, IntervalReading, MeterReading, MeterReadSchedule
from drivers.cim.times import iso
from drivers.cim.vocabulary import UNITS, EventKind, Noun, ReadingKind, ReadingType, Verb

PERIOD_S = 900
EVENTS = Act(Verb.GET, Noun.END_DEVICE_EVENTS)
STORED_PATH = "/readings/{meter}"
"""Where a system shows what it holds of a meter, to those who may read meters there."""
_TELL = Act(Verb.CREATED, Noun.END_DEVICE_EVENTS)
_HISTORY = 4
_SETTLE_S = 2.0


async def stock(access: OfficeAccess) -> bool:
    """Have the system hold readings of the meter under test, by what its authorised parties send and ask.

    False when nobody knows how, for want of such parties. Raises what the system answers.
    """
    maker = _MAKERS.get(access.station.lab.seat(access.seat).table.actor)
    if maker is None:
        return False
    await maker(access)
    return True


def reader_of(access: OfficeAccess) -> str | None:
    """A party that may get what the system holds of any meter, None when there is none."""
    rights = access.rights
    return next(
        (
            party
            for party in claimed_parties(access)
            if rights.may_get(party, STORED_PATH) and not rights.submeters_only(party)
        ),
        None,
    )


def event_reader(access: OfficeAccess) -> str | None:
    """A party that may ask for the events that the system holds, None when there is none."""
    return next((party for party in claimed_parties(access) if access.rights.may(party, EVENTS)), None)


async def tell_event(access: OfficeAccess, detail: str) -> bool:
    """Tell the system of an event at the meter under test, as a party that may; False when there is none."""
    teller = next((party for party in claimed_parties(access) if access.rights.may(party, _TELL)), None)
    if teller is None:
        return False
    now = access.station.clock.now()
    event = EndDeviceEvent(
        event=f"bench-{uuid.uuid4().hex}",
        kind=EventKind.METER_EVENT,
        meter=asked_meter(access.station),
        time_stamp=iso(now),
        detail=detail,
    )
    async with access.session(teller, kept=True) as office:
        await office.tell((event,))
    return True


async def _hear(access: OfficeAccess) -> None:
    await tell_event(access, "held")


async def _ask_meter(access: OfficeAccess) -> None:
    async with access.session("mdms", kept=True) as office:
        await office.read((asked_meter(access.station),), (ReadingKind.ENERGY,))


async def _ask_portal(access: OfficeAccess) -> None:
    async with access.customer() as portal:
        await portal.read_now(asked_meter(access.station))


async def _hand_over(access: OfficeAccess) -> None:
    async with access.session("mdms", kept=True) as office:
        await office.announce((intervals(access, (100.0, 110.0, 120.0)),))


async def _collect(access: OfficeAccess) -> None:
    await collect(access, _HISTORY)


async def collect(access: OfficeAccess, count: int) -> None:
    """Have an MDMS fetch the last ``count`` intervals of the meter under test, by a schedule of its operator."""
    now = access.station.clock.now()
    schedule = MeterReadSchedule(
        schedule=f"bench-{now:.0f}",
        meters=(asked_meter(access.station),),
        period=PERIOD_S,
        start=iso((math.floor(now / PERIOD_S) - count) * PERIOD_S),
    )
    async with access.session(OPERATOR, kept=True) as office:
        await office.schedule_reading(schedule)
        await access.station.advance((math.floor(now / PERIOD_S) + 1) * PERIOD_S - now + _SETTLE_S)
        await office.cancel_reading(schedule)


def intervals(access: OfficeAccess, values: tuple[float, ...]) -> MeterReading:
    """Import intervals of the meter under test with these values (Wh), the last one that has ended last."""
    end = math.floor(access.station.clock.now() / PERIOD_S) * PERIOD_S
    first = end - (len(values) - 1) * PERIOD_S
    kind = ReadingType.INTERVAL_IMPORT
    readings = tuple(
        IntervalReading(time_stamp=iso(first + index * PERIOD_S), value=value) for index, value in enumerate(values)
    )
    block = IntervalBlock(reading_type=kind, unit=UNITS[kind], interval_length=PERIOD_S, readings=readings)
    return MeterReading(meter=asked_meter(access.station), interval_blocks=(block,))


_MAKERS: Mapping[str, Callable[[OfficeAccess], Awaitable[None]]] = {
    "AMI Headend": _ask_meter,
    "Billing": _hand_over,
    "CIS": _ask_portal,
    "DMS Applications": _hear,
    "MDMS": _collect,
    "OMS": _hear,
}
"""How a system comes to readings or, where it holds none, to events, by its actor."""
