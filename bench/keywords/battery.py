"""Keywords of 3.6.3 battery management: the meter tells that its battery is low, and keeps clock and data with it."""

from __future__ import annotations

from itertools import pairwise

from robot.api.deco import keyword, library

from bench.exchanges.dlms.read_battery import BatteryRunsDown
from bench.keywords.battery_acts import BatteryActs, Step

_FROM_V, _TO_V, _STEP_V = 3.6, 2.0, 0.1
_STEP_S = 60.0
_TOLERANCE = 0.05
"""Of the threshold."""


@library(scope="TEST", auto_keywords=False)
class Battery(BatteryActs):
    """The battery runs down, is replaced, and has to do its work."""

    # -- what happens --------------------------------------------------------------------------------------------

    @keyword("Run The Battery Down")
    def run_down(self) -> None:
        """Its voltage falls from 3.6 V to 2.0 V in steps of 0.1 V.

        Example: | Run The Battery Down |
        """
        lasting_s = self._ramp_s
        self.expect_wait(lasting_s)
        self.run(self._run_down(), lasting_s)

    @property
    def _ramp_s(self) -> float:
        return _STEP_S * (1.0 + (_FROM_V - _TO_V) / _STEP_V) + self.bound("t_evt")

    async def _run_down(self) -> None:
        notice = BatteryRunsDown(self.meter)
        await notice.prepare()
        try:
            await self._ramp(notice)
        finally:
            await self.fresh()
            await notice.restore()

    async def _ramp(self, notice: BatteryRunsDown) -> None:
        count = round((_FROM_V - _TO_V) / _STEP_V) + 1
        voltages = [round(_FROM_V - number * _STEP_V, 3) for number in range(count)]
        steps = await self.ramp(notice, voltages[:-1], _STEP_S)
        steps += await self.ramp(notice, voltages[-1:], self.bound("t_evt"))
        told = [(step, one) for step in steps for one in step.told]
        self.recorder.observe("messages of a low battery", len(told), what="one ramp")
        below = next(step.at for step in steps if step.volts < (1.0 - _TOLERANCE) * self.battery.low_v)
        for step, message in told:
            self.recorder.observe("the message is the meter's own", message.valid, what=message.why or message.words)
            self.recorder.observe("voltage at the event", step.volts, unit="V", what=f"{step.volts:g} V")
            self.recorder.observe("from the low voltage to the event", message.at - below, unit="s")
        self._record_life(steps)

    def _record_life(self, steps: list[Step]) -> None:
        for earlier, later in pairwise(steps):
            self.recorder.observe(
                "rise of the expected life", later.life_s - earlier.life_s, unit="s", what=f"at {later.volts:g} V"
            )
        self.recorder.observe(
            "the expected life falls as the battery runs down", steps[-1].life_s < steps[0].life_s, what="whole ramp"
        )

    @keyword("Read Batteries Of Several Voltages")
    def read_several(self) -> None:
        """Each as the row reads it.

        Example: | Read Batteries Of Several Voltages |
        """
        self.run(self._read_several())

    async def _read_several(self) -> None:
        try:
            for volts in (_FROM_V, 3.1, 2.5, _TO_V):
                await self.station.box.do(self.meter.seat, "battery", voltage_v=volts)
                shown, life = await self.state_of_row()
                self.recorder.observe(
                    "voltage that the meter shows", shown, unit="V", what=f"{volts:g} V", reference=volts
                )
                self.recorder.observe("expected life is told", life >= 0.0, what=f"{life:g} s")
        finally:
            await self.fresh()

    @keyword("Run The Battery Down And Replace It")
    def run_down_twice(self) -> None:
        """Low, a fresh battery, low again.

        Example: | Run The Battery Down And Replace It |
        """
        lasting_s = 2.0 * (self.bound("t_evt") + _STEP_S)
        self.expect_wait(lasting_s)
        self.run(self._twice(), lasting_s)

    async def _twice(self) -> None:
        notice = BatteryRunsDown(self.meter)
        await notice.prepare()
        try:
            for number in (1, 2):
                steps = await self.ramp(notice, [self.battery.full_v], _STEP_S)
                steps += await self.ramp(notice, [notice.low_v], self.bound("t_evt"))
                told = sum(len(step.told) for step in steps)
                self.recorder.observe("messages of a low battery", told, what=f"battery {number}")
        finally:
            await self.fresh()
            await notice.restore()

    @keyword("Cut The Mains With A Good Battery")
    def cut(self, hours: float = 2.0) -> None:
        """Clock and data are read before and after.

        | =Argument= | =Meaning= |
        | hours | how long |

        Example: | Cut The Mains With A Good Battery | 2 |
        """
        self.expect_wait(hours * 3600.0)
        self.run(self._cut(hours * 3600.0), hours * 3600.0)

    async def _cut(self, seconds: float) -> None:
        await self.fresh()
        until = self.clock.now()
        energy, events, rows = await self.kept_data(until)
        async with self.supply_cut():
            await self.wait(seconds)
        await self.wait(float(self.meter.pixit("boot_s", 60.0)) + 1.0)
        error, valid = await self.meter_clock()
        if error is None:
            self.recorder.observe("the clock is valid", False, what="it names no moment")
        else:
            self.recorder.observe("clock after the cut", abs(error), unit="s", source="station clock")
            self.recorder.observe("the clock is valid", valid, what="by its status")
        energy_after, events_after, rows_after = await self.kept_data(until)
        self.recorder.observe("energy that was lost", max(0.0, energy - energy_after), unit="Wh", what="import")
        self.recorder.observe("there was something to keep", bool(events) and bool(rows), what="log and load profile")
        self.record_list("entries that were lost", [one for one in events if one not in events_after])
        self.record_list("intervals that were lost", [one for one in rows if one not in rows_after])

    # -- judging -------------------------------------------------------------------------------------------------

    @keyword("The Low Battery Should Be Told In Time")
    def told(self) -> None:
        """One message of the meter's own, at the threshold within 5 %, within t_evt.

        Example: | The Low Battery Should Be Told In Time |
        """
        low_v = self.battery.low_v
        self.check("a low battery is told once", "equals", "messages of a low battery", expected=1)
        self.check("the message is the meter's own", "always", "the message is the meter's own")
        self.check("no event above the threshold", "at_most", "voltage at the event", limit=(1.0 + _TOLERANCE) * low_v)
        self.check("the event comes in time", "at_most", "from the low voltage to the event", limit=self.bound("t_evt"))

    @keyword("The Expected Life Should Not Rise")
    def life(self) -> None:
        """It falls from the first to the last voltage, and never rises between.

        Example: | The Expected Life Should Not Rise |
        """
        self.check("the expected life does not rise", "at_most", "rise of the expected life", limit=0)
        self.check("the expected life falls", "always", "the expected life falls as the battery runs down")

    @keyword("The State Should Be That Of The Battery")
    def state_is_right(self) -> None:
        """The voltage to 5 %, and an expected life.

        Example: | The State Should Be That Of The Battery |
        """
        limit = _TOLERANCE * self.low_v
        self.check("the voltage is the battery's", "close_to_reference", "voltage that the meter shows", limit=limit)
        self.check("an expected life is told", "always", "expected life is told")

    @keyword("Each Battery Should Be Told Of Once")
    def armed_again(self) -> None:
        """Its replacement arms the alarm again.

        Example: | Each Battery Should Be Told Of Once |
        """
        self.check("each low battery is told once", "equals", "messages of a low battery", expected=1)

    @keyword("Clock And Data Should Be Kept")
    def kept(self) -> None:
        """The clock is right to dt_clk and valid; registers, log and intervals are as they were.

        Example: | Clock And Data Should Be Kept |
        """
        self.check("the clock went on", "at_most", "clock after the cut", limit=self.dt_clk)
        self.check("the clock says that it is valid", "always", "the clock is valid")
        self.check("there was something to keep", "always", "there was something to keep")
        self.check("no energy is lost", "at_most", "energy that was lost", limit=0)
        self.check("no entry is lost", "empty", "entries that were lost")
        self.check("no interval is lost", "empty", "intervals that were lost")
