"""Keywords of 4.3.2 at the charger: a limit is accepted, and within five seconds pilot and current show it.

Whatever link commands the charger, it is asked in the words of its role (`drivers.roles.EvCharger`).
"""

from __future__ import annotations

from collections.abc import Iterable

from robot.api.deco import keyword, library

from bench.charging.outlet import Looked
from bench.charging.pilot import Meaning
from bench.keywords.charger_library import (
    ACCEPTED,
    DEAD_A,
    GUARD_S,
    LEAST,
    SOURCE,
    WITHIN_S,
    ChargerLibrary,
)
from drivers.charging import LOWEST_CURRENT_A, ChargerRefusedError

DECODED, DRAWN, USED = "decoded pilot beyond the limit", "current beyond the limit", "share of the limit that is drawn"
PAUSED, PILOT_OFF, RESUMED = "current during the pause", "the pilot is a steady voltage", "the vehicle charges again"
KEPT, FALLEN = "current beyond the limit while the controller is silent", "current beyond the fall-back"
BACK_IN_FORCE = "current beyond the limit once the controller is back"
TOLD, SIGN = "energy that the charger tells of the session", "power of the vehicle in the direction that was asked for"
FED = "share of what was to be fed back"
_LIMITS_A = (6.0, 10.0, 16.0, 25.0, 32.0, 48.0, 51.0, 51.8, 54.0, 63.0, 80.0, 13.0)
_UNSIGNALLED_A = (3.0, 5.9, 0.0)
_HOUR_S = 3600.0
_CLASS = 0.02
"""Class B of EN 50470-3 (1 %), and as much for power that is taken as constant between the analyser's looks."""
_SILENT_LIMIT_A = 12.0


