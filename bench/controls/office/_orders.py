"""Switch orders at an office system: given over a session of who may give them, followed, and taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.access.dlms import DlmsAccess
from bench.controls.office._row import exchange_of
from bench.exchanges.meters import asked_meter, meter_seat
from bench.exchanges.office_kinds import OfficeOrder
from bench.exchanges.switch_scene import SwitchScene
from drivers.cim.errors import BadAnswerError, OfficeRefusedError
from drivers.cim.messenger import MessageOptions
from drivers.cim.office import CimOffice, Orders
from drivers.cim.payloads import EndDeviceControl, OrderStatus
from drivers.cim.times import iso
from drivers.cim.vocabulary import FINAL_STATES, Control, OrderState

if TYPE_CHECKING:
    from bench.controls.trial import Trial

A_DAY_S = 86_400.0


def order_of(trial: Trial) -> OfficeOrder:
    """The row's exchange, an order for a switch. Raises TypeError for one that is none."""
    exchange = exchange_of(trial)
    if not isinstance(exchange, OfficeOrder):
        raise TypeError(f"{trial.row.id} is no order for a switch")
    return exchange


def scene_of(trial: Trial) -> SwitchScene:
    """The switch behind the row: its exchange's own scene, else that of the meter under test."""
    exchange = exchange_of(trial)
    if isinstance(exchange, OfficeOrder):
        return exchange.scene
    return SwitchScene(DlmsAccess(trial.station, meter_seat(trial.station)))


def executes(trial: Trial) -> bool:
    """Whether the system under test executes orders itself, and does not only pass them on."""
    return trial.station.lab.seat(trial.seat).table.actor == "AMI Headend"


def control_of(
    trial: Trial,
    *,
    after_s: float | None = None,
    until_s: float | None = None,
    control: Control | None = None,
    meter: str = "",
) -> EndDeviceControl:
    """The row's order for ``after_s`` from now (None: at once), good until ``until_s`` from now; ``control`` and
    ``meter`` in place of the row's."""
    now = trial.clock.now()
    return EndDeviceControl(
        control=control or order_of(trial).control,
        meter=meter or asked_meter(trial.station),
        start="" if after_s is None else iso(now + after_s),
        expiry="" if until_s is None else iso(now + until_s),
    )


async def give(office: CimOffice, control: EndDeviceControl, options: MessageOptions | None = None) -> OrderStatus:
    """Give one order; how it stands then. Raises OfficeRefusedError."""
    return the_one(await office.order((control,), options))


def the_one(taken: Orders) -> OrderStatus:
    """The one order of an answer. Raises OfficeRefusedError with its code, BadAnswerError where there is neither."""
    if taken.orders:
        return taken.orders[0]
    if taken.errors:
        raise OfficeRefusedError(200, str(taken.errors[0].code))
    raise BadAnswerError("an order was answered with neither its status nor an error")


async def status_of(office: CimOffice, number: str) -> OrderStatus:
    """How an order stands. Raises OfficeRefusedError."""
    return the_one(await office.orders((number,)))


async def known_orders(office: CimOffice) -> frozenset[str]:
    """The numbers of all orders that the system knows of the sender. Raises OfficeRefusedError."""
    return frozenset(order.order for order in (await office.orders()).orders)


async def ended(
    trial: Trial,
    office: CimOffice,
    number: str,
    within_s: float,
    *,
    also: frozenset[OrderState] = frozenset(),
    every_s: float = 1.0,
) -> OrderStatus:
    """How an order ended, or how it stands after ``within_s``; states in ``also`` count as ends. It is asked for
    every ``every_s``."""
    deadline = trial.clock.now() + within_s
    while True:
        status = await status_of(office, number)
        if status.state in FINAL_STATES | also or trial.clock.now() >= deadline:
            return status
        await trial.station.advance(every_s)


def in_words(status: OrderStatus) -> str:
    """State and code of an order."""
    return f"{status.state}, {status.code}" if status.code else str(status.state)
