"""Keywords of 5.3, HAN attachment verification at the gateway: to whom it shows the devices that are attached to it."""

from __future__ import annotations

from robot.api.deco import keyword, library

from bench.access.sep2_member import OK, Candidate
from bench.keywords.home_library import HomeLibrary
from drivers.cim.credentials import Credential

OWN, OTHERS = "the device finds itself at its gateway", "somebody else finds or reaches the device"


@library(scope="TEST", auto_keywords=False)
class HomeAttachment(HomeLibrary):
    """The bench plays a device of the home, another one, a device of the neighbour's, and the neighbour's gateway."""

    @keyword("Look At The Gateway For Its Devices")
    def look(self) -> None:
        """By list, and by the address of the device's entry. Example: | Look At The Gateway For Its Devices |"""
        self.run(self._look())

    async def _look(self) -> None:
        device = self.appliance
        await device.come_in()
        (entry,) = await device.entries()
        self.recorder.observe(OWN, entry.lfdi == device.lfdi, what="in the list of devices")
        self.recorder.observe(OWN, await device.status("GET", str(entry.href)) == OK, what="by its address")
        inmate = self.home.credential(str(self.home.pixit("home_device", "cems")))
        listed = await Candidate(self.home, link=inmate).entries()
        shown = [one for one in listed if one.lfdi == device.lfdi]
        self.recorder.observe(OTHERS, bool(shown), what="another device of the home, in the list")
        looking: dict[str, Credential] = {"another device of the home": inmate}
        for name, what in (("cems-2", "a neighbour's device"), ("neighbour", "the neighbour's gateway")):
            looking[what] = self.home.credential(name)
        for what, credential in looking.items():
            for path in (str(entry.href), f"{entry.href}/rg", f"{entry.href}/fsa", f"{entry.href}/log"):
                status = await device.status("GET", path, shown=credential)
                self.recorder.observe(OTHERS, status == OK, what=f"{what} reads {path.rpartition('/')[2]}")
        for what in ("a neighbour's device", "the neighbour's gateway"):
            status = await device.status("GET", "/edev?s=0&l=255", shown=looking[what])
            self.recorder.observe(OTHERS, status == OK, what=f"{what} lists devices", answer=status)

    @keyword("Each Device Should Be Shown To Itself Only")
    def itself(self) -> None:
        """Example: | Each Device Should Be Shown To Itself Only |"""
        self.check("the device is shown at its own gateway", "always", OWN)
        self.check("nobody else finds or reaches it", "never", OTHERS)
