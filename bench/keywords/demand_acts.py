"""What the tests of 3.2.3 do: limits by tariff rate, loads in whole windows, and what customer and witness see."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from bench.access.customer import CustomerSystem
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

NEAR, EXCEEDED, CLEARED = "demand_near_limit", "demand_limit_exceeded", "demand_limit_cleared"
ON_TIME_S = 1.0
"""By how much a limiter may miss its own duration (pass criterion)."""
OFFICE_INTERFACE = "AMI-10"

_CLOCK, _SAVING_BEGIN, _SAVING_END = 8, 5, 6
_PERIOD = 8
_LEAD_S = 30.0
_AFTER_TRIP_S = 5.0
_HOUR_S = 3600.0
_CLOSING_BY_ITSELF = (5, 6, 7)
_BUTTON_S = 3.0


class DemandActs:
    """Acts of the library whose test is running."""

    def __init__(self, library: ProcessLibrary) -> None:
        self._library = library
        self.scene = LimitScene(library)
        self._limits: dict[int, Limit] = {}

    # -- setting ---------------------------------------------------------------------------------------------------

    def _objects(self, rate: int) -> LimitObjects:
        return limit_objects(self._library.meter, f"demand_rate_{rate}")

    async def set(self, rate: int, limit: Limit) -> None:
        """By the MDMS over the headend on its row, else as the headend does it at the meter."""
        self._limits[rate] = limit
        await self.scene.begin()
        if self._library.row.interface == OFFICE_INTERFACE:
            await self._order(rate, limit)
            return
        async with self._library.meter.session(MANAGEMENT, ask=True) as client:
            await set_limit(client, self._objects(rate), limit)

    async def _order(self, rate: int, limit: Limit) -> None:
        order = ConsumptionLimit(
            meter=meter_name(self._library.station),
            limited=Limited(f"demand_rate_{rate}"),
            warning=limit.warning,
            limit=limit.limit,
            duration=limit.over_s,
        )
        async with self._library.office("AMI Headend").session("mdms") as office:
            (status,) = await office.set_limits((order,))
        async with self._library.meter.session(MANAGEMENT, ask=True) as client:
            held = await read_limit(client, self._objects(rate))
        for source, warning, highest in (
            ("order", limit.warning, limit.limit),
            ("answer", status.warning, status.limit),
            ("meter", held.warning, held.limit),
        ):
            self._library.recorder.observe(f"limit of rate {rate}", [warning, highest], source=source, unit="W")
        self._library.recorder.observe(
            "the answer has readings and switch", bool(status.readings) and status.output_state
        )

    async def watch_only(self, rate: int, warning_w: int, limit_w: int) -> None:
        await self.set(rate, NO_LIMIT)
        async with self._library.meter.session(MANAGEMENT, ask=True) as client:
            await client.set(self._objects(rate).thresholds, Array([U32(warning_w), U32(limit_w)]))

    async def daylight_saving(self) -> None:
        now = datetime.fromtimestamp(self._library.clock.now(), UTC)
        begin = DateTime(now.year, now.month, now.day, hour=now.hour + 3, minute=0, second=0)
        end = DateTime(now.year, 12, 31, hour=3, minute=0, second=0)
        name = self._library.meter.names.clock
        async with self._library.meter.session(MANAGEMENT, ask=True) as client:
            for index, edge in ((_SAVING_BEGIN, begin), (_SAVING_END, end)):
                await client.set(Attribute(_CLOCK, name, index), OctetString(edge.to_bytes()))

    async def _period_s(self) -> int:
        value = self._objects(1).value
        async with self._library.meter.session(MANAGEMENT, ask=True) as client:
            return whole(await client.get(Attribute(value.class_id, value.instance, _PERIOD)))

    # -- drawing ---------------------------------------------------------------------------------------------------

    def _window_end(self, period_s: int) -> float:
        """The end of the running window."""
        return (self._library.clock.now() // period_s + 1) * period_s

    async def _collect(self, ems: CustomerSystem, until: float) -> list[tuple[str, float]]:
        """The demand's notices until then, each acknowledged: short meaning and time."""
        short = {
            ems.code_of(meaning): name
            for meaning, name in ((NEAR, "near"), (EXCEEDED, "exceeded"), (CLEARED, "cleared"))
        }
        found: list[tuple[str, float]] = []
        seen: set[tuple[int, int]] = set()
        again: list[int] = []
        while (notice := await ems.next(max(0.0, until - self._library.clock.now()))) is not None:
            if (notice.log, notice.number) in seen:
                again.append(notice.code)
                continue
            seen.add((notice.log, notice.number))
            await ems.acknowledge(notice)
            if notice.code in short:
                found.append((short[notice.code], notice.at))
        self._library.record_list("notices that came again after their receipt", again)
        return found

    async def windows(self, powers_w: Sequence[float]) -> None:
        period_s = await self._period_s()
        async with self.scene.customer() as ems:
            await self._library.wait_until(self._window_end(period_s))
            for number, power_w in enumerate(powers_w, 1):
                await self.scene.load(power_w)
                end = self._window_end(period_s)
                early = await self._collect(ems, end - ON_TIME_S)
                late = await self._collect(ems, end + _LEAD_S) if number == len(powers_w) else []
                late = late or await self._collect(ems, end + ON_TIME_S)
                words = "+".join(name for name, _at in late) or "none"
                self._library.recorder.observe(f"notices after window {number}", words, what=f"{power_w:g} W")
                self._library.record_list("notices before a window's end", [name for name, _at in early])
        self._library.check("no notice before a window's end", "empty", "notices before a window's end")

    async def peak(self, power_w: float, share: float) -> None:
        period_s = await self._period_s()
        watch, since = SwitchWatch(self._library.wiring), self._library.clock.now()
        async with self.scene.customer() as ems:
            await self._library.wait_until(self._window_end(period_s))
            await watch.begin()
            end = self._window_end(period_s)
            await self.scene.load(power_w)
            told = await self._collect(ems, end - (1.0 - share) * period_s)
            contact = await self._library.scene.look()
            await self.scene.unload()
            told += await self._collect(ems, end + _LEAD_S)
        self._library.record_list("notices of the demand", [name for name, _at in told])
        self._library.recorder.observe(
            "the switch opened", contact.closed is False, what=f"{power_w:g} W since {since:.0f}"
        )

    async def look_at_status(self, rate: int, power_w: float) -> None:
        period_s = await self._period_s()
        await self._library.wait_until(self._window_end(period_s))
        await self.scene.load(power_w)
        power = await (await self._library.wiring.analyser()).active_power()
        await self._library.wait_until(self._window_end(period_s))
        await self.scene.unload()
        await self.scene.compare_status(f"demand_rate_{rate}", self._limits[rate], power.value, unit="W")

    async def until_limited(self, power_w: float, what: str) -> None:
        period_s = await self._period_s()
        value = self._objects(2)
        over_s = await self._over_s(value)
        watch = SwitchWatch(self._library.wiring)
        async with self.scene.customer() as ems:
            await self._library.wait_until(self._window_end(period_s))
            await watch.begin()
            since, end = self._library.clock.now(), self._window_end(period_s)
            await self.scene.load(power_w)
            told = dict(await self._collect(ems, end + over_s + _AFTER_TRIP_S))
        for name in ("near", "exceeded"):
            self._library.recorder.observe(f"the customer is told: {name}", name in told, what=what)
            if name in told:
                self._library.recorder.observe_duration(
                    "from the window's end until the notice", told[name] - end, what=name
                )
        operation = await watch.operation(self._library.recorder, closes=False, since=since)
        self._library.recorder.observe("the switch opened", operation.at is not None, what=what)
        if operation.at is not None:
            self._library.recorder.observe(
                "from the window's end until the switch opened",
                operation.at - end,
                unit="s",
                standard_uncertainty=operation.standard_uncertainty,
                reference=float(over_s),
                what=what,
            )
        state = await self.scene.switch_state()
        self._library.recorder.observe("control state after the trip", int(state), what=what)

    async def _over_s(self, objects: LimitObjects) -> int:
        async with self._library.meter.session(MANAGEMENT, ask=True) as client:
            return whole(await client.get(objects.durations[0]))

    async def draw_until(self, power_w: float, until: str) -> None:
        day = datetime.fromtimestamp(self._library.clock.now(), UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        hour, minute = map(int, until.split(":"))
        deadline = day.timestamp() + hour * _HOUR_S + minute * 60.0
        watch, since = SwitchWatch(self._library.wiring), self._library.clock.now()
        async with self.scene.customer() as ems:
            await watch.begin()
            await self.scene.load(power_w)
            told = await self._collect(ems, deadline)
        first = f"{datetime.fromtimestamp(told[0][1], UTC):%H:%M}" if told else "none"
        self._library.recorder.observe("first notice (UTC)", first, notices=[name for name, _at in told])
        operation = await watch.operation(self._library.recorder, closes=False, since=since)
        self._library.recorder.observe("the switch opened", operation.at is not None)

    async def in_mode(self, mode: int) -> None:
        what, period_s = f"mode {mode}", await self._period_s()
        await self.scene.begin()
        await self.scene.set_mode(mode)
        await self.until_limited(6000.0, what)
        await self._library.wait_until(self._window_end(period_s) + await self._over_s(self._objects(2)) + _BUTTON_S)
        await self._library.scene.settle()
        closed = (await self._library.scene.look()).closed
        by_itself = mode in _CLOSING_BY_ITSELF
        self._library.recorder.observe("closed by itself as the mode says", closed is by_itself, what=what)
        if closed is False:
            await self._library.scene.rest()
            await self._library.station.box.do(self._library.meter.seat, "button")
            await self._library.wait(_BUTTON_S)
            await self._library.scene.settle()
            self._library.recorder.observe(
                "closed after the button", (await self._library.scene.look()).closed is True, what=what
            )
        await self.scene.unload()
