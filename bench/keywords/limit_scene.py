"""What tests of consumption limits do: a load against a limit, with the customer's system listening, and the switch."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from bench.access import ble
from bench.access.ble_customer import ble_customer
from bench.access.consumer import customer_ems
from bench.access.customer import ConsumerNotice, CustomerSystem
from bench.access.dlms import MANAGEMENT, DlmsAccess
from bench.access.limits import Limit
from bench.exchanges.dlms_exchange import CONSUMER
from bench.keywords.limit_watch import LoadRun, first_current
from bench.keywords.process import ProcessLibrary
from bench.keywords.switch_watch import SwitchWatch
from drivers.metering import SwitchState

SHOWN_VALUE, SHOWN_LIMITS = "the value that the customer is shown", "warning and limit"
_REPEATS = 2.5
_COUNTS = 2.0
_AFTER_TRIP_S = 5.0


class LimitScene:
    """Acts of the library whose test is running."""

    def __init__(self, library: ProcessLibrary) -> None:
        self._library = library

    async def begin(self) -> None:
        """Supply on, switch closed, nothing drawn."""
        await self._library.scene.prepare(closed=True)
        await self.unload()

    async def unload(self) -> None:
        """The customer draws nothing."""
        await (await self._library.wiring.load()).set_input(False)

    async def load(self, power_w: float) -> None:
        """The customer draws ``power_w``."""
        load = await self._library.wiring.load()
        await load.set_power(power_w)
        await load.set_input(True)

    def customer(self) -> AbstractAsyncContextManager[CustomerSystem]:
        """The customer's system: over the row's link where that is Bluetooth, else at the meter's consumer port."""
        library, planned = self._library, self._library.session.planned
        if planned.link == ble.LINK:
            return self._over_bluetooth(ble.BleAccess(library.station, planned.iut))
        return customer_ems(DlmsAccess(library.station, library.meter.seat, CONSUMER))

    @asynccontextmanager
    async def _over_bluetooth(self, access: ble.BleAccess) -> AsyncIterator[CustomerSystem]:
        try:
            async with ble_customer(access) as ems:
                yield ems
        finally:
            await access.close()

    async def switch_state(self) -> SwitchState:
        """The control state, as the management client reads it."""
        meter = self._library.meter
        async with meter.session(MANAGEMENT, ask=True) as client:
            return await meter.meter(client).switch_state()

    async def set_mode(self, mode: int) -> None:
        """The control mode of the disconnect control. Raises the meter's refusal."""
        meter = self._library.meter
        async with meter.session(MANAGEMENT, ask=True) as client:
            if (await meter.meter(client).switch()).mode != mode:
                await meter.meter(client).set_control_mode(mode)

    async def draw(self, power_w: float, meanings: Sequence[str], within_s: float, then_s: float) -> LoadRun:
        """Draw ``power_w`` until a notice of each meaning came, at most ``within_s`` for each, and ``then_s`` longer.

        Each notice is acknowledged; whether it comes again after that is looked at for some repetitions.
        """
        library = self._library
        watch, since = SwitchWatch(library.wiring), library.clock.now()
        analyser = await library.wiring.analyser()
        async with self.customer() as ems:
            await watch.begin()
            await self.load(power_w)
            power = await analyser.active_power()
            notices = {meaning: await self.take(ems, meaning, within_s) for meaning in meanings}
            await library.wait(then_s + _AFTER_TRIP_S)
            again = await self.repeated(ems, notices)
        log = await analyser.current_log()
        operation = await watch.operation(library.recorder, closes=False, since=since)
        return LoadRun(power, first_current(log, since), operation.at, log.time_uncertainty_s, notices, again)

    async def compare_status(self, name: str, set_to: Limit, used: float, *, unit: str) -> None:
        """Record what the customer's system is shown of a limit, beside what was ``used`` (or drawn) and is set."""
        async with self.customer() as ems:
            shown = await ems.limit_shown(name)
        recorder = self._library.recorder
        recorder.observe(SHOWN_VALUE, shown.value, unit=unit, what=name, reference=used)
        for source, limits in (("set", (set_to.warning, set_to.limit)), ("shown", (shown.warning, shown.limit))):
            recorder.observe(SHOWN_LIMITS, list(limits), unit=unit, what=name, source=source)

    def check_status(self, meter_class: float) -> None:
        """The value within the meter's class (percent) and its counts, the limits as they are set."""
        check, share = self._library.check, meter_class / 100.0
        check("the value is shown", "relative_to_reference", SHOWN_VALUE, limit=share, floor=_COUNTS)
        check("warning and limit are shown as they are set", "agree", SHOWN_LIMITS)

    async def take(self, ems: CustomerSystem, meaning: str, within_s: float) -> ConsumerNotice | None:
        """The next notice of that meaning, acknowledged."""
        notice = await ems.next_of(ems.code_of(meaning), within_s)
        if notice is not None:
            await ems.acknowledge(notice)
        return notice

    async def repeated(self, ems: CustomerSystem, notices: Mapping[str, ConsumerNotice | None]) -> tuple[int, ...]:
        """Codes of ``notices`` that come again."""
        numbers = {(notice.log, notice.number) for notice in notices.values() if notice is not None}
        clock, again = self._library.clock, []
        deadline = clock.now() + _REPEATS * ems.repeat_s
        while (notice := await ems.next(max(0.0, deadline - clock.now()))) is not None:
            if (notice.log, notice.number) in numbers:
                again.append(notice.code)
        return tuple(again)
