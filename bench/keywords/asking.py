"""Questions of 3.1.2 that must end in a specific error, and what else an asker of that process does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from robot.api import SkipExecution

from bench.access.dlms import MANAGEMENT, PUBLIC
from bench.exchanges.dlms_exchange import DlmsExchange
from bench.exchanges.meters import METER, meter_name, office_name, seat_called
from bench.exchanges.office.customer_read import CustomerRead
from bench.exchanges.office_kinds import OfficeReading
from bench.keywords.answers import Answer, answer_of
from drivers.cim.canonical import Response
from drivers.cim.errors import OfficeRefusedError
from drivers.cim.vocabulary import ReadingKind
from drivers.dlms.errors import RefusedError
from drivers.transport.tap import Direction

if TYPE_CHECKING:
    from bench.exchanges.base import Exchange

UNKNOWN_METER = "no-such-meter"
UNKNOWN_REGISTER = "1.0.99.8.0.255"
MONTH_S = 30 * 86_400.0

_NOT_THEIRS = {"cis": ReadingKind.ELECTRICAL, "mdms": ReadingKind.ELECTRICAL}
"""What the rows do not give a party, where it is not energy."""


async def about_nobody(exchange: Exchange) -> Answer:
    """Ask for a meter that does not exist; at the meter itself, for a register that it does not have."""
    if isinstance(exchange, DlmsExchange):
        return await _register(exchange, MANAGEMENT, UNKNOWN_REGISTER)
    reading = _office(exchange)
    return await _perform(reading, UNKNOWN_METER)


async def without_supply(exchange: Exchange) -> Answer:
    """Ask while the asked meter has no supply. A meter that sits in no seat of the station skips the test."""
    reading = _office(exchange)
    seat = seat_called(reading.station, reading.meter)
    if seat is None:
        raise SkipExecution(f"the supply of meter {reading.meter}, which sits in no seat, cannot be cut")
    await reading.station.box.do(seat, "mains", on=False)
    await reading.station.advance(1.0)
    try:
        return await _perform(reading)
    finally:
        await reading.station.box.do(seat, "mains", on=True)


async def too_much(exchange: Exchange) -> Answer:
    """Ask for what the row does not give its sender.

    The meter's public client asks for energy, a customer for another's meter, a system for another kind of readings or,
    where only sub-meters are its business, for a meter that is none.
    """
    if isinstance(exchange, DlmsExchange):
        return await _register(exchange, PUBLIC, "energy_import")
    reading = _office(exchange)
    if isinstance(reading, CustomerRead):
        return await _perform(reading, _another_meter(reading))
    kind = _NOT_THEIRS.get(reading.sender, ReadingKind.ENERGY)
    try:
        async with reading.access.session(reading.sender) as office:
            return answer_of(await office.read((meter_name(reading.station),), (kind,)))
    except OfficeRefusedError as error:
        return Answer(errors=(error.code,))


async def for_a_move(exchange: Exchange) -> tuple[dict[str, Any], dict[str, Any]]:
    """As a customer, ask for a move out in a month; a clerk takes it back.

    Returns the order's status, and the readings that the portal then shows.
    """
    if not isinstance(exchange, CustomerRead):
        raise TypeError(f"{type(exchange).__name__} is no customer's exchange")
    async with exchange.access.customer() as portal:
        await portal.read_now(exchange.meter)
        status = await portal.request_move("out", exchange.meter, exchange.station.clock.now() + MONTH_S)
        stored = await portal.stored_readings(exchange.meter)
    async with exchange.access.session("operator") as clerk:
        await clerk.cancel((str(status.get("order", "")),))
    return status, stored


async def whole_answer(exchange: Exchange) -> tuple[Any, Answer]:
    """The JSON document in which an answer came, and the answer."""
    reading = _office(exchange)
    async with reading.access.session(reading.sender) as office:
        with office.client.message.capturing() as seen:
            answer = answer_of(await reading.send(office))
    body = next(one.data for one in seen if one.direction is Direction.IN)
    return msgspec.json.decode(Response.from_bytes(body).body), answer


def _office(exchange: Exchange) -> OfficeReading:
    if not isinstance(exchange, OfficeReading):
        raise TypeError(f"{type(exchange).__name__} asks no office system")
    return exchange


async def _perform(reading: OfficeReading, meter: str = "") -> Answer:
    reading.asked = meter
    try:
        return answer_of(await reading.perform())
    except OfficeRefusedError as error:
        return Answer(errors=(error.code,))
    finally:
        reading.asked = ""


async def _register(exchange: DlmsExchange, role: str, register: str) -> Answer:
    async with exchange.access.session(role) as client:
        try:
            reading = await exchange.access.meter(client).register(register)
        except RefusedError as error:
            result = getattr(error, "result", None)
            return Answer(errors=(result.name.lower() if result is not None else type(error).__name__,))
    return Answer(errors=(f"answered with {reading.value:g} {reading.unit}",))


def _another_meter(reading: OfficeReading) -> str:
    names = [office_name(seat) for seat in reading.station.lab.seats.values() if seat.actor == METER]
    others = [name for name in names if name != reading.own_meter()]
    if not others:
        raise SkipExecution("the station has no second meter, which would be another customer's")
    return others[0]
