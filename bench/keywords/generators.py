"""Keywords of 3.5.2: a generator and a feeder without supply, at the inverter and behind a meter."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from robot.api import SkipExecution
from robot.api.deco import keyword, library

from bench.access.der import DerAccess, DerCalls
from bench.der.expected import told
from bench.der.scene import DerScene
from bench.der.trace import Trace
from bench.exchanges.meters import meter_name
from bench.keywords.held_intervals import OPERATOR
from bench.keywords.outage_report_acts import HEADEND, LOOK_S, OMS, OutageReportActs
from drivers.cim.payloads import EndDeviceEvent
from drivers.cim.vocabulary import EventKind
from drivers.der import EnterService

CEASED, RETURNED = "time until the inverter feeds nothing", "time until it feeds in again"
TOLD, DETAIL, CUSTOMER_TOLD = "what the OMS is told", "what the meter reads stands in the alarm", "the customer is told"
ISLAND_TOLD = "the OMS is told of the island"
TO_OMS = "from the loss of supply to the OMS"
CEASE_LIMIT_S, RETURN_LIMIT_S = 2.0, 300.0
"""Clause 8.1.1 and table 4 of IEEE 1547-2018 (general knowledge, unverified; default by EPRI's OpenDER)."""
DER, CUSTOMER = "Customer DER", "CIS"
_DEAD_SHARE = 0.02
_BACK_FEED_V, _BACK_FEED_W = 230.0, 3000.0
_ISLAND_S, _BOOT_S = 120.0, 60.0
_KINDS = (EventKind.DER_OFF, EventKind.DER_NOT_SHUT_DOWN, EventKind.DER_ISLANDED)


@library(scope="TEST", auto_keywords=False)
class Generators(OutageReportActs):
    """The inverter at its grid simulator; a source in the generator's place behind the meter under test."""

    def __init__(self) -> None:
        self._grid: tuple[float | None, float | None] = (None, None)

    # -- the inverter ------------------------------------------------------------------------------------------------

    @keyword("Take The Grid From The Inverter And Give It Back")
    def lose_grid(self) -> None:
        """Off for 30 s, then nominal for longer than the inverter may take to come back.

        Example: | Take The Grid From The Inverter And Give It Back |
        """
        self.run(self._lose_grid())

    async def _lose_grid(self) -> None:
        seat = self.station.lab.seat_for_actor(DER)
        if seat is None:
            raise SkipExecution("the station has no inverter")
        link = next(iter(seat.links.values())).carries
        scene = DerScene(DerAccess(self.station, seat.name, link))
        async with scene.running() as der:
            rated_a = told((await der.nameplate()).ratings.current_a, "its rated current")
            delay_s = told((await der.read(EnterService)).delay_s, "its delay")
            simulator = await scene.simulator()
            lost = await scene.traced(lambda: simulator.set_output(False), 30.0)
            back = await scene.traced(lambda: simulator.set_output(True), 1.5 * max(delay_s, RETURN_LIMIT_S))
            await self._record(scene, der, rated_a, lost, back)

    async def _record(self, scene: DerScene, der: DerCalls, rated_a: float, lost: Trace, back: Trace) -> None:
        limit_a = _DEAD_SHARE * rated_a
        ceased = lost.ceased_after(limit_a)
        uncertainty = lost.log.time_uncertainty_s
        self.recorder.observe(
            CEASED,
            30.0 if ceased is None else round(ceased, 4),
            unit="s",
            standard_uncertainty=uncertainty,
            source="power analyser",
        )
        first = back.log.first_time(lambda point: max(point.currents_a) > limit_a, back.began)
        if first is None:
            self.recorder.could_not_look(RETURNED, "it did not come back while the witness looked")
        else:
            self.recorder.observe(
                RETURNED,
                round(first - back.began, 4),
                unit="s",
                standard_uncertainty=uncertainty,
                source="power analyser",
            )
        await scene.wait_until_running(der)

    @keyword("The Inverter Should Have Ceased In Time")
    def ceased(self) -> None:
        """Within 2.0 s, less the uncertainty of the time.

        Example: | The Inverter Should Have Ceased In Time |
        """
        self.check("it ceases to energise within 2 s", "at_most", CEASED, limit=CEASE_LIMIT_S)

    @keyword("It Should Not Have Returned Too Soon")
    def returned(self) -> None:
        """Not before 300 s of nominal grid.

        Example: | It Should Not Have Returned Too Soon |
        """
        self.check("it returns after 300 s at the earliest", "at_least", RETURNED, limit=RETURN_LIMIT_S)

    # -- the generator behind the meter ------------------------------------------------------------------------------

    @keyword("The Feeder Goes While The Generator Feeds On")
    def feed_on(self) -> None:
        """The meter under test stays live by the source behind it; its neighbour on the feeder tells of the outage.

        Example: | The Feeder Goes While The Generator Feeds On |
        """
        self.run(self._feeder_goes(feeding=True))

    @keyword("The Feeder Goes And The Generator Too")
    def shut_down(self) -> None:
        """The meter under test goes dark with its feeder.

        Example: | The Feeder Goes And The Generator Too |
        """
        self.run(self._feeder_goes(feeding=False))

    @keyword("The Feeder Goes While The Customer Keeps An Island")
    def island(self) -> None:
        """The meter's switch is open, and the generator feeds its customer alone.

        Example: | The Feeder Goes While The Customer Keeps An Island |
        """
        self.run(self._island(fails=False))

    @keyword("The Feeder Goes And The Customer's Island Fails")
    def island_fails(self) -> None:
        """Two minutes later the open switch is bridged, and the feeder without supply is fed.

        Example: | The Feeder Goes And The Customer's Island Fails |
        """
        self.run(self._island(fails=True))

    async def _island(self, *, fails: bool) -> None:
        meter, neighbour = meter_name(self.station), self._neighbour()
        await self.subscribe((meter, neighbour[1]))
        within_s = self.bound("t_outage") + self.hold_off_s
        try:
            await self.scene.prepare(closed=False)
            async with self._generator(feeding=True), self._dark(self.meter.seat), self._dark(neighbour[0]):
                began = at = self.clock.now()
                seen = await self._awaited(OMS, meter, (EventKind.DER_ISLANDED,), at, within_s)
                if fails:
                    self.recorder.observe(ISLAND_TOLD, bool(seen), source="OMS")
                    await self.wait(_ISLAND_S)
                    await self.station.box.do(self.meter.seat, "shunt", kind="past_switch")
                    at = self.clock.now()
                    seen = await self._awaited(OMS, meter, (EventKind.DER_NOT_SHUT_DOWN,), at, within_s)
                if seen:
                    self.recorder.observe_duration(TO_OMS, self.clock.now() - at)
                told = await self._of(OMS, meter, _KINDS, at if fails else began)
                notices = await self._of(CUSTOMER, meter, (EventKind.DER_MAINTENANCE,), began)
        finally:
            await self.station.box.do(self.meter.seat, "shunt", kind="none")
            await self.wait(_BOOT_S)
            await self.scene.restore()
        self.recorder.observe(TOLD, ", ".join(sorted({one.kind.value for one in told})), source="OMS")
        for one in told:
            shown = "live at" if one.kind is EventKind.DER_NOT_SHUT_DOWN else "switch open"
            self.recorder.observe(DETAIL, shown in one.detail, what=one.detail)
        self.recorder.observe(CUSTOMER_TOLD, len(notices), source=CUSTOMER)

    async def _feeder_goes(self, *, feeding: bool) -> None:
        meter, neighbour = meter_name(self.station), self._neighbour()
        await self.subscribe((meter, neighbour[1]))
        within_s = self.bound("t_outage") + self.hold_off_s
        async with self._generator(feeding), self._dark(self.meter.seat), self._dark(neighbour[0]):
            at = self.clock.now()
            seen = await self._awaited(OMS, meter, _KINDS, at, within_s)
            if seen:
                self.recorder.observe_duration(TO_OMS, self.clock.now() - at)
            notices = await self._of(CUSTOMER, meter, (EventKind.DER_MAINTENANCE,), at)
        self.recorder.observe(TOLD, ", ".join(sorted({one.kind.value for one in seen})), source="OMS")
        for one in seen:
            words = "live at" in one.detail or not feeding
            self.recorder.observe(DETAIL, words, what=one.detail)
        self.recorder.observe(CUSTOMER_TOLD, len(notices), source=CUSTOMER)

    def _neighbour(self) -> tuple[str, str]:
        """Seat and name of another meter on the feeder: PIXIT ``neighbour`` of the headend."""
        device = self.station.lab.seat(self.seat_of(HEADEND)).device
        stated = device.pixit.get("neighbour") if device is not None else None
        if not isinstance(stated, dict):
            raise SkipExecution(f"the {HEADEND}'s device file names no neighbour of the meter on its feeder")
        return str(stated["seat"]), str(stated["meter"])

    @asynccontextmanager
    async def _generator(self, feeding: bool) -> AsyncIterator[None]:
        """The source behind the meter feeds in meanwhile."""
        if not feeding:
            yield
            return
        source = await self.wiring.load_side_source()
        await source.set_voltage(_BACK_FEED_V)
        await source.set_power(_BACK_FEED_W)
        await source.set_output(True)
        try:
            yield
        finally:
            await source.set_output(False)

    @asynccontextmanager
    async def _dark(self, seat: str) -> AsyncIterator[None]:
        await self.station.box.do(seat, "mains", on=False)
        try:
            yield
        finally:
            await self.station.box.do(seat, "mains", on=True)

    async def _awaited(
        self, actor: str, meter: str, kinds: Sequence[EventKind], since: float, within_s: float
    ) -> list[EndDeviceEvent]:
        while not (found := await self._of(actor, meter, kinds, since)) and self.clock.now() < since + within_s:
            await self.wait(LOOK_S)
        return found

    async def _of(self, actor: str, meter: str, kinds: Sequence[EventKind], since: float) -> list[EndDeviceEvent]:
        async with self.office(actor).session(OPERATOR) as office:
            found = await office.events((meter,), since)
        return [event for event in found if event.kind in kinds]

    @keyword("The OMS Should Be Told")
    def told_to_oms(self, kind: str) -> None:
        """In time, and with what the meter reads.

        | =Argument= | =Meaning= |
        | kind | ``der_not_shut_down``, ``der_islanded`` or ``der_off`` |

        Example: | The OMS Should Be Told | der_not_shut_down |
        """
        if any(one.series == ISLAND_TOLD for one in self.recorder.observations):
            self.check("the OMS knew of the island before", "always", ISLAND_TOLD)
        self.check(f"the OMS is told: {kind.replace('_', ' ')}", "equals", TOLD, expected=kind)
        self.check("with what the meter reads", "always", DETAIL)
        self.check("in time", "at_most", TO_OMS, limit=self.bound("t_outage") + self.hold_off_s)

    @keyword("The Customer Should Be Told Of Maintenance")
    def customer_told(self, times: int = 1) -> None:
        """By the CIS, so many times.

        | =Argument= | =Meaning= |
        | times | 0 where the generator has shut down |

        Example: | The Customer Should Be Told Of Maintenance |
        """
        self.check("the customer is told that the generator needs maintenance", "equals", CUSTOMER_TOLD, expected=times)
