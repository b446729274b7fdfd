"""Keywords of 5.3.1: under a tariff calendar the right rate counts at any time, and the rates add up to the total."""

from __future__ import annotations

from collections.abc import Callable

from robot.api import SkipExecution
from robot.api.deco import keyword, library

from bench.access.c1218 import C1218Access
from bench.access.c1218_calendar import C1218Calendar
from bench.access.meter import MeterAccess
from bench.keywords import special_dates
from bench.keywords.rate_changes import changes_after, rate_at
from bench.keywords.rate_watch import RateWatch, Stretch
from bench.keywords.special_dates import Scene
from drivers.cim.times import iso
from drivers.dlms import activity_calendar
from drivers.dlms.apdu import Attribute, Method
from drivers.dlms.data import I8, Data
from drivers.dlms.obis import Obis
from drivers.tariffs import RateChange

_CALENDAR, _SPECIAL_DAYS = 20, 11
_ACTIVE, _PASSIVE = range(2, 6), range(6, 10)
_SCENES: dict[str, Callable[[float, float], Scene]] = {
    "working day": special_dates.working_day,
    "weekend": special_dates.weekend,
    "holiday": special_dates.holiday,
    "season change": special_dates.season_change,
    "daylight saving": special_dates.daylight_saving,
}


@library(scope="TEST", auto_keywords=False)
class TimeOfUse(RateWatch):
    """Gives the meter a calendar, lets time pass over the changes of its rates, and judges what was counted where."""

    def __init__(self) -> None:
        super().__init__()
        self._scene: Scene | None = None
        self._table: C1218Calendar | None = None
        self._active_before: list[Data] = []

    # -- what happens ----------------------------------------------------------------------------------------------

    @keyword("Give The Meter A Calendar With")
    def give_calendar(self, what: str) -> None:
        """Give the meter a calendar under which a day soon is special, as the utility does.

        | =Argument= | =Meaning= |
        | what | ``working day``, ``weekend``, ``holiday``, ``season change`` or ``daylight saving`` |

        The device file allows it (PIXIT ``tariff.calendar_may_change``).
        Example: | Give The Meter A Calendar With | holiday |
        """
        if not self.meter.pixit("tariff", {}).get("calendar_may_change", False):
            raise SkipExecution("the device file allows no other calendar (PIXIT tariff.calendar_may_change)")
        self.run(self._give(_SCENES[what.lower()]))

    @keyword("Let Time Pass Over The Changes Of Rate")
    def pass_changes(self) -> None:
        """Draw a constant load, and read the meter just before and just after each change that the calendar has.

        Example: | Let Time Pass Over The Changes Of Rate |
        """
        scene = self._scene
        if scene is None:
            raise RuntimeError("the test has given the meter no calendar")
        lasting_s = scene.end - self.clock.now()
        self.expect_wait(lasting_s)
        self.run(self._pass(scene), lasting_s)

    @keyword("Let Time Pass Over The Declared Changes Of Rate")
    def pass_declared_changes(self, count: int = 3) -> None:
        """The same with the calendar that the meter has, by its device file (PIXIT ``tariff.rate_changes``).

        | =Argument= | =Meaning= |
        | count | over how many changes |

        Example: | Let Time Pass Over The Declared Changes Of Rate | 2 |
        """
        now = self.clock.now()
        changes = [RateChange(at, rate) for at, rate in changes_after(self.meter, now)[:count]]
        lasting_s = changes[-1].at + 3600.0 - now
        self.expect_wait(lasting_s)
        self.run(self.watch_rates(rate_at(self.meter, now), changes, now + lasting_s), lasting_s)

    @keyword("Put The Calendar Back")
    def put_calendar_back(self) -> None:
        """Calendar, holidays and rules of daylight saving as they were.

        Example: | Put The Calendar Back |
        """
        self.run(self._put_back())

    async def _give(self, make: Callable[[float, float], Scene]) -> None:
        way: MeterAccess = self.meter
        if isinstance(way, C1218Access):
            await self._write_table(C1218Calendar(way), make)
            return
        async with self.meter.session(ask=True) as client:
            offset_min = (await self.meter.meter(client).clock()).offset_min or 0
            self._active_before = [await client.get(self._part(index)) for index in _ACTIVE]
        self._scene = scene = make(self.clock.now(), offset_min * 60.0)
        if scene.saving is not None:
            await self.set_saving(*scene.saving)
        holidays = Attribute(_SPECIAL_DAYS, self.meter.names.special_days, 2)
        await self.set_attribute(holidays, activity_calendar.special_days(scene.calendar))
        for index, part in zip(_PASSIVE, activity_calendar.parts(scene.calendar), strict=True):
            await self.set_attribute(self._part(index), part)
        await self._activate()

    async def _write_table(self, table: C1218Calendar, make: Callable[[float, float], Scene]) -> None:
        scene = make(self.clock.now(), await table.offset_min() * 60.0)
        if scene.saving is not None:
            raise SkipExecution("an ANSI meter's rules of daylight saving are not written")
        self._scene, self._table = scene, table
        await table.give(scene.calendar)

    async def _pass(self, scene: Scene) -> None:
        await self.wait_until(scene.start)
        await self.watch_rates(scene.first_rate, scene.changes, scene.end)

    async def _put_back(self) -> None:
        if self._table is not None:
            await self._table.put_back()
        if self._active_before:
            async with self.meter.session(ask=True) as client:
                for index, part in zip(_PASSIVE, self._active_before, strict=True):
                    await client.set(self._part(index), part)
            await self._activate()
        await self.set_back()

    async def _activate(self) -> None:
        """Make the passive calendar the active one."""
        async with self.meter.session(ask=True) as client:
            await client.action(Method(_CALENDAR, self._name, 1), I8(0))

    @property
    def _name(self) -> Obis:
        return self.meter.names.activity_calendar

    def _part(self, index: int) -> Attribute:
        return Attribute(_CALENDAR, self._name, index)

    # -- judging ---------------------------------------------------------------------------------------------------

    @keyword("The Rate Should Have Changed In Time")
    def changed_in_time(self) -> None:
        """Just before each change the old rate is in force, just after it the new one, within the clock's error.

        Example: | The Rate Should Have Changed In Time |
        """
        wrong = [
            f"{iso(shot.at)}: rate {shot.active} is in force, {stretch.rate} should be"
            for stretch in self.rates.stretches
            for shot in (stretch.first, stretch.last)
            if shot.active is not None and shot.active != stretch.rate
        ]
        self.recorder.observe("changes of rate passed", len(self.rates.changes))
        self.record_list("moments with another rate than the calendar's", wrong, within_s=self.dt_clk)
        self.check("the test has passed changes of rate", "at_least", "changes of rate passed", limit=1)
        self.check("each rate changes in time", "empty", "moments with another rate than the calendar's")

    @keyword("Energy Should Have Gone To The Rate In Force Only")
    def only_to_its_rate(self) -> None:
        """Between two changes the register of the rate in force advances by all that the total does and the reference
        meter has seen, and no other one.

        Example: | Energy Should Have Gone To The Rate In Force Only |
        """
        self.record_list(
            "energy counted in another rate's register",
            (told for stretch in self.rates.stretches for told in _astray(stretch)),
        )
        count = self.rates.stretches[0].first.total.count
        for stretch in self.rates.stretches:
            what = f"rate {stretch.rate} from {iso(stretch.first.at)}"
            of_rate = stretch.of_rate(stretch.rate)
            self.recorder.observe("energy of a rate", of_rate, unit="Wh", what=what, reference=stretch.reference_wh)
        share = float(self.meter.pixit("accuracy_class", 1.0)) / 100.0
        self.check("no other register counts", "empty", "energy counted in another rate's register")
        self.check(
            "the rate in force counts all that is used",
            "relative_to_reference",
            "energy of a rate",
            limit=share,
            floor=2.0 * count,
        )

    @keyword("The Rates Should Add Up To The Total")
    def add_up(self) -> None:
        """At each reading, within a count for each register.

        Example: | The Rates Should Add Up To The Total |
        """
        for shot in self.rates.snapshots:
            self.recorder.observe(
                "sum of the rates", shot.rates_wh, unit="Wh", what=iso(shot.at), reference=shot.total.energy
            )
        first = self.rates.stretches[0].first
        limit = first.total.count * (len(first.rates) + 1)
        self.check("the rates add up to the total", "close_to_reference", "sum of the rates", limit=limit)


def _astray(stretch: Stretch) -> list[str]:
    """Energy in the registers of rates that were not in force."""
    return [
        f"{stretch.of_rate(rate):g} Wh in rate {rate} from {iso(stretch.first.at)} to {iso(stretch.last.at)}"
        for rate in stretch.first.rates
        if rate != stretch.rate and stretch.of_rate(rate) != 0
    ]
