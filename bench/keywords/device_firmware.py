"""Keywords of 5.3, update firmware in a HAN device: only authentic images run, and the running event outlasts them.

The files of a 2030.5 server are what a device loads (control I-H5 on this link). What runs the device says itself, in
its `DeviceInformation`; that it goes on serving its gateway is seen by its answers and by its load.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from robot.api import SkipExecution
from robot.api.deco import keyword, library

from bench.access.firmware_images import GOOD, WRONG, images_of
from bench.access.sep2_firmware import FAILED, RUNS, FirmwareShelf
from bench.access.sep2_server import Counterpart
from bench.exchanges.sep2_events import LoadControl, When, new_mrid
from bench.exchanges.witness import Wiring
from bench.keywords.home_library import HomeLibrary
from drivers.sep2.events import Event

ENDED, SAME = "where the loading of a wrong image ended", "the firmware that runs is the one before"
RAN, SERVED = "a wrong image was taken into use", "the device serves its gateway"
HELD, RESUMED = "the event holds before the update", "the event is resumed after the update"
OVER, LOADED = "the event ends when it should", "the new firmware runs"
RECOVERED = "the device came back after a power cut while it was loading"
_GATEWAY = "esi"
_EVENT_S, _OFF_S, _NEAR_W = 1800, 5.0, 50.0
_POLLS = 3
_GUARD_S = 12_000.0


@library(scope="TEST", auto_keywords=False)
class DeviceFirmware(HomeLibrary):
    """The bench is the gateway, with files. A device file without images skips the tests."""

    @asynccontextmanager
    async def _gateway(self) -> AsyncIterator[tuple[Counterpart, FirmwareShelf, Event]]:
        """A gateway with an event that the device follows, and an empty shelf."""
        self._images = images_of(self.station.lab, self.home.seat)
        if GOOD not in self._images:
            raise SkipExecution("the device file names no firmware images (PIXIT firmware_images)")
        async with Counterpart(self.home, _GATEWAY) as server:
            shelf = FirmwareShelf(server)
            program = server.resources.add_program(LoadControl.kind, new_mrid(self.random), 1, "bench")
            event = LoadControl(share=0.0).event(new_mrid(self.random), When(server.now, server.now, _EVENT_S))
            program.put(event, server.now)
            await server.polled(2)
            self.recorder.observe(HELD, bool(server.told(event.mrid)) and await self._is_off())
            yield server, shelf, event

    async def _is_off(self) -> bool:
        watts = (await (await Wiring(self.station, self.home.seat).analyser()).active_power()).value
        return abs(watts) < _NEAR_W

    # -- wrong images --------------------------------------------------------------------------------------------------

    @keyword("Offer Wrong Firmware")
    def wrong(self) -> None:
        """Each of the supplier's wrong images in turn, while an event holds. Example: | Offer Wrong Firmware |"""
        self.run(self._wrong(), _GUARD_S)

    async def _wrong(self) -> None:
        async with self._gateway() as (server, shelf, _event):
            before = shelf.version
            for name, title in WRONG.items():
                if name not in self._images:
                    self.recorder.could_not_look(ENDED, f"the device file names no image with {title}")
                    continue
                status = await shelf.offer(self._images[name])
                self.recorder.observe(ENDED, status, what=title)
                self.recorder.observe(RAN, status in RUNS, what=title)
            await server.polled()
            self.recorder.observe(SAME, bool(before) and shelf.version == before, version=before)
            self.recorder.observe(SERVED, await self._is_off(), what="the event goes on")

    @keyword("Wrong Firmware Should Be Refused")
    def refused(self) -> None:
        """Example: | Wrong Firmware Should Be Refused |"""
        self.check("the device follows its gateway", "always", HELD)
        self.check("each wrong image is refused", "one_of", ENDED, allowed=[*FAILED])
        self.check("none is taken into use", "never", RAN)
        self.check("what runs is what ran before", "always", SAME)
        self.check("the device serves throughout", "always", SERVED)

    @keyword("Cut The Power While Firmware Is Loaded")
    def cut(self) -> None:
        """At random blocks of the good image; at the end it is loaded whole. Example:

        | Cut The Power While Firmware Is Loaded |
        """
        self.run(self._cut(), _GUARD_S)

    async def _cut(self) -> None:
        async with self._gateway() as (server, shelf, _event):
            before, image = shelf.version, self._images[GOOD]
            shelf.put(image)
            for number in range(self.count("n_image_cuts")):
                await self.station.power(self.home.seat, on=True)
                came = await shelf.cut_within(image, self.random.random())
                self.recorder.observe(RECOVERED, came, what=f"it loads again, up to cut {number + 1}")
                self.recorder.observe(RAN, shelf.version != before, what=f"cut {number + 1}")
                await self.wait(_OFF_S)
            await self.station.power(self.home.seat, on=True)
            self.recorder.observe(RECOVERED, await server.polled(_POLLS), what="after the last cut")
            self.recorder.observe(LOADED, shelf.version not in ("", before), version=shelf.version)

    @keyword("The Device Should Come Back Each Time")
    def came_back(self) -> None:
        """And load it in the end. Example: | The Device Should Come Back Each Time |"""
        self.check("a part of an image does not run", "never", RAN)
        self.check("the device comes back after each cut", "always", RECOVERED)
        self.check("in the end the firmware is loaded", "always", LOADED)

    # -- the running event ---------------------------------------------------------------------------------------------

    @keyword("Update The Firmware While An Event Holds")
    def update(self) -> None:
        """The analyser looks before, after, and once the event is over. Example:

        | Update The Firmware While An Event Holds |
        """
        self.run(self._update(), _GUARD_S)

    async def _update(self) -> None:
        async with self._gateway() as (server, shelf, event):
            before = shelf.version
            status = await shelf.offer(self._images[GOOD])
            self.recorder.observe(LOADED, status in RUNS, what="it is taken into use", status=status)
            await server.polled(_POLLS)
            await self.wait(self.home.act_s)
            self.recorder.observe(LOADED, shelf.version not in ("", before), version=shelf.version)
            self.recorder.observe(RESUMED, await self._is_off(), what="its load is off")
            await self.wait_until(float(event.interval.end) + float(self.home.pixit("dwell_s", 0.0)) + self.home.act_s)
            self.recorder.observe(OVER, not await self._is_off())

    @keyword("The Device Should Resume Its Event")
    def resumed(self) -> None:
        """With its new firmware, and until the event's end. Example: | The Device Should Resume Its Event |"""
        self.check("the event holds before", "always", HELD)
        self.check("the new firmware runs", "always", LOADED)
        self.check("the event is resumed", "always", RESUMED)
        self.check("and ends when it should", "always", OVER)
