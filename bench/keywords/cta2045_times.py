"""Keywords of CTA-2045's prices and times: what an appliance makes of them, frame by frame."""

from __future__ import annotations

from robot.api import SkipExecution
from robot.api.deco import keyword, library

from bench.keywords.cta2045_frames import Cta2045Frames
from drivers.cta2045 import durations, relative_price
from drivers.cta2045.basic import Basic, Opcode
from drivers.cta2045.device_time import UtcTime
from drivers.cta2045.intermediate import GET_UTC

_GUARD_S = 60.0
_STEP = 0.25
"""So far from the declared limit a price is told, as a share of the usual one."""
_OFF_S = 2.0
_ZONE, _SAVING = -20, 4
"""Quarters of an hour: the east of the United States in summer."""


@library(scope="TEST", auto_keywords=False)
class Cta2045Times(Cta2045Frames):
    """Tells prices and times, and judges the answers; a device that does not declare them skips the test."""

    @keyword("The Module Tells A Relative Price")
    def tell_price(self, which: str) -> None:
        """By the limit that the device file declares (PIXIT ``cta2045.relative_price_limit``).

        | =Argument= | =Meaning= |
        | which | ``below the limit``, ``above the limit`` |

        Example: | The Module Tells A Relative Price | above the limit |
        """
        self.run(self._tell(Opcode.PRESENT_PRICE, which), _GUARD_S)

    @keyword("The Module Tells The Next Relative Price")
    def tell_next_price(self, which: str, after_s: str) -> None:
        """As `The Module Tells A Relative Price`, of the period that begins after so many seconds.

        Example: | The Module Tells The Next Relative Price | above the limit | 200 |
        """
        self.run(self._tell_next(which, float(after_s)), 2 * _GUARD_S)

    @keyword("The Present Price Is Over After")
    def price_over_after(self, seconds: str) -> None:
        """Let that time pass, and a second more. Example: | The Present Price Is Over After | 200 |"""
        self.run(self.station.advance(float(seconds) + 1.0), float(seconds) + _GUARD_S)

    @keyword("The Customer Switches The Appliance")
    def switch(self, state: str) -> None:
        """At its own switch, while the module listens. Example: | The Customer Switches The Appliance | off |"""
        declared = self.access.declared.unasked
        if not {Opcode.SLEEP, Opcode.WAKE} <= set(declared):
            raise SkipExecution("the device file does not say that it tells of its sleep (PIXIT cta2045.unasked)")
        self.run(self.switched(state == "on"), _GUARD_S)

    @keyword("The Module Sets The Time And Asks For It")
    def set_time(self) -> None:
        """Date, time, zone and daylight saving. Example: | The Module Sets The Time And Asks For It |"""
        if GET_UTC not in self.access.declared.intermediate:
            raise SkipExecution("the device file declares no UTC time (PIXIT cta2045.intermediate)")
        self.run(self._set_time(), _GUARD_S)

    @keyword("The Appliance Tells That Time")
    def tells_time(self) -> None:
        """Within two seconds, with zone and daylight saving. Example: | The Appliance Tells That Time |"""
        self.expect(_told(0.0, UtcTime(0.0, _ZONE, _SAVING)))

    @keyword("The Module Tells An Hour That There Is Not")
    def tell_no_hour(self) -> None:
        """The hour 31 of a Sunday. Example: | The Module Tells An Hour That There Is Not |"""
        raw = Basic(Opcode.TIME_SYNC, 31).frame().encode()
        self.run(self.send_raw("the hour 31 of a Sunday", raw), _GUARD_S)

    # -- acts ------------------------------------------------------------------------------------------------------

    async def _tell(self, opcode: Opcode, which: str) -> None:
        limit = self.access.declared.relative_price_limit
        if limit is None:
            raise SkipExecution("the device file states no limit (PIXIT cta2045.relative_price_limit)")
        price = limit + (_STEP if which == "above the limit" else -_STEP)
        raw = Basic(opcode, relative_price.byte_of(price)).frame().encode()
        await self.send_raw(f"{price:g} times the usual price", raw)

    async def _tell_next(self, which: str, after_s: float) -> None:
        await self._tell(Opcode.NEXT_PRICE, which)
        raw = Basic(Opcode.TIME_REMAINING, durations.byte_of(after_s)).frame().encode()
        await self.send_raw(f"{after_s:g} s remain", raw)

    async def _set_time(self) -> None:
        async with self.access.session() as client:
            await client.set_utc(UtcTime(self.clock.now(), _ZONE, _SAVING))
            shown = await client.utc()
            off_s = shown.at - self.clock.now()
        self.heard("a question for the time that was set", _told(off_s, shown), off_s=off_s)


def _told(off_s: float, shown: UtcTime) -> str:
    right = "the time" if abs(off_s) <= _OFF_S else f"{off_s:.0f} s off"
    return f"{right}, zone {shown.zone_quarters / 4:g} h, saving {shown.saving_quarters / 4:g} h"
