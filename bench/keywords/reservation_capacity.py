"""Keywords of flow reservations that the system under test grants itself (IEEE 2030.5): all together fit its feeder.

The customer tells the energy management what the vehicle needs; that asks the system. The bench asks too, as another
customer's device. What the vehicle then takes (by the analyser at its charger) and what the bench was granted may
together not be more than the feeder carries by the device file (PIXIT ``sep2.reservable_w``).
"""

from __future__ import annotations

import random
from functools import cached_property

from robot.api import SkipExecution
from robot.api.deco import keyword, library

from bench.access.sep2 import Sep2Access
from bench.access.sep2_reservations import AskingDevice
from bench.exchanges.witness import Wiring
from bench.keywords.process import ProcessLibrary
from drivers.sep2.reservations import FlowReservationRequest, FlowReservationResponse

GRANTED = "what the neighbour asked for was granted"
TOO_MUCH = "power of vehicle and neighbour beyond what the feeder carries"
USED = "share of what is free that the vehicle takes"
WAITS = "power of the vehicle before its reservation"
NEIGHBOUR = "neighbour"
_NEIGHBOURS_SHARE, _NEIGHBOURS_WH = 0.5, 9000.0
_PLANNED_WH, _WITHIN_S = 4000.0, 14_400
_LEAST, _STILL_W, _ALLOWANCE_W = 0.8, 100.0, 20.0
_SETTLE_S, _GUARD_S = 40.0, 7200.0


@library(scope="TEST", auto_keywords=False)
class ReservationCapacity(ProcessLibrary):
    """Asks the row's system for reservations beside the vehicle, and looks at the vehicle's charger."""

    @cached_property
    def _system(self) -> Sep2Access:
        """The system under test. One that grants nothing skips the test."""
        seat = self.session.planned.iut
        access = Sep2Access(self.station, seat) if seat else None
        if access is None or not access.own_server or not access.pixit("reservable_w"):
            raise SkipExecution("nothing under test here grants reservations itself")
        return access

    @cached_property
    def _home(self) -> Sep2Access:
        return Sep2Access(self.station, self.seat_of("Customer EMS"))

    @property
    def _capacity_w(self) -> float:
        return float(self._system.pixit("reservable_w"))

    @cached_property
    def _rated_w(self) -> float:
        return float(self._home.pixit("charger_w", 0.0))

    @property
    def _chain_s(self) -> float:
        """From a request, or a change of what is reserved, until the vehicle does it."""
        return float(self._system.pixit("reserves_s", 0.0)) + 2 * self._home.poll_s + 2 * self._home.act_s + _SETTLE_S

    async def _vehicle_w(self) -> tuple[float, float]:
        """What the vehicle draws, and the uncertainty of it."""
        charger = str(self._home.pixit("charger", ""))
        if charger not in self.station.lab.seats:
            raise SkipExecution("the station has no vehicle's charger behind its energy management")
        power = await (await Wiring(self.station, charger).analyser()).active_power()
        return power.value, power.standard_uncertainty

    async def _record(self, neighbour_w: float, what: str) -> None:
        """The vehicle beside ``neighbour_w`` of the neighbour's."""
        vehicle_w, uncertainty = await self._vehicle_w()
        free_w = min(self._capacity_w - neighbour_w, self._rated_w)
        self.recorder.observe(
            TOO_MUCH,
            vehicle_w + neighbour_w - self._capacity_w,
            unit="W",
            standard_uncertainty=uncertainty,
            what=what,
            source="power analyser",
            vehicle_w=vehicle_w,
            neighbour_w=neighbour_w,
        )
        self.recorder.observe(USED, vehicle_w / free_w, what=what, source="power analyser", free_w=free_w)

    async def _granted(
        self, neighbour: AskingDevice, request: FlowReservationRequest, what: str
    ) -> FlowReservationResponse | None:
        found = await neighbour.granted(request)
        power_w = found.power_w if found is not None else 0.0
        self.recorder.observe(GRANTED, found is not None, what=what, power_w=power_w)
        return found

    @keyword("Reserve For A Vehicle Beside Its Neighbour")
    def reserve(self) -> None:
        """The neighbour has half of the feeder; the vehicle gets what is left; the neighbour needs his no longer.

        Example: | Reserve For A Vehicle Beside Its Neighbour |
        """
        self.run(self._reserve(), _GUARD_S)

    async def _reserve(self) -> None:
        generator = random.Random(self.session.planned.row)
        async with AskingDevice(self._system, NEIGHBOUR, generator) as neighbour:
            half_w = _NEIGHBOURS_SHARE * self._capacity_w
            first = await neighbour.ask(energy_wh=_NEIGHBOURS_WH, power_w=half_w, within_s=_WITHIN_S)
            granted = await self._granted(neighbour, first, "the neighbour, first")
            box, seat = self.station.box, self._home.seat
            await box.do(seat, "plan_charge", energy_wh=_PLANNED_WH, within_s=float(_WITHIN_S))
            try:
                await self.wait(_SETTLE_S)
                self.recorder.observe(WAITS, abs((await self._vehicle_w())[0]), unit="W", source="power analyser")
                await self.wait(self._chain_s)
                await self._record(granted.power_w if granted is not None else 0.0, "beside the neighbour")
                await neighbour.cancel(first)
                await self.wait(self._chain_s)
                await self._record(0.0, "once the neighbour needs his no longer")
                await self._come_again(neighbour)
            finally:
                await box.do(seat, "end_plan")

    async def _come_again(self, neighbour: AskingDevice) -> None:
        """The neighbour wants all of the feeder while the vehicle charges: it is his turn afterwards."""
        asked = await neighbour.ask(energy_wh=_PLANNED_WH / 2, power_w=self._capacity_w, within_s=_WITHIN_S)
        granted = await self._granted(neighbour, asked, "the neighbour, again")
        if granted is not None:
            await self.wait(max(0.0, granted.interval.start + _SETTLE_S - self.clock.now()))
            vehicle_w, uncertainty = await self._vehicle_w()
            self.recorder.observe(
                TOO_MUCH,
                vehicle_w + granted.power_w - self._capacity_w,
                unit="W",
                standard_uncertainty=uncertainty,
                what="in the neighbour's second time",
                source="power analyser",
            )
        await neighbour.cancel(asked)

    @keyword("What Is Reserved Should Fit The Feeder")
    def fits(self) -> None:
        """And what is free should be given. Example: | What Is Reserved Should Fit The Feeder |"""
        self.check("the neighbour's requests are granted", "always", GRANTED)
        self.check("the vehicle waits for its reservation", "at_most", WAITS, limit=_STILL_W)
        self.check("no more flows than the feeder carries", "at_most", TOO_MUCH, limit=_ALLOWANCE_W)
        self.check("what is free is the vehicle's", "at_least", USED, limit=_LEAST)
