"""What happens in the tests of 3.4.1 to 3.4.5 between office systems: orders, their course, the switch meanwhile."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from bench.access.office import OfficeAccess
from bench.exchanges.meters import meter_name, meter_seat
from bench.exchanges.office_kinds import OfficeOrder
from bench.exchanges.witness import Contact
from bench.keywords.process import ProcessLibrary
from bench.keywords.switch_watch import Operation, SwitchWatch
from drivers.cim.errors import OfficeRefusedError
from drivers.cim.office import Orders
from drivers.cim.payloads import EndDeviceControl, EndDeviceEvent, OrderStatus, Reading
from drivers.cim.times import iso, parse_iso
from drivers.cim.vocabulary import FINAL_STATES, Control, OrderState, ReadingType

BEFORE_TIME_S = 5.0
POLL_S = 1.0


@dataclass
class Course:
    """The course of one order: ordered for when, how the witness saw the switch before, how it ended and when."""

    ordered_for: float = 0.0
    before: Contact | None = None
    before_state: str = ""
    end: OrderStatus | None = None
    answered_at: float = 0.0
    operation: Operation = field(default_factory=lambda: Operation(None, 0.0))
    contact: Contact | None = None


class OrderActs(ProcessLibrary):
    """The acts, without any judgement."""

    def __init__(self) -> None:
        self.course = Course()

    @property
    def order(self) -> OfficeOrder:
        """The row's exchange."""
        exchange = self.exchange
        if not isinstance(exchange, OfficeOrder):
            raise TypeError(f"{self.row.id} is no row of an order")
        return exchange

    @cached_property
    def meter_id(self) -> str:
        """The meter under test, as office systems call it."""
        return meter_name(self.station)

    async def order_for(self, delay_s: float, settle_s: float) -> None:
        """Give the row's order for ``delay_s`` from now; look just before its time; follow it until it has ended.

        ``settle_s``: longest station time from the ordered time to the business answer that is waited for.
        """
        order, course = self.order, self.course
        watch = SwitchWatch(self.wiring)
        await watch.begin()
        course.ordered_for = order.start = round(self.clock.now() + delay_s, 3)
        taken = await order.perform()
        number = taken.orders[0].order
        await self.wait_until(course.ordered_for - BEFORE_TIME_S)
        course.before = await order.scene.look()
        course.before_state = str((await self.status(number)).state)
        await self.wait_until(course.ordered_for)
        course.end = await self.followed(number, course.ordered_for + settle_s)
        course.answered_at = self.clock.now()
        course.contact = await order.scene.look()
        await order.scene.settle()
        course.operation = await watch.operation(self.recorder, closes=order.closes, since=course.ordered_for - delay_s)

    async def status(self, number: str) -> OrderStatus:
        """Where an order stands, as its sender learns it."""
        async with self.order.access.session(self.order.sender) as office:
            return (await office.orders((number,))).orders[0]

    async def disconnected_by_order(self) -> OrderStatus:
        """The end of an earlier supply: the CIS has the headend disconnect the meter, and it is done."""
        await self.order.scene.prepare(closed=True)
        control = EndDeviceControl(control=Control.DISCONNECT, meter=self.meter_id)
        async with self.office("AMI Headend").session("cis") as headend:
            number = (await headend.order((control,))).orders[0].order
            end = await self.followed_at(headend.orders, number, self.clock.now() + self.bound("t_business"))
        await self.order.scene.rest()
        await self.order.scene.look()
        await self.order.scene.rest()
        return end

    async def followed(self, number: str, deadline: float) -> OrderStatus:
        """How the row's order ended, or how it stands at ``deadline`` (UTC, s)."""
        async with self.order.access.session(self.order.sender) as office:
            return await self.followed_at(office.orders, number, deadline)

    async def followed_at(
        self, orders: Callable[[Sequence[str]], Awaitable[Orders]], number: str, deadline: float
    ) -> OrderStatus:
        """How an order ended, or how it stands at ``deadline`` (UTC, s), by ``orders`` of the system that knows it."""
        while True:
            status = (await orders((number,))).orders[0]
            if status.state in FINAL_STATES or self.clock.now() >= deadline:
                return status
            await self.wait(POLL_S)

    async def impossible_order(self) -> str:
        """What becomes of the row's order when its validity ends before its time: the code, or ``accepted``."""
        order = self.order
        start = self.clock.now() + 3600.0
        control = EndDeviceControl(
            control=order.control, meter=self.meter_id, start=iso(start), expiry=iso(start - 600.0)
        )
        try:
            async with order.access.session(order.sender) as office:
                taken = await office.order((control,))
        except OfficeRefusedError as error:
            return error.code
        return str(taken.errors[0].code) if taken.errors else "accepted"

    async def past_the_switch(self, minutes: float) -> None:
        """A bypass from the measuring element past the open switch, for some time, under load."""
        seat = meter_seat(self.station)
        await self.station.box.do(seat, "shunt", kind="past_switch")
        try:
            await self.wait(minutes * 60.0)
        finally:
            await self.station.box.do(seat, "shunt", kind="none")

    async def register_now(self) -> Reading | None:
        """The import register, read on demand by the CIS at the headend."""
        async with self.office("AMI Headend").session("cis") as headend:
            found = (await headend.read((self.meter_id,))).of(self.meter_id)
        return register_of(found.readings) if found is not None else None

    async def tampering_events(self, actor: str, asker: str) -> list[EndDeviceEvent]:
        """Events of possible tampering at the meter under test that ``asker`` finds at the system of ``actor``."""
        async with self.office(actor).session(asker) as office:
            events = await office.events((self.meter_id,))
        return [event for event in events if event.kind == "possible_tampering"]


async def clock_offset(access: OfficeAccess, now: float) -> float:
    """Clock of an office system less station time (s), as its auditor sees it."""
    async with access.session("auditor") as office:
        return parse_iso((await office.service_clock()).time) - now


def register_of(readings: tuple[Reading, ...]) -> Reading | None:
    """The import register among readings."""
    return next((reading for reading in readings if reading.reading_type is ReadingType.ENERGY_IMPORT), None)


def done_at(status: OrderStatus) -> float | None:
    """When an order was reported done (UTC, s), by its history."""
    return next((parse_iso(at) for state, at in status.history if state == OrderState.DONE), None)
