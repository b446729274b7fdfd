"""Keywords of 3.4.4 about customers and hours that rules protect; the white paper does not ask for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from robot.api import SkipExecution
from robot.api.deco import keyword, library

from bench.keywords.order_acts import OrderActs
from drivers.cim.errors import OfficeRefusedError
from drivers.cim.payloads import EndDeviceControl
from drivers.cim.times import iso
from drivers.cim.vocabulary import Control, Reason

FORBIDDEN, ALLOWED = "answer to a forbidden order", "answer to an allowed order"
_ACCEPTED = "accepted"
_WEEK_DAYS = 8


@library(scope="TEST", auto_keywords=False)
class Protection(OrderActs):
    """Orders disconnects for non-payment that the declared rules forbid."""

    @keyword("Order A Disconnect Of A Protected Customer")
    def order_protected(self) -> None:
        """At the customer that PIXIT ``protected_meter`` names, for tomorrow. Skips where there is none.

        Example: | Order A Disconnect Of A Protected Customer |
        """
        meter = str(self.order.access.pixit("protected_meter", ""))
        if not meter:
            raise SkipExecution("the device file names no protected_meter")
        self.recorder.observe(FORBIDDEN, self.run(self._answer(meter, self.clock.now() + 86_400.0)))

    @keyword("Order Disconnects In And Beside Forbidden Hours")
    def order_in_forbidden_hours(self) -> None:
        """For the middle of the next hours that PIXIT ``forbidden_hours`` names, and for a minute before them.

        Skips where none are declared. Example: | Order Disconnects In And Beside Forbidden Hours |
        """
        found = next_forbidden(self.order.access.pixit("forbidden_hours", {}), self.clock.now())
        if found is None:
            raise SkipExecution("the device file names no forbidden_hours")
        begin, end = found
        self.recorder.observe(FORBIDDEN, self.run(self._answer(self.meter_id, (begin + end) / 2.0)))
        self.recorder.observe(ALLOWED, self.run(self._answer(self.meter_id, begin - 60.0)))

    @keyword("The Order Should Be Refused As")
    def refused_as(self, code: str) -> None:
        """The forbidden order is refused with ``code``.

        | =Argument= | =Meaning= |
        | code | code that says why |

        Example: | The Order Should Be Refused As | protected_customer |
        """
        self.check("what is forbidden is refused", "equals", FORBIDDEN, expected=code)

    @keyword("The Order Beside Them Should Be Taken")
    def taken_beside(self) -> None:
        """The order for a minute before the forbidden hours is taken.

        Example: | The Order Beside Them Should Be Taken |
        """
        self.check("what is allowed is taken", "equals", ALLOWED, expected=_ACCEPTED)

    async def _answer(self, meter: str, start: float) -> str:
        """The code of the refusal, or ``accepted``; an accepted order is taken back."""
        control = EndDeviceControl(control=Control.DISCONNECT, meter=meter, start=iso(start), reason=Reason.NON_PAYMENT)
        async with self.order.access.session(self.order.sender) as office:
            try:
                taken = await office.order((control,))
            except OfficeRefusedError as error:
                return error.code
            if taken.errors:
                return str(taken.errors[0].code)
            await office.cancel(tuple(order.order for order in taken.orders))
        return _ACCEPTED


def next_forbidden(declared: Mapping[str, Any], now: float) -> tuple[float, float] | None:
    """Begin and end (UTC, s) of the first forbidden hours on a day after ``now`` before which orders are allowed.

    ``declared``: ``weekdays`` (1 to 7), ``from``, ``to``. None where there are none in the next week.
    """
    weekdays, from_midnight = declared.get("weekdays", []), declared.get("from", "00:00") == "00:00"
    today = datetime.fromtimestamp(now, UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    for ahead in range(1, _WEEK_DAYS):
        day = today + timedelta(days=ahead)
        joined = from_midnight and (day - timedelta(days=1)).isoweekday() in weekdays
        if day.isoweekday() in weekdays and not joined:
            return _moment(day, declared.get("from", "00:00")), _moment(day, declared.get("to", "24:00"))
    return None


def _moment(day: datetime, text: str) -> float:
    hours, _, minutes = text.partition(":")
    return (day + timedelta(hours=int(hours), minutes=int(minutes))).timestamp()
