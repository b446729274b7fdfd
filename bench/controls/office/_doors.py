"""The ways to a row's data: the row's own question, and every other by which the same system gives the same data."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from bench.access.office_rights import Act
from bench.controls.attempts import attempt
from bench.controls.office._acts import ask
from bench.controls.office._holdings import EVENTS, STORED_PATH, reader_of, stock
from bench.controls.office._row import access_of, by_customer, exchange_of, sender_session
from bench.controls.office._surface import filled
from bench.exchanges.meters import asked_meter
from bench.exchanges.office_kinds import OfficeOrder, OfficeReading
from bench.exchanges.office_notification import OfficeNotification
from drivers.cim.messenger import Reply
from drivers.cim.office import CimOffice
from drivers.cim.portal import PortalClient
from drivers.cim.times import iso
from drivers.cim.vocabulary import Noun, ReadingKind, Verb

if TYPE_CHECKING:
    from bench.controls.trial import Trial

LATER_S = 86_400.0

ENERGY = Act(Verb.GET, Noun.METER_READINGS, ReadingKind.ENERGY)
INTERVALS = Act(Verb.GET, Noun.METER_READINGS, ReadingKind.INTERVALS)
ORDERS = Act(Verb.GET, Noun.END_DEVICE_CONTROLS)
SIGNALS = Act(Verb.GET, Noun.SIGNALS)


@dataclass(frozen=True)
class Door:
    """One way to the row's data, in words, for somebody with a session."""

    what: str
    enter: Callable[[Any], Awaitable[Any]]


def office_doors(trial: Trial) -> Sequence[Door]:
    """The doors by message and by path, for a session of a system or person."""
    exchange, meter = exchange_of(trial), asked_meter(trial.station)
    found = [_question(act, meter) for act in (ENERGY, INTERVALS, ORDERS, SIGNALS)]
    if isinstance(exchange, OfficeReading) and not by_customer(trial):
        found.insert(0, Door("the row's question", exchange.send))
    if isinstance(exchange, OfficeNotification):
        found.append(_question(EVENTS, meter))
    return [*found, Door("what the system holds", lambda office: _get(office, filled(STORED_PATH, meter)))]


def _question(act: Act, meter: str) -> Door:
    async def enter(office: CimOffice) -> Reply:
        return await ask(office, act, (meter,))

    return Door(str(act), enter)


def portal_doors(trial: Trial) -> Sequence[Door]:
    """The doors of the portal, for a session of a customer."""
    meter = asked_meter(trial.station)
    return [
        Door("the row's question", exchange_of(trial).send),
        Door("stored readings", lambda portal: portal.stored_readings(meter)),
        Door("the account", lambda portal: portal.account()),
    ]


async def _answers(session: Any, act: Act, meter: str) -> bool:
    assert isinstance(session, CimOffice)
    tried = await attempt(ask(session, act, (meter,)))
    return tried.error is None


async def _get(session: CimOffice | PortalClient, path: str) -> Any:
    return await session.client.get(path)


class Matter:
    """The row's data at the system: put there by `lay`, cleared by `clear`."""

    def __init__(self, trial: Trial) -> None:
        self._trial = trial
        self._order = ""

    async def lay(self) -> None:
        """Have the system hold readings and, on a row of orders, an order of the row's sender for tomorrow."""
        trial, exchange = self._trial, exchange_of(self._trial)
        await stock(access_of(trial))
        if isinstance(exchange, OfficeNotification):
            await exchange.prepare()
            await exchange.perform()
        if isinstance(exchange, OfficeOrder):
            tomorrow = msgspec.structs.replace(exchange.order(), start=iso(trial.clock.now() + LATER_S))
            async with sender_session(trial) as office:
                assert isinstance(office, CimOffice)
                self._order = (await office.order((tomorrow,))).orders[0].order

    async def can_be_had(self) -> bool:
        """Whether those who may have the row's data get them."""
        trial, exchange = self._trial, exchange_of(self._trial)
        if isinstance(exchange, OfficeReading):
            await exchange.perform()
            return bool((await exchange.observe()).happened)
        if isinstance(exchange, OfficeNotification):
            return bool(await exchange.present())
        if self._order:
            async with sender_session(trial) as office:
                assert isinstance(office, CimOffice)
                return bool((await office.orders((self._order,))).orders)
        reader = reader_of(access_of(trial))
        if reader is None:  # It holds signals and no readings.
            async with sender_session(trial) as office:
                return await _answers(office, SIGNALS, asked_meter(trial.station))
        async with access_of(trial).session(reader) as office:
            answer = await office.client.get(filled(STORED_PATH, asked_meter(trial.station)))
        return answer.status < 400

    async def clear(self) -> None:
        """Take the order back."""
        if self._order:
            async with sender_session(self._trial) as office:
                assert isinstance(office, CimOffice)
                await office.cancel((self._order,))
            self._order = ""
