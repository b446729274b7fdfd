"""Keywords of 5.3, test operational status: what a home says of its devices is what they do; who is gone is missed."""

from __future__ import annotations

from robot.api.deco import keyword, library

from bench.access.sep2_member import CREATED, Candidate
from bench.access.sep2_server import Counterpart
from bench.keywords.home_library import HomeLibrary
from drivers.sep2.codec import encode
from drivers.sep2.monitoring import load_point
from drivers.sep2.responses import MirrorUsagePoint

ASKED = "the device is asked to tell how it fares"
FOLLOWS, AFTER = "the answer is what the device draws", "from the pulled load to the answer"
ABSENT, IDLE = "a device that is gone is told as gone", "a device that is gone is told as idle"
_UTILITY = "lms"
_POST_S, _WITHIN_S, _LOOK_S = 20, 60.0, 5.0
_GONE_S = 120.0
_GUARD_S = 3600.0


@library(scope="TEST", auto_keywords=False)
class OperationalStatus(HomeLibrary):
    """The bench plays the utility that asks, and a device of the home that tells."""

    # -- at the gateway ------------------------------------------------------------------------------------------------

    @keyword("Ask How A Device Fares While Its Load Is Pulled")
    def pull(self) -> None:
        """It draws 1500 W, then nothing, then is gone, then is back. Example:

        | Ask How A Device Fares While Its Load Is Pulled |
        """
        self.run(self._pull(), _GUARD_S)

    async def _pull(self) -> None:
        device = self.appliance
        async with Counterpart(self.home, _UTILITY) as server:
            await server.polled()
            server.resources.devices[server.device].post_rate_s = _POST_S
            await device.come_in()
            await server.polled(5)
            (entry,) = await device.entries()
            self.recorder.observe(ASKED, entry.post_rate is not None and entry.post_rate <= _POST_S)
            await self._tells(server, device, 1500.0, "running")
            await self._tells(server, device, 0.0, "load pulled")
            await self.wait(_GONE_S)
            point = self._point(server)
            value = _watts(point)
            self.recorder.observe(
                ABSENT, point is not None and point.status == 0, status=point.status if point else None
            )
            self.recorder.observe(IDLE, point is not None and point.status == 1 and value is not None, watts=value)
            await self._tells(server, device, 700.0, "back again")

    async def _tells(self, server: Counterpart, device: Candidate, power_w: float, what: str) -> None:
        """The device posts what it draws, as often as it was asked; the utility looks until the answer is that."""
        changed = self.clock.now()
        while True:
            point = load_point(device.lfdi, "load", power_w, self.clock.now())
            posted = await device.status("POST", "/mup", encode(point))
            await self.wait(_LOOK_S)
            same = posted == CREATED and _watts(self._point(server)) == power_w
            if same or self.clock.now() - changed > 2.0 * _WITHIN_S:
                break
            await self.wait(_POST_S - _LOOK_S)
        told = self._point(server)
        is_on = told is not None and told.status == 1
        self.recorder.observe(FOLLOWS, same and is_on, what=what, wanted_w=power_w, told_w=_watts(told))
        self.recorder.observe_duration(AFTER, self.clock.now() - changed, what=what)

    def _point(self, server: Counterpart) -> MirrorUsagePoint | None:
        """What the utility was told last of the device."""
        points = server.resources.devices[server.device].meters.values()
        return next((point for point in points if point.description == "load"), None)

    @keyword("The Answer Should Follow The Load")
    def follows(self) -> None:
        """In time. Example: | The Answer Should Follow The Load |"""
        self.check("the device is asked", "always", ASKED)
        self.check("the answer is what the device draws", "always", FOLLOWS)
        self.check("within a minute", "at_most", AFTER, limit=_WITHIN_S)

    @keyword("Who Is Gone Should Not Be Idle")
    def gone(self) -> None:
        """Example: | Who Is Gone Should Not Be Idle |"""
        self.check("a device that is gone is not told as idle", "never", IDLE)
        self.check("it is told as gone", "always", ABSENT)


def _watts(point: MirrorUsagePoint | None) -> int | None:
    """The power in a usage point."""
    if point is None or not point.readings or point.readings[0].reading is None:
        return None
    return point.readings[0].reading.value
