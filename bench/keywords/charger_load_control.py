"""Keywords of 4.2.1 and 4.2.2 at the energy management's own charger: load control that names vehicles beside loads.

The gateway, whose place the bench takes, gives a control of loads (IEEE 2030.5, EndDeviceControl) to load switches and
vehicles; analysers at the charger (PIXIT ``sep2.charger``) and at the home see what each of them draws.
"""

from __future__ import annotations

from typing import Any

from robot.api import SkipExecution
from robot.api.deco import keyword, library

from bench.exchanges.sep2_events import LOAD_SWITCHES, VEHICLES
from bench.exchanges.sep2_exchange import ToManager
from bench.exchanges.witness import Wiring
from bench.keywords.process import ProcessLibrary
from drivers.scpi.measurement import Measurement
from drivers.sep2.loads import DutyCycle, Offset

BEYOND, USED = "power of the vehicle beyond what the control lets it draw", "share of that which it draws"
LOADS, BACK = "the loads follow the same control", "power of the vehicle after the control"
_BOTH = bytes(one | other for one, other in zip(LOAD_SWITCHES, VEHICLES, strict=True))
_DURATION_S, _SETTLE_S = 600, 20.0
_ALLOWANCE_W, _STILL_W, _LEAST = 50.0, 100.0, 0.8
_GUARD_S = 3600.0


@library(scope="TEST", auto_keywords=False)
class ChargerLoadControl(ProcessLibrary):
    """Controls in a row's own exchange, looked at where the vehicle charges."""

    @property
    def manager(self) -> ToManager:
        """The row's exchange; a station whose energy management has no charger skips the test."""
        exchange = self.exchange
        if not isinstance(exchange, ToManager):
            raise SkipExecution(f"{self.row.id} gives no signal to an energy management")
        if str(exchange.access.pixit("charger", "")) not in self.station.lab.seats:
            raise SkipExecution("the station has no vehicle's charger behind its energy management")
        return exchange

    async def _power(self) -> Measurement:
        charger = str(self.manager.access.pixit("charger", ""))
        return await (await Wiring(self.station, charger).analyser()).active_power()

    @keyword("Lower The Vehicle's Charging Among The Loads")
    def lower(self) -> None:
        """By a set-back of half, by a duty cycle of half, and by one that no pilot can say.

        Example: | Lower The Vehicle's Charging Among The Loads |
        """
        variants = (
            ("set-back of half", 0.5, {"offset": Offset(load=5_000)}),
            ("duty cycle of half", 0.5, {"offset": None, "duty_cycle": DutyCycle(normal=50)}),
            ("duty cycle of a tenth", 0.0, {"offset": None, "duty_cycle": DutyCycle(normal=10)}),
        )
        self.run(self._control(variants), _GUARD_S)

    @keyword("Shed The Vehicle's Charging Among The Loads")
    def shed(self) -> None:
        """All off. Example: | Shed The Vehicle's Charging Among The Loads |"""
        self.run(self._control((("off", 0.0, {}),)), _GUARD_S)

    async def _control(self, variants: tuple[tuple[str, float, dict[str, Any]], ...]) -> None:
        exchange = self.manager
        try:
            await exchange.prepare()
            usual_w = (await self._power()).value
            for what, share, values in variants:
                exchange.event = exchange.new_event(duration_s=_DURATION_S, category=_BOTH, **values)
                exchange.offer(exchange.event)
                await exchange.arrived(exchange.event)
                await self.wait(_SETTLE_S)
                await self._record(what, share)
                self.recorder.observe(LOADS, (await exchange.moved()).happened, what=what, source="power analyser")
                await exchange.restore()
                await self.wait(_SETTLE_S)
                power = await self._power()
                self.recorder.observe(
                    BACK, power.value, unit="W", reference=usual_w, what=what, source="power analyser"
                )
        finally:
            await exchange.close()

    async def _record(self, what: str, share: float) -> None:
        power = await self._power()
        allowed_w = share * float(self.manager.access.pixit("charger_w", 0.0))
        self.recorder.observe(
            BEYOND,
            power.value - allowed_w,
            unit="W",
            standard_uncertainty=power.standard_uncertainty,
            what=what,
            source="power analyser",
            power_w=power.value,
        )
        if allowed_w > 0.0:
            self.recorder.observe(USED, power.value / allowed_w, what=what, source="power analyser")

    @keyword("The Vehicle Should Draw No More Than The Control Lets It")
    def followed(self) -> None:
        """Nor much less; the loads follow too, and afterwards it charges as before.

        Example: | The Vehicle Should Draw No More Than The Control Lets It |
        """
        self.check("the vehicle draws no more than the control lets it", "at_most", BEYOND, limit=_ALLOWANCE_W)
        if any(one.series == USED for one in self.recorder.observations):
            self.check("nor much less", "at_least", USED, limit=_LEAST)
        self.check("the loads follow the same control", "always", LOADS)
        self.check("afterwards it charges as before", "close_to_reference", BACK, limit=_STILL_W)
