"""Keywords of 3.5.6 street-lighting outage at the controller: which faults it has, when, and for how long.

Modbus has no message of the device's own, so the notification of the row is found by polling the fault list.
"""

from __future__ import annotations

from collections.abc import Sequence

from robot.api.deco import keyword, library

from bench.exchanges.modbus.street_light import AGED, BRIDGED, GOOD, OPEN
from bench.exchanges.modbus_notice import Found
from bench.keywords.street_light_acts import MARGIN_S, StreetLightActs

EARLY = "faults before the hold time was over"
FOUND = "faults of the lamp after the hold time"
KIND = "the fault has the right kind"
OTHERS = "faults of other lamps"
CLEARED = "faults after the repair"
SINCE = "time at which the fault began to count"
BURNS = "the lamp takes power, at the witness"
CURRENT = "current of the lamp, read again"
DARKNESS = "faults of lamps that are off and are to be off"
GOOD_LAMPS = "faults of lamps that are in their band"
_ANSWER_S = 3600.0
_TIME_S = 5.0


@library(scope="TEST", auto_keywords=False)
class StreetLights(StreetLightActs):
    """Lamps fail and are repaired, and the controller is polled as the headend would."""

    # -- what happens --------------------------------------------------------------------------------------------

    @keyword("Command The Lamps")
    def command(self, on: bool) -> None:
        """All lamps of the controller, whatever the sun says.

        | =Argument= | =Meaning= |
        | on | whether they are to burn |

        Example: | Command The Lamps | True |
        """
        self.run(self.lights.command(on))

    @keyword("Break Lamps And Repair Them")
    def break_lamps(self) -> None:
        """One after the other takes no current, or half of it, while commanded on; each is repaired.

        Example: | Break Lamps And Repair Them |
        """
        kind = int(self.stated["failed"])
        self.run(self._break((1, OPEN), kind), 2 * self.within_s)
        self.run(self._break((self.lights.subjects, AGED), kind), 2 * self.within_s)

    @keyword("Let A Lamp Burn By Day And Repair It")
    def burn_by_day(self) -> None:
        """It burns while commanded off. Example: | Let A Lamp Burn By Day And Repair It |"""
        self.run(self._break((2, BRIDGED), int(self.stated["day_burn"])), 2 * self.within_s)

    async def _break(self, lamp_and_state: tuple[int, str], kind: int) -> None:
        lamp, state = lamp_and_state
        what = f"lamp {lamp} {state}"
        began = await self.set_lamp(lamp, state)
        await self.wait_until(began + self.hold_s - MARGIN_S)
        self.recorder.observe(EARLY, len(await self.poll()), what=what)
        found = await self.lights.awaited(self.within_s - (self.clock.now() - began))
        self._record(found, lamp, kind, began, what)
        await self.wait(_ANSWER_S)
        self._record(await self.poll(), lamp, kind, began, f"{what}, an hour later")
        shown = await self.lamp(lamp)
        self.recorder.observe(CURRENT, shown.current_a, unit="A", what=what, status=shown.status)
        await self.set_lamp(lamp, GOOD)
        await self.wait(self.lights.poll_s)
        self.recorder.observe(CLEARED, len(await self.poll()), what=what)

    def _record(self, found: Sequence[Found], lamp: int, kind: int, began: float, what: str) -> None:
        own = [one for one in found if one.subject == str(lamp)]
        self.recorder.observe(FOUND, len(own), what=what)
        self.recorder.observe(OTHERS, len(found) - len(own), what=what)
        for one in own:
            self.recorder.observe(KIND, one.kind == kind, what=what, kind=one.kind)
            self.recorder.observe(SINCE, one.since, unit="s", what=what, reference=began + self.hold_s)

    @keyword("Darken Lamps For Longer Than The Hold Time")
    def darken(self) -> None:
        """All are commanded off, and off; one of them could not burn. Example: | Darken Lamps For Longer ... |"""
        self.run(self._darken(), 2 * self.within_s)

    async def _darken(self) -> None:
        await self.wait(self.within_s)
        self.recorder.observe(DARKNESS, len(await self.poll()), what="all lamps off by command")
        await self.set_lamp(1, OPEN)
        await self.wait(self.within_s)
        self.recorder.observe(DARKNESS, len(await self.poll()), what="a broken lamp among them")
        await self.set_lamp(1, GOOD)
        await self._witness(False)

    @keyword("Let Good Lamps Burn")
    def burn(self) -> None:
        """For longer than the hold time; a lamp flickers for less. Example: | Let Good Lamps Burn |"""
        self.run(self._burn(), 3 * self.within_s)

    async def _burn(self) -> None:
        await self.wait(self.within_s)
        self.recorder.observe(GOOD_LAMPS, len(await self.poll()), what="all lamps on by command")
        await self.set_lamp(3, OPEN)
        await self.wait(self.hold_s - 2 * MARGIN_S)
        await self.set_lamp(3, GOOD)
        await self.wait(self.within_s)
        self.recorder.observe(GOOD_LAMPS, len(await self.poll()), what="one lamp dark for less than the hold time")
        await self._witness(True)

    async def _witness(self, burning: bool) -> None:
        power = await self.witnessed_w()
        if power is None:
            self.recorder.could_not_look(BURNS, "no power analyser is wired to the lamps")
        else:
            lamp_w = float(self.stated["lamp_power_w"])
            self.recorder.observe(BURNS, (power > lamp_w / 2) == burning, what=f"{power:g} W", commanded=burning)

    # -- judging -------------------------------------------------------------------------------------------------

    @keyword("Each Fault Should Be Reported Once With Its Lamp")
    def reported_once(self) -> None:
        """Not before the hold time, then one entry for that lamp and none for others, until the repair.

        Example: | Each Fault Should Be Reported Once With Its Lamp |
        """
        self.check("nothing is reported before the hold time is over", "equals", EARLY, expected=0)
        self.check("the fault is there once, with its lamp", "equals", FOUND, expected=1)
        self.check("no other lamp is reported", "equals", OTHERS, expected=0)
        self.check("it is of the right kind", "always", KIND)
        self.check("it has the time at which it counted", "close_to_reference", SINCE, limit=_TIME_S)

    @keyword("Each Fault Should Clear After The Repair")
    def clears(self) -> None:
        """Example: | Each Fault Should Clear After The Repair |"""
        self.check("the fault list is empty after the repair", "equals", CLEARED, expected=0)

    @keyword("The Lamp Read Again Should Confirm It")
    def verified(self, taking: bool) -> None:
        """The verification of the row: the lamp's current as it is read again.

        | =Argument= | =Meaning= |
        | taking | whether the current is that of a lamp that burns; otherwise it is out of the band |

        Example: | The Lamp Read Again Should Confirm It | False |
        """
        stated = self.stated
        expected = stated["lamp_power_w"] / float(self.lights.access.pixit("nominal_voltage_v", 230.0))
        limit = expected * (1.0 - stated["tolerance_percent"] / 100.0)
        if taking:
            self.check("the lamp takes current by day", "at_least", CURRENT, limit=limit)
        else:
            self.check("the lamp's current is out of its band", "at_most", CURRENT, limit=limit)

    @keyword("Darkness Should Be No Fault")
    def no_fault(self) -> None:
        """Example: | Darkness Should Be No Fault |"""
        self.check("a lamp that is off and is to be off is no fault", "equals", DARKNESS, expected=0)
        self.check("no lamp burns, at the witness", "always", BURNS)

    @keyword("Good Lamps Should Be No Fault")
    def good_lamps(self) -> None:
        """Example: | Good Lamps Should Be No Fault |"""
        self.check("lamps in their band are no fault", "equals", GOOD_LAMPS, expected=0)
        self.check("the lamps burn, at the witness", "always", BURNS)
