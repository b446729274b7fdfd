"""What the keyword libraries of the business processes share: the running test, its row, its seats, its numbers.

A library has scope TEST: an instance lives as long as its test, so that what given/when/then steps tell each other is
never left over from another test.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Coroutine, Iterable
from contextlib import asynccontextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar, cast

from robot.api import SkipExecution

from bench.access.dlms import DlmsAccess
from bench.access.office import LINK as OFFICE
from bench.access.office import OfficeAccess
from bench.catalogue.vocabulary import Objective
from bench.exchanges.c1218_exchange import C1218Exchange
from bench.exchanges.dlms_exchange import CREW_INTERFACE, DlmsExchange
from bench.exchanges.meters import METER, meter_behind, meter_name
from bench.exchanges.registry import exchange_for
from bench.exchanges.switch_scene import SwitchScene
from bench.exchanges.witness import Wiring
from bench.judgement.check import Check
from bench.keywords.library import current_session
from bench.lab.station import WaitTooLongError
from bench.session.plan import without_seat

if TYPE_CHECKING:
    from bench.catalogue.model import Row
    from bench.exchanges.base import Exchange
    from bench.judgement.observation import Json
    from bench.lab.station import Station
    from bench.session.recorder import Recorder
    from bench.session.session import Session
    from drivers.clock import Clock

T = TypeVar("T")
_GUARD_S = 120.0
_NO_PLACE = "the station has no seat under test for this subfunction"


class ProcessLibrary:
    """Base of the libraries."""

    @property
    def session(self) -> Session:
        """The running session."""
        return current_session()

    @property
    def station(self) -> Station:
        """The station under the session."""
        return self.session.station

    @property
    def clock(self) -> Clock:
        """The station clock."""
        return self.station.clock

    @property
    def recorder(self) -> Recorder:
        """The recorder of the running test."""
        return self.session.recorder

    @property
    def row(self) -> Row:
        """The row of the running test."""
        return self.session.catalogue.row(self.session.planned.row)

    # -- seats -------------------------------------------------------------------------------------------------------

    @cached_property
    def exchange(self) -> Exchange:
        """The exchange of the test's row. A station without a seat for the row skips the test."""
        planned = self.session.planned
        self._skip_without_seat()
        return exchange_for(planned.row, planned.link)(self.station, planned.iut, self.row)

    def _skip_without_seat(self) -> None:
        planned = self.session.planned
        if not planned.iut:
            raise SkipExecution(without_seat(self.station.lab, self.row) if planned.row else _NO_PLACE)

    def seat_of(self, actor: str) -> str:
        """The seat of an actor by its canonical name. A station without one skips the test."""
        seat = self.station.lab.seat_for_actor(actor)
        if seat is None:
            raise SkipExecution(f"the station has no seat for {actor}")
        return seat.name

    def office(self, actor: str) -> OfficeAccess:
        """Access to the office system of an actor. A station without one skips the test."""
        seat = self.seat_of(actor)
        if not self.station.lab.seat(seat).speaks(OFFICE):
            raise SkipExecution(f"{seat} ({actor}) takes no messages")
        return OfficeAccess(self.station, seat)

    @cached_property
    def meter(self) -> DlmsAccess:
        """Access to the meter of the row or, on a row between office systems, of the one behind them.

        On a row of the crew's tool it is that of the optical port, whatever that speaks: the keywords of such rows use
        only what DLMS and C12.18 both have (`bench.access.meter.MeterAccess`).
        """
        seat = self.session.planned.iut
        exchange = self.exchange if seat and self.row.interface == CREW_INTERFACE else None
        if isinstance(exchange, DlmsExchange | C1218Exchange):
            return cast(DlmsAccess, exchange.access)
        return DlmsAccess(self.station, seat if self.session.planned.link == "dlms" else self._meter_behind())

    def _meter_behind(self) -> str:
        """The seat of the meter behind the office systems. A station without one skips the test."""
        seat = meter_behind(self.station)
        if seat is None:
            raise SkipExecution(f"the station has no seat for {METER}")
        return seat.name

    @property
    def meter_called(self) -> str:
        """How office systems call the meter behind them. A station without one skips the test."""
        self._skip_without_seat()
        self._meter_behind()
        return meter_name(self.station)

    @cached_property
    def wiring(self) -> Wiring:
        """The instruments at that meter."""
        return Wiring(self.station, self.meter.seat)

    @cached_property
    def scene(self) -> SwitchScene:
        """Supply, load and switch of that meter."""
        return SwitchScene(self.meter)

    # -- doing, recording, judging -----------------------------------------------------------------------------------

    def run(self, coroutine: Coroutine[Any, Any, T], lasting_s: float = 0.0) -> T:
        """Run driver code; ``lasting_s`` is how much station time it takes by itself.

        A station without a seat under test for the row skips the test.
        """
        try:
            self._skip_without_seat()
        except SkipExecution:
            coroutine.close()
            raise
        real = lasting_s if self.clock.mode == "free" else 0.0
        return self.session.run(coroutine, _GUARD_S + real)

    async def wait(self, seconds: float) -> None:
        """Let station time pass. Raises WaitTooLongError where the station may not wait so long."""
        await self.station.advance(seconds)

    async def wait_until(self, when: float) -> None:
        """Let station time pass until ``when`` (UTC, s)."""
        if when > self.clock.now():
            await self.station.advance(when - self.clock.now())

    def expect_wait(self, seconds: float) -> None:
        """End a test that in all waits longer than the station may, before it begins. Raises WaitTooLongError."""
        self.run(self._refuse_wait(seconds))

    async def _refuse_wait(self, seconds: float) -> None:
        allowed = self.station.allowance_s
        if self.clock.mode == "free" and seconds > allowed:
            raise WaitTooLongError(f"the test takes {seconds:g} s; the run's allowance is {allowed:g} s")

    @asynccontextmanager
    async def supply_cut(self) -> AsyncIterator[None]:
        """The meter has no supply meanwhile; it gets it back whatever happens."""
        await self.station.box.do(self.meter.seat, "mains", on=False)
        try:
            yield
        finally:
            await self.station.box.do(self.meter.seat, "mains", on=True)

    def record_list(self, series: str, items: Iterable[Json], **attributes: Json) -> None:
        """Record several items as one fact; an empty list is the fact that there are none."""
        self.recorder.observe(series, list(items), **attributes)  # type: ignore[arg-type]

    def check(self, step: str, criterion: str, series: str, **limits: Json) -> None:
        """Judge one series; the keyword fails unless it passes."""
        self.session.check(Check(step, criterion, series, limits))

    def bound(self, name: str, *, subject: str | None = None) -> float:
        """A number of the catalogue at the levels of the test's row."""
        catalogue = self.session.catalogue
        level = None
        if any(line.name == name for line in catalogue.bounds.by_level):
            level = catalogue.bounds.level_of(name, self.row.levels, Objective.INTEGRITY)
        profile = self.session.request.profile
        return catalogue.bound(name, level, link=self.row.links[0], subject=subject, profile=profile).number

    @property
    def dt_clk(self) -> float:
        """Largest error of a meter's clock (s)."""
        return self.bound("dt_clk", subject="meter_han")
