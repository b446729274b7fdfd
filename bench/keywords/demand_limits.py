"""Keywords of 3.2.3: limits on average demand by tariff period, the windows that break them, notices and switch."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cached_property

from robot.api.deco import keyword, library

from bench.access.consumer import CustomerEms, code_of, customer_ems
from bench.access.dlms import MANAGEMENT
from bench.access.limits import NO_LIMIT, Limit, LimitObjects, limit_objects, read_limit, set_limit, whole
from bench.exchanges.meters import meter_name
from bench.keywords.limit_scene import LimitScene
from bench.keywords.process import ProcessLibrary
from bench.keywords.switch_watch import SwitchWatch
from drivers.cim.consumption import ConsumptionLimit
from drivers.cim.vocabulary import Limited
from drivers.dlms.apdu import Attribute
from drivers.dlms.data import U32, Array, OctetString
from drivers.dlms.datetimes import DateTime
from drivers.metering import SwitchState

NEAR, EXCEEDED, CLEARED = "demand_near_limit", "demand_limit_exceeded", "demand_limit_cleared"
ON_TIME_S = 1.0
"""By how much a limiter may miss its own duration (pass criterion)."""

_OFFICE_INTERFACE = "AMI-10"
_CLOCK, _SAVING_BEGIN, _SAVING_END = 8, 5, 6
_PERIOD = 8
_LEAD_S = 30.0
_AFTER_TRIP_S = 5.0
_HOUR_S = 3600.0
_CLOSING_BY_ITSELF = (5, 6, 7)
_BUTTON_S = 3.0


@library(scope="TEST", auto_keywords=False)
class DemandLimits(ProcessLibrary):
    """Sets limits by tariff rate, draws loads in whole windows, and records what customer and witness see of each."""

    @cached_property
    def limit_scene(self) -> LimitScene:
        """Load, notices and switch."""
        return LimitScene(self)

    # -- setting ---------------------------------------------------------------------------------------------------

    @keyword("Limit The Demand")
    def limit(self, rate: int, warning_w: int, limit_w: int, over_s: int = 60) -> None:
        """Warning and limit for the windows of a rate; the switch opens so long after a window above the limit.

        | =Argument= | =Meaning= |
        | rate | tariff rate |
        | warning_w | average power at which the customer is warned |
        | limit_w | average power at which the limit is reached |
        | over_s | threshold duration of the limiter |

        Example: | Limit The Demand | 2 | 4500 | 5000 | over_s=60 |
        """
        self.run(self._set(rate, Limit(warning_w, limit_w, over_s, over_s)), self.scene.dwell_s)
        if self.row.interface == _OFFICE_INTERFACE:
            self.check(f"the limit of rate {rate} is set", "agree", f"limit of rate {rate}")
            self.check("the answer has readings and switch", "always", "the answer has readings and switch")

    @keyword("Watch The Demand Without Switching")
    def watch_only(self, rate: int, warning_w: int, limit_w: int) -> None:
        """The notices of a rate's limit without its limiter.

        Example: | Watch The Demand Without Switching | 2 | 4500 | 5000 |
        """
        self.run(self._watch_only(rate, warning_w, limit_w), self.scene.dwell_s)

    @keyword("Begin Daylight Saving In Three Hours")
    def daylight_saving(self) -> None:
        """By the meter's own rule, at a full hour; it lasts beyond the test.

        Example: | Begin Daylight Saving In Three Hours |
        """
        self.run(self._daylight_saving())

    # -- drawing ---------------------------------------------------------------------------------------------------

    @keyword("Draw In Whole Windows")
    def windows(self, *powers_w: float) -> None:
        """One window after the other with these average powers; records which notices each window's end brought.

        | =Argument= | =Meaning= |
        | powers_w | constant power of each window |

        Example: | Draw In Whole Windows | 5500 | 4900 | 4000 |
        """
        self.run(self._windows(powers_w), 900.0 * (len(powers_w) + 1))

    @keyword("Draw A Peak In A Window")
    def peak(self, power_w: float, share: float) -> None:
        """``power_w`` for a ``share`` of one window and nothing else in it; records notices and whether it was cut.

        Example: | Draw A Peak In A Window | 10000 | 0.33 |
        """
        self.run(self._peak(power_w, share), 1800.0)

    @keyword("Draw Until The Demand Is Limited")
    def until_limited(self, power_w: float) -> None:
        """``power_w`` from the beginning of a window until the switch opens after its end.

        Example: | Draw Until The Demand Is Limited | 6000 |
        """
        self.run(self._until_limited(power_w, "at the limit"), 2000.0)

    @keyword("Draw From Now Until")
    def draw_until(self, power_w: float, until: str) -> None:
        """``power_w`` until a time of today (UTC); records when which notice came and when the switch opened.

        | =Argument= | =Meaning= |
        | power_w | constant power |
        | until | HH:MM, UTC |

        Example: | Draw From Now Until | 5000 | 06:20 |
        """
        self.run(self._draw_until(power_w, until), 8 * _HOUR_S)

    @keyword("Limit Demand In Control Modes")
    def in_modes(self, *modes: int) -> None:
        """In each of ``modes``: 6 kW until the switch opens, then no load for a window; look, button, look.

        Example: | Limit Demand In Control Modes | 4 | 5 |
        """
        for mode in modes:
            self.run(self._in_mode(mode), 4000.0)
        self.run(self.limit_scene.set_mode(int(self.meter.pixit("control_mode", 4))))

    # -- judging ---------------------------------------------------------------------------------------------------

    @keyword("Notices By Window Should Be")
    def notices_by_window(self, *expected: str) -> None:
        """What each window's end brought, in their order: ``none`` or meanings joined by ``+``.

        Example: | Notices By Window Should Be | near+exceeded | none | cleared |
        """
        for number, wanted in enumerate(expected, 1):
            series = f"notices after window {number}"
            self.check(f"{series}: {wanted}", "equals", series, expected=wanted)

    @keyword("The Demand Notice Should Come In Time")
    def in_time(self) -> None:
        """Within ``t_evt`` of the end of the window whose average passed the limit, protected, and once.

        Example: | The Demand Notice Should Come In Time |
        """
        self.check("the customer is warned", "always", "the customer is told: near")
        self.check("the customer is told of the limit", "always", "the customer is told: exceeded")
        series = "from the window's end until the notice"
        self.check("in time", "at_most", series, limit=self.bound("t_evt"))
        self.check("not before the window's end", "at_least", series, limit=0.0)
        self.check("a receipt ends the notice", "empty", "notices that came again after their receipt")

    @keyword("The Demand Limiter Should Act After Its Duration")
    def acted(self) -> None:
        """The witness sees the switch open the threshold duration after the window's end, within 1 s; state 2.

        Example: | The Demand Limiter Should Act After Its Duration |
        """
        self.check("the limiter opens the switch", "always", "the switch opened")
        series = "from the window's end until the switch opened"
        self.check("the limiter acts after its own duration", "close_to_reference", series, limit=ON_TIME_S)
        ready = int(SwitchState.READY_FOR_RECONNECTION)
        self.check("ready for reconnection", "equals", "control state after the trip", expected=ready)

    @keyword("Nothing Should Have Happened")
    def nothing(self) -> None:
        """No notice, and the load stayed on.

        Example: | Nothing Should Have Happened |
        """
        self.check("nobody is told", "empty", "notices of the demand")
        self.check("the load stays on", "never", "the switch opened")

    @keyword("The Limit Of The Period Should Have Applied")
    def own_limit(self, window_end: str) -> None:
        """The first notice came with the window that ended then (UTC), and the switch opened after it.

        | =Argument= | =Meaning= |
        | window_end | HH:MM, UTC |

        Example: | The Limit Of The Period Should Have Applied | 06:15 |
        """
        self.check("told with the first window of the period", "equals", "first notice (UTC)", expected=window_end)
        self.check("the limiter opens the switch", "always", "the switch opened")

    @keyword("The Way Back Should Be That Of The Mode")
    def way_back(self) -> None:
        """State 2 after each trip; closed by itself where the mode has local reconnection, else by the button only.

        Example: | The Way Back Should Be That Of The Mode |
        """
        ready = int(SwitchState.READY_FOR_RECONNECTION)
        self.check("ready for reconnection", "equals", "control state after the trip", expected=ready)
        self.check("it closes by itself where the mode says so", "always", "closed by itself as the mode says")
        self.check("the button closes what is ready", "always", "closed after the button")

    # -- inside: setting -------------------------------------------------------------------------------------------

    def _objects(self, rate: int) -> LimitObjects:
        return limit_objects(self.meter, f"demand_rate_{rate}")

    async def _set(self, rate: int, limit: Limit) -> None:
        """By the MDMS over the headend on its row, else as the headend does it at the meter."""
        await self.limit_scene.begin()
        if self.row.interface == _OFFICE_INTERFACE:
            await self._order(rate, limit)
            return
        async with self.meter.session(MANAGEMENT, ask=True) as client:
            await set_limit(client, self._objects(rate), limit)

    async def _order(self, rate: int, limit: Limit) -> None:
        order = ConsumptionLimit(
            meter=meter_name(self.station),
            limited=Limited(f"demand_rate_{rate}"),
            warning=limit.warning,
            limit=limit.limit,
            duration=limit.over_s,
        )
        async with self.office("AMI Headend").session("mdms") as office:
            (status,) = await office.set_limits((order,))
        async with self.meter.session(MANAGEMENT, ask=True) as client:
            held = await read_limit(client, self._objects(rate))
        for source, warning, highest in (
            ("order", limit.warning, limit.limit),
            ("answer", status.warning, status.limit),
            ("meter", held.warning, held.limit),
        ):
            self.recorder.observe(f"limit of rate {rate}", [warning, highest], source=source, unit="W")
        self.recorder.observe("the answer has readings and switch", bool(status.readings) and status.output_state)

    async def _watch_only(self, rate: int, warning_w: int, limit_w: int) -> None:
        await self._set(rate, NO_LIMIT)
        async with self.meter.session(MANAGEMENT, ask=True) as client:
            await client.set(self._objects(rate).thresholds, Array([U32(warning_w), U32(limit_w)]))

    async def _daylight_saving(self) -> None:
        now = datetime.fromtimestamp(self.clock.now(), UTC)
        begin = DateTime(now.year, now.month, now.day, hour=now.hour + 3, minute=0, second=0)
        end = DateTime(now.year, 12, 31, hour=3, minute=0, second=0)
        name = self.meter.names.clock
        async with self.meter.session(MANAGEMENT, ask=True) as client:
            for index, edge in ((_SAVING_BEGIN, begin), (_SAVING_END, end)):
                await client.set(Attribute(_CLOCK, name, index), OctetString(edge.to_bytes()))

    async def _period_s(self) -> int:
        value = self._objects(1).value
        async with self.meter.session(MANAGEMENT, ask=True) as client:
            return whole(await client.get(Attribute(value.class_id, value.instance, _PERIOD)))

    # -- inside: drawing -------------------------------------------------------------------------------------------

    def _window_end(self, period_s: int) -> float:
        """The end of the running window."""
        return (self.clock.now() // period_s + 1) * period_s

    async def _collect(self, ems: CustomerEms, until: float) -> list[tuple[str, float]]:
        """The demand's notices until then, each acknowledged: short meaning and time."""
        short = {
            code_of(self.meter, meaning): name
            for meaning, name in ((NEAR, "near"), (EXCEEDED, "exceeded"), (CLEARED, "cleared"))
        }
        found: list[tuple[str, float]] = []
        seen: set[tuple[int, int]] = set()
        again: list[int] = []
        while (notice := await ems.next(max(0.0, until - self.clock.now()))) is not None:
            if (notice.log, notice.number) in seen:
                again.append(notice.code)
                continue
            seen.add((notice.log, notice.number))
            await ems.acknowledge(notice)
            if notice.code in short:
                found.append((short[notice.code], notice.at))
        self.record_list("notices that came again after their receipt", again)
        return found

    async def _windows(self, powers_w: Sequence[float]) -> None:
        period_s = await self._period_s()
        async with customer_ems(self.limit_scene.ems_access()) as ems:
            await self.wait_until(self._window_end(period_s))
            for number, power_w in enumerate(powers_w, 1):
                await self.limit_scene.load(power_w)
                end = self._window_end(period_s)
                early = await self._collect(ems, end - ON_TIME_S)
                late = await self._collect(ems, end + _LEAD_S) if number == len(powers_w) else []
                late = late or await self._collect(ems, end + ON_TIME_S)
                words = "+".join(name for name, _at in late) or "none"
                self.recorder.observe(f"notices after window {number}", words, what=f"{power_w:g} W")
                self.record_list("notices before a window's end", [name for name, _at in early])
        self.check("no notice before a window's end", "empty", "notices before a window's end")

    async def _peak(self, power_w: float, share: float) -> None:
        period_s = await self._period_s()
        watch, since = SwitchWatch(self.wiring), self.clock.now()
        async with customer_ems(self.limit_scene.ems_access()) as ems:
            await self.wait_until(self._window_end(period_s))
            await watch.begin()
            end = self._window_end(period_s)
            await self.limit_scene.load(power_w)
            told = await self._collect(ems, end - (1.0 - share) * period_s)
            contact = await self.scene.look()
            await self.limit_scene.unload()
            told += await self._collect(ems, end + _LEAD_S)
        self.record_list("notices of the demand", [name for name, _at in told])
        self.recorder.observe("the switch opened", contact.closed is False, what=f"{power_w:g} W since {since:.0f}")

    async def _until_limited(self, power_w: float, what: str) -> None:
        period_s = await self._period_s()
        value = self._objects(2)
        over_s = await self._over_s(value)
        watch = SwitchWatch(self.wiring)
        async with customer_ems(self.limit_scene.ems_access()) as ems:
            await self.wait_until(self._window_end(period_s))
            await watch.begin()
            since, end = self.clock.now(), self._window_end(period_s)
            await self.limit_scene.load(power_w)
            told = dict(await self._collect(ems, end + over_s + _AFTER_TRIP_S))
        for name in ("near", "exceeded"):
            self.recorder.observe(f"the customer is told: {name}", name in told, what=what)
            if name in told:
                self.recorder.observe_duration("from the window's end until the notice", told[name] - end, what=name)
        operation = await watch.operation(self.recorder, closes=False, since=since)
        self.recorder.observe("the switch opened", operation.at is not None, what=what)
        if operation.at is not None:
            self.recorder.observe(
                "from the window's end until the switch opened",
                operation.at - end,
                unit="s",
                standard_uncertainty=operation.standard_uncertainty,
                reference=float(over_s),
                what=what,
            )
        state = await self.limit_scene.switch_state()
        self.recorder.observe("control state after the trip", int(state), what=what)

    async def _over_s(self, objects: LimitObjects) -> int:
        async with self.meter.session(MANAGEMENT, ask=True) as client:
            return whole(await client.get(objects.durations[0]))

    async def _draw_until(self, power_w: float, until: str) -> None:
        day = datetime.fromtimestamp(self.clock.now(), UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        hour, minute = map(int, until.split(":"))
        deadline = day.timestamp() + hour * _HOUR_S + minute * 60.0
        watch, since = SwitchWatch(self.wiring), self.clock.now()
        async with customer_ems(self.limit_scene.ems_access()) as ems:
            await watch.begin()
            await self.limit_scene.load(power_w)
            told = await self._collect(ems, deadline)
        first = f"{datetime.fromtimestamp(told[0][1], UTC):%H:%M}" if told else "none"
        self.recorder.observe("first notice (UTC)", first, notices=[name for name, _at in told])
        operation = await watch.operation(self.recorder, closes=False, since=since)
        self.recorder.observe("the switch opened", operation.at is not None)

    async def _in_mode(self, mode: int) -> None:
        what, period_s = f"mode {mode}", await self._period_s()
        await self.limit_scene.begin()
        await self.limit_scene.set_mode(mode)
        await self._until_limited(6000.0, what)
        await self.wait_until(self._window_end(period_s) + await self._over_s(self._objects(2)) + _BUTTON_S)
        await self.scene.settle()
        closed = (await self.scene.look()).closed
        by_itself = mode in _CLOSING_BY_ITSELF
        self.recorder.observe("closed by itself as the mode says", closed is by_itself, what=what)
        if closed is False:
            await self.scene.rest()
            await self.station.box.do(self.meter.seat, "button")
            await self.wait(_BUTTON_S)
            await self.scene.settle()
            self.recorder.observe("closed after the button", (await self.scene.look()).closed is True, what=what)
        await self.limit_scene.unload()
