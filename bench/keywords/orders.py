"""Keywords of 3.4.1 to 3.4.5 between office systems: orders for a date and time, and what becomes of them."""

from __future__ import annotations

from robot.api.deco import keyword, library

from bench.access.dlms import MANAGEMENT
from bench.keywords.order_acts import OrderActs, clock_offset, done_at, register_of
from drivers.cim.payloads import OrderStatus, Reading
from drivers.cim.times import parse_iso

IN_S = 300.0
HEAVY_LOAD_W = 10_000.0
HEAVY_SHARE = 0.8
"""Share of the meter's largest current that a heavy load may draw."""

_MILLISECOND_U = 0.001 / 12**0.5


@library(scope="TEST", auto_keywords=False)
class SwitchOrders(OrderActs):
    """Gives the orders of the test's row in the place of its sender, and judges answer, time, readings and switch."""

    # -- doing -----------------------------------------------------------------------------------------------------

    @keyword("Prepare The Switch For The Order")
    def prepare(self) -> None:
        """Load of 1,000 W, load side dead, switch where the row's order moves it, its dwell over.

        Example: | Prepare The Switch For The Order |
        """
        self.run(self.order.prepare(), self.order.scene.dwell_s)

    @keyword("Draw A Heavy Load")
    def draw_heavy(self) -> None:
        """10 kW, or 0.8 of the meter's largest current, so that a moment's energy shows in the register.

        Example: | Draw A Heavy Load |
        """
        most = HEAVY_SHARE * float(self.meter.pixit("maximum_current_a", 40.0)) * self.scene.nominal_v
        self.run(self._draw(min(HEAVY_LOAD_W, most)))

    @keyword("Order It For Later")
    def order_later(self, seconds: float = IN_S) -> None:
        """Give the row's order for a time to come, look before that time, and follow the order to its end.

        | =Argument= | =Meaning= |
        | seconds | from now to the ordered time |

        Example: | Order It For Later | 300 |
        """
        self.expect_wait(seconds)
        settle_s = 2.0 * self.bound("t_business")
        self.run(self.order_for(seconds, settle_s), seconds + settle_s)

    @keyword("Order It To Be Done Before Its Time")
    def order_impossible(self) -> None:
        """The row's order for in an hour, valid for less. Records the refusal and where the switch is.

        Example: | Order It To Be Done Before Its Time |
        """
        code = self.run(self.impossible_order())
        self.recorder.observe("refusal of the order", code, what=code)
        effect = self.run(self.order.observe())
        self._record("the switch moved", effect.happened, effect.detail)

    @keyword("Feed The Load Side")
    def feed_load_side(self, share_of_nominal: float = 0.5) -> None:
        """Put a voltage behind the open switch.

        | =Argument= | =Meaning= |
        | share_of_nominal | of the nominal voltage |

        Example: | Feed The Load Side | 0.5 |
        """
        self.run(self._feed(share_of_nominal * self.scene.nominal_v))

    @keyword("Make The Switch Local")
    def make_local(self) -> None:
        """Set control mode 0, in which nobody can switch remotely.

        Example: | Make The Switch Local |
        """
        self.run(self._set_mode(0))

    # -- judging ---------------------------------------------------------------------------------------------------

    @keyword("Nothing Should Have Moved Before The Time")
    def nothing_before(self) -> None:
        """Just before the ordered time the switch was where it had been, and the order waiting.

        Example: | Nothing Should Have Moved Before The Time |
        """
        course = self.course
        moved = None if course.before is None or course.before.closed is None else course.before.closed is self.closes
        self._record("the switch moved before the time", moved, course.before.detail if course.before else "")
        self.recorder.observe("the order before its time", course.before_state)
        self.check("nothing moves before the time", "never", "the switch moved before the time")
        self.check("the order waits for its time", "equals", "the order before its time", expected="scheduled")

    @property
    def closes(self) -> bool:
        """Whether the row's order closes the switch."""
        return self.order.closes

    @keyword("The Switch Should Have Moved At Its Time")
    def moved_at_time(self) -> None:
        """A disconnect within ``dt_clk`` of the ordered time; a connect not before it, and within ``t_act`` after it.

        Example: | The Switch Should Have Moved At Its Time |
        """
        operation, ordered = self.course.operation, self.course.ordered_for
        series = "from the ordered time to the operation"
        self.recorder.observe("the witness saw the operation", operation.at is not None)
        if operation.at is not None:
            u = operation.standard_uncertainty
            self.recorder.observe(series, operation.at - ordered, unit="s", standard_uncertainty=u)
        self.check("the witness sees the operation", "always", "the witness saw the operation")
        self.check("it is not before its time", "at_least", series, limit=-self.dt_clk)
        limit = self.bound("t_act") if self.closes else min(self.dt_clk, self.bound("t_act"))
        self.check("it is at its time", "at_most", series, limit=limit)

    @keyword("The Business Answer Should Be In Time And True")
    def answer_in_time_and_true(self) -> None:
        """Done within ``t_business``, output state and witness agreeing, and not reported before it was so.

        Example: | The Business Answer Should Be In Time And True |
        """
        end = self._end()
        self.recorder.observe_duration(
            "from the ordered time to the business answer", self.course.answered_at - self.course.ordered_for
        )
        self.recorder.observe("business answer", str(end.state), what=str(end.code or ""))
        self.recorder.observe("output state in the answer", end.output_state)
        contact = self.course.contact
        self._record(
            "the witness sees the switch closed",
            contact.closed if contact is not None else None,
            contact.detail if contact is not None else "",
        )
        self.check("the business answer is that it is done", "equals", "business answer", expected="done")
        self.check("the answer's output state is right", "equals", "output state in the answer", expected=self.closes)
        self.check("the witness agrees", "always" if self.closes else "never", "the witness sees the switch closed")
        limit = self.bound("t_business")
        step = "the business answer comes in time"
        self.check(step, "at_most", "from the ordered time to the business answer", limit=limit)
        self._check_not_early(end)

    @keyword("The Order Should Have Ended As")
    def ended_as(self, state: str, *codes: str) -> None:
        """The order ended in ``state`` with one of ``codes``, and the switch is where it was.

        | =Argument= | =Meaning= |
        | state | the state it must be in |
        | codes | codes that say why |

        Example: | The Order Should Have Ended As | refused | backfeed |
        """
        end = self._end()
        self.recorder.observe("business answer", str(end.state), what=str(end.code or ""))
        self.recorder.observe("reason in the answer", str(end.code or "none"), what=str(end.code or "none"))
        moved = self.course.operation.at is not None
        self.recorder.observe("the switch moved", moved, what=self.course.contact.detail if self.course.contact else "")
        self.check("nothing moves", "never", "the switch moved")
        self.check("the order is not reported done", "one_of", "business answer", allowed=[state])
        self.check("the answer says why", "one_of", "reason in the answer", allowed=[*codes])

    @keyword("The Refusal Should Say")
    def refusal_says(self, *codes: str) -> None:
        """The order was refused with one of ``codes``, and nothing moved.

        | =Argument= | =Meaning= |
        | codes | codes that say why |

        Example: | The Refusal Should Say | invalid_value |
        """
        self.check("nothing moves", "never", "the switch moved")
        self.check("the refusal has its reason", "one_of", "refusal of the order", allowed=[*codes])

    @keyword("The First Reading Should Be At The Ordered Time")
    def first_at_time(self) -> None:
        """Reading 1 was captured within ``dt_clk`` of the ordered time.

        Example: | The First Reading Should Be At The Ordered Time |
        """
        first = self._reading(self._end().readings)
        series = "from the ordered time to the first reading"
        self.recorder.observe(series, parse_iso(first.time_stamp) - self.course.ordered_for, unit="s", reference=0.0)
        self.check("the first reading is at the ordered time", "close_to_reference", series, limit=self.dt_clk)

    @keyword("The Second Reading Of The Order Should Not Be Lower")
    def second_not_lower(self) -> None:
        """Reading 2 >= reading 1.

        Example: | The Second Reading Of The Order Should Not Be Lower |
        """
        end = self._end()
        for readings, what in ((end.readings, "first reading"), (end.second_readings, "second reading")):
            reading = self._reading(readings)
            self.recorder.observe("register around the order", reading.value, what=what, unit=reading.unit)
        self.check("the second reading is not below the first", "rising", "register around the order")

    @keyword("The Final Reading Should Follow The Opening")
    def final_follows(self) -> None:
        """The final reading was captured after the witness saw the current end; the headend's clock is allowed for.

        Example: | The Final Reading Should Follow The Opening |
        """
        final = self._reading(self._end().second_readings)
        self.recorder.observe("register after the disconnect", final.value, what="final reading", unit=final.unit)
        offset = self.run(clock_offset(self.office("AMI Headend"), self.clock.now()))
        series = "from the opening to the final reading"
        opened = self.course.operation.at
        if opened is None:
            self.recorder.could_not_look(series, "the witness saw no opening")
        else:
            u = (self.course.operation.standard_uncertainty**2 + _MILLISECOND_U**2) ** 0.5
            after = parse_iso(final.time_stamp) - offset - opened
            self.recorder.observe(series, after, unit="s", standard_uncertainty=u, offset=offset)
        self.check("the final reading is taken after the opening", "at_least", series, limit=0.0)

    @keyword("Possible Tampering Should Be Reported Before The Connect")
    def tampering_before_connect(self) -> None:
        """The order's status says so, and an event of it is older than the closure that the witness saw.

        Example: | Possible Tampering Should Be Reported Before The Connect |
        """
        self.recorder.observe("the order's answer says possible tampering", self._end().possible_tampering)
        events = self.run(self.tampering_events("MDMS", "cis"))
        closed = self.course.operation.at
        series = "from the event of possible tampering to the connect"
        for event in events:
            if closed is not None:
                self.recorder.observe(series, closed - parse_iso(event.time_stamp), what=event.detail, unit="s")
        self.recorder.observe("possible tampering is an event at the MDMS", bool(events))
        self.check("the answer says possible tampering", "always", "the order's answer says possible tampering")
        self.check("the MDMS has it as an event", "always", "possible tampering is an event at the MDMS")
        self.check("it is reported before the connect", "at_least", series, limit=0.0)

    @keyword("Nothing Should Be Suspected")
    def nothing_suspected(self) -> None:
        """No energy flowed since the final reading, so the order's answer says nothing of tampering.

        Example: | Nothing Should Be Suspected |
        """
        self.recorder.observe("tampering is suspected without a cause", self._end().possible_tampering)
        self.check("nothing is suspected without a cause", "never", "tampering is suspected without a cause")

    # -- inside ----------------------------------------------------------------------------------------------------

    def _check_not_early(self, end: OrderStatus) -> None:
        reported, moved = done_at(end), self.course.operation.at
        series = "from the operation to the report that it is done"
        if reported is None or moved is None:
            self.recorder.could_not_look(series, "the order was not reported done, or the witness saw no operation")
        else:
            u = (self.course.operation.standard_uncertainty**2 + _MILLISECOND_U**2) ** 0.5
            self.recorder.observe(series, reported - moved, unit="s", standard_uncertainty=u)
        self.check("it is not reported before it is so", "at_least", series, limit=0.0)

    def _end(self) -> OrderStatus:
        if self.course.end is None:
            raise RuntimeError("no order was followed in this test")
        return self.course.end

    @staticmethod
    def _reading(readings: tuple[Reading, ...]) -> Reading:
        reading = register_of(readings)
        if reading is None:
            raise AssertionError("the order's status holds no import register")
        return reading

    def _record(self, series: str, value: bool | None, what: str) -> None:
        if value is None:
            self.recorder.could_not_look(series, what or "no instrument shows the switch")
        else:
            self.recorder.observe(series, value, what=what)

    async def _draw(self, power_w: float) -> None:
        await (await self.wiring.load()).set_power(power_w)

    async def _feed(self, volts: float) -> None:
        source = await self.wiring.load_side_source()
        await source.set_voltage(volts)
        await source.set_output(True)

    async def _set_mode(self, mode: int) -> None:
        async with self.meter.session(MANAGEMENT, ask=True) as client:
            await self.meter.meter(client).set_control_mode(mode)
