"""Keywords of 5.1.4 at a home with a gateway: a display finds there what other devices mirror (IEEE 2030.5, metering).

The energy management mirrors what its devices draw and generate; the bench is the utility that wants to know, and the
display. The vehicle at its charger (PIXIT ``sep2.charger``) makes the step, the power analyser there is the witness.
"""

from __future__ import annotations

from functools import cached_property

from robot.api import SkipExecution
from robot.api.deco import keyword, library

from bench.access.sep2 import Sep2Access
from bench.access.sep2_server import Counterpart
from bench.exchanges.witness import Wiring
from bench.keywords.process import ProcessLibrary
from drivers.sep2.home_readings import Metered, usage

SHOWN, AGE = "power that a display finds at the gateway", "age of what it finds"
_WATTS = 38
_CHARGER = "charger"
"""What the energy management calls it."""
_EVERY_S, _SETTLE_S, _STILL_W, _SHARE = 60, 20.0, 50.0, 0.02
_GUARD_S = 3600.0


@library(scope="TEST", auto_keywords=False)
class MirroredUsage(ProcessLibrary):
    """Looks at the gateway's own server."""

    @cached_property
    def gateway(self) -> Sep2Access:
        """The home's gateway."""
        return Sep2Access(self.station, self.seat_of("ESI/HAN Gateway"))

    @cached_property
    def home(self) -> Sep2Access:
        """The customer's energy management."""
        return Sep2Access(self.station, self.seat_of("Customer EMS"))

    @keyword("Look At A Display While A Vehicle Leaves And Comes Back")
    def look(self) -> None:
        """What it finds each time, with what the analyser sees.

        Example: | Look At A Display While A Vehicle Leaves And Comes Back |
        """
        self.run(self._look(), _GUARD_S)

    async def _look(self) -> None:
        charger = str(self.home.pixit("charger", ""))
        if charger not in self.station.lab.seats:
            raise SkipExecution("the station has no vehicle's charger behind its energy management")
        async with Counterpart(self.gateway, "headend") as utility:
            utility.resources.post_rate_s = _EVERY_S
            await utility.polled(within_s=self.gateway.poll_s + utility.resources.poll_rate_s)
            await self.wait(self.home.poll_s + _SETTLE_S)
            await self._record(charger, "the vehicle charges")
            for is_there, what in ((False, "it has left"), (True, "it is back")):
                await self.station.box.do(charger, "plug", connected=is_there)
                await self.wait(_SETTLE_S + _EVERY_S)
                await self._record(charger, what)

    async def _record(self, charger: str, what: str) -> None:
        found = await self._found()
        power = await (await Wiring(self.station, charger).analyser()).active_power()
        if found is None:
            self.recorder.could_not_look(SHOWN, f"{what}: the gateway shows no such power")
            return
        self.recorder.observe(
            SHOWN, -found.value, unit="W", reference=power.value, what=what, source="the gateway's usage points"
        )
        age_s = float("inf") if found.at is None else self.clock.now() - found.at
        self.recorder.observe_duration(AGE, age_s, what=what)

    async def _found(self) -> Metered | None:
        """The charger's power as a device of the home finds it: what is generated is positive."""
        device = str(self.gateway.pixit("home_device", "cems"))
        async with self.gateway.client(device) as client:
            shown = await usage(client, _CHARGER)
        return next((one for one in shown if one.unit == _WATTS), None)

    @keyword("What Is Mirrored Should Be Shown")
    def right(self) -> None:
        """As the analyser sees it, and not older than two reports. Example: | What Is Mirrored Should Be Shown |"""
        self.check("a display finds what flows", "close_to_reference", SHOWN, limit=_STILL_W + _SHARE * self._most_w)
        self.check("it is not old", "at_most", AGE, limit=2.0 * _EVERY_S)

    @property
    def _most_w(self) -> float:
        return float(self.home.pixit("charger_w", 0.0))
