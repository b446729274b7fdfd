"""Keywords of 4.2.2: load management turns off all that a home lets it control, whatever its customer chose."""

from __future__ import annotations

from robot.api.deco import keyword, library

from bench.access.cta2045 import Cta2045Access
from bench.exchanges.meters import meter_seat
from bench.exchanges.witness import Wiring
from bench.keywords.home_loads import HomeLoads, in_words
from drivers.cim.signals import Path, Signal, SignalKind
from drivers.sep2.vocabulary import ResponseStatus

OFF_TIME, OFF, HELD = "time from the scram until all was off", "all was off", "a load came back before the release"
BACK, METER = "a load ran again after the release", "current behind the meter's own switch"
ANSWERED = "what load management knows of the home's answers"
_HEATER, _PUMP = "water_heater", "pool_pump"
_LITTLE_W, _LIVE_A = 20.0, 0.01
_EVENT_S, _DURATION_S = 7200, 7200
_HOLDS, _HOLD_S = 5, 240.0
_CYCLING_DUTY = 0.5
_GUARD_S = 14_400.0


@library(scope="TEST", auto_keywords=False)
class HomeScram(HomeLoads):
    """Scrams the home by each path. ``holds``: how often it is looked whether a scram holds, every four minutes."""

    holds = _HOLDS

    @property
    def loads(self) -> tuple[str, ...]:
        """The seats of all appliances of the home."""
        return (*self.managed.values(), *self.direct.values())

    @property
    def bound_s(self) -> float:
        """t_act of the row, and what gateway and energy management are declared to take until they ask for news."""
        return self.bound("t_act") + self.gateway.poll_s + float(self.gateway.pixit("home_poll_s", 0.0))

    @keyword("Load Management Scrams The Home")
    def scram(self) -> None:
        """By each path and by both, against an override and a running event; held for 20 minutes.

        Example: | Load Management Scrams The Home |
        """
        self.run(self._scram(), _GUARD_S)

    async def _scram(self) -> None:
        heater, pump = self.one_of(self.managed, _HEATER), self.one_of(self.direct, _PUMP)
        cycles = Signal(
            kind=SignalKind.LOAD, homes=(self.home_name,), devices=(_PUMP,), duration=_EVENT_S, duty=_CYCLING_DUTY
        )
        for path in self.paths:
            await self.used(*self.loads)
            idle_w = await self._switched_w()
            async with self.given(cycles):
                await self.watched((pump,), self.bound_s, lambda powers: powers[pump] < _LITTLE_W)
                await self.station.box.do(heater, "override", on=True)
                await self._hold(path, idle_w)
                await self.station.box.do(heater, "override", on=False)
            await self._released(path, idle_w)

    async def _switched_w(self) -> float:
        """What the load switch of the energy management has, beside what the home generates."""
        return await self.power_w(self.home.seat)

    async def _hold(self, path: Path, idle_w: float) -> None:
        off_w = idle_w - float(self.home.pixit("load_w", 0.0))
        seats = (self.home.seat, *self.loads, *self.vehicles)
        scram = Signal(kind=SignalKind.SCRAM, homes=(self.home_name,), duration=_DURATION_S, path=path)

        def all_off(powers: dict[str, float]) -> bool:
            return powers[self.home.seat] < off_w + _LITTLE_W and all(powers[seat] < _LITTLE_W for seat in seats[1:])

        async with self.given(scram) as number:
            watch = await self.watched(seats, self.bound_s, lambda powers: all_off(dict(powers)))
            self.recorder.observe(OFF, watch.reached is not None, what=path, seen=in_words(watch.last))
            if watch.reached is not None:
                self.recorder.observe_duration(OFF_TIME, watch.reached, what=path)
            for turn in range(1, self.holds + 1):
                await self.wait(_HOLD_S)
                seen = {seat: await self.power_w(seat) for seat in seats}
                self.recorder.observe(
                    HELD, not all_off(seen), what=f"{path}, {turn * _HOLD_S / 60:.0f} min", seen=in_words(seen)
                )
            current = await (await Wiring(self.station, meter_seat(self.station)).analyser()).current()
            self.recorder.observe(METER, current.value, unit="A", what=path)
            told = await self.told(number)
            for due in (ResponseStatus.RECEIVED, ResponseStatus.STARTED):
                self.recorder.observe(ANSWERED, int(due) in told, what=f"{path}: {due.name.lower()}", told=[*told])

    async def _released(self, path: Path, idle_w: float) -> None:
        back_s = max(Cta2045Access(self.station, seat).back_s for seat in self.loads)
        await self.wait(self.bound_s + back_s + float(self.home.pixit("dwell_s", 0.0)))
        home_w = await self.power_w(self.home.seat)
        self.recorder.observe(BACK, abs(home_w - idle_w) < _LITTLE_W, what=f"{path}: {self.home.seat}", seen_w=home_w)
        for seat in self.loads:
            power_w = await self.power_w(seat)
            self.recorder.observe(BACK, power_w > 0.5 * self.rated_w(seat), what=f"{path}: {seat}", seen_w=power_w)
        for seat in self.vehicles:
            power_w, rated_w = await self.power_w(seat), float(self.home.pixit("charger_w", 0.0))
            self.recorder.observe(BACK, power_w > 0.5 * rated_w, what=f"{path}: {seat}", seen_w=power_w)

    @keyword("All Loads Should Have Been Off Until The Release")
    def all_off(self) -> None:
        """Each of them, in time. Example: | All Loads Should Have Been Off Until The Release |"""
        self.check("all controllable loads go off", "always", OFF)
        self.check("within t_act and the declared polls", "at_most", OFF_TIME, limit=self.bound_s)
        self.check("none comes back before the release", "never", HELD)
        self.check("all run again after the release", "always", BACK)

    @keyword("The Meter's Own Switch Should Not Have Moved")
    def meter_stays(self) -> None:
        """It is not configured to take part. Example: | The Meter's Own Switch Should Not Have Moved |"""
        self.check("the meter's own switch stays closed", "at_least", METER, limit=_LIVE_A)

    @keyword("Load Management Should Know Of The Scram")
    def known(self) -> None:
        """By each path. Example: | Load Management Should Know Of The Scram |"""
        self.check("each answer comes back through all hops", "always", ANSWERED)
