"""Keywords of 5.3, validate device: what is checked of a device before it gets a command."""

from __future__ import annotations

from robot.api.deco import keyword, library

from bench.access.sep2_member import CREATED, NO_CONTENT, OK, Candidate
from bench.keywords.home_library import HomeLibrary

BEFORE, COMMANDED = "a device that is not validated finds the event", "a device that is validated finds it"
WRONG_KIND, RIGHT_KIND = (
    "a device of another kind or owner is let in",
    "a device of the kind that was entered is let in",
)
CLONE = "a clone of a device is let in"
_THERMOSTAT = b"\x00\x00\x00\x01"
_GUARD_S = 6000.0


@library(scope="TEST", auto_keywords=False)
class HomeValidation(HomeLibrary):
    """Devices come that are not what they should be."""

    @keyword("Bring Devices Of Other Kinds And Owners")
    def bring_wrong(self) -> None:
        """One of another kind than was entered, a neighbour's, one whose certificate is forged; then the right one.

        Example: | Bring Devices Of Other Kinds And Owners |
        """
        self.run(self._bring_wrong(), _GUARD_S)

    async def _bring_wrong(self) -> None:
        device, neighbours = self.appliance, self.other
        await device.enter()
        await device.open_window(60.0)
        forged = self.home.credential("appliance.untrusted")
        device.category = _THERMOSTAT
        status = await device.join()
        self.recorder.observe(WRONG_KIND, status == CREATED, what="a thermostat, entered as a switch", answer=status)
        self.recorder.observe(WRONG_KIND, await neighbours.join() == CREATED, what="the neighbour's switch")
        self.recorder.observe(WRONG_KIND, await neighbours.works(), what="the neighbour's switch reads")
        self.recorder.observe(WRONG_KIND, await device.join(shown=forged) == CREATED, what="a forged certificate")
        device.category = Candidate.category
        self.recorder.observe(RIGHT_KIND, await device.join() == CREATED)

    @keyword("Only The Entered Kind Should Be Let In")
    def right_kind(self) -> None:
        """Example: | Only The Entered Kind Should Be Let In |"""
        self.check("type, owner and certificate are checked", "never", WRONG_KIND)
        self.check("the right device is let in", "always", RIGHT_KIND)

    @keyword("Look For An Event Before And After Validation")
    def look_early(self) -> None:
        """Before it was entered, before it has joined, before it uses its link key, and after.

        Example: | Look For An Event Before And After Validation |
        """
        self.run(self._look_early(), _GUARD_S)

    async def _look_early(self) -> None:
        device = self.appliance
        async with self.event_at_home() as mrid:
            self.recorder.observe(BEFORE, await self.finds(device, mrid), what="before it was entered")
            await device.enter()
            await device.open_window(60.0)
            self.recorder.observe(BEFORE, await self.finds(device, mrid), what="before it has joined")
            await device.join()
            self.recorder.observe(BEFORE, await self.finds(device, mrid), what="before it has a link key")
            await device.get_link_key()
            self.recorder.observe(BEFORE, await self.finds(device, mrid, device.birth), what="with another key")
            self.recorder.observe(COMMANDED, await self.finds(device, mrid))

    @keyword("It Should Find The Event Only When It Is Validated")
    def validated_first(self) -> None:
        """Example: | It Should Find The Event Only When It Is Validated |"""
        self.check("no command goes to a device that is not validated", "never", BEFORE)
        self.check("a device that is validated gets the command", "always", COMMANDED)

    @keyword("Clone A Device")
    def clone(self) -> None:
        """Somebody has its maker's certificate, and the window happens to be open. Example: | Clone A Device |"""
        self.run(self._clone(), _GUARD_S)

    async def _clone(self) -> None:
        device = self.appliance
        await device.come_in()
        clone = Candidate(self.home)
        async with self.event_at_home() as mrid:
            await clone.open_window(60.0)
            status = await clone.join()
            self.recorder.observe(CLONE, status in (OK, CREATED, NO_CONTENT), what="it joins", answer=status)
            status = await clone.get_link_key()
            self.recorder.observe(CLONE, status == OK, what="it asks for a link key", answer=status)
            self.recorder.observe(CLONE, await self.finds(clone, mrid), what="it looks for the event")
            self.recorder.observe(COMMANDED, await self.finds(device, mrid), what="the device itself")

    @keyword("The Clone Should Be Refused")
    def clone_refused(self) -> None:
        """And the device stays. Example: | The Clone Should Be Refused |"""
        self.check("the clone is refused", "never", CLONE)
        self.check("the device itself goes on", "always", COMMANDED)
