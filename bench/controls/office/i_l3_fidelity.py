"""I-L3 Value fidelity, between the hops.

Known loads at the meter: zero, two below the largest, the largest, and export. At each the system is asked the row's
question, and what it says has to be exactly what the meter itself says to the bench, in the right unit and of the right
meter. On a row of orders the readings of the order are compared, and the intervals or registers that the system gives
the same sender; Billing has to hold what it was told; a ping has to tell whether the meter answers.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from bench.access.dlms import DlmsAccess
from bench.access.office_rights import Act
from bench.controls.base import Probe
from bench.controls.office._acts import ask, payload_of
from bench.controls.office._holdings import PERIOD_S, collect, intervals
from bench.controls.office._hops import (
    Told,
    compare_closings,
    compare_intervals,
    compare_now,
    readings_in,
    registers_of,
)
from bench.controls.office._row import access_of, exchange_of, sender_session
from bench.controls.stimulus import Feed, Point
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.exchanges.meters import asked_meter, meter_seat, seat_called
from bench.exchanges.office.hand_to_billing import BILLING
from bench.exchanges.office_kinds import OfficeEnquiry, OfficeOrder, OfficeReading
from bench.exchanges.office_notification import OfficeNotification
from bench.exchanges.office_write import OfficeWrite
from bench.judgement.check import Check
from drivers.cim.messenger import Reply
from drivers.cim.office import CimOffice
from drivers.cim.outages import RestorationStatus
from drivers.cim.payloads import EndDeviceStatus, MeterReading
from drivers.cim.vocabulary import Control, Noun, ReadingKind, ReadingType, Verb

EXACT = "the system says what the meter says"
IDENTITY = "the answer is of the meter that was asked for"
POINTS = "points compared"
_EXPORT_W, _SETTLE_S, _ORDER_S = 1500.0, 5.0, 40.0
_MOMENT_S = 25.0
"""How long each load lasts where registers are read: together not longer than a customer's token lives."""
_AS_IT_IS = "as it is"
_TOLD = (0, 1, 250, 99_999, 2**32 + 1, 2**53 - 1)
"""Intervals for Billing (Wh): none, little, usual, much, and more than 32 and 52 bits hold."""
_SHOWN = 300
_ENERGIES = {ReadingType.ENERGY_IMPORT: None, ReadingType.ENERGY_EXPORT: None}


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    record_absent(trial, "overflow of a register", "no meter's register can be set close to its end")
    if isinstance(exchange, OfficeOrder):
        points = await _order(trial, exchange) + await _hop(trial)
        if points < trial.bound("n_value_points").count:
            points += await _order(trial, exchange)
    elif isinstance(exchange, OfficeEnquiry):
        points = await _enquiries(trial, exchange)
    elif isinstance(exchange, OfficeReading):
        points = await _readings(trial, exchange)
    elif isinstance(exchange, OfficeWrite):
        points = await _writes(trial, exchange)
    elif isinstance(exchange, OfficeNotification):
        points = await _notifications(trial, exchange)
    else:
        points = await _billing(trial)
    trial.record.observe(POINTS, points, unit="points")


async def _enquiries(trial: Trial, exchange: OfficeEnquiry) -> int:
    """Questions of each kind by turns, until there are enough."""
    asked = 0
    async with sender_session(trial) as session:
        while asked < trial.bound("n_value_points").count:
            for one in await exchange.answers(session):
                asked += 1
                trial.record.observe(EXACT, one.right, what=one.what)
                trial.record.observe(IDENTITY, one.meter == exchange.meter, what=f"{one.what}: {one.meter}")
    return asked


async def _writes(trial: Trial, exchange: OfficeWrite) -> int:
    """What is written is what an authorised party finds afterwards, and the answer is about the row's meter."""
    count, meter = int(trial.bound("n_value_points").count), asked_meter(trial.station)
    for number in range(count):
        await exchange.prepare()
        answer = await exchange.perform()
        held = await exchange.present()
        what = f"write {number + 1}"
        trial.record.observe(EXACT, held == exchange.wanted, what=f"{what}: {held}, written {exchange.wanted}")
        about = set(_meters_in(answer))
        trial.record.observe(IDENTITY, about <= {meter}, what=f"{what}: {', '.join(sorted(about)) or 'no meter named'}")
        await exchange.restore()
    return count


def _meters_in(answer: Any) -> Iterator[str]:
    """The meters that an answer names: a document of the portal, a reply, or the parts of one."""
    plain = payload_of(answer) if isinstance(answer, Reply) else answer
    for one in plain if isinstance(plain, tuple | list) else (plain,):
        meter = one.get("meter") if isinstance(one, dict) else getattr(one, "meter", None)
        if meter:
            yield str(meter)


def _meters_of(told: object) -> Iterable[str]:
    """The meters that a message is about."""
    several = getattr(told, "meters", ())
    return map(str, several or (getattr(told, "meter", ""),))


