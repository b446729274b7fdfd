"""Keywords of 3.4.4 between office systems: an order that is cancelled before, at, or after its execution."""

from __future__ import annotations

from robot.api.deco import keyword, library

from bench.keywords.order_acts import BEFORE_TIME_S, OrderActs
from bench.keywords.switch_watch import SwitchWatch
from drivers.cim.payloads import OrderStatus

MOVED = "the switch moved after the cancellation"
STATE = "the order after its cancellation"
CODE = "answer to the cancellation of an executed order"
_CUT_S = 30.0
_AFTER_S = 60.0


@library(scope="TEST", auto_keywords=False)
class CancelledOrders(OrderActs):
    """Gives the row's order for later, takes it back, and looks what becomes of it."""

    # -- doing -----------------------------------------------------------------------------------------------------

    @keyword("Cancel The Order Shortly Before Its Time")
    def cancel_before(self, seconds: float = 300.0) -> None:
        """Order for later, cancel 5 s before its time, wait until a minute after it.

        | =Argument= | =Meaning= |
        | seconds | from now to the ordered time |

        Example: | Cancel The Order Shortly Before Its Time | 300 |
        """
        self.expect_wait(seconds + _AFTER_S)
        self.run(self._cancelled(seconds, power_cut=False), seconds + _AFTER_S)

    @keyword("Cancel The Order And Restart The System")
    def cancel_and_restart(self, seconds: float = 300.0) -> None:
        """Order for later, cancel at once, cut the power of the system under test for 30 s, wait until after the time.

        | =Argument= | =Meaning= |
        | seconds | from now to the ordered time |

        Example: | Cancel The Order And Restart The System | 300 |
        """
        self.expect_wait(seconds + _AFTER_S)
        self.run(self._cancelled(seconds, power_cut=True), seconds + _AFTER_S)

    @keyword("Cancel The Order After Its Execution")
    def cancel_after(self) -> None:
        """Order for now, wait until it is done, cancel it.

        Example: | Cancel The Order After Its Execution |
        """
        self.run(self._cancelled_too_late(), self.bound("t_business"))

    # -- judging ---------------------------------------------------------------------------------------------------

    @keyword("Nothing Should Have Moved")
    def nothing_moved(self) -> None:
        """The witness saw no operation from the order until a minute after its time.

        Example: | Nothing Should Have Moved |
        """
        self.check("a cancelled order has no effect", "never", MOVED)

    @keyword("The Order Should Stay Cancelled")
    def stays_cancelled(self) -> None:
        """The order is reported as cancelled when it was taken back, and after its time.

        Example: | The Order Should Stay Cancelled |
        """
        self.check("a cancelled order stays cancelled", "one_of", STATE, allowed=["cancelled"])

    @keyword("The Cancellation Should Be Refused")
    def cancellation_refused(self) -> None:
        """It is too late, the answer says so, and the order is still reported as done.

        Example: | The Cancellation Should Be Refused |
        """
        self.check("the cancellation is refused with its reason", "equals", CODE, expected="conflict")
        self.check("what was done stays done", "equals", STATE, expected="done")

    # -- inside ----------------------------------------------------------------------------------------------------

    async def _cancelled(self, seconds: float, *, power_cut: bool) -> None:
        order = self.order
        watch = SwitchWatch(self.wiring)
        await watch.begin()
        given = self.clock.now()
        order.start = round(given + seconds, 3)
        number = (await order.perform()).orders[0].order
        if not power_cut:
            await self.wait_until(order.start - BEFORE_TIME_S)
        self._record(await self._cancel(number), "when it was cancelled")
        if power_cut:
            await self.system_restarts()
        await self.wait_until(order.start + _AFTER_S)
        operation = await watch.operation(self.recorder, closes=order.closes, since=given)
        self.recorder.observe(MOVED, operation.at is not None)
        self._record(await self.status(number), "a minute after its time")

    async def _cancelled_too_late(self) -> None:
        number = (await self.order.perform()).orders[0].order
        await self.followed(number, self.clock.now() + self.bound("t_business"))
        async with self.order.access.session(self.order.sender) as office:
            answer = await office.cancel((number,))
        self.recorder.observe(CODE, str(answer.errors[0].code) if answer.errors else "accepted")
        self._record(await self.status(number), "after it was executed")

    async def _cancel(self, number: str) -> OrderStatus:
        async with self.order.access.session(self.order.sender) as office:
            await office.cancel((number,))
        return await self.status(number)

    async def system_restarts(self) -> None:
        """The system under test has no power for 30 s."""
        seat = self.order.seat
        await self.station.power(seat, False)
        await self.wait(_CUT_S)
        await self.station.power(seat, True)

    def _record(self, status: OrderStatus, when: str) -> None:
        self.recorder.observe(STATE, str(status.state), what=when)
