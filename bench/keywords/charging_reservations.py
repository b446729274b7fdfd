"""Keywords of charging by reservation (IEEE 2030.5): asked for by the home, granted by the bench, seen as watts.

The customer tells the energy management what the vehicle needs, and by when; that asks its gateway for a reservation,
the gateway asks the utility. Who grants it is the bench, in the place of the server that the row names. Power and
energy are those into the vehicle, by the analyser at its charger (PIXIT ``sep2.charger`` of the energy management).
"""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cached_property

from robot.api import SkipExecution
from robot.api.deco import keyword, library

from bench.access.sep2 import Sep2Access
from bench.access.sep2_reservations import ReservingServer
from bench.exchanges.sep2_exchange import Sep2Exchange
from bench.exchanges.witness import Wiring
from bench.keywords.process import ProcessLibrary
from drivers.roles import PowerAnalyser
from drivers.sep2.reservations import FlowReservationRequest, FlowReservationResponse
from drivers.sep2.vocabulary import ResponseStatus

ASKED, PLANNED = "the home asks for a reservation", "it asks for what the customer planned"
WAITS, OUTSIDE = "power while nothing is reserved", "power outside of what is reserved"
BEYOND, USED = "power beyond what is reserved", "share of the reserved power that flows"
EXCESS, SHARE = "energy beyond what is reserved", "share of the reserved energy that flowed"
ANSWERED, AFTER_CANCEL = "the home's answers came back", "power after the reservation was taken back"
TOLD_OF_END, FREE = "the home takes its request back", "power after the customer ended the plan"
_PLANNED_WH, _WITHIN_S = 3000.0, 14_400.0
_SHARE_OF_POWER, _RESERVED_WH = 0.5, 600.0
_AHEAD_S, _DURATION_S = 240.0, 3600
_STILL_W, _ALLOWANCE_W, _LEAST = 100.0, 20.0, 0.8
_SETTLE_S, _LOOK_S = 20.0, 10.0
_HOUR_S, _GUARD_S = 3600.0, 6000.0
_WITHOUT_RESERVATIONS = frozenset({"openadr", "office_https"})
"""Links on which a row of 4.3.2 is a signal only."""