async def _notifications(trial: Trial, exchange: OfficeNotification) -> int:
    """What is told is what the receiver holds afterwards, each time with another content."""
    count = int(trial.bound("n_value_points").count)
    for number in range(count):
        await exchange.prepare()
        await exchange.perform()
        held = await exchange.present()
        for one in exchange.told():
            trial.record.observe(EXACT, one in held, what=f"message {number + 1}", told=str(one)[:_SHOWN])
        about = {meter for one in held for meter in _meters_of(one)}
        what = f"message {number + 1}: {', '.join(sorted(about))}"
        trial.record.observe(IDENTITY, about == {exchange.subject}, what=what)
    return count


# -- readings --------------------------------------------------------------------------------------------------------


async def _readings(trial: Trial, exchange: OfficeReading) -> int:
    seat = seat_called(trial.station, exchange.own_meter()) or meter_seat(trial.station)
    async with sender_session(trial) as session:
        answer = await exchange.perform(session)
        if next(_answering(answer, exchange.own_meter()), None) is not None:
            return await _pings(trial, exchange, session, seat)
        first = next(readings_in(answer))
        feed, points = _stimuli(trial, seat)
        if first.purpose == BILLING:
            told = await compare_closings(trial.station, seat, first)
            _record(trial, "ends of billing periods", exchange.own_meter(), first, told)
            return len(told)
        if first.interval_blocks:
            return await _over_intervals(trial, exchange, session, seat, feed, points)
        moments = any(one.reading_type not in _ENERGIES for one in first.readings)
        for point in points:
            await _apply(trial, feed, point)
            if feed is not None and not moments:
                await feed.off()
            for reading in readings_in(await exchange.perform(session)):
                _record(
                    trial, point.title, exchange.own_meter(), reading, await compare_now(trial.station, seat, reading)
                )
        if feed is not None:
            await feed.off()
    return len(points)


def _answering(answer: Any, asked: str) -> Iterator[tuple[str, bool]]:
    """Of which meters an answer says whether they answer: each of a ping's, and who is, or is not, on a crew's list."""
    if isinstance(answer, RestorationStatus):
        yield from ((one.meter, False) for one in answer.missing)
        if not answer.missing:
            yield asked, True
    elif isinstance(answer, tuple):
        yield from ((one.meter, one.reachable) for one in answer if isinstance(one, EndDeviceStatus))


async def _over_intervals(
    trial: Trial, exchange: OfficeReading, session: Any, seat: str, feed: Feed | None, points: Sequence[Point]
) -> int:
    """An interval at each point, then one question for all of them."""
    for point in points:
        await _apply(trial, feed, point, PERIOD_S)
    if feed is not None:
        await feed.off()
    now = trial.clock.now()
    await trial.station.advance(PERIOD_S - now % PERIOD_S + _SETTLE_S)
    compared = 0
    for reading in readings_in(await exchange.perform(session)):
        told = await compare_intervals(trial.station, seat, reading)
        _record(trial, "intervals", exchange.own_meter(), reading, told)
        compared += len(told)
    return compared


def _stimuli(trial: Trial, seat: str) -> tuple[Feed | None, Sequence[Point]]:
    """What to apply at the meter; where no instruments are wired to it, time alone."""
    access = DlmsAccess(trial.station, seat)
    feed = Feed(trial.station, seat, float(access.pixit("nominal_voltage_v", 230.0)))
    if feed.missing():
        record_absent(trial, f"loads at {seat}", f"no {feed.missing()} is wired to it; it is read as it is")
        return None, (Point(_AS_IT_IS, 0.0),) * trial.bound("n_value_points").count
    largest = feed.largest_w(float(access.pixit("maximum_current_a", 0.0)))
    return feed, (
        Point("zero", 0.0),
        Point("a tenth of the largest load", largest / 10),
        Point("inductive load", largest / 4, 0.8),
        Point("the largest load", largest),
        Point("export", -_EXPORT_W),
    )


async def _apply(trial: Trial, feed: Feed | None, point: Point, lasts_s: float = _MOMENT_S) -> None:
    if feed is not None:
        await feed.apply(point)
    await trial.station.advance(lasts_s)


def _record(
    trial: Trial, when: str, asked: str, reading: MeterReading, told: Sequence[Told], source: str = "the meter"
) -> None:
    trial.record.observe(IDENTITY, reading.meter == asked, what=f"{when}: {reading.meter}")
    for one in told:
        _record_value(trial, when, one, source)


def _record_value(trial: Trial, when: str, one: Told, source: str = "the meter") -> None:
    trial.record.observe(EXACT, one.exact, what=f"{when}, {one.what}: {one.value}, {source} {one.own}")


