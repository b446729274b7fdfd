"""Keywords of 5.3, test operational status: what a home says of its devices is what they do; who is gone is missed."""

from __future__ import annotations

from robot.api.deco import keyword, library

from bench.access.cta2045 import Cta2045Access
from bench.access.sep2_member import CREATED, Candidate
from bench.access.sep2_server import Counterpart
from bench.exchanges.witness import Wiring
from bench.keywords.home_library import HomeLibrary
from drivers.cta2045.basic import OperationalState
from drivers.sep2.codec import encode
from drivers.sep2.monitoring import load_point
from drivers.sep2.responses import MirrorUsagePoint

ASKED = "the device is asked to tell how it fares"
FOLLOWS, AFTER = "the answer is what the device draws", "from the pulled load to the answer"
ABSENT, IDLE = "a device that is gone is told as gone", "a device that is gone is told as idle"
_POST_S, _WITHIN_S, _LOOK_S = 20, 60.0, 5.0
_GONE_S, _NEAR_W = 60.0, 10.0
_WARM_UP_S = 5400.0
"""Until an appliance that is used draws power."""
_RUNNING = (
    OperationalState.RUNNING_NORMAL,
    OperationalState.RUNNING_CURTAILED,
    OperationalState.RUNNING_HEIGHTENED,
    OperationalState.RUNNING_OPTED_OUT,
)
_GUARD_S = 7200.0


@library(scope="TEST", auto_keywords=False)
class OperationalStatus(HomeLibrary):
    """The bench plays the utility that asks, and a device of the home that tells."""

    # -- at the appliance ----------------------------------------------------------------------------------------------

    @keyword("Ask An Appliance While Its Load Is Pulled")
    def pull_at_appliance(self) -> None:
        """The bench is its gateway; the analyser sees what it draws.

        Example: | Ask An Appliance While Its Load Is Pulled |
        """
        self.run(self._pull_at_appliance(), _GUARD_S)

    async def _pull_at_appliance(self) -> None:
        async with Counterpart(self.home, "esi") as server:
            server.resources.post_rate_s = _POST_S
            await server.polled()
            for is_on, what in ((True, "running"), (False, "load pulled"), (True, "back again")):
                await self.station.box.do(self.home.seat, "switch", on=is_on)
                await self._told_by(server, what)

    async def _told_by(self, server: Counterpart, what: str) -> None:
        """Let time pass until the appliance tells what the analyser sees."""
        changed = self.clock.now()
        wanted_w = (await (await Wiring(self.station, self.home.seat).analyser()).active_power()).value
        while True:
            points = server.resources.devices[server.device].meters.values()
            told = next((point for point in points if point.description == "load"), None)
            told_w = _watts(told)
            same = told_w is not None and abs(told_w - wanted_w) < _NEAR_W
            if same or self.clock.now() - changed > 2.0 * _WITHIN_S:
                break
            await self.wait(_LOOK_S)
        is_on = told is not None and told.status == 1
        self.recorder.observe(ASKED, told is not None, what=what)
        self.recorder.observe(FOLLOWS, same and is_on, what=what, wanted_w=wanted_w, told_w=told_w)
        self.recorder.observe_duration(AFTER, self.clock.now() - changed, what=what)

    # -- at the port of an appliance -----------------------------------------------------------------------------------

    @keyword("Ask An Appliance At Its Port While Its Load Is Pulled")
    def pull_at_port(self) -> None:
        """By its operational state, used, switched off and used again.

        Example: | Ask An Appliance At Its Port While Its Load Is Pulled |
        """
        self.run(self._pull_at_port(), _GUARD_S)

    async def _pull_at_port(self) -> None:
        seat = self.session.planned.iut
        access, wiring = Cta2045Access(self.station, seat), Wiring(self.station, seat)
        await self.station.box.do(seat, "use", on=True)
        began = self.clock.now()
        while (
            await (await wiring.analyser()).active_power()
        ).value < _NEAR_W and self.clock.now() - began < _WARM_UP_S:
            await self.wait(_GONE_S)
        for is_on, what in ((True, "running"), (False, "load pulled"), (True, "back again")):
            await self.station.box.do(seat, "switch", on=is_on)
            changed = self.clock.now()
            while True:
                power_w = (await (await wiring.analyser()).active_power()).value
                async with access.session() as appliance:
                    state = OperationalState(await appliance.state())
                same = (state in _RUNNING) is (power_w > _NEAR_W) and (power_w > _NEAR_W) is is_on
                if same or self.clock.now() - changed > 2.0 * _WITHIN_S:
                    break
                await self.wait(_LOOK_S)
            self.recorder.observe(FOLLOWS, same, what=what, state=state.name.lower(), power_w=power_w)
            self.recorder.observe_duration(AFTER, self.clock.now() - changed, what=what)
            self.recorder.observe(ASKED, True, what=what)

    # -- at the gateway ------------------------------------------------------------------------------------------------

    @keyword("Ask How A Device Fares While Its Load Is Pulled")
    def pull(self) -> None:
        """It draws 1500 W, then nothing, then is gone, then is back. Example:

        | Ask How A Device Fares While Its Load Is Pulled |
        """
        self.run(self._pull(), _GUARD_S)

    async def _pull(self) -> None:
        device = self.appliance
        async with Counterpart(self.home, self.utility) as server:
            server.resources.post_rate_s = _POST_S
            await server.polled()
            await device.come_in()
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
