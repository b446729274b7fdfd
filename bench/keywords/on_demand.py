"""Keywords of 3.1.2: whoever asks gets a value of now from the asked meter, in time, or is told why not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from robot.api import SkipExecution
from robot.api.deco import keyword, library

from bench.exchanges.c1218_exchange import C1218Exchange
from bench.exchanges.dlms_exchange import DlmsExchange
from bench.exchanges.meters import seat_called
from bench.exchanges.modbus.sub_meter import SubMeterReading
from bench.exchanges.office_kinds import OfficeReading
from bench.keywords import asking
from bench.keywords.answers import ENERGY, METERING_WORDS, Answer, answer_of, words_of
from bench.keywords.process import ProcessLibrary

if TYPE_CHECKING:
    from bench.judgement.observation import Json

BETWEEN_READINGS_S = 300.0


@library(scope="TEST", auto_keywords=False)
class OnDemandReading(ProcessLibrary):
    """Asks over the test's own row, in the place of its sender, and judges what comes back."""

    def __init__(self) -> None:
        self.answer = Answer()
        self.asked_at = 0.0

    # -- asking ----------------------------------------------------------------------------------------------------

    @keyword("Ask For A Reading")
    def ask(self) -> None:
        """Ask as the row's sender. Records how long the answer takes, the codes of errors, and what came.

        Example: | Ask For A Reading |
        """
        self.asked_at = self.clock.now()
        self.answer = answer_of(self.run(self.exchange.perform()))
        duration = self.clock.now() - self.asked_at
        self.recorder.observe_duration("from the request to the reading", duration, source=self.row.actor2)
        self.record_list("errors instead of a reading", self.answer.errors)

    @keyword("Ask Twice With Consumption Between")
    def ask_twice(self) -> None:
        """Ask, let energy flow for 5 minutes, and ask again. Records how much the register went up.

        Example: | Ask Twice With Consumption Between |
        """
        if isinstance(self.exchange, SubMeterReading):
            raise SkipExecution("over Modbus a sub-meter is compared with the power analyser")
        self.ask()
        first = self.answer.of(ENERGY)
        self.run(self.wait(BETWEEN_READINGS_S), BETWEEN_READINGS_S)
        self.ask()
        second = self.answer.of(ENERGY)
        if first is None or second is None:
            self.recorder.observe("rise of the register", 0.0, what="no register came", unit="Wh")
        else:
            self.recorder.observe("rise of the register", second.number - first.number, unit=second.unit)

    @keyword("Ask About A Meter That Does Not Exist")
    def ask_about_nobody(self) -> None:
        """Ask for a meter, or at the meter itself for a register, that nobody knows. Records values and errors.

        Example: | Ask About A Meter That Does Not Exist |
        """
        self._record_refusal("unknown", self.run(asking.about_nobody(self.exchange)))

    @keyword("Ask While The Meter Has No Supply")
    def ask_in_vain(self) -> None:
        """Cut the supply of the asked meter, ask, give it back. Records values and errors.

        Example: | Ask While The Meter Has No Supply |
        """
        self._record_refusal("unreachable", self.run(asking.without_supply(self.exchange)))

    @keyword("Ask For What The Asker May Not Have")
    def ask_too_much(self) -> None:
        """Ask for what the row does not give its sender. Records values and errors.

        Example: | Ask For What The Asker May Not Have |
        """
        self._record_refusal("refused", self.run(asking.too_much(self.exchange)))

    @keyword("Ask For A Move")
    def ask_for_move(self) -> None:
        """As a customer, ask for a move out in a month, and have the CIS take it back. Records the acknowledgment.

        Example: | Ask For A Move |
        """
        status, stored = self.run(asking.for_a_move(self.exchange))
        self.recorder.observe("acknowledgment of the move", str(status.get("state", "none")), source="CIS")
        readings = [value for meter in stored.get("readings", ()) for value in meter.get("readings", ())]
        self.record_list("readings that the portal holds", (str(one.get("quality")) for one in readings), source="CIS")
        self.recorder.observe("the portal shows readings", bool(readings), source="CIS")

    # -- judging ---------------------------------------------------------------------------------------------------

    @keyword("The Reading Should Be Of Now")
    def of_now(self) -> None:
        """Every value was captured after the request, within the error that clocks may have.

        Example: | The Reading Should Be Of Now |
        """
        series = "capture time less time of the request"
        for value in self.answer.values:
            if value.captured_at is None:
                self.recorder.could_not_look(series, f"{value.quantity} came without the time of its capture")
            else:
                self.recorder.observe_duration(series, value.captured_at - self.asked_at, what=value.quantity)
        self.check("a reading came, and no error", "empty", "errors instead of a reading")
        self.check("the value is no earlier one", "at_least", series, limit=-self.dt_clk)

    @keyword("The Register Should Have Risen")
    def risen(self) -> None:
        """The second reading is above the first: nobody answers from memory.

        Example: | The Register Should Have Risen |
        """
        self.check("the second reading is higher", "at_least", "rise of the register", limit=1.0)

    @keyword("The Reading Should Come In Time")
    def in_time(self) -> None:
        """Within ``t_read``.

        Example: | The Reading Should Come In Time |
        """
        limit = self.bound("t_read")
        self.check("the reading comes almost immediately", "at_most", "from the request to the reading", limit=limit)

    @keyword("The Reading Should Come From The Asked Meter")
    def from_asked(self) -> None:
        """The answer is filed under the asked meter, and holds that meter's own logical device name.

        Example: | The Reading Should Come From The Asked Meter |
        """
        exchange = self.exchange
        if isinstance(exchange, OfficeReading):
            for meter in {value.meter for value in self.answer.values}:
                self.recorder.observe("meter in the answer", meter, what=meter)
            expected = exchange.meter
            self.check("the answer is about the asked meter", "equals", "meter in the answer", expected=expected)
        declared = self._declared_name()
        if not declared:
            self.recorder.could_not_look("who answered", "the meter's device file has no logical device name")
        for device in self._devices():
            self.recorder.observe("who answered", device, what=device)
        self.check("the asked meter answered", "equals", "who answered", expected=declared)

    @keyword("The Error Should Say")
    def error_says(self, why: str, *codes: str) -> None:
        """No value came, and the error is one of ``codes``.

        | =Argument= | =Meaning= |
        | why | ``unknown``, ``unreachable`` or ``refused``: what was tried |
        | codes | codes that say so |

        Example: | The Error Should Say | unreachable | unreachable |
        """
        self.check("no value is made up", "empty", f"values although {why}")
        self.check("the error says why", "one_of", f"error when {why}", allowed=[*codes])

    @keyword("The Move Should Be Acknowledged")
    def move_acknowledged(self) -> None:
        """The order is scheduled, and what the portal shows of the meter is validated.

        Example: | The Move Should Be Acknowledged |
        """
        self.check("the move is acknowledged", "one_of", "acknowledgment of the move", allowed=["scheduled", "held"])
        self.check("metering information is there", "always", "the portal shows readings")
        validated: list[Json] = ["valid", "corrected", "estimated"]
        self.check("metering information is validated", "within", "readings that the portal holds", allowed=validated)

    @keyword("The Ping Should Carry No Metering Data")
    def ping_carries_nothing(self) -> None:
        """The whole answer to a ping, down to its field names, holds no reading; the meter is said to answer.

        Example: | The Ping Should Carry No Metering Data |
        """
        document, answer = self.run(asking.whole_answer(self.exchange))
        self.record_list("metering data in the answer to a ping", sorted(words_of(document) & METERING_WORDS))
        self.recorder.observe("the meter is said to answer", bool(answer.met))
        self.check("the ping carries no metering data", "empty", "metering data in the answer to a ping")
        self.check("the ping is answered", "always", "the meter is said to answer")

    # -- inside ----------------------------------------------------------------------------------------------------

    def _record_refusal(self, why: str, answer: Answer) -> None:
        values = [f"{one.quantity} {one.number:g} {one.unit}" for one in answer.values]
        self.record_list(f"values although {why}", [*values, *(f"{meter} is said to answer" for meter in answer.met)])
        for code in answer.errors or ("none",):
            self.recorder.observe(f"error when {why}", code, what=code)

    def _declared_name(self) -> str:
        exchange = self.exchange
        seat = seat_called(self.station, exchange.meter) if isinstance(exchange, OfficeReading) else self.meter.seat
        device = self.station.lab.seat(seat).device if seat is not None else None
        return device.identity.logical_device_name if device is not None else ""

    def _devices(self) -> list[str]:
        if isinstance(self.exchange, DlmsExchange | C1218Exchange):
            return [self.run(self._named_itself())]
        return sorted({value.device for value in self.answer.values})

    async def _named_itself(self) -> str:
        async with self.meter.session() as client:
            return (await self.meter.meter(client).identity()).device_name or "nobody"
