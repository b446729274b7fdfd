"""What the tests of signals to whole homes share: their appliances, what analysers see of them, signals given.

The device files say what hangs where: ``sep2.appliances`` of the energy management and of the gateway (category to the
appliance's seat), ``x_building`` of load management (another home that it reaches, and the seat of its appliances).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from robot.api import SkipExecution

from bench.access.cta2045 import Cta2045Access
from bench.access.office import OfficeAccess
from bench.access.sep2 import Sep2Access
from bench.exchanges.witness import Wiring
from bench.keywords.process import ProcessLibrary
from drivers.cim.office import CimOffice
from drivers.cim.signal_calls import end, give, stand
from drivers.cim.signals import Path, Signal, SignalStatus

LOADS, STORAGE, GATEWAY, MANAGER, LMS = "loads", "storage", "ESI/HAN Gateway", "Customer EMS", "LMS/DRMS"
CHAIN_S = 150.0
"""From load management to the watts: polls of gateway and energy management, and their acts (what both declare)."""
_OPERATOR = "operator"
_WARM_UP_S, _STEP_S, _FIRST_STEP_S = 5400.0, 10.0, 300.0
_RUNS = 0.5


@dataclass
class Watch:
    """Powers (W) at the analysers of some seats, looked at every 10 s. ``reached``: seconds until a look satisfied."""

    seats: tuple[str, ...]
    seen: list[dict[str, float]] = field(default_factory=list)
    reached: float | None = None

    @property
    def last(self) -> Mapping[str, float]:
        """The last look."""
        return self.seen[-1]

    def moves(self, seat: str, by_w: float) -> int:
        """How often the power of a seat changed by more than ``by_w`` from one look to the next."""
        powers = [look[seat] for look in self.seen]
        return sum(abs(after - before) > by_w for before, after in pairwise(powers))


def in_words(powers: Mapping[str, float]) -> str:
    """Powers of some seats for a record."""
    return ", ".join(f"{seat} {power_w:.0f} W" for seat, power_w in powers.items())


class HomeLoads(ProcessLibrary):
    """Base of the libraries."""

    # -- what hangs where --------------------------------------------------------------------------------------------

    @cached_property
    def home(self) -> Sep2Access:
        """The customer's energy management."""
        return Sep2Access(self.station, self.seat_of(MANAGER))

    @cached_property
    def gateway(self) -> Sep2Access:
        """The home's gateway."""
        return Sep2Access(self.station, self.seat_of(GATEWAY))

    @cached_property
    def lms(self) -> OfficeAccess:
        """Load management."""
        return self.office(LMS)

    @property
    def managed(self) -> Mapping[str, str]:
        """Appliances under the energy management: category to seat."""
        return dict(self.home.pixit("appliances", {}))

    @property
    def direct(self) -> Mapping[str, str]:
        """Appliances whose modules follow the gateway by themselves."""
        return dict(self.gateway.pixit("appliances", {}))

    @property
    def vehicles(self) -> tuple[str, ...]:
        """The seat of the vehicle's charger under the energy management; none where it steers none."""
        charger = str(self.home.pixit("charger", ""))
        return (charger,) if charger in self.station.lab.seats else ()

    def one_of(self, appliances: Mapping[str, str], category: str) -> str:
        """The seat of an appliance. A station without one skips the test."""
        if category not in appliances:
            raise SkipExecution(f"the device files name no {category.replace('_', ' ')} here (PIXIT sep2.appliances)")
        return appliances[category]

    @property
    def building(self) -> tuple[str, str]:
        """Another home that load management reaches: its gateway and the seat of its appliances."""
        told = self.lms.pixit("x_building", {})
        if not told:
            raise SkipExecution("the device file of load management names no other home (PIXIT x_building)")
        return str(told["home"]), str(told["appliances"])

    def rated_w(self, seat: str) -> float:
        """What the appliance draws while it runs, by its device file."""
        return Cta2045Access(self.station, seat).declared.rated_w

    # -- what happens there ------------------------------------------------------------------------------------------

    async def power_w(self, seat: str) -> float:
        """What the analyser of a seat sees."""
        return (await (await Wiring(self.station, seat).analyser()).active_power()).value

    async def used(self, *seats: str) -> None:
        """The appliances are in use, and run."""
        for seat in seats:
            for act, on in (("switch", True), ("override", False), ("use", True)):
                await self.station.box.do(seat, act, on=on)
        waited_s, step_s = 0.0, _FIRST_STEP_S
        while waited_s < _WARM_UP_S:
            if all([await self.power_w(seat) > _RUNS * self.rated_w(seat) for seat in seats]):
                return
            await self.wait(step_s)
            waited_s += step_s

    async def watched(
        self,
        seats: tuple[str, ...],
        within_s: float,
        good: Callable[[Mapping[str, float]], bool],
        *,
        to_end: bool = False,
    ) -> Watch:
        """Look every 10 s until the powers are ``good``, at most ``within_s``; ``to_end``: go on for all that time."""
        watch, since = Watch(seats), self.clock.now()
        while True:
            watch.seen.append({seat: await self.power_w(seat) for seat in seats})
            passed_s = self.clock.now() - since
            if watch.reached is None and good(watch.last):
                watch.reached = passed_s
            if passed_s >= within_s or (watch.reached is not None and not to_end):
                return watch
            await self.wait(_STEP_S)

    # -- signals -----------------------------------------------------------------------------------------------------

    @property
    def home_name(self) -> str:
        """The gateway's name at load management."""
        return self.gateway.seat

    @asynccontextmanager
    async def given(self, signal: Signal) -> AsyncIterator[str]:
        """A signal that load management has been given, by its id; ended afterwards."""
        async with self._operator() as office:
            (taken,) = await give(office.messenger, (signal,))
        try:
            yield taken.signal
        finally:
            await self.ended(taken.signal)

    async def ended(self, signal: str) -> None:
        """End a signal at once; one that has ended stays so."""
        async with self._operator() as office:
            await end(office.messenger, (signal,))

    async def status(self, signal: str) -> SignalStatus:
        """Where a signal stands, by load management."""
        async with self._operator() as office:
            (found,) = await stand(office.messenger, (signal,))
        return found

    async def told(self, signal: str, home: str = "") -> tuple[int, ...]:
        """What a home has answered."""
        answers = (await self.status(signal)).answers
        return next((one.statuses for one in answers if one.home == (home or self.home_name)), ())

    @asynccontextmanager
    async def _operator(self) -> AsyncIterator[CimOffice]:
        async with self.lms.session(_OPERATOR) as office:
            yield office

    @property
    def paths(self) -> tuple[Path, ...]:
        """Every way by which load management may send a signal."""
        return (Path.HEADEND, Path.DIRECT, Path.BOTH)
