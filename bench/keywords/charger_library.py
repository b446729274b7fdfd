"""What the keyword libraries at a vehicle's charger share: the row's exchange, the outlet's instruments, limits."""

from __future__ import annotations

from robot.api import SkipExecution

from bench.charging.outlet import Looked, Outlet
from bench.controls.attempts import attempt
from bench.exchanges.charger_exchange import STARTING_S, ChargerExchange
from bench.keywords.process import ProcessLibrary

ACCEPTED = "the limit was accepted"
WITHIN_S = 5.0
"""From acceptance to pilot and current (a common expectation of vehicles; unverified)."""
DEAD_A = 0.010
LEAST = 0.75
"""A vehicle commonly draws some 95 % of what it may; of 6 A to 8 A a pilot's steps take more."""
GUARD_S = 12_000.0
SOURCE = "power analyser"


class ChargerLibrary(ProcessLibrary):
    """A vehicle at the charger of the row. A row whose message goes to nobody's charger skips the test."""

    @property
    def charging(self) -> ChargerExchange:
        """The row's exchange."""
        exchange = self.exchange
        if not isinstance(exchange, ChargerExchange):
            raise SkipExecution(f"over {self.session.planned.link} {self.row.id} gives a charger no limit in amperes")
        return exchange

    @property
    def outlet(self) -> Outlet:
        """The instruments at the outlet."""
        return Outlet(self.station, self.charging.seat)

    async def wait_to_start(self) -> None:
        """Until a vehicle that may has begun to charge."""
        await self.wait(STARTING_S + self.charging.dwell_s)

    async def set_limit(self, limit_a: float) -> None:
        """As the row's sender."""
        async with self.charging.charger() as charger:
            tried = await attempt(charger.set_limit(limit_a))
        self.recorder.observe(ACCEPTED, tried.accepted, what=f"{limit_a:g} A", answer=tried.text)

    def record_current(self, series: str, seen: Looked, what: str, *, beyond_a: float = 0.0) -> None:
        """The current of a phase, or what of it is beyond a limit."""
        self.recorder.observe(
            series,
            seen.current.value - beyond_a,
            unit="A",
            standard_uncertainty=seen.current.standard_uncertainty,
            what=what,
            source=SOURCE,
        )
