"""I-H3 on office systems: an order does not close a switch onto a live load side, nor open a protected customer's.

Orders to connect are given with voltages behind the switch, and in each control mode; orders to disconnect are given
against a protected customer, and where the switch can only be operated by hand. The witness is at the meter.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import msgspec

from bench.access.dlms import MANAGEMENT, DlmsAccess
from bench.controls.attempts import attempt, record_effect
from bench.controls.base import Probe
from bench.controls.office._orders import control_of, ended, give, in_words, order_of
from bench.controls.office._row import exchange_of
from bench.controls.variants import record_absent
from bench.exchanges.meters import meter_seat, seat_called
from bench.exchanges.office_exchange import OfficeExchange
from bench.exchanges.office_write import ForOneMeter, OfficeWrite
from bench.exchanges.switch_scene import SwitchScene
from bench.judgement.check import Check
from drivers.cim.payloads import EndDeviceControl, OrderStatus
from drivers.cim.vocabulary import OrderState
from drivers.dlms.errors import DataAccessError

if TYPE_CHECKING:
    from bench.controls.trial import Trial

CLOSED_LIVE = "the switch closed onto a load side that is live"
ANSWERED_LIVE = "an order to connect onto a live load side was answered as not done"
CLOSED_DEAD = "the switch closed onto a load side that is dead"
CLOSED_AS_DECLARED = "between dead and live, the switch did as declared"
CLOSED_LATER = "the switch closed by itself when the back-feed went away"
MODE_FOLLOWED = "the order did at the switch what the control mode says"
MODE_ANSWERED = "the order was answered as the control mode says"
TAKEN = "an order against a protected customer was taken"
OPENED = "a protected customer was disconnected"
GOOD = "the order took effect where nothing stands against it"

DEFERRED_CLOSE = "deferred_close"
_WATCH_S = 120.0
_BUTTON_S = 60.0
_DIRECT_MODES = frozenset({2, 4, 7})
_READY_MODES = frozenset({1, 3, 5, 6})
_LOCAL_MODE = 0
_SOON_S = 30.0
_LOOK_EVERY_S = 10.0


async def stimulus(trial: Trial) -> None:
    setting = exchange_of(trial)
    if isinstance(setting, OfficeWrite):
        await _settings(trial, setting)
        return
    exchange = order_of(trial)
    interlocks = _Interlocks(trial)
    if exchange.closes:
        await interlocks.backfeed()
        await interlocks.connect_in_modes()
        record_absent(trial, "order against a protected customer", "the row connects")
    else:
        await interlocks.protected_customer()
        await interlocks.disconnect_in_local_mode()
        record_absent(trial, "order onto a live load side", "the row disconnects")
    await exchange.prepare()
    await record_effect(trial, exchange, GOOD, "nothing in the way", await attempt(exchange.perform()))
    await exchange.restore()


async def _settings(trial: Trial, exchange: OfficeWrite) -> None:
    """A command that sets something, for a customer who must not be cut off, and where nothing stands against it."""
    for what in ("order onto a live load side", "order in the control modes"):
        record_absent(trial, what, "the row's command moves no switch")
    name = str(exchange.access.pixit("protected_meter", ""))
    if name and isinstance(exchange, ForOneMeter):
        async with exchange.access.session(exchange.sender) as office:
            tried = await attempt(exchange.write_for(office, name))
        trial.record.observe(TAKEN, tried.accepted, what=f"for meter {name}", answer=tried.text)
        seat = seat_called(trial.station, name)
        access = DlmsAccess(trial.station, seat) if seat is not None else None
        if access is None:
            trial.record.could_not_look(OPENED, f"meter {name} is in no seat of the station")
        else:
            async with access.session(MANAGEMENT, ask=True) as client:
                status = await access.meter(client).switch()
            trial.record.observe(OPENED, not status.output_on, what="afterwards", source=f"what meter {name} says")
    else:
        record_absent(trial, "command against a protected customer", "PIXIT protected_meter names no meter")
    await exchange.prepare()
    await record_effect(trial, exchange, GOOD, "nothing in the way", await attempt(exchange.perform()))
    await exchange.restore()


class _Interlocks:
    """The orders of one trial."""

    def __init__(self, trial: Trial) -> None:
        self.trial, self.exchange = trial, order_of(trial)
        self.scene = self.exchange.scene

    # -- to connect ----------------------------------------------------------------------------------------------------

    async def backfeed(self) -> None:
        """Orders with voltages behind the switch that it must refuse, must not mind, and may treat as declared."""
        trial = self.trial
        live = trial.bound("backfeed_refused").number * self.scene.nominal_v
        dead = trial.bound("v_backfeed_accepted").number
        limit = float(self.scene.access.pixit("customer_voltage_limit_v", live))
        for number in range(trial.bound("n_interlock").count):
            await self._connect_onto(live, f"{live:.0f} V, try {number + 1}", CLOSED_LIVE)
        await self._connect_onto(dead, f"{dead:.0f} V", CLOSED_DEAD)
        for name in ("backfeed_limit_low", "backfeed_limit_high"):
            share = trial.bound(name).number
            voltage = share * limit
            if dead < voltage < live:
                words = f"{voltage:.1f} V, {share} x the declared limit"
                await self._connect_onto(voltage, words, CLOSED_AS_DECLARED, expect=share < 1.0)

    async def _connect_onto(self, voltage: float, what: str, series: str, *, expect: bool | None = None) -> None:
        """One order with ``voltage`` behind the switch, then the back-feed taken away."""
        await self.exchange.prepare()
        async with self._live(voltage):
            status = await self._order(control_of(self.trial))
            contact = await self.scene.look()
        said = in_words(status)
        if contact.closed is None:
            self.trial.record.could_not_look(series, f"{what}: {contact.detail}")
            return
        value = contact.closed if expect is None else contact.closed is expect
        self.trial.record.observe(series, value, what=what, source=contact.shown_by, answer=said, detail=contact.detail)
        if contact.closed:
            return
        self.trial.record.observe(ANSWERED_LIVE, status.state is not OrderState.DONE, what=f"{what}: {said}")
        if DEFERRED_CLOSE not in self.trial.station.lab.declared(meter_seat(self.trial.station)):
            await self.trial.station.advance(_WATCH_S)
            later = await self.scene.look()
            self.trial.record.observe(CLOSED_LATER, later.closed, what=what, why=later.detail)

    @asynccontextmanager
    async def _live(self, voltage: float) -> AsyncIterator[None]:
        source = await self.scene.wiring.load_side_source()
        await source.set_voltage(voltage)
        await source.set_output(True)
        try:
            yield
        finally:
            await source.set_output(False)

    async def connect_in_modes(self) -> None:
        """An order in each control mode, from an open switch; where that only makes it ready, then the button."""
        declared = int(self.scene.access.pixit("control_mode", 4))
        for mode in sorted(_DIRECT_MODES | _READY_MODES):
            await self.exchange.prepare()
            if not await self._set_mode(mode):
                continue
            await self._connect_in(mode)
        await self._set_mode(declared)

    async def _connect_in(self, mode: int) -> None:
        direct = mode in _DIRECT_MODES
        async with self.exchange.access.session(self.exchange.sender) as office:
            number = (await give(office, control_of(self.trial))).order
            status = await ended(self.trial, office, number, _SOON_S, also=frozenset({OrderState.PENDING}))
            self._follows(await self._closed(), direct, f"mode {mode}")
            wanted = OrderState.DONE if direct else OrderState.PENDING
            self._answers(status, wanted, f"mode {mode}")
            if not direct:
                await self.trial.station.box.do(meter_seat(self.trial.station), "button")
                await self.scene.settle()
                self._follows(await self._closed(), True, f"mode {mode}, after the button")
                status = await ended(self.trial, office, number, _BUTTON_S, every_s=_LOOK_EVERY_S)
                self._answers(status, OrderState.DONE, f"mode {mode}, after the button")

    # -- to disconnect -------------------------------------------------------------------------------------------------

    async def protected_customer(self) -> None:
        """Orders against a customer who must not be disconnected: at once, for later, and urgent."""
        name = str(self.exchange.access.pixit("protected_meter", ""))
        seat = seat_called(self.trial.station, name) if name else None
        if not name:
            record_absent(self.trial, "order against a protected customer", "PIXIT protected_meter names no meter")
            return
        scene = SwitchScene(DlmsAccess(self.trial.station, seat)) if seat is not None else None
        if scene is not None:
            await scene.prepare(closed=True)
        at_once = control_of(self.trial, meter=name)
        orders = {
            "at once": at_once,
            "for later": control_of(self.trial, meter=name, after_s=_SOON_S),
            "urgent": msgspec.structs.replace(at_once, priority="emergency"),
        }
        async with self.exchange.access.session(self.exchange.sender) as office:
            for what, control in orders.items():
                tried = await attempt(give(office, control))
                self.trial.record.observe(TAKEN, tried.accepted, what=what, answer=tried.text)
        await self.trial.station.advance(2.0 * _SOON_S)
        if scene is None:
            self.trial.record.could_not_look(OPENED, f"meter {name} is in no seat of the station")
            return
        async with scene.access.session(MANAGEMENT, ask=True) as client:
            status = await scene.access.meter(client).switch()
        source = f"what meter {name} says of its switch"
        self.trial.record.observe(OPENED, not status.output_on, what="after all orders", source=source)

    async def disconnect_in_local_mode(self) -> None:
        """An order where the switch can only be operated by hand."""
        declared = int(self.scene.access.pixit("control_mode", 4))
        await self.exchange.prepare()
        if await self._set_mode(_LOCAL_MODE):
            status = await self._order(control_of(self.trial))
            self._follows(await self._closed(), True, "mode 0")
            self._answers(status, OrderState.FAILED, "mode 0")
        await self._set_mode(declared)

    # -- inside --------------------------------------------------------------------------------------------------------

    async def _order(self, control: EndDeviceControl) -> OrderStatus:
        """Give an order and follow it to its end, at most for `_SOON_S`."""
        async with self.exchange.access.session(self.exchange.sender) as office:
            number = (await give(office, control)).order
            return await ended(self.trial, office, number, _SOON_S)

    async def _closed(self) -> bool | None:
        return (await self.scene.look()).closed

    def _follows(self, closed: bool | None, wanted: bool, what: str) -> None:
        if closed is None:
            self.trial.record.could_not_look(MODE_FOLLOWED, f"{what}: no witness of the switch")
        else:
            self.trial.record.observe(MODE_FOLLOWED, closed is wanted, what=what)

    def _answers(self, status: OrderStatus, wanted: OrderState, what: str) -> None:
        self.trial.record.observe(MODE_ANSWERED, status.state is wanted, what=f"{what}: {in_words(status)}")

    async def _set_mode(self, mode: int) -> bool:
        """Whether the meter is in this mode now; one that it does not offer is recorded as absent."""
        async with self.scene.access.session(MANAGEMENT, ask=True) as client:
            meter = self.scene.access.meter(client)
            if (await meter.switch()).mode != mode:
                try:
                    await meter.set_control_mode(mode)
                except DataAccessError as error:
                    record_absent(self.trial, f"control mode {mode}", f"the meter does not offer it: {error}")
                    return False
        return True


def checks(trial: Trial) -> Sequence[Check]:
    setting = exchange_of(trial)
    if isinstance(setting, OfficeWrite):
        protected = _protected(setting) if isinstance(setting, ForOneMeter) else []
        return [*protected, Check("a command with nothing against it is carried out", "always", GOOD)]
    exchange = order_of(trial)
    found = [
        Check("the order does what the control mode says", "always", MODE_FOLLOWED),
        Check("and is answered so", "always", MODE_ANSWERED),
        Check("an order with nothing against it is carried out", "always", GOOD),
    ]
    if exchange.closes:
        return [
            Check("the switch never closes onto a live load side", "never", CLOSED_LIVE),
            Check("such an order is not answered as done", "always", ANSWERED_LIVE),
            Check("it closes onto a dead one", "always", CLOSED_DEAD),
            Check("between them it does as declared", "always", CLOSED_AS_DECLARED),
            Check("it does not close by itself after a refusal", "never", CLOSED_LATER),
            *found,
        ]
    return [*found, *_protected(exchange)]


def _protected(exchange: OfficeExchange) -> list[Check]:
    if not exchange.access.pixit("protected_meter", ""):
        return []
    return [
        Check("no order against a protected customer is taken", "never", TAKEN),
        Check("a protected customer is never disconnected", "never", OPENED),
    ]


PROBE = Probe("I-H3", "office_https", stimulus, checks)
