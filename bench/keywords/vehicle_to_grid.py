"""Keywords of 5.3, charge and discharge a PHEV: by program and sign, within limit and reserve, seen at the vehicle.

The customer of the home enrols in the program (PIXIT ``enrolment`` of the CIS); ``charger`` of the energy management is
the charger's seat, whose PIXIT ``charger`` says what the customer keeps in reserve.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from robot.api import SkipExecution
from robot.api.deco import keyword, library

from bench.exchanges.witness import Wiring
from bench.keywords.enrolment_library import LMS, OPERATOR, EnrolmentLibrary
from drivers.cim.signal_calls import end, give
from drivers.cim.signals import Signal, SignalKind

SIGN, WITHIN = "the vehicle's power has the sign that was asked for", "it is no more than was asked for"
USED, UNENROLLED = "it is most of what was asked for", "the vehicle feeds back for a program that it is not in"
ABOVE, BELOW = "the vehicle feeds back above its reserve", "it feeds back below its reserve"
_CHARGE, _FEED, _ALL = 0.5, -0.5, -1.0
_CHAIN_S, _DURATION_S = 150.0, 1800
_LEAST, _MOST, _STILL_W = 0.8, 1.02, 100.0
_ABOVE_PERCENT, _SPARE_PERCENT = 2.0, 6.0
_EFFICIENCY = 0.9
_GUARD_S = 6000.0


@library(scope="TEST", auto_keywords=False)
class VehicleToGrid(EnrolmentLibrary):
    """From load management to the vehicle. Power into the vehicle is positive."""

    @property
    def _seat(self) -> str:
        seat = str(self.home.pixit("charger", ""))
        if not seat:
            raise SkipExecution("the device file of the energy management names no charger (PIXIT sep2.charger)")
        return seat

    @property
    def _stated(self) -> dict[str, Any]:
        device = self.station.lab.seat(self._seat).device
        return dict(device.pixit.get("charger", {})) if device is not None else {}

    @property
    def _rated_w(self) -> float:
        return float(self.home.pixit("charger_w", 0.0))

    async def _power_w(self) -> float:
        return (await (await Wiring(self.station, self._seat).analyser()).active_power()).value

    @asynccontextmanager
    async def _enrolled(self, program: str) -> AsyncIterator[None]:
        person = self.customer
        async with self.customers.signed_in(person) as portal:
            enrolment = await portal.enrol(person.premises, program)
        yield
        async with self.customers.signed_in(person) as portal:
            await portal.withdraw(enrolment)

    @asynccontextmanager
    async def _asked(self, program: str, share: float) -> AsyncIterator[None]:
        """A share of its charger's power is asked of every vehicle in a program, and has had time to reach it."""
        signal = Signal(kind=SignalKind.CHARGING, homes=(), program=program, duration=_DURATION_S, share=share)
        async with self.office(LMS).session(OPERATOR) as lms:
            (taken,) = await give(lms.messenger, (signal,))
        await self.wait(_CHAIN_S)
        yield
        async with self.office(LMS).session(OPERATOR) as lms:
            await end(lms.messenger, (taken.signal,))
        await self.wait(_CHAIN_S)

    # -- sign and limit --------------------------------------------------------------------------------------------

    @keyword("Charge And Discharge The Vehicle By Program")
    def by_program(self) -> None:
        """Of another program first; then half of the charger's power in, and half of it out.

        Example: | Charge And Discharge The Vehicle By Program |
        """
        self.run(self._by_program(), _GUARD_S)

    async def _by_program(self) -> None:
        own, other = self.customers.programs
        async with self._enrolled(own):
            async with self._asked(other, _ALL):
                power_w = await self._power_w()
                self.recorder.observe(UNENROLLED, power_w < -_STILL_W, power_w=power_w)
            for share in (_CHARGE, _FEED):
                async with self._asked(own, share):
                    await self._record(share)

    async def _record(self, share: float) -> None:
        power_w, wanted_w = await self._power_w(), share * self._rated_w
        part, what = power_w / wanted_w, f"{share:+.0%}"
        self.recorder.observe(SIGN, part > 0.0, what=what, power_w=power_w, wanted_w=wanted_w)
        self.recorder.observe(WITHIN, part < _MOST, what=what, part=round(part, 4))
        self.recorder.observe(USED, part > _LEAST, what=what, part=round(part, 4))

    @keyword("Sign And Limit Should Be Right")
    def right(self) -> None:
        """And who is not enrolled is left alone. Example: | Sign And Limit Should Be Right |"""
        self.check("the sign is right", "always", SIGN)
        self.check("the limit is kept", "always", WITHIN)
        self.check("what was asked for happens", "always", USED)
        self.check("only who is enrolled is discharged", "never", UNENROLLED)

    # -- reserve -----------------------------------------------------------------------------------------------------

    @keyword("Discharge The Vehicle Down To Its Reserve")
    def discharge(self) -> None:
        """It stands a little above it when all of the charger's power is asked for.

        Example: | Discharge The Vehicle Down To Its Reserve |
        """
        self.run(self._discharge(), _GUARD_S)

    async def _discharge(self) -> None:
        stated, own = self._stated, self.customers.programs[0]
        reserve, capacity_wh = stated.get("x_reserve_percent"), stated.get("x_capacity_wh")
        if reserve is None or capacity_wh is None:
            raise SkipExecution("the charger's device file does not say what is kept in reserve (PIXIT charger)")
        await self.station.box.do(self._seat, "charge", percent=float(reserve) + _ABOVE_PERCENT)
        async with self._enrolled(own), self._asked(own, _ALL):
            power_w = await self._power_w()
            self.recorder.observe(ABOVE, power_w < -_STILL_W, power_w=power_w)
            left_s = _ABOVE_PERCENT / 100.0 * float(capacity_wh) / self._rated_w * 3600.0
            await self.wait(left_s / _EFFICIENCY)
            power_w = await self._power_w()
            self.recorder.observe(BELOW, power_w < -_STILL_W, what="when the reserve is reached", power_w=power_w)
        await self.station.box.do(self._seat, "charge", percent=float(reserve) - _SPARE_PERCENT)
        async with self._enrolled(own), self._asked(own, _FEED):
            power_w = await self._power_w()
            self.recorder.observe(BELOW, power_w < -_STILL_W, what="asked for below the reserve", power_w=power_w)

    @keyword("The Reserve Should Stay In The Vehicle")
    def kept(self) -> None:
        """Example: | The Reserve Should Stay In The Vehicle |"""
        self.check("above the reserve it feeds back", "always", ABOVE)
        self.check("below it does not", "never", BELOW)
