"""Keywords of 3.4.1 to 3.4.5 at the meter: reading, command, second reading, and what the witness sees meanwhile."""

from __future__ import annotations

from robot.api.deco import keyword, library

from bench.access.dlms import MANAGEMENT
from bench.exchanges.c1218_exchange import C1218SwitchCommand
from bench.exchanges.dlms_kinds import DlmsSwitchCommand
from bench.exchanges.switch_scene import SwitchScene
from bench.keywords.process import ProcessLibrary
from bench.keywords.switch_watch import Operation, SwitchWatch
from drivers.metering import Reading, SwitchState, SwitchStatus

CLAIM = "the meter reports an operation that the witness does not see"
LOOK_S = 1.0


@library(scope="TEST", auto_keywords=False)
class RemoteSwitch(ProcessLibrary):
    """Commands the switch over the test's row as the headend does, and holds the meter's word against the witness."""

    def __init__(self) -> None:
        self._sent_at = 0.0
        self._operation = Operation(None, 0.0)
        self._first: Reading | None = None
        self._second: Reading | None = None
        self._status: SwitchStatus | None = None

    @property
    def command(self) -> DlmsSwitchCommand | C1218SwitchCommand:
        """The row's exchange."""
        exchange = self.exchange
        if not isinstance(exchange, DlmsSwitchCommand | C1218SwitchCommand):
            raise TypeError(f"{self.row.id} is no row of a switch command")
        return exchange

    @property
    def closes(self) -> bool:
        """Whether the row's command closes the switch."""
        return self.command.closes

    # -- doing -----------------------------------------------------------------------------------------------------

    @keyword("Prepare The Switch")
    def prepare(self) -> None:
        """Load of 1,000 W, load side dead, switch where the row's command moves it, its dwell over.

        Example: | Prepare The Switch |
        """
        self.run(self.command.prepare(), self.command.scene.dwell_s)

    @keyword("Read Command And Read Again")
    def operate(self) -> None:
        """First reading, command, state and witness until both have it or time is up, second reading.

        Example: | Read Command And Read Again |
        """
        self.run(self._operate(), self.bound("t_act"))

    @keyword("Let Time Pass And Read Once More")
    def read_later(self, minutes: float = 60.0) -> None:
        """Let time pass with the load connected, read the register, and record it beside the second reading.

        | =Argument= | =Meaning= |
        | minutes | how long |

        Example: | Let Time Pass And Read Once More | minutes=60 |
        """
        self.expect_wait(minutes * 60.0)
        later = self.run(self._read_later(minutes * 60.0), minutes * 60.0)
        for reading, what in ((self._second, "second reading"), (later, f"{minutes:g} minutes later")):
            if reading is not None:
                self.recorder.observe("register after the disconnect", reading.value, what=what, unit=reading.unit)

    @keyword("Put Everything Back")
    def put_back(self) -> None:
        """On a real station, leave the meter as it was: declared control mode, switch closed, nothing fed or drawn.

        An emulated station begins each test afresh. For a test's teardown. Example: | Put Everything Back |
        """
        seat = self.session.planned.iut
        if seat and not self.station.lab.seat(self.meter.seat).emulated:
            self.run(put_back(self.scene), self.scene.dwell_s)

    # -- judging ---------------------------------------------------------------------------------------------------

    @keyword("The Witness Should See It In Time")
    def in_time(self) -> None:
        """Current flows, or is below 10 mA, within ``t_act`` of the command.

        Example: | The Witness Should See It In Time |
        """
        moved = self._operation.at
        what = "current flows" if self.closes else "current below 10 mA"
        self.recorder.observe(what, moved is not None)
        self.check(what, "always", what)
        if moved is not None:
            self.recorder.observe(
                f"from the command until {what}",
                moved - self._sent_at,
                unit="s",
                standard_uncertainty=self._operation.standard_uncertainty,
            )
        self.check(f"{what} in time", "at_most", f"from the command until {what}", limit=self.bound("t_act"))

    @keyword("The Meter's Word Should Be True")
    def word_is_true(self) -> None:
        """Never did the meter report the operation before the witness saw it, and in the end its states agree with it.

        Example: | The Meter's Word Should Be True |
        """
        status = self._status
        if status is None:
            raise RuntimeError("no command was given in this test")
        expected = SwitchState.CONNECTED if self.closes else SwitchState.DISCONNECTED
        self.recorder.observe("output state", status.output_on, source="meter")
        self.recorder.observe("control state", int(status.state), source="meter", name=status.state.name.lower())
        self.check("the meter reports nothing that is not so", "never", CLAIM)
        self.check("the output state is that of the contacts", "equals", "output state", expected=self.closes)
        self.check("the control state agrees", "equals", "control state", expected=int(expected))

    @keyword("The Second Reading Should Not Be Lower")
    def second_not_lower(self) -> None:
        """Reading 2 >= reading 1.

        Example: | The Second Reading Should Not Be Lower |
        """
        for reading, what in ((self._first, "first reading"), (self._second, "second reading")):
            if reading is not None:
                self.recorder.observe("register around the command", reading.value, what=what, unit=reading.unit)
        self.check("the second reading is not below the first", "rising", "register around the command")

    @keyword("The Register Should Not Have Moved")
    def no_creep(self) -> None:
        """Later readings equal the one after the disconnect.

        Example: | The Register Should Not Have Moved |
        """
        self.check("nothing is metered after the disconnect", "agree", "register after the disconnect")

    # -- inside ----------------------------------------------------------------------------------------------------

    async def _operate(self) -> None:
        command, closes = self.command, self.closes
        watch = SwitchWatch(self.wiring)
        async with self.meter.session(MANAGEMENT, ask=True) as client:
            meter = self.meter.meter(client)
            self._first = await meter.register("energy_import")
            await watch.begin()
            self._sent_at = self.clock.now()
            await command.perform(client)
            deadline = self._sent_at + self.bound("t_act")
            while True:
                self._status = await meter.switch()
                contact = await command.scene.look()
                claims = self._status.output_on is closes
                self.recorder.observe(CLAIM, claims and contact.closed is (not closes), what=contact.detail)
                if (claims and contact.closed is closes) or self.clock.now() >= deadline:
                    break
                await self.wait(LOOK_S)
            self._second = await meter.register("energy_import")
        self._operation = await watch.operation(self.recorder, closes=closes, since=self._sent_at)

    async def _read_later(self, seconds: float) -> Reading:
        await self.wait(seconds)
        async with self.meter.session(MANAGEMENT, ask=True) as client:
            return await self.meter.meter(client).register("energy_import")


async def put_back(scene: SwitchScene) -> None:
    """Declared control mode, switch closed, load and load-side source off."""
    declared = scene.access.pixit("control_mode")
    async with scene.access.session(MANAGEMENT, ask=True) as client:
        meter = scene.access.meter(client)
        if declared is not None and (await meter.switch()).mode != declared:
            await meter.set_control_mode(int(declared))
    await scene.prepare(closed=True)
    if scene.wiring.has("electronic_load"):
        await (await scene.wiring.load()).set_input(False)
