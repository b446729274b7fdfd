"""Keywords of 3.4.4 at the meter: a disconnect for later in the meter itself, executed at its time or cancelled."""

from __future__ import annotations

from robot.api.deco import keyword, library

from bench.access.dlms import MANAGEMENT
from bench.access.dlms_schedule import cancel_switch, schedule_switch
from bench.exchanges.dlms_kinds import DlmsSwitchCommand
from bench.keywords.process import ProcessLibrary
from bench.keywords.switch_watch import Operation, SwitchWatch

AT = "from the scheduled time to the operation"
MOVED = "the switch moved"
_AHEAD_S = 120.0
_AFTER_S = 60.0


@library(scope="TEST", auto_keywords=False)
class ScheduledSwitch(ProcessLibrary):
    """Puts the row's command into the meter's single action schedule, and watches the switch at its time."""

    @property
    def command(self) -> DlmsSwitchCommand:
        """The row's exchange."""
        exchange = self.exchange
        if not isinstance(exchange, DlmsSwitchCommand):
            raise TypeError(f"{self.row.id} is no row of a switch command")
        return exchange

    @keyword("Schedule The Command In The Meter")
    def schedule(self) -> None:
        """For in two minutes; watched until a minute after that.

        Example: | Schedule The Command In The Meter |
        """
        when, operation = self.run(self._scheduled(cancelled=False), _AHEAD_S + _AFTER_S)
        self.recorder.observe(MOVED, operation.at is not None)
        if operation.at is not None:
            u = operation.standard_uncertainty
            self.recorder.observe(AT, operation.at - when, unit="s", standard_uncertainty=u, reference=0.0)

    @keyword("Schedule The Command And Cancel It")
    def schedule_and_cancel(self) -> None:
        """For in two minutes, cancelled, the meter's supply cut in between; watched until a minute after its time.

        Example: | Schedule The Command And Cancel It |
        """
        _when, operation = self.run(self._scheduled(cancelled=True), _AHEAD_S + _AFTER_S)
        self.recorder.observe(MOVED, operation.at is not None)

    @keyword("The Meter Should Have Switched At The Time")
    def at_time(self) -> None:
        """The witness saw the operation within the meter's clock error and the switch's travel of the time.

        Example: | The Meter Should Have Switched At The Time |
        """
        self.check("the witness sees the operation", "always", MOVED)
        limit = self.dt_clk + self.command.scene.travel_s
        self.check("it is at the scheduled time", "close_to_reference", AT, limit=limit)

    @keyword("The Meter Should Not Have Switched")
    def not_switched(self) -> None:
        """The witness saw no operation.

        Example: | The Meter Should Not Have Switched |
        """
        self.check("a cancelled order has no effect", "never", MOVED)

    async def _scheduled(self, *, cancelled: bool) -> tuple[float, Operation]:
        watch = SwitchWatch(self.wiring)
        await watch.begin()
        given = self.clock.now()
        when = float(round(given + _AHEAD_S))
        async with self.meter.session(MANAGEMENT, ask=True) as client:
            await schedule_switch(self.meter, client, when, closes=self.command.closes)
        if cancelled:
            async with self.meter.session(MANAGEMENT, ask=True) as client:
                await cancel_switch(self.meter, client)
            await self._meter_restarts()
        await self.wait_until(when + _AFTER_S)
        if cancelled:
            return when, await self._moved_by_itself(given)
        return when, await watch.operation(self.recorder, closes=self.command.closes, since=given)

    async def _meter_restarts(self) -> None:
        async with self.supply_cut():
            await self.wait(1.0)
        await self.wait(float(self.meter.pixit("boot_s", 0.0)))

    async def _moved_by_itself(self, since: float) -> Operation:
        """After a cut of the supply the log of the current shows that cut too; where the switch is tells."""
        effect = await self.command.observe()
        return Operation(since if effect.happened else None, 0.0)
