"""Keywords of charging that is managed from afar: asked of one system, seen as watts at the customer's charger."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager

from robot.api import SkipExecution
from robot.api.deco import keyword, library

from bench.access.office import OfficeAccess
from bench.exchanges.office.manage_charging import ManageCharging, OfferChargingForDistribution
from bench.exchanges.sep2_events import ChargingControl
from bench.exchanges.sep2_exchange import Sep2Exchange
from bench.exchanges.witness import Wiring
from bench.keywords.managed_home import ACKNOWLEDGED, CHAIN_S, DURATION_S, GUARD_S, REFUSED, ManagedHome
from drivers.cim.signals import SignalKind
from drivers.scpi.measurement import Measurement

BEYOND, USED = "power beyond what was asked for", "share of what was asked for that flows"
BACK = "power of the vehicle after the control"
OTHER_PATH = "power of the vehicle by the other path beyond what was asked for"
MOVES = "how often the vehicle's power moved"
HAPPENED = "the vehicle's power changed"
_CHARGE, _LESS, _FEED = 0.5, 0.3, -0.5
_LOOK_S = 10.0
_LEAST, _STILL_W = 0.8, 100.0
_ALLOWANCE_W = 20.0
"""What a charger's rounding of a set-point may add, beside the uncertainty of the analyser."""


