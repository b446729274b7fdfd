"""Keywords of 3.4.5 between office systems: a group order sheds the load of a feeder, and gives it back in turn."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import cached_property
from itertools import pairwise

from robot.api import SkipExecution
from robot.api.deco import keyword, library

from bench.access.dlms import DlmsAccess
from bench.exchanges.meters import seat_called
from bench.exchanges.office_kinds import OfficeOrder
from bench.exchanges.witness import Contact, Wiring
from bench.keywords.order_acts import register_of
from bench.keywords.process import ProcessLibrary
from drivers.cim.payloads import EndDeviceControl, MasterDataLinkage, OrderStatus
from drivers.cim.times import iso
from drivers.cim.vocabulary import FINAL_STATES, Control, OrderState, Reason

HAS_SUPPLY, OFF_IN_TIME = "the others have supply", "the members' supply is off in time"
ACKNOWLEDGED, READING = "each member is acknowledged as done, off", "each acknowledgment has a reading"
FOR_OTHERS = "orders for meters that are no members"
EARLY = "members' supply is off before the time"
SILENT_STATE, SILENT_READING = "the silent meter is reported as", "the silent meter has a reading"
BACK, SPREAD = "each member has supply again", "from one member's supply to the next one's"
_CLERK = "operator"
_AHEAD_S, _BEFORE_S, _LOOK_S = 120.0, 5.0, 2.0
_SPREAD_S, _NARROW_S = 4.0, 0.2


@library(scope="TEST", auto_keywords=False)
class Shedding(ProcessLibrary):
    """Orders for the feeder that PIXIT ``shedding`` names; an instrument at each of its meters is the witness.

    A station that names no such feeder, or has no instrument at a meter, skips the test.
    """

    def __init__(self) -> None:
        self._ordered_for = 0.0
        self._statuses: Sequence[OrderStatus] = ()
        self._consents = True
        self._silent = ""

    # -- doing -----------------------------------------------------------------------------------------------------

    @keyword("Every Meter Has Supply")
    def all_on(self) -> None:
        """The meter under test draws a load, and every witness sees supply. Example: | Every Meter Has Supply |"""
        self.run(self._all_on(), self.order.scene.dwell_s)

    @keyword("Shed The Feeder's Load")
    def shed(self) -> None:
        """The row's sender orders it for in two minutes; followed until every order has ended or t_act is over.

        Example: | Shed The Feeder's Load |
        """
        wait_s = _AHEAD_S + self.bound("t_act")
        self.expect_wait(wait_s)
        self.run(self._shed(), wait_s)

    @keyword("Withdraw A Consent")
    def withdraw(self) -> None:
        """The last member no longer agrees to be shed; the headend is told. Example: | Withdraw A Consent |"""
        self._consents = False
        self.run(self._withdrawn())

    @keyword("Shed The Feeder's Load While A Meter Is Silent")
    def shed_with_silent(self) -> None:
        """As `Shed The Feeder's Load`, the last member being without supply.

        Example: | Shed The Feeder's Load While A Meter Is Silent |
        """
        self._silent = self.members[-1]
        wait_s = _AHEAD_S + self.bound("t_act")
        self.expect_wait(wait_s)
        self.run(self._shed_with_silent(), wait_s)

    @keyword("Give The Load Back In Turn")
    def give_back(self) -> None:
        """A group order to connect, 4 s from one member to the next; watched until all have supply.

        Example: | Give The Load Back In Turn |
        """
        self.run(self._give_back(), self.order.scene.dwell_s + self.bound("t_act"))

    # -- judging ---------------------------------------------------------------------------------------------------

    @keyword("All Members Should Be Off And Nobody Else")
    def members_off(self) -> None:
        """Not before the time, and within ``t_act`` of it; all others keep their supply, and are not ordered off.

        Example: | All Members Should Be Off And Nobody Else |
        """
        self.check("nobody is off before the time", "never", EARLY)
        self.check("all members are off in time", "always", OFF_IN_TIME)
        self.check("all others keep their supply", "always", HAS_SUPPLY)
        self.check("only members were ordered off", "empty", FOR_OTHERS)

    @keyword("Each Member Should Be Acknowledged With A Reading")
    def acknowledged(self) -> None:
        """One acknowledgment for each member: done, its output off, its register after that.

        Example: | Each Member Should Be Acknowledged With A Reading |
        """
        self.check("each member is acknowledged", "always", ACKNOWLEDGED)
        self.check("each acknowledgment has a reading", "always", READING)

    @keyword("The Silent Meter Should Not Be Counted As Done")
    def silent_not_done(self) -> None:
        """Its order has failed, and no reading is made up for it.

        Example: | The Silent Meter Should Not Be Counted As Done |
        """
        self.check("a silent meter is not done", "one_of", SILENT_STATE, allowed=["failed", "expired"])
        self.check("no reading is made up", "never", SILENT_READING)

    @keyword("They Should Have Come Back One By One")
    def one_by_one(self) -> None:
        """Each has supply, the next one more than 1 s after the one before.

        Example: | They Should Have Come Back One By One |
        """
        self.check("each member has supply again", "always", BACK)
        self.check("they come back one by one", "at_least", SPREAD, limit=1.0)

    # -- seats -----------------------------------------------------------------------------------------------------

    @property
    def order(self) -> OfficeOrder:
        """The row's exchange."""
        exchange = self.exchange
        if not isinstance(exchange, OfficeOrder):
            raise TypeError(f"{self.row.id} is no row of an order")
        return exchange

    @cached_property
    def declared(self) -> Mapping[str, object]:
        """PIXIT ``shedding`` of the headend."""
        declared = self.order.access.pixit("shedding", {})
        if not {"group", "members", "others"} <= set(declared):
            raise SkipExecution("the device file of the headend names no feeder to be shed (shedding)")
        return dict(declared)

    @property
    def members(self) -> list[str]:
        """The meters that a group order switches, by their names."""
        named = self.declared["members"]
        assert isinstance(named, list)
        members = [str(name) for name in named]
        return members if self._consents else members[:-1]

    @property
    def others(self) -> list[str]:
        """Critical customers, other feeders, and who no longer agrees."""
        named, others = self.declared["members"], self.declared["others"]
        assert isinstance(named, list)
        assert isinstance(others, list)
        gone = [] if self._consents else named[-1:]
        return [str(name) for name in (*others, *gone)]

    def _wiring(self, meter: str) -> Wiring:
        seat = seat_called(self.station, meter)
        if seat is None:
            raise SkipExecution(f"no seat holds the meter {meter}")
        wiring = Wiring(self.station, seat)
        if not (wiring.has("power_analyser") or wiring.has("multimeter")):
            raise SkipExecution(f"no instrument shows the switch of {meter}")
        return wiring

    async def _contact(self, meter: str) -> Contact:
        wiring = self._wiring(meter)
        nominal_v = float(DlmsAccess(self.station, wiring.seat).pixit("nominal_voltage_v", self.scene.nominal_v))
        return await wiring.contact(nominal_v)

    # -- inside ----------------------------------------------------------------------------------------------------

    async def _all_on(self) -> None:
        await self.order.scene.prepare(closed=True)
        for meter in (*self.members, *self.others):
            contact = await self._contact(meter)
            self.recorder.observe("every meter has supply at first", contact.closed is True, what=meter)
        self.check("every meter has supply at first", "always", "every meter has supply at first")

    def _group(self, control: Control, *, start: float | None = None, spread: float = 0.0) -> EndDeviceControl:
        return EndDeviceControl(
            control=control,
            group=str(self.declared["group"]),
            start="" if start is None else iso(start),
            reason=Reason.EMERGENCY,
            priority="emergency",
            spread=spread,
        )

    async def _shed(self) -> None:
        self._ordered_for = round(self.clock.now() + _AHEAD_S, 3)
        async with self.order.access.session(self.order.sender) as office:
            taken = await office.order((self._group(Control.DISCONNECT, start=self._ordered_for),))
        orders = [status.order for status in taken.orders]
        self.record_list(FOR_OTHERS, [status.meter for status in taken.orders if status.meter not in self.members])
        await self.wait_until(self._ordered_for - _BEFORE_S)
        await self._look_before()
        await self.wait_until(self._ordered_for)
        deadline = self._ordered_for + self.bound("t_act")
        self._statuses = await self._followed(orders, deadline)
        await self._look_after(deadline)
        for meter in self.members:
            if meter != self._silent:
                self._record(meter)

    async def _look_before(self) -> None:
        for meter in self.members:
            if meter != self._silent:
                contact = await self._contact(meter)
                self.recorder.observe(EARLY, contact.closed is False, what=f"{meter}: {contact.detail}")

    async def _look_after(self, deadline: float) -> None:
        for meter in self.members:
            if meter == self._silent:
                continue
            while (contact := await self._contact(meter)).closed is not False and self.clock.now() < deadline:
                await self.wait(_LOOK_S)
            self.recorder.observe(OFF_IN_TIME, contact.closed is False, what=f"{meter}: {contact.detail}")
        for meter in self.others:
            contact = await self._contact(meter)
            self.recorder.observe(HAS_SUPPLY, contact.closed is True, what=f"{meter}: {contact.detail}")

    async def _followed(self, orders: Sequence[str], deadline: float) -> Sequence[OrderStatus]:
        async with self.order.access.session(self.order.sender) as office:
            while True:
                statuses = (await office.orders(orders)).orders
                if all(one.state in FINAL_STATES for one in statuses) or self.clock.now() >= deadline:
                    return statuses
                await self.wait(_LOOK_S)

    def _record(self, meter: str) -> None:
        """What the headend says of one member."""
        of_it = [one for one in self._statuses if one.meter == meter]
        said = len(of_it) == 1 and of_it[0].state is OrderState.DONE and of_it[0].output_state is False
        words = ", ".join(f"{one.state} {one.code or ''}".strip() for one in of_it) or "nothing"
        self.recorder.observe(ACKNOWLEDGED, said, what=f"{meter}: {words}")
        has_reading = bool(of_it) and register_of(of_it[0].second_readings) is not None
        self.recorder.observe(READING, has_reading, what=meter)

    async def _withdrawn(self) -> None:
        gone = self.others[-1]
        linkage = MasterDataLinkage(meter=gone, usage_point=f"UP-{gone}", account=gone, sheds=False)
        async with self.order.access.session(_CLERK) as headend:
            await headend.link((linkage,))

    async def _shed_with_silent(self) -> None:
        async with self._without_supply(self._silent):
            await self._shed()
        of_it = [one for one in self._statuses if one.meter == self._silent]
        for one in of_it:
            self.recorder.observe(SILENT_STATE, str(one.state), what=str(one.code or ""))
            self.recorder.observe(SILENT_READING, bool(one.second_readings), what=self._silent)
        if not of_it:
            self.recorder.observe(SILENT_STATE, "none", what="the headend says nothing of it")

    @asynccontextmanager
    async def _without_supply(self, meter: str) -> AsyncIterator[None]:
        seat = self._wiring(meter).seat
        await self.station.box.do(seat, "mains", on=False)
        try:
            yield
        finally:
            await self.station.box.do(seat, "mains", on=True)

    async def _give_back(self) -> None:
        await self.wait(self.order.scene.dwell_s)
        async with self.order.access.session(self.order.sender) as office:
            await office.order((self._group(Control.CONNECT, spread=_SPREAD_S),))
        waiting, seen = list(self.members), dict[str, float]()
        deadline = self.clock.now() + len(waiting) * _SPREAD_S + self.bound("t_act")
        while waiting and self.clock.now() < deadline:
            for meter in tuple(waiting):
                if (await self._contact(meter)).closed:
                    seen[meter] = self.clock.now()
                    waiting.remove(meter)
            await self.wait(_NARROW_S)
        for meter in self.members:
            self.recorder.observe(BACK, meter in seen, what=meter)
        times = sorted(seen.values())
        for before, after in pairwise(times):
            self.recorder.observe(SPREAD, after - before, unit="s", standard_uncertainty=_NARROW_S)
