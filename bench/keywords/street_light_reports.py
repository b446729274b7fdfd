"""Keywords of 3.5.6 behind the headend: what the OMS knows of lamps, when, and how it has that verified."""

from __future__ import annotations

from collections.abc import Sequence

from robot.api.deco import keyword, library

from bench.exchanges.modbus.street_light import GOOD, OPEN
from bench.keywords.held_intervals import OPERATOR
from bench.keywords.street_light_acts import DA_DEVICE, StreetLightActs
from drivers.cim.payloads import EndDeviceEvent, EndDeviceStatus, MasterDataLinkage
from drivers.cim.times import parse_iso
from drivers.cim.vocabulary import EventKind

HEADEND, OMS = "AMI Headend", "OMS"
FAILURES, REPAIRS = "failures of the lamp at the OMS", "repairs of the lamp at the OMS"
OTHERS = "failures of other lamps at the OMS"
TO_OMS, BACK = "from the hold time to the OMS", "from the repair to the OMS"
AT = "time of the failure at the OMS"
VERIFIED = "the lamp read again is as the OMS was told"
_LAMP = 4
_LOOK_S = 10.0
_TIME_S = 5.0


@library(scope="TEST", auto_keywords=False)
class StreetLightReports(StreetLightActs):
    """A lamp fails in the field, and an operator of the OMS looks and asks."""

    # -- what happens --------------------------------------------------------------------------------------------

    @keyword("Have The Headend Collect From The Street Lights")
    def collect(self) -> None:
        """The headend's operator links the controller so, and the lamps are commanded on.

        Example: | Have The Headend Collect From The Street Lights |
        """
        self.run(self._collect())

    async def _collect(self) -> None:
        await self.lights.command(True)
        linkage = MasterDataLinkage(meter=self._controller, usage_point="bench", account="bench", notify=True)
        async with self.office(HEADEND).session(OPERATOR) as headend:
            await headend.link([linkage])

    @property
    def _controller(self) -> str:
        """How the office calls the controller: by its serial number."""
        device = self.station.lab.seat(self.seat_of(DA_DEVICE)).device
        return device.identity.serial if device is not None else ""

    @property
    def _lamp(self) -> str:
        return f"{self._controller}/{_LAMP}"

    @keyword("Break A Lamp And Watch The OMS")
    def break_lamp(self) -> None:
        """Until the OMS knows, and then until it knows of the repair. Example: | Break A Lamp And Watch The OMS |"""
        self.run(self._break(), 2 * (self.within_s + self.bound("t_evt")))

    async def _break(self) -> None:
        began = await self.set_lamp(_LAMP, OPEN)
        events = await self._until(EventKind.STREET_LIGHT_FAILURE, began + self.hold_s + self.bound("t_evt"))
        self.recorder.observe_duration(TO_OMS, self.clock.now() - began - self.hold_s)
        self._record(events, began)
        answer = await self._verify()
        failed = answer.lamp is not None and answer.lamp.failed and answer.lamp.current < self._least_a
        self.recorder.observe(VERIFIED, failed, what="while it is broken", answer=str(answer))
        repaired = await self.set_lamp(_LAMP, GOOD)
        events = await self._until(EventKind.STREET_LIGHT_REPAIRED, repaired + self.bound("t_evt"))
        self.recorder.observe_duration(BACK, self.clock.now() - repaired)
        self.recorder.observe(REPAIRS, sum(one.kind is EventKind.STREET_LIGHT_REPAIRED for one in events))
        answer = await self._verify()
        good = answer.lamp is not None and not answer.lamp.failed and answer.lamp.current >= self._least_a
        self.recorder.observe(VERIFIED, good, what="after its repair", answer=str(answer))

    @property
    def _least_a(self) -> float:
        """The least current of a good lamp, A."""
        stated = self.stated
        expected = stated["lamp_power_w"] / float(self.lights.access.pixit("nominal_voltage_v", 230.0))
        return expected * (1.0 - stated["tolerance_percent"] / 100.0)

    async def _until(self, kind: EventKind, deadline: float) -> Sequence[EndDeviceEvent]:
        """What the OMS knows of lamps of the controller, once something of ``kind`` is among it."""
        while True:
            async with self.office(OMS).session(OPERATOR) as oms:
                events = [one for one in await oms.events() if one.meter.startswith(f"{self._controller}/")]
            if any(one.kind is kind for one in events) or self.clock.now() >= deadline:
                return events
            await self.wait(_LOOK_S)

    def _record(self, events: Sequence[EndDeviceEvent], began: float) -> None:
        failures = [one for one in events if one.kind is EventKind.STREET_LIGHT_FAILURE]
        own = [one for one in failures if one.meter == self._lamp]
        self.recorder.observe(FAILURES, len(own), source="OMS")
        self.recorder.observe(OTHERS, len(failures) - len(own), source="OMS")
        for one in own:
            self.recorder.observe(AT, parse_iso(one.time_stamp), unit="s", reference=began + self.hold_s)

    async def _verify(self) -> EndDeviceStatus:
        """The OMS asks the headend, which reads the lamp again."""
        async with self.office(OMS).session(OPERATOR) as oms:
            (answer,) = await oms.ping([self._lamp])
        return answer

    # -- judging -------------------------------------------------------------------------------------------------

    @keyword("The OMS Should Have The Failure Once In Time")
    def known_once(self) -> None:
        """With its lamp and its time, within t_evt. Example: | The OMS Should Have The Failure Once In Time |"""
        self.check("the OMS has the failure once, with its lamp", "equals", FAILURES, expected=1)
        self.check("it has no other lamp's", "equals", OTHERS, expected=0)
        self.check("it has the time of the failure", "close_to_reference", AT, limit=_TIME_S)
        self.check("it knows in time", "at_most", TO_OMS, limit=self.bound("t_evt"))

    @keyword("The OMS Should Learn Of The Repair")
    def repaired(self) -> None:
        """Once, within t_evt. Example: | The OMS Should Learn Of The Repair |"""
        self.check("the OMS learns of the repair", "equals", REPAIRS, expected=1)
        self.check("it learns in time", "at_most", BACK, limit=self.bound("t_evt"))

    @keyword("The Verification Should Be The Lamp Read Again")
    def verified(self) -> None:
        """Broken while it is broken, good afterwards. Example: | The Verification Should Be The Lamp Read Again |"""
        self.check("what is returned is what the lamp shows", "always", VERIFIED)