@library(scope="TEST", auto_keywords=False)
class ManagedCharging(ManagedHome):
    """Requests for a vehicle that go the whole way. Power into the vehicle is positive."""

    async def _power(self) -> Measurement:
        charger = str(self.home.pixit("charger", ""))
        if charger not in self.station.lab.seats:
            raise SkipExecution("the station has no vehicle's charger behind its energy management")
        return await (await Wiring(self.station, charger).analyser()).active_power()

    async def _record(self, share: float, what: str, beyond: str = BEYOND) -> None:
        """What the analyser sees against what ``share`` allows; of what is fed back, against how much it should be."""
        power = await self._power()
        wanted_w = ChargingControl(share).power_w(self.home)
        excess = abs(power.value) - abs(wanted_w)
        self.recorder.observe(
            beyond,
            excess,
            unit="W",
            standard_uncertainty=power.standard_uncertainty,
            what=what,
            source="power analyser",
            power_w=power.value,
            wanted_w=wanted_w,
        )
        self.recorder.observe(USED, power.value / wanted_w, what=what, source="power analyser")

    async def _record_back(self, usual_w: float, what: str) -> None:
        power = await self._power()
        self.recorder.observe(BACK, power.value, unit="W", reference=usual_w, what=what, source="power analyser")

    def _given(self, access: OfficeAccess, party: str, share: float) -> AbstractAsyncContextManager[str]:
        return self.given_to_home(access, party, SignalKind.CHARGING, share)

    # -- by one system -----------------------------------------------------------------------------------------------

    @property
    def order(self) -> ManageCharging | OfferChargingForDistribution:
        """The row's exchange."""
        exchange = self.exchange
        assert isinstance(exchange, ManageCharging | OfferChargingForDistribution)
        return exchange

    @keyword("Manage The Vehicle's Charging")
    def manage(self) -> None:
        """Half of the charger's power, then half of it back into the grid; the vehicle's power and the home's answers
        are recorded.

        Example: | Manage The Vehicle's Charging |
        """
        by_event = isinstance(self.exchange, Sep2Exchange)
        shares = (_CHARGE, _FEED)
        self.run(self._manage_directly(shares) if by_event else self._manage(shares), GUARD_S)

    async def _manage_directly(self, shares: Sequence[float]) -> None:
        """Where the row's sender distributes events."""
        async with self.own_server() as exchange:
            for share in shares:
                await self._manage_by_event(exchange, share, f"{share:+.0%} by {exchange.party}")

    async def _manage_by_event(self, exchange: Sep2Exchange, share: float, what: str) -> None:
        usual_w = (await self._power()).value
        event = exchange.offer(exchange.new_event(duration_s=DURATION_S, base=ChargingControl(share).base))
        await exchange.arrived(event)
        await self.wait(CHAIN_S)
        await self._record(share, what)
        await self.take_back(exchange, event, what)
        await self.wait(CHAIN_S)
        await self._record_back(usual_w, what)

    async def _manage(self, shares: Sequence[float]) -> None:
        await self.wait(_LOOK_S)
        usual_w = (await self._power()).value
        for share in shares:
            async with self._given(self.order.access, self.order.sender, share) as signal:
                await self.wait(CHAIN_S)
                await self._record(share, f"{share:+.0%} by {self.order.seat}")
                await self.record_answers(self.order.access, self.order.sender, signal)
            await self.wait(CHAIN_S)
            await self._record_back(usual_w, f"after {share:+.0%}")

    @keyword("Somebody Without A Say Manages The Vehicle's Charging")
    def manage_elsewhere(self) -> None:
        """An aggregator of other homes (PIXIT ``x_other_aggregator``), then the one that may.

        Example: | Somebody Without A Say Manages The Vehicle's Charging |
        """
        self.need_other_aggregator()
        self.run(self._manage_elsewhere(), GUARD_S)

    async def _manage_elsewhere(self) -> None:
        other = str(self.order.access.pixit("x_other_aggregator", "aggregator-2"))
        await self.wait(_LOOK_S)
        before_w = (await self._power()).value
        request = self._given(self.order.access, other, _CHARGE)
        await self.ask_without_a_say(request, other, lambda: self._compare(before_w, other))
        await self._manage((_CHARGE,))

    async def _compare(self, before_w: float, who: str) -> None:
        await self.wait(CHAIN_S)
        now = await self._power()
        self.recorder.observe(HAPPENED, abs(now.value - before_w) > _STILL_W, what=who, source="power analyser")

    # -- by two ------------------------------------------------------------------------------------------------------

    @keyword("Manage The Vehicle's Charging By Both Paths In Turn")
    def manage_by_both(self) -> None:
        """The same by the aggregator's own server, then by distribution management.

        Example: | Manage The Vehicle's Charging By Both Paths In Turn |
        """
        self.run(self._manage_by_both(), GUARD_S)

    async def _manage_by_both(self) -> None:
        async with self.own_server() as exchange:
            await self._manage_by_event(exchange, _CHARGE, "by the aggregator itself")
            async with self._given(self.office("DMS Applications"), "aggregator", _CHARGE):
                await self.wait(CHAIN_S)
                await self._record(_CHARGE, "by the utility", OTHER_PATH)

    @keyword("Give The Same Request By Both Paths At Once")
    def give_twice(self) -> None:
        """By the aggregator's own server and by distribution management, at the same time; then one of them
        is taken back.

        Example: | Give The Same Request By Both Paths At Once |
        """
        self.run(self._give_twice(), GUARD_S)

    async def _give_twice(self) -> None:
        async with self.own_server() as exchange:
            await self.wait(_LOOK_S)
            moves = _Moves((await self._power()).value)
            async with self._given(self.office("DMS Applications"), "aggregator", _CHARGE):
                event = exchange.offer(exchange.new_event(duration_s=DURATION_S))
                await exchange.arrived(event)
                for _ in range(round(CHAIN_S / _LOOK_S)):
                    await self.wait(_LOOK_S)
                    moves.look((await self._power()).value)
                await self._record(_CHARGE, "by both")
                exchange.program.cancel(event.mrid, self.clock.now())
                await exchange.counterpart.polled()
                await self.wait(CHAIN_S)
                moves.look((await self._power()).value)
                await self._record(_CHARGE, "by the utility alone")
            self.recorder.observe(MOVES, moves.count, what="two paths")

    @keyword("Two Requests For The Vehicle Contradict Each Other")
    def contradict(self) -> None:
        """The aggregator's own of 30 %, then the utility's of 50 %, whose program goes first.

        Example: | Two Requests For The Vehicle Contradict Each Other |
        """
        self.run(self._contradict(), GUARD_S)

    async def _contradict(self) -> None:
        async with self.own_server() as exchange:
            event = exchange.offer(exchange.new_event(duration_s=DURATION_S, base=ChargingControl(_LESS).base))
            await exchange.arrived(event)
            await self.wait(CHAIN_S)
            await self._record(_LESS, "the aggregator's alone")
            async with self._given(self.office("DMS Applications"), "aggregator", _CHARGE):
                await self.wait(CHAIN_S)
                await self._record(_CHARGE, "the utility's goes first")

    # -- judging -----------------------------------------------------------------------------------------------------

    @keyword("The Vehicle Should Do What Was Asked")
    def followed(self) -> None:
        """No more than that, at least four fifths of it, in the direction that was asked for; and as before afterwards.

        Example: | The Vehicle Should Do What Was Asked |
        """
        self.check("no more flows than was asked for", "at_most", BEYOND, limit=_ALLOWANCE_W)
        self.check("it flows in the direction that was asked for, and not much less", "at_least", USED, limit=_LEAST)
        if any(one.series == BACK for one in self.recorder.observations):
            self.check("afterwards it charges as before", "close_to_reference", BACK, limit=_STILL_W)

    @keyword("The Home's Answers To The Request Should Come Back")
    def answered(self) -> None:
        """Received and started. Example: | The Home's Answers To The Request Should Come Back |"""
        self.check("the home's answers come back to whoever asked", "always", ACKNOWLEDGED)

    @keyword("Both Paths Should Charge Alike")
    def alike(self) -> None:
        """No more than was asked for by either. Example: | Both Paths Should Charge Alike |"""
        self.check("the other path does the same", "at_most", OTHER_PATH, limit=_ALLOWANCE_W)

    @keyword("The Vehicle Should Have Moved Once")
    def once(self) -> None:
        """Two paths do not act twice. Example: | The Vehicle Should Have Moved Once |"""
        self.check("the vehicle's power moves once", "equals", MOVES, expected=1)

    @keyword("Whoever Has No Say Over The Vehicle Should Be Refused")
    def refused(self) -> None:
        """And nothing happens. Example: | Whoever Has No Say Over The Vehicle Should Be Refused |"""
        self.check("an aggregator of other sites is refused", "always", REFUSED)
        self.check("nothing happens at the vehicle", "never", HAPPENED)


class _Moves:
    """Counts changes of power from one look to the next."""

    def __init__(self, power_w: float) -> None:
        self.count = 0
        self._last_w = power_w

    def look(self, power_w: float) -> None:
        """What is seen now."""
        self.count += abs(power_w - self._last_w) > _STILL_W
        self._last_w = power_w
