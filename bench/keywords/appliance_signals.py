"""Keywords of 4.2.1: load management's signals reach appliances, those that are named, and what comes back."""

from __future__ import annotations

from collections.abc import Mapping

from robot.api.deco import keyword, library

from bench.access.cta2045 import Cta2045Access
from bench.keywords.home_loads import CHAIN_S, HomeLoads
from drivers.cim.signals import Path, Signal, SignalKind
from drivers.sep2.vocabulary import ResponseStatus

LEVEL, REACHED, MOVES = "power of the appliance under the signal", "from the signal to the watts", "moves of its power"
BACK, ANSWERED = "power of the appliance after the signal", "what load management knows of the home's answers"
PATTERN, AFTER = "the power is that of the duty pattern", "the appliance ran without a pause after the end"
LISTED, UNLISTED = "a listed device acted", "a device that is not on the list acted"
SILENT, SILENT_TIME = "a silent home is reported as silent", "a home that answered is reported as silent"
COUNTED, OPTED_OUT = "load that load management counts as shed", "the opt-out was reported to load management"
STORED, SHED = "the appliance stored more", "the appliance shed after it had stored"
_SHARE, _DUTY, _DURATION_S = 0.5, 0.5, 900
_CYCLING_S, _LOOK_S, _EDGE_S = 2400, 30.0, 45.0
_OPT_OUT_S = 900.0
_REPORTED_S = 60.0
_MOVE = 0.2
_HEATER, _THERMOSTAT, _PUMP = "water_heater", "programmable_thermostat", "pool_pump"
_GUARD_S = 7200.0


