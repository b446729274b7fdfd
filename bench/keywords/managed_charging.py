"""Keywords of charging that is managed from afar: asked of one system, seen as watts at the customer's charger.

Between the system and the vehicle stand the devices of the station itself; the bench plays none of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from functools import cached_property

from robot.api import SkipExecution
from robot.api.deco import keyword, library

from bench.access.office import OfficeAccess
from bench.access.sep2 import Sep2Access
from bench.exchanges.office.manage_charging import ManageCharging, OfferChargingForDistribution
from bench.exchanges.sep2_events import ChargingControl
from bench.exchanges.sep2_exchange import Sep2Exchange
from bench.exchanges.witness import Wiring
from bench.keywords.given_signals import given
from bench.keywords.process import ProcessLibrary
from drivers.cim.errors import OfficeRefusedError
from drivers.cim.signal_calls import stand
from drivers.cim.signals import Signal, SignalKind
from drivers.scpi.measurement import Measurement
from drivers.sep2.vocabulary import ResponseStatus

BEYOND, USED = "power beyond what was asked for", "share of what was asked for that flows"
BACK = "power of the vehicle after the control"
OTHER_PATH = "power of the vehicle by the other path beyond what was asked for"
MOVES = "how often the vehicle's power moved"
ACKNOWLEDGED, REFUSED, HAPPENED = (
    "the home's answer came back",
    "the request was refused",
    "the vehicle's power changed",
)
_CHARGE, _LESS, _FEED = 0.5, 0.3, -0.5
_DURATION_S, _GUARD_S = 1800, 3600.0
_CHAIN_S, _LOOK_S = 120.0, 10.0
"""From the system to the watts: a poll of the gateway, one of the energy management, their acts, the vehicle's."""
_LEAST, _STILL_W = 0.8, 100.0
_ALLOWANCE_W = 20.0
"""What a charger's rounding of a set-point may add, beside the uncertainty of the analyser."""


