"""Keywords of 5.3, decommission device: what is left of a device that was taken out of its home."""

from __future__ import annotations

from robot.api.deco import keyword, library

from bench.access.sep2_member import OK
from bench.keywords.home_library import LOG_ENTRY, HomeLibrary
from drivers.sep2.codec import encode

SHOWN = "the device finds the event"
GONE, STILL = "the key of a device that was taken out opens the home", "devices that stay are let in"
CLEAN, BACK = "what a device finds that comes again", "it joins anew, with a new key"
_GUARD_S = 6000.0


@library(scope="TEST", auto_keywords=False)
class HomeLeaving(HomeLibrary):
    """Devices leave the home, and come back."""

    @keyword("Take A Device Out Of The Home")
    def take_out(self) -> None:
        """While an event holds; then it tries its keys, again and again. Example: | Take A Device Out Of The Home |"""
        self.run(self._take_out(), _GUARD_S)

    async def _take_out(self) -> None:
        device, other = self.appliance, self.other
        await device.come_in()
        await other.come_in()
        async with self.event_at_home() as mrid:
            for one in (device, other):
                self.recorder.observe(SHOWN, await self.finds(one, mrid), what=one.name)
            await device.take_out()
            for number in range(self.count("n_old_key")):
                self.recorder.observe(GONE, await device.works(), what=f"its link key, try {number + 1}")
            self.recorder.observe(GONE, await device.works(device.birth), what="its maker's certificate")
            self.recorder.observe(GONE, await self.finds(device, mrid), what="it looks for the event")
            renewed = await device.change_key(shown=device.credential)
            self.recorder.observe(GONE, renewed == OK, what="it asks for another key")
            self.recorder.observe(STILL, await self.finds(other, mrid), what=other.name)

    @keyword("Its Keys Should Open Nothing")
    def keys_gone(self) -> None:
        """And those of the others do. Example: | Its Keys Should Open Nothing |"""
        self.check("the event was there", "always", SHOWN)
        self.check("whoever was taken out is refused, each time", "never", GONE)
        self.check("the others stay", "always", STILL)

    @keyword("Bring A Device Back That Was Taken Out")
    def bring_back(self) -> None:
        """As somebody who has bought it would. Example: | Bring A Device Back That Was Taken Out |"""
        self.run(self._bring_back(), _GUARD_S)

    async def _bring_back(self) -> None:
        device = self.appliance
        await device.come_in()
        (entry,) = await device.entries()
        await device.status("POST", f"{entry.href}/log", encode(LOG_ENTRY))
        old = device.credential
        await device.take_out()
        device.link = None
        await device.come_in()
        self.recorder.observe(BACK, device.link is not None and await device.works())
        self.recorder.observe(GONE, await device.works(old), what="the link key of its first time")
        self.recorder.observe(CLEAN, await self.entries_of_log(device), what="entries in its log")

    @keyword("It Should Join As A New Device")
    def joins_anew(self) -> None:
        """Example: | It Should Join As A New Device |"""
        self.check("it joins", "always", BACK)
        self.check("its first key stays refused", "never", GONE)
        self.check("nothing of its first time is left", "equals", CLEAN, expected=0)
