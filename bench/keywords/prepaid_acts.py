"""What happens in the tests of 3.2.1 at the meter: an account is opened, drawn from, paid into and used up."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import cached_property
from typing import Any, TypeVar, cast

from bench.access.account import Account, LimitAction, Terms
from bench.access.c1218_account import AnsiAccount
from bench.access.dlms import MANAGEMENT
from bench.access.prepayment import PrepaidAccount, prepayment_objects
from bench.exchanges.c1218_exchange import C1218Exchange
from bench.exchanges.dlms_exchange import CREW_INTERFACE
from bench.keywords.limit_scene import LimitScene
from bench.keywords.process import ProcessLibrary
from bench.keywords.rate_changes import next_rate_change

PRICES = (25, 10)
"""Per Wh of rate 1 and 2, in hundred-thousandths of the currency unit: 0.25 and 0.10 a kWh."""
FIRST, PAID = 400_000, 1_000_000
SMALL = 5_000
"""A credit that 2 kW use up within a quarter of an hour at either price."""

_POWER_W = 2_000.0
QUARTER_S = 900.0
_CUT_S = 60.0
_CRITICAL_W, _OTHER_W = 1_000.0, 2_000.0
_BELOW_W, _ABOVE_W, _LIMIT_W = 1_500.0, 3_000.0, 2_000
_LIMITER_S = 60.0
_LOOK_S = 5.0
_BUTTON_S = 3.0
_CLOSING_BY_ITSELF = (5, 6, 7)
FRIENDLY_S = 3_600.0
_LONGEST_S = 1_800.0
"""By then a small credit is used up at 2 kW; a meter that says otherwise is not waited for."""
T = TypeVar("T")


class PrepaidActs(ProcessLibrary):
    """The acts, without any judgement."""

    def __init__(self) -> None:
        self._identifier = 1
        self._exhausted_at = 0.0

    @cached_property
    def limit_scene(self) -> LimitScene:
        """Load, notices and switch."""
        return LimitScene(self)

    # -- inside: the account -------------------------------------------------------------------------------------------

    async def _with_account(self, act: Callable[[Account, Any], Coroutine[object, object, T]]) -> T:
        """Act on the account over a session of the management client, on the row's link."""
        exchange = self.exchange if self.row.interface == CREW_INTERFACE else None
        async with self.meter.session(MANAGEMENT, ask=True) as client:
            if isinstance(exchange, C1218Exchange):
                return await act(AnsiAccount(exchange.access, cast(Any, client)), client)
            return await act(PrepaidAccount(client, prepayment_objects(self.meter)), client)

    async def _open_account(self, terms: Terms, credit: int) -> None:
        await self.limit_scene.begin()

        async def act(account: Account, _client: Any) -> None:
            await account.reset(credit)
            await account.configure(terms)

        await self._with_account(act)

    async def _pay(self, amount: int) -> bool:
        self._identifier += 1
        number = int(self.clock.now()) << 16 | self._identifier
        return await self._with_account(lambda account, _client: account.pay(number, amount))

    async def _registers(self, client: Any) -> tuple[int, ...]:
        meter = self.meter.meter(client)
        readings = [await meter.register(f"energy_import_rate_{rate}") for rate in range(1, len(PRICES) + 1)]
        return tuple(int(reading.raw) for reading in readings)

    async def _count(self) -> None:
        await self._open_account(Terms(PRICES, action=LimitAction.NONE), 0)

        async def reset(account: Account, client: Any) -> tuple[int, ...]:
            returned = await account.reset(FIRST)
            for source, amount in (("ordered", FIRST), ("returned", returned), ("read", await account.credit())):
                self.recorder.observe("the amount after the reset", amount, source=source)
            return await self._registers(client)

        before = await self._with_account(reset)
        await self._draw_for(QUARTER_S)
        number = int(self.clock.now())

        async def pay(account: Account, _client: Any) -> None:
            self.recorder.observe("the payment was taken", await account.pay(number, PAID))
            self.recorder.observe("the same payment was taken again", await account.pay(number, PAID))

        await self._with_account(pay)
        async with self.supply_cut():
            await self.wait(_CUT_S)
        await self.wait_until(next_rate_change(self.meter, self.clock.now()) - QUARTER_S / 2.0)
        await self._draw_for(QUARTER_S)

        async def end(account: Account, client: Any) -> None:
            after = await self._registers(client)
            used = [now - was for now, was in zip(after, before, strict=True)]
            charges = sum(wh * price for wh, price in zip(used, PRICES, strict=True))
            self.recorder.observe("energy that was charged", float(sum(used)), unit="Wh")
            self.recorder.observe("the credit in the end", FIRST + PAID - charges, source="old + paid - charges")
            self.recorder.observe("the credit in the end", await account.credit(), source="meter")

        await self._with_account(end)

    async def _draw_for(self, seconds: float) -> None:
        await self.limit_scene.load(_POWER_W)
        await self.wait(seconds)
        await self.limit_scene.unload()

    # -- inside: without credit ----------------------------------------------------------------------------------------

    async def _full_disconnect(self, mode: int) -> None:
        await self._open_account(Terms(PRICES, action=LimitAction.DISCONNECT), SMALL)
        await self.limit_scene.set_mode(mode)
        await self.limit_scene.load(_POWER_W)
        await self._until_exhausted()
        closed = await self._watch_for_opening()
        self.recorder.observe("the supply went off without credit", closed is False)
        await self.scene.settle()
        state = await self.limit_scene.switch_state()
        self.recorder.observe("control state without credit", int(state), source="meter")
        await self._press()
        self.recorder.observe("the button closed without credit", (await self.scene.look()).closed is True)
        await self.scene.rest()
        await self._pay(PAID)
        await self.wait(_LOOK_S)
        await self.scene.settle()
        by_itself = (await self.scene.look()).closed is True
        wanted = mode in _CLOSING_BY_ITSELF
        self.recorder.observe("closed by itself as the mode says", by_itself is wanted, what=f"mode {mode}")
        if not by_itself:
            await self._press()
        self.recorder.observe("the supply is on after the top-up", (await self.scene.look()).closed is True)

    async def _watch_for_opening(self) -> bool | None:
        """Until the witness sees the switch open, or ``t_act`` is over; how long that took."""
        deadline = self._exhausted_at + self.bound("t_act")
        while (closed := (await self.scene.look()).closed) is not False and self.clock.now() < deadline:
            await self.wait(_LOOK_S)
        series = "from the end of the credit until the supply was off"
        self.recorder.observe_duration(series, self.clock.now() - self._exhausted_at)
        return closed

    async def _until_exhausted(self) -> None:
        """Until the register has counted what the credit pays for, by the meter's own figures."""
        remaining = await self._with_account(lambda account, _client: account.remaining_s())
        await self.wait(min(float(remaining), _LONGEST_S))
        deadline = self.clock.now() + _LONGEST_S
        while await self._with_account(lambda account, _client: account.credit()) > 0 and self.clock.now() < deadline:
            await self.wait(_LOOK_S)
        self._exhausted_at = self.clock.now()

    async def _limited_demand(self, _mode: int) -> None:
        await self._open_account(Terms(PRICES, action=LimitAction.LIMIT_DEMAND, limit_w=_LIMIT_W), SMALL)
        await self.limit_scene.load(_POWER_W)
        await self._until_exhausted()
        for power_w, series, expected in (
            (_BELOW_W, "a load below the power limit stayed on", True),
            (_ABOVE_W, "a load above the power limit was cut off", False),
        ):
            await self.limit_scene.load(power_w)
            await self.wait(_LIMITER_S)
            await self.scene.settle()
            closed = (await self.scene.look()).closed
            self.recorder.observe(series, closed is expected, what=f"{power_w:g} W, limit {_LIMIT_W} W")

    async def _partial_load(self, _mode: int) -> None:
        await self._open_account(Terms(PRICES, action=LimitAction.PARTIAL_LOAD), SMALL)
        await self.station.box.do(self.meter.seat, "auxiliary_load", power_w=_OTHER_W)
        try:
            await self.limit_scene.load(_CRITICAL_W)
            await self._measure("with credit", _CRITICAL_W + _OTHER_W)
            await self._until_exhausted()
            await self.wait(_LOOK_S)
            await self._measure("without credit", _CRITICAL_W)
            await self._pay(PAID)
            await self.wait(_LOOK_S)
            await self._measure("after the top-up", _CRITICAL_W + _OTHER_W)
        finally:
            await self.station.box.do(self.meter.seat, "auxiliary_load", power_w=0.0)

    async def _measure(self, step: str, expected_w: float) -> None:
        power = await (await self.wiring.analyser()).active_power()
        self.recorder.observe(
            f"power {step}",
            power.value,
            unit="W",
            standard_uncertainty=power.standard_uncertainty,
            reference=expected_w,
            source=str(power.instrument),
        )

    async def _friendly(self) -> None:
        async def clock(_account: Account, client: Any) -> int:
            reading = await self.meter.meter(client).clock()
            return int((self.clock.now() / 60.0 + (reading.offset_min or 0)) % 1440)

        minute = await self._with_account(clock)
        ends = (minute + int(FRIENDLY_S / 60.0)) % 1440
        ends_at = (self.clock.now() // 60.0) * 60.0 + FRIENDLY_S
        terms = Terms(PRICES, action=LimitAction.DISCONNECT, friendly=((minute, ends),))
        await self._open_account(terms, SMALL)
        await self.limit_scene.load(_POWER_W)
        await self.wait_until(ends_at - _LOOK_S)
        credit = await self._with_account(lambda account, _client: account.credit())
        self.recorder.observe("credit in friendly hours", credit)
        self.recorder.observe("the supply was on in friendly hours", (await self.scene.look()).closed is True)
        self._exhausted_at = ends_at
        await self.wait_until(ends_at + _LOOK_S)
        closed = await self._watch_for_opening()
        self.recorder.observe("the supply was off after the friendly hours", closed is False)

    async def _press(self) -> None:
        await self.scene.rest()
        await self.station.box.do(self.meter.seat, "button")
        await self.wait(_BUTTON_S)
        await self.scene.settle()
