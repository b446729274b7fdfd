"""What probes on Modbus share: the row's exchange, a reading of no effect, recovery, power, the log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from bench.access.modbus import MANAGEMENT, ModbusAccess
from bench.access.modbus_declared import ANONYMOUS
from bench.controls.attempts import attempt
from bench.exchanges.modbus_exchange import ModbusExchange
from drivers.modbus.errors import ModbusExceptionError
from drivers.modbus.points import Point, Value
from drivers.modbus.requests import read_request

if TYPE_CHECKING:
    from bench.controls.trial import Trial
    from drivers.modbus.client import ModbusClient

_TRY_EVERY_S, _TRY_TIMEOUT_S = 1.0, 1.0


def exchange_of(trial: Trial) -> ModbusExchange:
    """The row's exchange. Raises TypeError for one of another link, which the registry cannot have found."""
    if not isinstance(trial.exchange, ModbusExchange):
        raise TypeError(f"{trial.row.id} on {trial.link} has no Modbus exchange")
    return trial.exchange


def access_of(trial: Trial) -> ModbusAccess:
    """How the bench reaches the device under test."""
    return exchange_of(trial).access


def second_unit(access: ModbusAccess) -> ModbusAccess | None:
    """Another seat of the station with the same device on the same link; None where there is none."""
    own = access.station.lab.seat(access.seat).device
    for seat in access.station.lab.seats.values():
        same = seat.device is not None and own is not None and seat.device.identity.model == own.identity.model
        if seat.name != access.seat and same and seat.speaks(access.link):
            return ModbusAccess(access.station, seat.name, access.link)
    return None


def harmless_read(trial: Trial) -> bytes:
    """A request of no effect: the point that the device file names for it, else the first of the row's data."""
    access = access_of(trial)
    idle = access.points.get(access.declared.idle)
    if idle is not None:
        return read_request(idle.space, idle.address, idle.size)
    return exchange_of(trial).reads()[0]


def reader_of(access: ModbusAccess, point: Point) -> str:
    """A client that may read a point: the row's sender, else another one that may."""
    return _who(access, lambda role: access.rights.may_read(role, point.space, point.address, point.size))


def writer_of(access: ModbusAccess, point: Point) -> str | None:
    """A client that may write a point; None where nobody may. Nobody in particular on a plain link."""
    if not access.secure:
        return ANONYMOUS
    may = access.rights.may_write
    return next((role for role in access.clients if may(role, point.space, point.address, point.size)), None)


def _who(access: ModbusAccess, fits: object) -> str:
    assert callable(fits)
    if not access.secure:
        return ANONYMOUS
    return MANAGEMENT if fits(MANAGEMENT) else next((role for role in access.clients if fits(role)), MANAGEMENT)


async def settings_of(access: ModbusAccess, client: ModbusClient | None = None) -> Mapping[str, Value]:
    """The settings that the device file names as kept, as ``client`` sees them, or their reader on a new connection."""
    names = [name for name in access.declared.settings_kept if name in access.points]
    if not names:
        return {}
    if client is not None:
        return await access.device(client).values(names)
    async with access.session(reader_of(access, access.points[names[0]])) as client:
        return await access.device(client).values(names)


async def answers_again(trial: Trial, access: ModbusAccess, patience_s: float) -> float | None:
    """Seconds of station time until the device serves the row's sender, None after ``patience_s``."""
    request, started = harmless_read(trial), trial.clock.now()
    while trial.clock.now() - started < patience_s:
        asked = trial.clock.now()
        tried = await attempt(_one_answer(access, request))
        if tried.accepted and tried.value:
            return trial.clock.now() - started
        await trial.station.advance(max(0.0, asked + _TRY_EVERY_S - trial.clock.now()))
    return None


async def _one_answer(access: ModbusAccess, request: bytes) -> bool:
    async with access.session(timeout_s=_TRY_TIMEOUT_S) as client:
        return gives_data(await client.send_pdu(request))


async def read_data(client: ModbusClient, request: bytes) -> bytes:
    """The response to a read. Raises ModbusExceptionError for one that carries no data."""
    response = await client.send_pdu(request)
    if not gives_data(response):
        raise ModbusExceptionError(request[0], int.from_bytes(response[1:2], "big"))
    return response


def gives_data(response: bytes) -> bool:
    """Whether a response carries what was asked for."""
    return bool(response) and response[0] < 0x80


async def power_cycle(trial: Trial, access: ModbusAccess, off_s: float) -> float | None:
    """Cut the power for ``off_s``; how long the device took afterwards, None when it is not there in 2 x t_boot."""
    await trial.station.power(access.seat, False)
    await trial.station.advance(off_s)
    await trial.station.power(access.seat, True)
    return await answers_again(trial, access, 2 * trial.bound("t_boot").number)


async def ask_many(client: ModbusClient, requests: Sequence[bytes], at_a_time: int = 1) -> Mapping[bytes, bytes]:
    """Send requests, several at a time where the device takes that; the responses of those that were answered."""
    found: dict[bytes, bytes] = {}
    at_a_time = 1 if client.link.broadcasts else max(1, at_a_time)
    for first in range(0, len(requests), at_a_time):
        batch = requests[first : first + at_a_time]
        sent = [(request, await client.link.send(client.unit, request)) for request in batch]
        for request, transaction in sent:
            until = client.clock.now() + client.timeout_s
            tried = await attempt(client.link.receive(client.unit, request[0], transaction, until))
            if tried.accepted:
                found[request] = tried.value
    return found
