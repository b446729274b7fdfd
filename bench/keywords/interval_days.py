"""Keywords of 3.1.1 on days that are not like others: short intervals, a change of daylight saving, a 31st.

They change settings of the meter, and put them back in `Put The Meter's Settings Back`. A change of the capture period
empties a load profile, so it is made only where the device file allows the period (PIXIT ``capture_periods_s``).
"""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

from robot.api import SkipExecution
from robot.api.deco import keyword, library

from bench.keywords import intervals
from bench.keywords.interval_acts import AFTER_END_S
from bench.keywords.meter_settings import MeterSettings
from bench.keywords.periodic import PeriodicReading
from drivers.dlms.apdu import Attribute
from drivers.dlms.data import U32

_PROFILE, _CAPTURE_PERIOD = 7, 4
_DAY_S, _HOUR_S = 86_400.0, 3600.0
_SAVING_FROM_H, _SAVING_TO_H = 6, 16
"""Hours from the begin of the day after which daylight saving begins and ends."""


@library(scope="TEST", auto_keywords=False)
class IntervalDays(PeriodicReading, MeterSettings):
    """`PeriodicReading`, and settings of the meter under which the days are special."""

    def __init__(self) -> None:
        super().__init__()
        self._period_s: int | None = None

    @property
    def period_s(self) -> int:
        """The capture period in force: the one that was set, else the declared one."""
        return self._period_s if self._period_s is not None else super().period_s

    # -- settings --------------------------------------------------------------------------------------------------

    @keyword("Capture Every Minutes")
    def capture_every(self, minutes: int) -> None:
        """Set the capture period of the load profile, which empties it.

        | =Argument= | =Meaning= |
        | minutes | the new period |

        Example: | Capture Every Minutes | 5 |
        """
        period_s = minutes * 60
        if period_s not in self.meter.pixit("capture_periods_s", []):
            raise SkipExecution(f"the device file does not allow a capture period of {period_s} s (capture_periods_s)")
        self.run(self.set_attribute(Attribute(_PROFILE, self.meter.names.load_profile, _CAPTURE_PERIOD), U32(period_s)))
        self._period_s = period_s

    @keyword("Have Daylight Saving Begin And End Within The Day")
    def move_daylight_saving(self) -> None:
        """Set the begin of daylight saving 6 hours, and its end 16 hours after the next interval's begin.

        Example: | Have Daylight Saving Begin And End Within The Day |
        """
        if not self.meter.pixit("capture_periods_s", []):
            raise SkipExecution("the device file allows no change of the meter's settings (capture_periods_s)")
        self.run(self._move_daylight_saving())

    @keyword("Put The Meter's Settings Back")
    def put_back(self) -> None:
        """What the test has set, as it was before.

        Example: | Put The Meter's Settings Back |
        """
        self.run(self.set_back())

    async def _move_daylight_saving(self) -> None:
        async with self.meter.session(ask=True) as client:
            offset_min = (await self.meter.meter(client).clock()).offset_min or 0
        local = datetime.fromtimestamp(self.clock.now() + offset_min * 60.0, UTC)
        hour = local.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        begin, end = (hour + timedelta(hours=ahead) for ahead in (_SAVING_FROM_H, _SAVING_TO_H))
        await self.set_saving(begin, end)

    # -- what happens ----------------------------------------------------------------------------------------------

    @keyword("Record Until After The Next 31st")
    def record_to_the_31st(self) -> None:
        """Let intervals pass under a constant load until a day after the next 31st.

        Example: | Record Until After The Next 31st |
        """
        now = datetime.fromtimestamp(self.clock.now(), UTC)
        days = next(ahead for ahead in itertools.count(1) if (now + timedelta(days=ahead)).day == 31)
        self.expect_wait((days + 2) * _DAY_S)
        self.run(self._record_days(days + 2), (days + 2) * _DAY_S)

    async def _record_days(self, days: int) -> None:
        await self.scene.energise()
        self.story.start = await self.to_next_end()
        self.story.first = await self.register()
        self.story.end = self.story.start + days * _DAY_S
        await self.wait_until(self.story.end + AFTER_END_S)
        self.story.last = await self.register()

    # -- judging ---------------------------------------------------------------------------------------------------

    @keyword("Intervals Should Have Come In Order")
    def in_order(self) -> None:
        """Each row is later than the one before, as the meter gave them out.

        Example: | Intervals Should Have Come In Order |
        """
        come = intervals.between(self.story.intervals, self.story.start, self.story.end)
        self.record_list(
            "intervals out of order",
            (later.stamp for earlier, later in itertools.pairwise(come) if later.end <= earlier.end),
        )
        self.check("intervals come in order", "empty", "intervals out of order")