@library(scope="TEST", auto_keywords=False)
class Charging(ChargerLibrary):
    """A vehicle at the charger of the row."""

    # -- limits ------------------------------------------------------------------------------------------------------

    @keyword("Limit The Vehicle's Current")
    def limit(self) -> None:
        """From the smallest that a pilot can say to all that the charger can, on both sides of the steps of the pilot's
        table; five seconds after each is accepted pilot and current are looked at.

        Example: | Limit The Vehicle's Current |
        """
        self.run(self._limit(), GUARD_S)

    async def _limit(self) -> None:
        exchange = self.charging
        await exchange.prepare()
        for limit_a in self._possible(_LIMITS_A):
            await self.set_limit(limit_a)
            await self.wait(WITHIN_S)
            self._record(await self.outlet.look(), limit_a)
        await exchange.restore()

    def _possible(self, limits: Iterable[float]) -> list[float]:
        return [limit for limit in limits if limit <= self.charging.rated_a]

    def _record(self, seen: Looked, limit_a: float) -> None:
        what = f"{limit_a:g} A"
        if seen.pilot is None:
            self.recorder.could_not_look(DECODED, "no oscilloscope is wired to the pilot")
        else:
            self.recorder.observe(
                DECODED,
                seen.pilot.decoded.current_a - limit_a,
                unit="A",
                standard_uncertainty=seen.pilot.current_uncertainty,
                what=what,
                source="oscilloscope",
                duty_percent=seen.pilot.duty_percent,
                state=seen.pilot.state,
            )
        self.record_current(DRAWN, seen, what, beyond_a=limit_a)
        self.recorder.observe(USED, seen.current.value / limit_a, what=what, source=SOURCE)

    # -- pauses ------------------------------------------------------------------------------------------------------

    @keyword("Limit The Vehicle To Less Than A Pilot Can Say")
    def pause(self) -> None:
        """3 A, 5.9 A and nothing, each after the vehicle has charged; then it may charge again.

        Example: | Limit The Vehicle To Less Than A Pilot Can Say |
        """
        self.run(self._pause(), GUARD_S)

    async def _pause(self) -> None:
        exchange = self.charging
        await exchange.prepare()
        for limit_a in _UNSIGNALLED_A:
            await self.set_limit(limit_a)
            await self.wait(WITHIN_S)
            seen, what = await self.outlet.look(), f"{limit_a:g} A"
            self.record_current(PAUSED, seen, what)
            if seen.pilot is None:
                self.recorder.could_not_look(PILOT_OFF, "no oscilloscope is wired to the pilot")
            else:
                steady = seen.pilot.decoded.meaning is Meaning.NONE
                self.recorder.observe(PILOT_OFF, steady, what=what, duty_percent=seen.pilot.duty_percent)
            await self.set_limit(exchange.rated_a)
            await self.wait_to_start()
            again = await self.outlet.look()
            self.recorder.observe(RESUMED, again.current.value > LOWEST_CURRENT_A / 2, what=f"after {what}")
        await exchange.restore()

    # -- without a controller ----------------------------------------------------------------------------------------

    @keyword("Leave The Charger Without Its Controller")
    def leave(self) -> None:
        """With a limit in force; until it falls back, where it does, else for an hour; then it comes back.

        Example: | Leave The Charger Without Its Controller |
        """
        self.run(self._leave(), GUARD_S)

    async def _leave(self) -> None:
        exchange = self.charging
        await exchange.prepare()
        falls_back_s = await exchange.leave_with(_SILENT_LIMIT_A)
        gone = self.clock.now()
        waits_s = _HOUR_S if falls_back_s is None else falls_back_s
        await self.wait(waits_s / 2.0)
        self.record_current(KEPT, await self.outlet.look(), "half-way", beyond_a=_SILENT_LIMIT_A)
        await self.wait_until(gone + waits_s * 1.2 + WITHIN_S)
        seen = await self.outlet.look()
        if falls_back_s is None:
            self.record_current(KEPT, seen, "after an hour", beyond_a=_SILENT_LIMIT_A)
            self.recorder.observe(USED, seen.current.value / _SILENT_LIMIT_A, what="after an hour")
        else:
            fall_back_a = float(exchange.stated["fall_back_a"])
            self.record_current(FALLEN, seen, f"after {falls_back_s:g} s", beyond_a=fall_back_a)
            self.recorder.observe(USED, seen.current.value / fall_back_a, what="fallen back")
        await exchange.come_back()
        await exchange.prepare()
        await self.set_limit(_SILENT_LIMIT_A)
        await self.wait(WITHIN_S)
        self.record_current(BACK_IN_FORCE, await self.outlet.look(), "the controller is back", beyond_a=_SILENT_LIMIT_A)
        await exchange.restore()

    # -- energy ------------------------------------------------------------------------------------------------------

    @keyword("Charge For An Hour")
    def charge(self) -> None:
        """At two rates; what the charger tells of the session's energy, against the analyser's.

        Example: | Charge For An Hour |
        """
        self.run(self._charge(), GUARD_S)

    async def _charge(self) -> None:
        exchange = self.charging
        await exchange.prepare()
        async with exchange.charger() as charger:
            before_wh = (await charger.readings()).energy_wh
        reference_wh = 0.0
        for limit_a in (exchange.rated_a, 10.0):
            await self.set_limit(limit_a)
            await self.wait(WITHIN_S)
            reference_wh += (await self.outlet.look()).power.value * _HOUR_S / 2.0 / 3600.0
            await self.wait(_HOUR_S / 2.0 - 2.0)
        async with exchange.charger() as charger:
            after_wh = (await charger.readings()).energy_wh
        if before_wh is None or after_wh is None:
            self.recorder.could_not_look(TOLD, "the charger tells no energy")
        else:
            self.recorder.observe(TOLD, after_wh - before_wh, unit="Wh", reference=reference_wh, source=SOURCE)
        await exchange.restore()

    # -- both directions ---------------------------------------------------------------------------------------------

    @keyword("Have The Vehicle Feed Back")
    def feed_back(self) -> None:
        """Draw, feed back, draw, where the charger can (PIXIT ``charger.discharges``); else it must refuse to.

        Example: | Have The Vehicle Feed Back |
        """
        self.run(self._feed_back(), GUARD_S)

    async def _feed_back(self) -> None:
        exchange = self.charging
        can = bool(exchange.stated.get("discharges", False))
        await exchange.prepare_both_ways()
        for limit_a in (10.0, -10.0, 10.0) if can else (-10.0,):
            async with exchange.charger() as charger:
                try:
                    await charger.set_limit(limit_a)
                except ChargerRefusedError as refusal:
                    self.recorder.observe(SIGN, not can, what=f"{limit_a:+g} A refused", answer=str(refusal))
                    continue
            await self.wait(WITHIN_S)
            seen = await self.outlet.look()
            if not can:
                self.recorder.observe(SIGN, seen.power.value >= 0.0, what=f"{limit_a:+g} A", power_w=seen.power.value)
                continue
            right = seen.power.value * limit_a > 0.0
            self.recorder.observe(SIGN, right, what=f"{limit_a:+g} A", power_w=seen.power.value)
            self.record_current(DRAWN, seen, f"{limit_a:+g} A", beyond_a=abs(limit_a))
            self.recorder.observe(FED, seen.current.value / abs(limit_a), what=f"{limit_a:+g} A")
        await exchange.restore()

    # -- judging -----------------------------------------------------------------------------------------------------

    @keyword("Pilot And Current Should Keep To The Limit")
    def keeps(self) -> None:
        """And the vehicle should use it. Example: | Pilot And Current Should Keep To The Limit |"""
        self.check("the limit is accepted", "always", ACCEPTED)
        self.check("the pilot allows no more within five seconds", "at_most", DECODED, limit=0.0)
        self.check("no more current flows within five seconds", "at_most", DRAWN, limit=0.0)
        self.check("the vehicle charges with most of it", "at_least", USED, limit=LEAST)

    @keyword("The Vehicle Should Pause And Resume")
    def pauses(self) -> None:
        """No current, no square wave. Example: | The Vehicle Should Pause And Resume |"""
        self.check("the limit is accepted", "always", ACCEPTED)
        self.check("no current flows within five seconds", "at_most", PAUSED, limit=DEAD_A)
        self.check("the pilot is a steady voltage", "always", PILOT_OFF)
        self.check("with a higher limit it charges again", "always", RESUMED)

    @keyword("The Charger Should Do Without Its Controller As Declared")
    def does_without(self) -> None:
        """Keep to what holds, fall back where it is declared, follow again.

        Example: | The Charger Should Do Without Its Controller As Declared |
        """
        self.check("the limit holds for as long as is declared", "at_most", KEPT, limit=0.0)
        if any(one.series == FALLEN for one in self.recorder.observations):
            self.check("then the fall-back holds", "at_most", FALLEN, limit=0.0)
        self.check("the vehicle goes on charging", "at_least", USED, limit=LEAST)
        self.check("the controller is followed once it is back", "at_most", BACK_IN_FORCE, limit=0.0)

    @keyword("The Energy Of The Session Should Be Right")
    def energy(self) -> None:
        """Within the class of the charger's meter. Example: | The Energy Of The Session Should Be Right |"""
        self.check("the charger's energy is the reference's", "relative_to_reference", TOLD, limit=_CLASS, floor=5.0)

    @keyword("The Vehicle's Power Should Have The Right Sign")
    def signed(self) -> None:
        """In, out, in; no more than was asked for. Example: | The Vehicle's Power Should Have The Right Sign |"""
        self.check("power flows in the direction that was asked for", "always", SIGN)
        if any(one.series == FED for one in self.recorder.observations):
            self.check("no more flows than was asked for", "at_most", DRAWN, limit=0.05)
            self.check("and not much less", "at_least", FED, limit=LEAST)