@library(scope="TEST", auto_keywords=False)
class ChargingReservations(ProcessLibrary):
    """Plans at the energy management, grants at the row's server, looks at the charger."""

    @cached_property
    def home(self) -> Sep2Access:
        """The customer's energy management."""
        return Sep2Access(self.station, self.seat_of("Customer EMS"))

    @cached_property
    def _granting(self) -> tuple[Sep2Access, str]:
        """The device that follows the bench, and as whom: those of the row, or without one the home's own."""
        link = self.session.planned.link
        if link in _WITHOUT_RESERVATIONS:
            raise SkipExecution(f"over {link} nothing can be reserved")
        exchange = self.exchange if self.session.planned.row else None
        return (exchange.access, exchange.party) if isinstance(exchange, Sep2Exchange) else (self.home, "esi")

    @cached_property
    def _chain_s(self) -> float:
        """From the energy management to the bench, or back: the longest that each hop may take."""
        hops = {self.home.seat: self.home, self._granting[0].seat: self._granting[0]}
        return sum(one.poll_s + one.act_s for one in hops.values())

    @cached_property
    def _rated_w(self) -> float:
        return float(self.home.pixit("charger_w", 0.0))

    async def _analyser(self) -> PowerAnalyser:
        charger = str(self.home.pixit("charger", ""))
        if charger not in self.station.lab.seats:
            raise SkipExecution("the station has no vehicle's charger behind its energy management")
        return await Wiring(self.station, charger).analyser()

    async def _record_power(self, series: str, what: str) -> float:
        power = await (await self._analyser()).active_power()
        self.recorder.observe(
            series,
            abs(power.value),
            unit="W",
            standard_uncertainty=power.standard_uncertainty,
            what=what,
            source="power analyser",
        )
        return power.value

    @asynccontextmanager
    async def _planned(self, energy_wh: float) -> AsyncIterator[tuple[ReservingServer, FlowReservationRequest]]:
        """The customer plans; the server, and what has come there."""
        access, party = self._granting
        await self._analyser()
        async with ReservingServer(access, party, random.Random(self.session.planned.row or "reservations")) as server:
            await server.polled(within_s=access.poll_s + server.resources.poll_rate_s)
            await self.station.box.do(self.home.seat, "plan_charge", energy_wh=energy_wh, within_s=_WITHIN_S)
            request = await server.requested(self._chain_s)
            self.recorder.observe(ASKED, request is not None, what=f"{energy_wh:+.0f} Wh")
            if request is not None:
                interval = request.interval
                right = request.energy.number == energy_wh and 0.0 < request.power.number <= self._rated_w
                fits = interval.duration <= _WITHIN_S and not request.cancelled
                self.recorder.observe(
                    PLANNED,
                    right and fits,
                    what=f"{energy_wh:+.0f} Wh",
                    energy_wh=request.energy.number,
                    power_w=request.power.number,
                    duration_s=interval.duration,
                )
                await self._record_power(WAITS, "before anything is reserved")
                yield server, request
            await self.station.box.do(self.home.seat, "end_plan")

    def _answers(self, server: ReservingServer, reserved: FlowReservationResponse, *wanted: ResponseStatus) -> None:
        told = server.told(reserved.mrid)
        for status in wanted:
            self.recorder.observe(ANSWERED, status in told, what=status.name.lower(), told=[*told])

    def _reserve(
        self, server: ReservingServer, request: FlowReservationRequest, sign: float
    ) -> FlowReservationResponse:
        return server.reserve(
            request,
            power_w=_SHARE_OF_POWER * self._rated_w,
            energy_wh=sign * _RESERVED_WH,
            start_s=self._chain_s + _AHEAD_S,
            duration_s=_DURATION_S,
        )

    async def _begun(self, reserved: FlowReservationResponse) -> None:
        """Look shortly before its start; it has begun afterwards."""
        await self.wait(reserved.interval.start - _LOOK_S - self.clock.now())
        await self._record_power(OUTSIDE, "before its start")
        await self.wait(_LOOK_S + self._granting[0].act_s + _SETTLE_S)

    async def _record_use(self, reserved: FlowReservationResponse) -> None:
        power = await (await self._analyser()).active_power()
        excess = abs(power.value) - abs(reserved.power_w)
        self.recorder.observe(
            BEYOND, excess, unit="W", standard_uncertainty=power.standard_uncertainty, source="power analyser"
        )
        self.recorder.observe(USED, power.value / reserved.power_w, source="power analyser", power_w=power.value)

    # -- as reserved -------------------------------------------------------------------------------------------------

    @keyword("Charge As Reserved")
    def charge(self) -> None:
        """Half of the charger's power, for a time to come, and less energy than would flow in that time.

        Example: | Charge As Reserved |
        """
        self.run(self._follow(1.0), _GUARD_S)

    @keyword("Feed Back As Reserved")
    def feed_back(self) -> None:
        """As `Charge As Reserved`, out of the vehicle. Example: | Feed Back As Reserved |"""
        self.run(self._follow(-1.0), _GUARD_S)

    async def _follow(self, sign: float) -> None:
        async with self._planned(sign * _PLANNED_WH) as (server, request):
            analyser = await self._analyser()
            await analyser.start_energy()
            reserved = self._reserve(server, request, sign)
            await self._begun(reserved)
            await self._record_use(reserved)
            least_s = _RESERVED_WH / (_LEAST * abs(reserved.power_w)) * _HOUR_S
            await self.wait(least_s + self._chain_s)
            await analyser.stop_energy()
            await self._record_power(OUTSIDE, "after its energy has flowed")
            flowed = await (analyser.energy_imported() if sign > 0 else analyser.energy_exported())
            self.recorder.observe(
                EXCESS,
                flowed.value - _RESERVED_WH,
                unit="Wh",
                standard_uncertainty=flowed.standard_uncertainty,
                source="power analyser",
            )
            self.recorder.observe(SHARE, flowed.value / _RESERVED_WH, source="power analyser")
            self._answers(server, reserved, ResponseStatus.RECEIVED, ResponseStatus.STARTED, ResponseStatus.COMPLETED)

    @keyword("What Was Reserved Should Have Flowed And No More")
    def flowed(self) -> None:
        """Within its time, at its power, up to its energy; what the charger takes to stop (``act_s``) may be on top.

        Example: | What Was Reserved Should Have Flowed And No More |
        """
        self._requested()
        self.check("nothing flows before its start and after its energy", "at_most", OUTSIDE, limit=_STILL_W)
        self.check("no more power flows than is reserved", "at_most", BEYOND, limit=_ALLOWANCE_W)
        self.check("the reserved power flows, in its direction", "at_least", USED, limit=_LEAST)
        late_wh = _SHARE_OF_POWER * self._rated_w * self.home.act_s / _HOUR_S
        self.check("no more energy flows than is reserved", "at_most", EXCESS, limit=late_wh)
        self.check("the reserved energy flows", "at_least", SHARE, limit=_LEAST)
        self.check("the home tells what becomes of its reservation", "always", ANSWERED)

    def _requested(self) -> None:
        self.check("the home asks before it charges", "always", ASKED)
        self.check("it asks for what the customer planned", "always", PLANNED)
        self.check("the vehicle waits for its reservation", "at_most", WAITS, limit=_STILL_W)

    # -- taken back --------------------------------------------------------------------------------------------------

    @keyword("Take A Reservation Back While The Vehicle Charges")
    def take_back(self) -> None:
        """Then the customer ends the plan. Example: | Take A Reservation Back While The Vehicle Charges |"""
        self.run(self._take_back(), _GUARD_S)

    async def _take_back(self) -> None:
        async with self._planned(_PLANNED_WH) as (server, request):
            reserved = self._reserve(server, request, 1.0)
            await self._begun(reserved)
            await self._record_use(reserved)
            server.take_back(reserved)
            await self.wait(self._chain_s + _SETTLE_S)
            await self._record_power(AFTER_CANCEL, "taken back")
            self._answers(server, reserved, ResponseStatus.CANCELLED)
            await self.station.box.do(self.home.seat, "end_plan")
            changed = await server.requested(self._chain_s)
            self.recorder.observe(TOLD_OF_END, changed is not None and changed.cancelled)
            await self._record_power(FREE, "without a plan")

    @keyword("The Vehicle Should Have Stopped And Said So")
    def stopped(self) -> None:
        """And charges by itself again once its customer has no plan.

        Example: | The Vehicle Should Have Stopped And Said So |
        """
        self._requested()
        self.check("the reserved power flows, in its direction", "at_least", USED, limit=_LEAST)
        self.check("it stops when its reservation is taken back", "at_most", AFTER_CANCEL, limit=_STILL_W)
        self.check("the home tells what becomes of its reservation", "always", ANSWERED)
        self.check("the server hears that the plan is ended", "always", TOLD_OF_END)
        self.check("without a plan it charges by itself", "at_least", FREE, limit=_LEAST * self._rated_w)
