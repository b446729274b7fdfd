"""Keywords of 3.2.2 with the customer's energy management system at the meter: it gives the receipt of a notice.

Here the system in the seat *Customer EMS* is at the meter's consumer port, and the meter is the witness: how many
notices wait for their receipt it says over its other link.
"""

from __future__ import annotations

from collections.abc import Callable

from robot.api import SkipExecution
from robot.api.deco import keyword, library

from bench.access.consumer import code_of
from bench.access.dlms import MANAGEMENT
from bench.access.limits import ENERGY, NO_LIMIT, Limit, limit_objects, set_limit
from bench.exchanges.dlms_exchange import CONSUMER
from bench.keywords.limit_scene import LimitScene
from bench.keywords.process import ProcessLibrary
from drivers.dlms.apdu import Attribute
from drivers.dlms.data import I8, Integer
from drivers.dlms.obis import Obis

METER, EMS = "meter", "Customer EMS"
WAITS, TAKEN = "notices that wait while nobody is at the port", "notices that wait with the system at the port"
WITHIN = "from the cable to the receipt"
_LIMIT = Limit(5, 2_000)
_POWER_W, _LONGEST_S, _LOOK_S, _SLACK_S = 3_000.0, 60.0, 1.0, 10.0
_DATA, _VALUE = 1, 2


@library(scope="TEST", auto_keywords=False)
class CustomerReceipts(ProcessLibrary):
    """A notice waits at the meter; the customer's system is plugged in."""

    @keyword("Let The Customer's System Take A Notice")
    def take(self) -> None:
        """Energy passes a warning with nobody at the port; then the system's cable is put in.

        Example: | Let The Customer's System Take A Notice |
        """
        if self.station.lab.seat_for_actor(EMS) is None:
            raise SkipExecution(f"the station has no seat for {EMS}")
        if CONSUMER not in self.station.lab.seat(self.meter.seat).links:
            raise SkipExecution(f"{self.meter.seat} has no consumer port on this station")
        self.run(self._take(), 2.0 * _LONGEST_S)

    async def _take(self) -> None:
        scene, ems = LimitScene(self), self.seat_of(EMS)
        await scene.begin()
        async with self.meter.session(MANAGEMENT, ask=True) as client:
            objects = limit_objects(self.meter, ENERGY)
            await client.action(objects.reset, I8(0))
            await set_limit(client, objects, _LIMIT)
        before = await self._waiting()
        await scene.load(_POWER_W)
        await self._until(lambda waiting: waiting > before, _LONGEST_S)
        await scene.unload()
        waiting = await self._waiting()
        self.recorder.observe(WAITS, waiting - before, what=f"event {code_of(self.meter, 'energy_near_limit')}")
        url = self.station.endpoint(self.meter.seat, CONSUMER).url
        await self.station.box.do(ems, "server", server=METER, url=url)
        plugged = self.clock.now()
        try:
            await self._until(lambda waiting: waiting == 0, self._limit_s)
            self.recorder.observe_duration(WITHIN, self.clock.now() - plugged, what="energy_near_limit")
            self.recorder.observe(TAKEN, await self._waiting(), what="after the receipt was due")
        finally:
            await self.station.box.do(ems, "server", server=METER, url="")
            async with self.meter.session(MANAGEMENT, ask=True) as client:
                await set_limit(client, limit_objects(self.meter, ENERGY), NO_LIMIT)

    async def _until(self, reached: Callable[[int], bool], within_s: float) -> None:
        deadline = self.clock.now() + within_s
        while not reached(await self._waiting()) and self.clock.now() < deadline:
            await self.wait(_LOOK_S)

    async def _waiting(self) -> int:
        """How many notices wait, as the meter says over its other link."""
        receipt = Attribute(_DATA, Obis(str(self.meter.pixit("consumer", {})["receipt"])), _VALUE)
        async with self.meter.session(MANAGEMENT, ask=True) as client:
            value = await client.get(receipt)
        return int(value) if isinstance(value, Integer) else 0

    @property
    def _limit_s(self) -> float:
        """A repetition of the notice, and the time that the system has for its receipt."""
        repeat_s = float(self.meter.pixit("consumer", {}).get("repeat_s", 60.0))
        return repeat_s + self.bound("t_ack") + _SLACK_S

    @keyword("The Receipt Should Be Given")
    def given(self) -> None:
        """The notice waited before, and waits no longer after a repetition and ``t_ack``.

        Example: | The Receipt Should Be Given |
        """
        self.check("a notice waited for its receipt", "equals", WAITS, expected=1)
        self.check("the system gives the receipt", "equals", TAKEN, expected=0)
        self.check("in time", "at_most", WITHIN, limit=self._limit_s)