async def _pings(trial: Trial, exchange: OfficeReading, session: Any, seat: str) -> int:
    """The meter on and off by turns."""
    boot_s = float(DlmsAccess(trial.station, seat).pixit("boot_s", 60.0))
    count = trial.bound("n_value_points").count
    for number in range(count):
        on = number % 2 == 0
        if number:
            await trial.station.power(seat, on)
            await trial.station.advance(boot_s + _SETTLE_S if on else _SETTLE_S)
        for meter, reachable in _answering(await exchange.perform(session), exchange.own_meter()):
            what = f"ping {number + 1}, the meter is {'on' if on else 'off'}: {reachable}"
            trial.record.observe(EXACT, reachable is on, what=what)
            trial.record.observe(IDENTITY, meter == exchange.own_meter(), what=what)
    if count % 2 == 0:
        await trial.station.power(seat, True)
        await trial.station.advance(boot_s)
    return count


# -- orders, Billing -------------------------------------------------------------------------------------------------


async def _order(trial: Trial, exchange: OfficeOrder) -> int:
    """The readings of an order that is carried out: before and after it the registers are known."""
    seat = meter_seat(trial.station)
    await exchange.prepare()
    before = await registers_of(trial.station, seat, _ENERGIES)
    async with sender_session(trial) as office:
        assert isinstance(office, CimOffice)
        order = (await exchange.perform(office)).orders[0].order
        await trial.station.advance(_ORDER_S)
        status = (await office.orders((order,))).orders[0]
    after = await registers_of(trial.station, seat, _ENERGIES)
    trial.record.observe(IDENTITY, status.meter == asked_meter(trial.station), what=f"order {order}: {status.meter}")
    # A switch that is open lets no energy pass: before a connection, and after a disconnection.
    opens = status.control is Control.DISCONNECT
    standing, moving = (status.second_readings, status.readings) if opens else (status.readings, status.second_readings)
    still = after if opens else before
    for one in standing:
        _record_value(trial, "switch open", Told(one.reading_type.name.lower(), one.value, still[one.reading_type]))
    for one in moving:
        fits = before[one.reading_type] <= one.value <= after[one.reading_type]
        words = f"{one.value}, the meter {before[one.reading_type]} to {after[one.reading_type]}"
        trial.record.observe(EXACT, fits, what=f"switch closed, {one.reading_type.name.lower()}: {words}")
    await exchange.observe()
    await exchange.restore()
    return len(standing) + len(moving)


async def _hop(trial: Trial) -> int:
    """What the same system gives the row's sender by way of readings: intervals if it may have them, else registers."""
    access, sender, station = access_of(trial), exchange_of(trial).sender, trial.station
    seat, meter = meter_seat(station), asked_meter(station)
    kinds = (ReadingKind.INTERVALS, ReadingKind.ENERGY)
    acts = [Act(Verb.GET, Noun.METER_READINGS, kind) for kind in kinds]
    act = next((one for one in acts if access.rights.may(sender, one)), None)
    if act is None:
        record_absent(trial, "readings beside orders", f"{sender} may ask for none here")
        return 0
    if act.what == ReadingKind.INTERVALS and station.lab.seat(access.seat).table.actor == "MDMS":
        await collect(access, trial.bound("n_value_points").count)
    async with access.session(sender) as office:
        rounds = 1 if act.what == ReadingKind.INTERVALS else trial.bound("n_value_points").count
        compared = 0
        for number in range(rounds):
            reply = await ask(office, act, (meter,))
            for reading in reply.payload(Noun.METER_READINGS, tuple[MeterReading, ...]):
                told = [*await compare_now(station, seat, reading), *await compare_intervals(station, seat, reading)]
                _record(trial, f"reading {number + 1}", meter, reading, told)
                compared += len(told)
            await station.advance(_SETTLE_S)
    return compared


async def _billing(trial: Trial) -> int:
    """Intervals of every size, handed over and read back."""
    access, exchange = access_of(trial), exchange_of(trial)
    reading = intervals(access, tuple(float(value) for value in _TOLD))
    async with access.session(exchange.sender) as office:
        await office.announce((reading,))
    end = math.floor(trial.clock.now() / PERIOD_S) * PERIOD_S
    async with access.session("operator") as office:
        held = await office.read((reading.meter,), (ReadingKind.INTERVALS,), end - len(_TOLD) * PERIOD_S, end)
    sent = {one.time_stamp: one.value for one in reading.interval_blocks[0].readings}
    for meter in held.meters:
        block = meter.interval_blocks[0]
        got = {one.time_stamp: one.value for one in block.readings}
        right = block.unit == reading.interval_blocks[0].unit
        told = [Told(f"interval up to {at}", got.get(at), value, right) for at, value in sent.items()]
        _record(trial, "Billing", reading.meter, meter, told, "it was told")
    return len(sent)


def checks(trial: Trial) -> Sequence[Check]:
    return [
        Check("enough values were compared", "at_least", POINTS, {"limit": trial.bound("n_value_points").count}),
        Check("values are the meter's own, exactly", "always", EXACT),
        Check("they are of the meter that was asked for", "always", IDENTITY),
    ]


PROBE = Probe("I-L3", "office_https", stimulus, checks)
