"""Keywords of 3.6.2 geo-location: a position written is the position returned, nobody else changes it, jumps show."""

from __future__ import annotations

from robot.api.deco import keyword, library

from bench.access.dlms import MANAGEMENT
from bench.access.position import Place
from bench.controls.attempts import Outcome
from bench.keywords.position_acts import PositionActs

HOME = Place(48.1371542, 11.5761246)
_PLACES = (HOME, Place(-33.8567844, 151.2152967), Place(40.6892494, -74.0445004), Place(-54.8019121, -68.3029511))
"""One in each quarter of the globe; latitude and longitude differ in each."""
_ROUNDING_DEG = 1e-5
_JUMP_M = 100.0
_MOVES = ((0.0, 10.0), (-95.0, 0.0), (0.0, 95.0), (105.0, 0.0), (0.0, -105.0), (80.0, 80.0), (0.0, 20_000.0))
"""Moves (m north, m east): some of less, some of more than `_JUMP_M`."""
_WRITERS = ("public", "reader", "firmware", "local", "consumer")
_FLAG, _TRACE = "position_implausible", "configuration_changed"


@library(scope="TEST", auto_keywords=False)
class Position(PositionActs):
    """The meter's position is written, read and held against what was written."""

    # -- what happens --------------------------------------------------------------------------------------------

    @keyword("Write And Read Positions")
    def write_and_read(self) -> None:
        """Places in all quarters of the globe, each written as commissioning does and read as the row does.

        Example: | Write And Read Positions |
        """
        for place in _PLACES:
            self.run(self.write(place))
            self._held_against(place)

    def _held_against(self, place: Place) -> None:
        found = self.run(self.read())
        for what, shown, written in (
            ("latitude", found.latitude, place.latitude),
            ("longitude", found.longitude, place.longitude),
        ):
            self.recorder.observe(
                "coordinate", shown, unit="°", what=f"{what} of {place}", reference=written, source="meter"
            )

    @keyword("Let Others Write The Position")
    def others_write(self) -> None:
        """Every client of the meter but the one that manages it tries to move it by 1 km.

        Example: | Let Others Write The Position |
        """
        self.run(self.write(HOME))
        for role in _WRITERS:
            if role in self.meter.clients:
                self.run(self._other_writes(role))

    async def _other_writes(self, role: str) -> None:
        logged = len(await self.logged(_TRACE))
        before = await self.read()
        tried = await self.try_as(role, HOME.moved(1000.0, 0.0))
        after = await self.read()
        traced = len(await self.logged(_TRACE)) > logged
        self.recorder.observe(
            "a change without authorisation is refused or logged",
            (tried.outcome is Outcome.REFUSED and after == before) or traced,
            what=f"client {role}",
            answer=tried.text,
        )
        if after != before:
            await self.write(HOME)

    @keyword("Write The Position As Who May")
    def authorised_write(self) -> None:
        """The positive control: the same write by the client that manages the meter.

        Example: | Write The Position As Who May |
        """
        self.run(self._authorised())

    async def _authorised(self) -> None:
        place, logged = HOME.moved(0.0, 30.0), len(await self.logged(_TRACE))
        tried = await self.try_as(MANAGEMENT, place)
        self.recorder.observe("an authorised change takes effect", tried.accepted, what=tried.text)
        moved = len(await self.logged(_TRACE)) - logged
        self.recorder.observe("entries of an authorised change", moved, what=_TRACE)

    @keyword("Move The Meter By Little And By Much")
    def moves(self) -> None:
        """Positions less and more than 100 m from the one before, in several directions.

        Example: | Move The Meter By Little And By Much |
        """
        place = HOME
        self.run(self.write(place))
        for north_m, east_m in _MOVES:
            place = place.moved(north_m, east_m)
            self.run(self._move(place, north_m, east_m))

    async def _move(self, place: Place, north_m: float, east_m: float) -> None:
        before = len(await self.logged(_FLAG))
        await self.write(place)
        raised = len(await self.logged(_FLAG)) - before
        far = north_m * north_m + east_m * east_m > _JUMP_M * _JUMP_M
        series = "flags of an implausible jump" if far else "flags of a small move"
        self.recorder.observe(series, raised, what=f"{north_m:g} m north, {east_m:g} m east", source="log of the meter")

    # -- judging -------------------------------------------------------------------------------------------------

    @keyword("Positions Should Be Returned Unchanged")
    def unchanged(self) -> None:
        """Each coordinate within 1e-5 degrees (about 1 m).

        Example: | Positions Should Be Returned Unchanged |
        """
        self.check("a written position is returned", "close_to_reference", "coordinate", limit=_ROUNDING_DEG)

    @keyword("Changes Without Authorisation Should Be Refused Or Logged")
    def refused(self) -> None:
        """Those of every other client; the authorised one takes effect and is logged.

        Example: | Changes Without Authorisation Should Be Refused Or Logged |
        """
        self.check("nobody else moves the meter", "always", "a change without authorisation is refused or logged")
        self.check("who may change it can", "always", "an authorised change takes effect")
        self.check("an authorised change is logged", "equals", "entries of an authorised change", expected=1)

    @keyword("Jumps Should Be Flagged, Small Moves Not")
    def flagged(self) -> None:
        """One flag for each jump of more than 100 m.

        Example: | Jumps Should Be Flagged, Small Moves Not |
        """
        self.check("a jump raises a flag", "equals", "flags of an implausible jump", expected=1)
        self.check("a small move raises none", "equals", "flags of a small move", expected=0)