@library(scope="TEST", auto_keywords=False)
class ApplianceSignals(HomeLoads):
    """Gives signals at load management and looks at the appliances."""

    # -- a level -----------------------------------------------------------------------------------------------------

    @keyword("Load Management Asks An Appliance For Half Of Its Power")
    def ask_for_a_level(self) -> None:
        """By each path, and by both. Example: | Load Management Asks An Appliance For Half Of Its Power |"""
        self.run(self._ask_for_a_level(), _GUARD_S)

    async def _ask_for_a_level(self) -> None:
        seat = self.one_of(self.managed, _HEATER)
        await self.used(seat)
        for path in self.paths:
            await self._level(seat, path)

    async def _level(self, seat: str, path: Path) -> None:
        rated_w = self.rated_w(seat)
        signal = Signal(
            kind=SignalKind.LOAD,
            homes=(self.home_name,),
            devices=(_HEATER,),
            duration=_DURATION_S,
            share=_SHARE,
            path=path,
        )
        limit_w = _SHARE * rated_w * 1.02
        async with self.given(signal) as number:
            watch = await self.watched((seat,), CHAIN_S, lambda powers: powers[seat] <= limit_w, to_end=True)
            self.recorder.observe(LEVEL, watch.last[seat] / rated_w, what=path, seen_w=watch.last[seat])
            self.recorder.observe_duration(REACHED, CHAIN_S if watch.reached is None else watch.reached, what=path)
            self.recorder.observe(MOVES, watch.moves(seat, _MOVE * rated_w), what=path)
            await self.wait(_DURATION_S + Cta2045Access(self.station, seat).back_s)
            self.recorder.observe(BACK, await self.power_w(seat) / rated_w, what=path)
            told = await self.told(number)
            for due in (ResponseStatus.RECEIVED, ResponseStatus.STARTED, ResponseStatus.COMPLETED):
                self.recorder.observe(ANSWERED, int(due) in told, what=f"{path}: {due.name.lower()}", told=[*told])

    @keyword("It Should Have Kept To The Level Once")
    def kept_to_the_level(self) -> None:
        """Within, once, and not after. Example: | It Should Have Kept To The Level Once |"""
        self.check("it draws at most what was asked for", "at_most", LEVEL, limit=_SHARE * 1.02)
        self.check("within the polls and acts that are declared", "at_most", REACHED, limit=CHAIN_S)
        self.check("it moves once, also where both paths are used", "equals", MOVES, expected=1)
        self.check("it draws all of its power again afterwards", "at_least", BACK, limit=0.98)

    @keyword("Load Management Should Know What Happened")
    def known(self) -> None:
        """Each answer came back. Example: | Load Management Should Know What Happened |"""
        self.check("each answer comes back through all hops", "always", ANSWERED)

    # -- cycles ------------------------------------------------------------------------------------------------------

    @keyword("Load Management Has An Appliance Cycle")
    def ask_for_cycles(self) -> None:
        """One whose module follows the gateway by itself. Example: | Load Management Has An Appliance Cycle |"""
        self.run(self._ask_for_cycles(), _GUARD_S)

    async def _ask_for_cycles(self) -> None:
        seat = self.one_of(self.direct, _PUMP)
        rated_w, cycle_s = self.rated_w(seat), Cta2045Access(self.station, seat).declared.cycle_s
        await self.used(seat)
        signal = Signal(
            kind=SignalKind.LOAD, homes=(self.home_name,), devices=(_PUMP,), duration=_CYCLING_S, duty=_DUTY
        )
        given = self.clock.now()
        async with self.given(signal) as number:
            watch = await self.watched((seat,), CHAIN_S, lambda powers: powers[seat] < _MOVE * rated_w)
            self.recorder.observe_duration(REACHED, CHAIN_S if watch.reached is None else watch.reached)
            began, off_s = self.clock.now(), (1.0 - _DUTY) * cycle_s
            while self.clock.now() < given + _CYCLING_S - _LOOK_S:
                await self.wait(_LOOK_S)
                phase_s, power_w = (self.clock.now() - began) % cycle_s, await self.power_w(seat)
                if min(phase_s, abs(phase_s - off_s), cycle_s - phase_s) > _EDGE_S:
                    right = (power_w < _MOVE * rated_w) is (phase_s < off_s)
                    self.recorder.observe(PATTERN, right, what=f"{self.clock.now() - given:.0f} s", seen_w=power_w)
            await self.wait(_LOOK_S + Cta2045Access(self.station, seat).back_s + float(self.home.pixit("dwell_s", 0.0)))
            for _ in range(int(cycle_s / _LOOK_S)):
                await self.wait(_LOOK_S)
                self.recorder.observe(AFTER, await self.power_w(seat) > (1.0 - _MOVE) * rated_w)
            told = await self.told(number)
            for due in (ResponseStatus.RECEIVED, ResponseStatus.STARTED, ResponseStatus.COMPLETED):
                self.recorder.observe(ANSWERED, int(due) in told, what=due.name.lower(), told=[*told])

    @keyword("It Should Have Cycled Until The End")
    def cycled(self) -> None:
        """And run on without a pause. Example: | It Should Have Cycled Until The End |"""
        self.check("within the polls and acts that are declared", "at_most", REACHED, limit=CHAIN_S)
        self.check("off first, then on, in each cycle", "always", PATTERN)
        self.check("it runs without a pause after the end", "always", AFTER)

    # -- whom a signal names -----------------------------------------------------------------------------------------

    @keyword("Load Management Names Devices And Homes")
    def name_some(self) -> None:
        """One kind of device in one home; another home alone; both, of which one is silent.

        Example: | Load Management Names Devices And Homes |
        """
        self.run(self._name_some(), _GUARD_S)

    async def _name_some(self) -> None:
        heater, other = self.one_of(self.managed, _HEATER), self.one_of(self.managed, _THERMOSTAT)
        pump, (building, flats) = self.one_of(self.direct, _PUMP), self.building
        seats = (heater, other, pump, flats)
        await self.used(heater, other, pump)
        await self._flat_used(flats)
        own = self.home_name
        for homes, listed in (((own,), {heater}), ((building,), {flats})):
            await self._named(homes, seats, listed, " and ".join(homes))
        await self.station.power(building, on=False)
        try:
            await self._named((own, building), seats, {heater}, "both, one of them without power", silent=(building,))
        finally:
            await self.station.power(building, on=True)

    async def _flat_used(self, flats: str) -> None:
        """One appliance of the building is in use."""
        await self.station.box.do(flats, "use", on=True, member="01")
        await self.watched((flats,), _CYCLING_S, lambda powers: powers[flats] > 0.0)

    async def _named(
        self, homes: tuple[str, ...], seats: tuple[str, ...], listed: set[str], what: str, silent: tuple[str, ...] = ()
    ) -> None:
        signal = Signal(kind=SignalKind.LOAD, homes=homes, devices=(_HEATER,), duration=_DURATION_S, share=_SHARE)
        before = {seat: await self.power_w(seat) for seat in seats}

        def acted(powers: Mapping[str, float], seat: str) -> bool:
            return powers[seat] < (1.0 + _SHARE) / 2.0 * before[seat]

        async with self.given(signal) as number:
            watch = await self.watched(seats, CHAIN_S, lambda powers: all(acted(powers, seat) for seat in listed))
            await self.wait(_REPORTED_S)
            last = {seat: await self.power_w(seat) for seat in seats}
            for seat in seats:
                series = LISTED if seat in listed else UNLISTED
                self.recorder.observe(series, acted(last, seat), what=f"{what}: {seat}", seen_w=watch.last[seat])
            reported = (await self.status(number)).silent
            for home in homes:
                if home in silent:
                    self.recorder.observe(SILENT, home in reported, what=f"{what}: {home}")
                else:
                    self.recorder.observe(SILENT_TIME, home in reported, what=f"{what}: {home}")
        await self.wait(CHAIN_S + self._back_s)

    @property
    def _back_s(self) -> float:
        appliances = (*self.managed.values(), *self.direct.values())
        own = max(Cta2045Access(self.station, seat).back_s for seat in appliances)
        return own + float(self.home.pixit("dwell_s", 0.0))

    @keyword("Those That Are Named Should Have Acted And Nobody Else")
    def named_acted(self) -> None:
        """And who is silent is reported. Example: | Those That Are Named Should Have Acted And Nobody Else |"""
        self.check("who is on the list acts", "always", LISTED)
        self.check("who is not on the list does not", "never", UNLISTED)
        self.check("who is silent is reported", "always", SILENT)
        self.check("and nobody else is", "never", SILENT_TIME)

    # -- what counts -------------------------------------------------------------------------------------------------

    @keyword("Load Management Sheds Where Some Load Is Off")
    def shed_what_is_off(self) -> None:
        """A water heater is off by its own switch. Example: | Load Management Sheds Where Some Load Is Off |"""
        self.run(self._shed_what_is_off(), _GUARD_S)

    async def _shed_what_is_off(self) -> None:
        heater, other = self.one_of(self.managed, _HEATER), self.one_of(self.managed, _THERMOSTAT)
        await self.used(heater, other)
        await self.station.box.do(heater, "switch", on=False)
        seats = (heater, other, *self.vehicles, self.home.seat)
        await self.wait(1.0)
        before = sum([await self.power_w(seat) for seat in seats])
        signal = Signal(kind=SignalKind.LOAD, homes=(self.home_name,), duration=_DURATION_S, share=0.0)
        async with self.given(signal) as number:
            await self.watched((other,), CHAIN_S, lambda powers: powers[other] < 1.0)
            await self.wait(_REPORTED_S)
            less_w = before - sum([await self.power_w(seat) for seat in seats])
            counted_w = (await self.status(number)).counted
            self.recorder.observe(
                COUNTED, counted_w, unit="W", reference=less_w, what="with a water heater that is off"
            )

    @keyword("Only What Was There Should Be Counted")
    def counted(self) -> None:
        """By the analysers. Example: | Only What Was There Should Be Counted |"""
        limit = 0.02 * self.rated_w(self.one_of(self.managed, _HEATER))
        self.check("load management counts what the analysers saw go", "close_to_reference", COUNTED, limit=limit)

    # -- the customer ------------------------------------------------------------------------------------------------

    @keyword("A Customer Opts Out Of Load Management's Signal")
    def opt_out(self) -> None:
        """At the appliance, while the event runs. Example: | A Customer Opts Out Of Load Management's Signal |"""
        self.run(self._opt_out(), _GUARD_S)

    async def _opt_out(self) -> None:
        heater = self.one_of(self.managed, _HEATER)
        await self.used(heater)
        signal = Signal(kind=SignalKind.LOAD, homes=(self.home_name,), devices=(_HEATER,), duration=3600, share=0.0)
        async with self.given(signal) as number:
            await self.watched((heater,), CHAIN_S, lambda powers: powers[heater] < 1.0)
            self.recorder.observe(LISTED, await self.power_w(heater) < 1.0, what="before the opt-out")
            await self.station.box.do(heater, "override", on=True)
            await self.wait(_OPT_OUT_S)
            told = await self.told(number)
            self.recorder.observe(OPTED_OUT, int(ResponseStatus.OPT_OUT) in told, told=[*told])
            self.recorder.observe(BACK, await self.power_w(heater) / self.rated_w(heater), what="after the opt-out")
        await self.station.box.do(heater, "override", on=False)

    @keyword("Load Management Should Know Of The Opt Out")
    def opt_out_known(self) -> None:
        """And the appliance runs. Example: | Load Management Should Know Of The Opt Out |"""
        self.check("the appliance took part first", "always", LISTED)
        self.check("the opt-out is reported to load management", "always", OPTED_OUT)
        self.check("it runs for its customer", "at_least", BACK, limit=0.98)

    # -- storing first -----------------------------------------------------------------------------------------------

    @keyword("Load Management Has An Appliance Store And Then Shed")
    def store_and_shed(self) -> None:
        """Heat ahead of the event. Example: | Load Management Has An Appliance Store And Then Shed |"""
        self.run(self._store_and_shed(), _GUARD_S)

    async def _store_and_shed(self) -> None:
        heater = self.one_of(self.managed, _HEATER)
        homes, devices = (self.home_name,), (_HEATER,)
        ahead = Signal(kind=SignalKind.LOAD, homes=homes, devices=devices, duration=600, share=1.0, ahead=True)
        async with self.given(ahead):
            watch = await self.watched((heater,), CHAIN_S, lambda powers: powers[heater] > 0.0)
            self.recorder.observe(STORED, watch.reached is not None, seen_w=watch.last[heater])
            shed = Signal(kind=SignalKind.LOAD, homes=homes, devices=devices, duration=_DURATION_S, share=0.0)
            async with self.given(shed):
                watch = await self.watched((heater,), CHAIN_S, lambda powers: powers[heater] < 1.0)
                self.recorder.observe(SHED, watch.reached is not None, seen_w=watch.last[heater])

    @keyword("It Should Have Stored And Shed")
    def stored_and_shed(self) -> None:
        """Both seen. Example: | It Should Have Stored And Shed |"""
        self.check("it stores more when it is asked to", "always", STORED)
        self.check("it sheds afterwards", "always", SHED)
