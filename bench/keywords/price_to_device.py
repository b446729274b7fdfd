"""Keywords of 5.3, send pricing to device: what a device of the home finds of a price, and who joins late finds too."""

from __future__ import annotations

from dataclasses import dataclass

from robot.api.deco import keyword, library

from bench.access.sep2_home import prices_at
from bench.access.sep2_server import Counterpart
from bench.exchanges.sep2_events import HighPrice, When, idle_w, new_mrid
from bench.exchanges.witness import Wiring
from bench.keywords.home_library import HomeLibrary
from drivers.cim.credentials import Credential
from drivers.sep2.programs import Program

SAME, LATE = "the device finds the price exactly", "a device that joins late finds the current price exactly"
REACTS = "the home's power follows the price"
_US_DOLLAR = 840
_WATT_HOURS = 72
_WITHIN_S, _NEAR_W = 180.0, 50.0
_GUARD_S = 3600.0


@dataclass(frozen=True)
class Offered:
    """A price as it is given: an integer times ten to the power of ``multiplier``, from ``start`` (s) for so long."""

    price: int
    multiplier: int
    start_s: float
    duration_s: int


_TARIFFS = (
    Offered(12_345, -5, -600.0, 1800),
    Offered(187, -3, -600.0, 1800),
    Offered(31, -2, -600.0, 1800),
)


@library(scope="TEST", auto_keywords=False)
class PriceToDevice(HomeLibrary):
    """The bench plays the utility with its tariffs, and devices of the home."""

    def _program(self, server: Counterpart, multiplier: int) -> Program:
        program = server.resources.add_program(HighPrice.kind, new_mrid(self.random), 1, "tariff")
        program.multiplier, program.currency = multiplier, _US_DOLLAR
        return program

    def _put(self, server: Counterpart, program: Program, offered: Offered) -> bytes:
        when = When(server.now - 1000.0, server.now + offered.start_s, offered.duration_s)
        event = HighPrice().event(new_mrid(self.random), when)
        program.put(event, server.now, offered.price)
        return event.mrid

    @keyword("Give Prices And Look As Devices Of The Home")
    def give(self) -> None:
        """Of several tariffs, each with the price that holds and the next one; a device of the home looks, and one that
        joins when they hold already. Example: | Give Prices And Look As Devices Of The Home |"""
        self.run(self._give(), _GUARD_S)

    async def _give(self) -> None:
        async with Counterpart(self.home, self.utility) as server:
            given: dict[bytes, tuple[Offered, float]] = {}
            for now in _TARIFFS:
                program = self._program(server, now.multiplier)
                later = Offered(now.price + 7, now.multiplier, now.start_s + now.duration_s, 900)
                for offered in (now, later):
                    given[self._put(server, program, offered)] = offered, server.now + offered.start_s
            await server.polled()
            party = str(self.home.pixit("home_device", "cems"))
            await self._look(SAME, self.home.credential(party), given)
            late = self.appliance
            await late.come_in()
            current = {mrid: one for mrid, one in given.items() if one[0].start_s < 0.0}
            await self._look(LATE, late.credential, current)

    async def _look(self, series: str, device: Credential, given: dict[bytes, tuple[Offered, float]]) -> None:
        found = await prices_at(self.home, device)
        for mrid, (offered, start) in given.items():
            one = found.get(mrid)
            wanted = offered.price, offered.multiplier, _US_DOLLAR, _WATT_HOURS, int(start), offered.duration_s
            seen = None
            if one is not None:
                interval = one.event.interval
                seen = one.price, one.multiplier, one.currency, one.unit, interval.start, interval.duration
            self.recorder.observe(
                series,
                seen == wanted,
                what=f"{offered.price} times ten to the {offered.multiplier}",
                wanted=", ".join(map(str, wanted)),
                found=", ".join(map(str, seen or ("nothing",))),
            )

    @keyword("Unit Multiplier Start And Duration Should Be Exact")
    def exact(self) -> None:
        """For whoever was there. Example: | Unit Multiplier Start And Duration Should Be Exact |"""
        self.check("price, unit, multiplier, start and duration are those that were given", "always", SAME)

    @keyword("A Late Joiner Should Have The Current Price")
    def late(self) -> None:
        """Example: | A Late Joiner Should Have The Current Price |"""
        self.check("who joins late has the price that holds", "always", LATE)

    @keyword("Give Prices In Several Multipliers")
    def give_to_manager(self) -> None:
        """Just below the customer's limit by one, just above it by another; the analyser of the home looks.

        Example: | Give Prices In Several Multipliers |
        """
        self.run(self._give_to_manager(), _GUARD_S)

    async def _give_to_manager(self) -> None:
        rule, wiring = self.home.pixit("price", {}), Wiring(self.station, self.home.seat)
        limit, share = float(rule.get("limit", 0.4)), float(rule.get("share", 0.5))
        usual_w = idle_w(self.home)
        reduced_w = usual_w - (1.0 - share) * float(self.home.pixit("load_w", 2000.0))
        for multiplier, above in ((-2, False), (-5, True)):
            price = round(limit / 10.0**multiplier) + (1 if above else -1)
            async with Counterpart(self.home, "esi") as server:
                self._put(server, self._program(server, multiplier), Offered(price, multiplier, -10.0, 600))
                await server.polled()
                await self.wait(self.home.act_s)
                seen_w = (await (await wiring.analyser()).active_power()).value
            wanted_w = reduced_w if above else usual_w
            self.recorder.observe(
                REACTS,
                abs(seen_w - wanted_w) < _NEAR_W,
                what=f"{price} times ten to the {multiplier}, limit {limit:g}",
                power_w=seen_w,
                wanted_w=wanted_w,
            )

    @keyword("The Home Should Take Each Price For What It Is")
    def reacts(self) -> None:
        """Example: | The Home Should Take Each Price For What It Is |"""
        self.check("the home moves above its limit, and not below", "always", REACTS)