@library(scope="TEST", auto_keywords=False)
class ManagedCharging(ProcessLibrary):
    """Requests for a vehicle that go the whole way. Power into the vehicle is positive."""

    @cached_property
    def home(self) -> Sep2Access:
        """The customer's energy management."""
        return Sep2Access(self.station, self.seat_of("Customer EMS"))

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
        """A request that ``party`` has made at a system, by its id; ended afterwards."""
        homes = (self.seat_of("ESI/HAN Gateway"),)
        wanted = Signal(kind=SignalKind.CHARGING, homes=homes, duration=_DURATION_S, share=share)
        return given(access, party, wanted)

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
        self.run(self._manage_directly(shares) if by_event else self._manage(shares), _GUARD_S)

    async def _manage_directly(self, shares: Sequence[float]) -> None:
        """Where the row's sender distributes events."""
        exchange = self.direct
        try:
            await exchange.prepare()
            for share in shares:
                await self._manage_by_event(exchange, share, f"{share:+.0%} by {exchange.party}")
        finally:
            await exchange.close()

    async def _manage_by_event(self, exchange: Sep2Exchange, share: float, what: str) -> None:
        usual_w = (await self._power()).value
        event = exchange.offer(exchange.new_event(duration_s=_DURATION_S, base=ChargingControl(share).base))
        await exchange.arrived(event)
        await self.wait(_CHAIN_S)
        await self._record(share, what)
        told = exchange.counterpart.told(event.mrid)
        self.recorder.observe(ACKNOWLEDGED, exchange.claims(event), what=what, told=[*told])
        exchange.program.cancel(event.mrid, self.clock.now())
        await exchange.counterpart.polled()
        await self.wait(_CHAIN_S)
        await self._record_back(usual_w, what)

    async def _manage(self, shares: Sequence[float]) -> None:
        await self.wait(_LOOK_S)
        usual_w = (await self._power()).value
        for share in shares:
            async with self._given(self.order.access, self.order.sender, share) as signal:
                await self.wait(_CHAIN_S)
                await self._record(share, f"{share:+.0%} by {self.order.seat}")
                await self._answers(signal)
            await self.wait(_CHAIN_S)
            await self._record_back(usual_w, f"after {share:+.0%}")

    async def _answers(self, signal: str) -> None:
        async with self.order.access.session(self.order.sender) as office:
            answers = [answer for one in await stand(office.messenger, (signal,)) for answer in one.answers]
        told = [status for answer in answers for status in answer.statuses]
        for status in (ResponseStatus.RECEIVED, ResponseStatus.STARTED):
            self.recorder.observe(ACKNOWLEDGED, status in told, what=status.name.lower(), told=[*told])

    @keyword("Somebody Without A Say Manages The Vehicle's Charging")
    def manage_elsewhere(self) -> None:
        """An aggregator of other homes (PIXIT ``x_other_aggregator``), then the one that may.

        Example: | Somebody Without A Say Manages The Vehicle's Charging |
        """
        if isinstance(self.exchange, Sep2Exchange):
            raise SkipExecution(f"over {self.exchange.link} the bench plays one aggregator only")
        self.run(self._manage_elsewhere(), _GUARD_S)

    async def _manage_elsewhere(self) -> None:
        other = str(self.order.access.pixit("x_other_aggregator", "aggregator-2"))
        await self.wait(_LOOK_S)
        before_w = (await self._power()).value
        try:
            async with self._given(self.order.access, other, _CHARGE):
                self.recorder.observe(REFUSED, False, what=other)
                await self._compare(before_w, other)
        except OfficeRefusedError as refusal:
            self.recorder.observe(REFUSED, True, what=other, answer=str(refusal))
            await self._compare(before_w, other)
        await self._manage((_CHARGE,))

    async def _compare(self, before_w: float, who: str) -> None:
        await self.wait(_CHAIN_S)
        now = await self._power()
        self.recorder.observe(HAPPENED, abs(now.value - before_w) > _STILL_W, what=who, source="power analyser")

    # -- by two ------------------------------------------------------------------------------------------------------

    @property
    def direct(self) -> Sep2Exchange:
        """The row's exchange: the aggregator's own server, which the bench plays."""
        exchange = self.exchange
        if not isinstance(exchange, Sep2Exchange):
            raise SkipExecution("the aggregator's own path is one of messages: the bench can give by one path only")
        return exchange

    @keyword("Manage The Vehicle's Charging By Both Paths In Turn")
    def manage_by_both(self) -> None:
        """The same by the aggregator's own server, then by distribution management.

        Example: | Manage The Vehicle's Charging By Both Paths In Turn |
        """
        self.run(self._manage_by_both(), _GUARD_S)

    async def _manage_by_both(self) -> None:
        exchange = self.direct
        try:
            await exchange.prepare()
            await self._manage_by_event(exchange, _CHARGE, "by the aggregator itself")
            async with self._given(self.office("DMS Applications"), "aggregator", _CHARGE):
                await self.wait(_CHAIN_S)
                await self._record(_CHARGE, "by the utility", OTHER_PATH)
        finally:
            await exchange.close()

    @keyword("Give The Same Request By Both Paths At Once")
    def give_twice(self) -> None:
        """By the aggregator's own server and by distribution management, at the same time; then one of them
        is taken back.

        Example: | Give The Same Request By Both Paths At Once |
        """
        self.run(self._give_twice(), _GUARD_S)

    async def _give_twice(self) -> None:
        exchange = self.direct
        try:
            await exchange.prepare()
            await self.wait(_LOOK_S)
            moves = _Moves((await self._power()).value)
            async with self._given(self.office("DMS Applications"), "aggregator", _CHARGE):
                event = exchange.offer(exchange.new_event(duration_s=_DURATION_S))
                await exchange.arrived(event)
                for _ in range(round(_CHAIN_S / _LOOK_S)):
                    await self.wait(_LOOK_S)
                    moves.look((await self._power()).value)
                await self._record(_CHARGE, "by both")
                exchange.program.cancel(event.mrid, self.clock.now())
                await exchange.counterpart.polled()
                await self.wait(_CHAIN_S)
                moves.look((await self._power()).value)
                await self._record(_CHARGE, "by the utility alone")
            self.recorder.observe(MOVES, moves.count, what="two paths")
        finally:
            await exchange.close()

    @keyword("Two Requests For The Vehicle Contradict Each Other")
    def contradict(self) -> None:
        """The aggregator's own of 30 %, then the utility's of 50 %, whose program goes first.

        Example: | Two Requests For The Vehicle Contradict Each Other |
        """
        self.run(self._contradict(), _GUARD_S)

    async def _contradict(self) -> None:
        exchange = self.direct
        try:
            await exchange.prepare()
            event = exchange.offer(exchange.new_event(duration_s=_DURATION_S, base=ChargingControl(_LESS).base))
            await exchange.arrived(event)
            await self.wait(_CHAIN_S)
            await self._record(_LESS, "the aggregator's alone")
            async with self._given(self.office("DMS Applications"), "aggregator", _CHARGE):
                await self.wait(_CHAIN_S)
                await self._record(_CHARGE, "the utility's goes first")
        finally:
            await exchange.close()

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
