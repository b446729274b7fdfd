"""Keywords of 3.2.1 between office systems: payments, what is done without credit, paid amounts for Billing."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from robot.api.deco import keyword, library

from bench.access.account import LimitAction, Terms
from bench.access.dlms import MANAGEMENT
from bench.access.prepayment import PrepaidAccount, prepayment_objects
from bench.controls.attempts import Attempt, attempt
from bench.exchanges.meters import meter_name
from bench.exchanges.office.hand_to_billing import CORRECTED_WH, HandPrepaid
from bench.exchanges.office.prepay import AMOUNT, OrderAction, PayAtPortal
from bench.exchanges.office_write import OfficeWrite
from bench.keywords.limit_scene import LimitScene
from bench.keywords.prepaid_acts import PRICES, SMALL
from bench.keywords.process import ProcessLibrary
from drivers.cim.office import balances_in
from drivers.cim.payloads import Reading
from drivers.cim.prepayment import Payment, PrepaidBalance, PrepaymentAction
from drivers.cim.vocabulary import ReadingType, WithoutCredit
from drivers.metering import SwitchState

_POWER_W = 2_000.0
_LIMIT_W = 2_000
_PATIENCE_S, _LOOK_S = 1_800.0, 15.0


@library(scope="TEST", auto_keywords=False)
class Payments(ProcessLibrary):
    """Pays over the row of the test, and holds what the systems say against the meter."""

    @property
    def _write(self) -> OfficeWrite:
        exchange = self.exchange
        if not isinstance(exchange, OfficeWrite):
            raise TypeError(f"{self.row.id} is no row on which something is set")
        return exchange

    @cached_property
    def _acts(self) -> LimitScene:
        return LimitScene(self)

    # -- paying ----------------------------------------------------------------------------------------------------

    @keyword("Pay Over The Row")
    def pay(self) -> None:
        """Nothing drawn; a payment, the same payment again, and what meter and answer say.

        Example: | Pay Over The Row |
        """
        self.run(self._pay())

    @keyword("Pay While The Meter Has No Supply")
    def pay_unreachable(self) -> None:
        """A payment that cannot reach the meter, and the same one when it can.

        Example: | Pay While The Meter Has No Supply |
        """
        self.run(self._pay_unreachable(), 120.0)

    @keyword("Pay What Cannot Be")
    def pay_wrongly(self) -> None:
        """Amounts that are none, and a meter that is another customer's or nobody's.

        Example: | Pay What Cannot Be |
        """
        self.run(self._pay_wrongly())

    @keyword("The Payment Should Count Once And Be Acknowledged")
    def counted(self) -> None:
        """Credit = before + amount at the meter; the acknowledgment has it and the register; the second is refused.

        Example: | The Payment Should Count Once And Be Acknowledged |
        """
        self.check("the payment is taken", "always", "the payment was taken")
        self.check("the same payment is not taken again", "never", "the same payment was taken again")
        self.check("old + paid, at the meter and in the answer", "agree", "credit after the payment")
        self.check("the answer holds validated metering information", "agree", "import register")

    @keyword("It Should Be Refused Then And Count Once Later")
    def counted_later(self) -> None:
        """The sender learns that it failed; the same payment succeeds afterwards, once.

        Example: | It Should Be Refused Then And Count Once Later |
        """
        self.check("the sender learns that it failed", "never", "a payment that did not arrive was acknowledged")
        self.check("it succeeds afterwards", "always", "the payment was taken")
        self.check("old + paid, once", "agree", "credit after the payment")

    @keyword("Nothing Should Have Been Paid")
    def refused(self) -> None:
        """Each is refused, and the credit is what it was.

        Example: | Nothing Should Have Been Paid |
        """
        self.check("what cannot be is refused", "never", "an impossible payment was taken")
        self.check("the credit is what it was", "agree", "credit around impossible payments")

    # -- without credit ----------------------------------------------------------------------------------------------

    @keyword("Order Each Action")
    def order_actions(self) -> None:
        """Entire load, partial load, limit of demand, by the MDMS; what the answer and the meter say of each.

        Example: | Order Each Action |
        """
        self.run(self._order_actions())

    @keyword("Order A Disconnect And Use The Credit Up")
    def order_and_use_up(self) -> None:
        """The MDMS orders the entire load off without credit; 2 kW use it up; what the headend then says.

        Example: | Order A Disconnect And Use The Credit Up |
        """
        self.run(self._order_and_use_up(), _PATIENCE_S)

    @keyword("Each Action Should Be Set And Answered")
    def actions_set(self) -> None:
        """The answer and the meter have what was ordered, with readings and the state of the switch.

        Example: | Each Action Should Be Set And Answered |
        """
        for action in WithoutCredit:
            if action is not WithoutCredit.NONE:
                self.check(f"{action} is set and answered", "agree", f"action {action}")
        self.check("the answer holds the readings", "always", "the answer holds the energy register")
        self.check("the answer has the switch as it is", "always", "the answer says that the switch is closed")

    @keyword("The Headend Should Say That It Is Off")
    def said_off(self) -> None:
        """The witness sees no current, and the headend's word of output and control state agrees.

        Example: | The Headend Should Say That It Is Off |
        """
        self.check("the supply is off", "always", "the witness sees the switch open")
        self.check("the headend says so", "always", "the headend says that the output is off")
        ready = int(SwitchState.READY_FOR_RECONNECTION)
        self.check("ready for reconnection", "equals", "control state by the headend", expected=ready)

    # -- Billing -------------------------------------------------------------------------------------------------------

    @keyword("Hand Readings And Paid Amounts To Billing")
    def hand_over(self) -> None:
        """A register and an amount, then a correction, then the same as new once more; what Billing holds.

        Example: | Hand Readings And Paid Amounts To Billing |
        """
        self.run(self._hand_over())

    @keyword("Billing Should Hold What It Was Handed")
    def held(self) -> None:
        """Exactly, each once; what comes twice is refused.

        Example: | Billing Should Hold What It Was Handed |
        """
        self.check("Billing holds the amount", "always", "Billing holds what it was handed")
        self.check("what it has is not taken as new", "never", "the same was taken as new again")

    # -- inside --------------------------------------------------------------------------------------------------------

    async def _credit(self) -> int:
        async with self.meter.session(MANAGEMENT, ask=True) as client:
            return await PrepaidAccount(client, prepayment_objects(self.meter)).credit()

    async def _send(self) -> Attempt:
        return await attempt(self._write.perform())

    async def _pay(self) -> None:
        await self._acts.begin()
        before = await self._credit()
        await self._write.prepare()
        first = await self._send()
        self.recorder.observe("the payment was taken", first.accepted, what=first.text)
        again = await self._send()
        self.recorder.observe("the same payment was taken again", again.accepted, what=again.text)
        series = "credit after the payment"
        self.recorder.observe(series, before + AMOUNT, source="old + paid")
        self.recorder.observe(series, await self._credit(), source="meter")
        if first.accepted:
            credit, register = _acknowledged(first.value)
            self.recorder.observe(series, credit, source="answer")
            async with self.meter.session(MANAGEMENT, ask=True) as client:
                own = await self.meter.meter(client).register("energy_import")
            self.recorder.observe("import register", register, source="answer", unit="Wh")
            self.recorder.observe("import register", own.value, source="meter", unit=own.unit)

    async def _pay_unreachable(self) -> None:
        await self._acts.begin()
        before = await self._credit()
        await self._write.prepare()
        async with self.supply_cut():
            tried = await self._send()
        self.recorder.observe("a payment that did not arrive was acknowledged", tried.accepted, what=tried.text)
        await self.wait(float(self.meter.pixit("boot_s", 30.0)) + 1.0)
        tried = await self._send()
        self.recorder.observe("the payment was taken", tried.accepted, what=tried.text)
        self.recorder.observe("credit after the payment", before + AMOUNT, source="old + paid")
        self.recorder.observe("credit after the payment", await self._credit(), source="meter")

    async def _pay_wrongly(self) -> None:
        own, other = meter_name(self.station), "nobody-has-this-meter"
        series = "credit around impossible payments"
        self.recorder.observe(series, await self._credit(), what="before")
        for what, meter, amount in (
            ("nothing", own, 0),
            ("less than nothing", own, -AMOUNT),
            ("more than anybody pays", own, 2**40),
            ("a meter that nobody has", other, AMOUNT),
        ):
            tried = await self._pay_as(what, meter, amount)
            self.recorder.observe("an impossible payment was taken", tried.accepted, what=f"{what}: {tried.text}")
        self.recorder.observe(series, await self._credit(), what="after")

    async def _pay_as(self, what: str, meter: str, amount: int) -> Attempt:
        write, payment = self._write, f"bench-{what.replace(' ', '-')}"
        if isinstance(write, PayAtPortal):
            async with write.access.customer() as portal:
                return await attempt(portal.pay(meter, payment, amount))
        async with write.access.session(write.sender) as office:
            return await attempt(office.pay((Payment(payment=payment, meter=meter, amount=amount),)))

    async def _order_action(self, action: WithoutCredit) -> PrepaidBalance:
        limit = _LIMIT_W if action is WithoutCredit.LIMIT_DEMAND else 0
        order = PrepaymentAction(meter=meter_name(self.station), action=action, limit=limit)
        write = self._write
        assert isinstance(write, OrderAction)
        async with write.access.session(write.sender) as office:
            (balance,) = await office.set_prepayment_actions((order,))
        return balance

    async def _order_actions(self) -> None:
        await self._acts.begin()
        for action in (WithoutCredit.PARTIAL_LOAD, WithoutCredit.LIMIT_DEMAND, WithoutCredit.DISCONNECT):
            balance = await self._order_action(action)
            for source, value in (("order", action), ("answer", balance.action), ("meter", await self._held_action())):
                self.recorder.observe(f"action {action}", str(value), source=source)
            closed = balance.output_state and balance.control_state == SwitchState.CONNECTED
            self.recorder.observe("the answer says that the switch is closed", closed, what=str(action))
            there = _import_register(balance.readings) is not None
            self.recorder.observe("the answer holds the energy register", there, what=str(action))

    async def _held_action(self) -> WithoutCredit:
        async with self.meter.session(MANAGEMENT, ask=True) as client:
            number = await PrepaidAccount(client, prepayment_objects(self.meter)).action()
        return tuple(WithoutCredit)[number]

    async def _order_and_use_up(self) -> None:
        await self._acts.begin()
        async with self.meter.session(MANAGEMENT, ask=True) as client:
            account = PrepaidAccount(client, prepayment_objects(self.meter))
            await account.reset(SMALL)
            await account.configure(Terms(PRICES, action=LimitAction.NONE))
        await self._order_action(WithoutCredit.DISCONNECT)
        await self._acts.load(_POWER_W)
        deadline = self.clock.now() + _PATIENCE_S
        while (closed := (await self.scene.look()).closed) is not False and self.clock.now() < deadline:
            await self.wait(_LOOK_S)
        self.recorder.observe("the witness sees the switch open", closed is False)
        await self.scene.settle()
        async with self._write.access.session(self._write.sender) as office:
            (balance,) = await office.balances((meter_name(self.station),))
        self.recorder.observe("the headend says that the output is off", not balance.output_state)
        self.recorder.observe("control state by the headend", balance.control_state, source="headend")

    async def _hand_over(self) -> None:
        exchange = self.exchange
        if not isinstance(exchange, HandPrepaid):
            raise TypeError(f"{self.row.id} hands nothing to Billing")
        await exchange.prepare()
        await exchange.perform()
        effect = await exchange.observe()
        series = "Billing holds what it was handed"
        self.recorder.observe(series, effect.happened is True, what=f"{effect.detail}, handed {CORRECTED_WH}")
        async with exchange.access.session(exchange.sender) as office:
            again = await attempt(office.announce((exchange.handed(),)))
        self.recorder.observe("the same was taken as new again", again.accepted, what=again.text)


def _acknowledged(answer: Any) -> tuple[int, float | None]:
    """Credit and import register in the answer to a payment: a document of the portal, or a reply of the headend."""
    if isinstance(answer, dict):
        readings = answer.get("readings", [])
        kind = str(ReadingType.ENERGY_IMPORT)
        register = next((one["value"] for one in readings if one.get("readingType") == kind), None)
        return int(answer["credit"]), None if register is None else float(register)
    (balance,) = balances_in(answer)
    return balance.credit, _import_register(balance.readings)


def _import_register(readings: tuple[Reading, ...]) -> float | None:
    kinds = (one.value for one in readings if one.reading_type is ReadingType.ENERGY_IMPORT)
    return next(map(float, kinds), None)
