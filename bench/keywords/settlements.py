"""Keywords of 3.4.2 between office systems: what brings a customer's supply back, and what does not."""

from __future__ import annotations

from robot.api.deco import keyword, library

from bench.access.office import OfficeAccess
from bench.keywords.order_acts import OrderActs
from bench.keywords.switch_watch import Operation, SwitchWatch
from drivers.cim.errors import OfficeRefusedError
from drivers.cim.payloads import AccountSettlement, EndDeviceControl
from drivers.cim.times import iso
from drivers.cim.vocabulary import Control, Reason, SettlementKind, SettlementState

BACK = "the supply came back"
AFTER = "from the settlement to the supply"
ORDERED = "connect orders for one settlement"
AGAIN, ORDERED_AGAIN = "the supply came back a second time", "connect orders for a settlement that has had its effect"
NEWER = "state of the newer disconnect order"
_CLERK = "operator"
_PAYMENT, _AGREEMENT = "bench-payment", "bench-agreement"


@library(scope="TEST", auto_keywords=False)
class Settlements(OrderActs):
    """Has the CIS disconnect for non-payment, settles the debt in one way or another, and watches the switch.

    The bench takes the place of a clerk of the CIS.
    """

    # -- doing -----------------------------------------------------------------------------------------------------

    @keyword("Disconnect For Non-Payment")
    def disconnect(self) -> None:
        """The CIS orders it at a clerk's word; done, and the dwell of the switch over.

        Example: | Disconnect For Non-Payment |
        """
        state = self.run(self._disconnected(), self.bound("t_business") + self.order.scene.dwell_s)
        self.recorder.observe("disconnect for non-payment", state)
        self.check("the customer is disconnected", "equals", "disconnect for non-payment", expected="done")

    @keyword("Announce A Payment")
    def announce(self) -> None:
        """The customer says to have paid; nobody has confirmed it.

        Example: | Announce A Payment |
        """
        self._settle(SettlementKind.PAYMENT, SettlementState.ANNOUNCED)

    @keyword("Confirm The Payment")
    def confirm(self) -> None:
        """The bank confirms a payment that was announced before.

        Example: | Confirm The Payment |
        """
        self.run(self._settled(SettlementKind.PAYMENT, SettlementState.ANNOUNCED, change=False))
        self._settle(SettlementKind.PAYMENT, SettlementState.CONFIRMED, change=True)

    @keyword("Confirm The Same Payment Again")
    def confirm_again(self) -> None:
        """The confirmation comes a second time, in a message of its own.

        Example: | Confirm The Same Payment Again |
        """
        patience_s = 2.0 * self.bound("t_business")
        _since, operation, ordered = self.run(
            self._watched(SettlementKind.PAYMENT, SettlementState.CONFIRMED, patience_s, change=True), patience_s
        )
        self.recorder.observe(AGAIN, operation.at is not None)
        self.recorder.observe(ORDERED_AGAIN, ordered)

    @keyword("Reject The Payment")
    def reject(self) -> None:
        """A payment is announced, and the bank rejects it.

        Example: | Reject The Payment |
        """
        self.run(self._settled(SettlementKind.PAYMENT, SettlementState.ANNOUNCED, change=False))
        self._settle(SettlementKind.PAYMENT, SettlementState.REJECTED, change=True)

    @keyword("Record An Agreement")
    def agree(self) -> None:
        """Customer and supplier agree, and a clerk records it.

        Example: | Record An Agreement |
        """
        self._settle(SettlementKind.AGREEMENT, SettlementState.RECORDED)

    @keyword("Order It For Later And Then A Disconnect")
    def order_and_disconnect(self, seconds: float = 300.0) -> None:
        """The row's order for later; meanwhile the CIS orders a disconnect at the headend. Followed to the end.

        | =Argument= | =Meaning= |
        | seconds | from now to the ordered time |

        Example: | Order It For Later And Then A Disconnect | 300 |
        """
        settle_s = self.bound("t_business")
        self.expect_wait(seconds + settle_s)
        self.run(self._overtaken(seconds, settle_s), seconds + settle_s)

    # -- judging ---------------------------------------------------------------------------------------------------

    @keyword("The Supply Should Be Back In Time")
    def back_in_time(self) -> None:
        """The witness saw the switch close within ``t_business`` of the settlement, by one order.

        Example: | The Supply Should Be Back In Time |
        """
        self.check("the supply comes back", "always", BACK)
        self.check("it comes back in time", "at_most", AFTER, limit=self.bound("t_business"))
        self.check("one order brings it back", "equals", ORDERED, expected=1)

    @keyword("The Supply Should Stay Off")
    def stays_off(self) -> None:
        """The witness saw no closure, and no connect was ordered.

        Example: | The Supply Should Stay Off |
        """
        self.check("the supply stays off", "never", BACK)
        self.check("no connect is ordered", "equals", ORDERED, expected=0)

    @keyword("The Supply Should Not Come Back Again")
    def not_again(self) -> None:
        """The witness saw no closure after the second confirmation, and no connect was ordered.

        Example: | The Supply Should Not Come Back Again |
        """
        self.check("a settlement has its effect once", "never", AGAIN)
        self.check("no connect is ordered again", "equals", ORDERED_AGAIN, expected=0)

    @keyword("Only The Newer Order Should Count")
    def newer_counts(self) -> None:
        """The witness saw no closure; the connect was refused as superseded, and the disconnect is done.

        Example: | Only The Newer Order Should Count |
        """
        end = self.course.end
        reason = str(end.code or "none") if end is not None else "none"
        self.recorder.observe("business answer to the older order", str(end.state) if end is not None else "none")
        self.recorder.observe("reason in the answer", reason)
        self.check("the supply stays off", "never", BACK)
        self.check(
            "the older order is not executed", "equals", "business answer to the older order", expected="refused"
        )
        self.check("the answer says why", "equals", "reason in the answer", expected="superseded")
        self.check("the newer order counts", "equals", NEWER, expected="done")

    # -- inside ----------------------------------------------------------------------------------------------------

    @property
    def _cis(self) -> OfficeAccess:
        return self.office("CIS")

    async def _disconnected(self) -> str:
        await self.order.scene.prepare(closed=True)
        control = EndDeviceControl(control=Control.DISCONNECT, meter=self.meter_id, reason=Reason.NON_PAYMENT)
        async with self._cis.session(_CLERK) as cis:
            number = (await cis.order((control,))).orders[0].order
            end = await self.followed_at(cis.orders, number, self.clock.now() + self.bound("t_business"))
        await self.order.scene.look()
        await self.order.scene.rest()
        return str(end.state)

    def _settle(self, kind: SettlementKind, state: SettlementState, *, change: bool = False) -> None:
        """Settle, and watch for twice ``t_business`` what comes of it."""
        patience_s = 2.0 * self.bound("t_business")
        since, operation, ordered = self.run(self._watched(kind, state, patience_s, change=change), patience_s)
        what = f"{kind} {state}"
        self.recorder.observe(BACK, operation.at is not None, what=what)
        self.recorder.observe(ORDERED, ordered, what=what)
        if operation.at is not None:
            u = operation.standard_uncertainty
            self.recorder.observe(AFTER, operation.at - since, what=what, unit="s", standard_uncertainty=u)

    async def _watched(
        self, kind: SettlementKind, state: SettlementState, patience_s: float, *, change: bool
    ) -> tuple[float, Operation, int]:
        before = await self._connect_orders()
        watch = SwitchWatch(self.wiring)
        await watch.begin()
        since = self.clock.now()
        await self._settled(kind, state, change=change)
        await self.wait(patience_s)
        operation = await watch.operation(self.recorder, closes=True, since=since)
        return since, operation, await self._connect_orders() - before

    async def _settled(self, kind: SettlementKind, state: SettlementState, *, change: bool) -> None:
        name = _PAYMENT if kind is SettlementKind.PAYMENT else _AGREEMENT
        settlement = AccountSettlement(settlement=name, meter=self.meter_id, kind=kind, state=state)
        async with self._cis.session(_CLERK) as cis:
            try:
                await cis.settle(settlement, change)
            except OfficeRefusedError as refusal:
                self.recorder.observe("refusal of a settlement", refusal.code, what=f"{kind} {state}")

    async def _connect_orders(self) -> int:
        """How many connect orders the CIS knows."""
        async with self._cis.session(_CLERK) as cis:
            orders = (await cis.orders()).orders
        return sum(order.control is Control.CONNECT and order.meter == self.meter_id for order in orders)

    async def _overtaken(self, seconds: float, settle_s: float) -> None:
        order, course = self.order, self.course
        watch = SwitchWatch(self.wiring)
        await watch.begin()
        given = self.clock.now()
        course.ordered_for = order.start = round(given + seconds, 3)
        number = (await order.perform()).orders[0].order
        control = EndDeviceControl(
            control=Control.DISCONNECT, meter=self.meter_id, start=iso(given + seconds / 2), reason=Reason.NON_PAYMENT
        )
        async with self.office("AMI Headend").session("cis") as headend:
            newer = (await headend.order((control,))).orders[0].order
            await self.wait_until(course.ordered_for)
            course.end = await self.followed(number, course.ordered_for + settle_s)
            await order.scene.settle()
            self.recorder.observe(NEWER, str((await headend.orders((newer,))).orders[0].state))
        operation = await watch.operation(self.recorder, closes=True, since=given)
        self.recorder.observe(BACK, operation.at is not None, what="an order for later, then a disconnect")
