"""Keywords of 3.4.1 at the meter: control modes, and a load side that is live."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from robot.api import SkipExecution
from robot.api.deco import keyword, library

from bench.access.dlms import MANAGEMENT
from bench.keywords.process import ProcessLibrary
from drivers.c1219.procedures import ProcedureRefusedError
from drivers.dlms.errors import ActionError, DataAccessError
from drivers.metering import SwitchState

HARMLESS_V = 5.0
ALWAYS_REFUSED_SHARE = 0.5
BELOW_LIMIT, ABOVE_LIMIT = 0.5, 1.2
"""Test points of control I-H3: shares of the nominal voltage and of the declared limit."""

_BUTTON_S = 2.0


@library(scope="TEST", auto_keywords=False)
class Interlocks(ProcessLibrary):
    """Connects in each control mode, and onto voltages behind the switch. The witness says whether it closed."""

    # -- control modes ---------------------------------------------------------------------------------------------

    @keyword("Connect In Control Modes")
    def connect_in_modes(self, *modes: int) -> None:
        """In each of ``modes``: disconnect, reconnect, look, press the button, look again.

        | =Argument= | =Meaning= |
        | modes | control modes of class 70, 1 to 7 |

        Modes that the meter does not let itself be set to are recorded as absent. Example:
        | Connect In Control Modes | 2 | 4 | 7 |
        """
        declared = int(self.meter.pixit("control_mode", 0))
        absent = []
        for mode in modes:
            if not self.run(self._set_mode(mode)):
                absent.append(mode)
                continue
            self.run(self._connect_in(mode), 2.0 * self.scene.dwell_s)
        self.run(self._set_mode(declared))
        self.record_list("control modes that the meter does not offer", absent)
        if len(absent) == len(modes):
            raise SkipExecution(f"the meter offers none of the control modes {', '.join(map(str, modes))}")

    @keyword("The Switch Should Wait For The Button")
    def waits_for_button(self) -> None:
        """State 2 after the remote reconnect, closure only after the button.

        Example: | The Switch Should Wait For The Button |
        """
        ready = int(SwitchState.READY_FOR_RECONNECTION)
        self.check("the remote reconnect makes ready", "equals", "control state after the reconnect", expected=ready)
        self.check("nothing closes before the button", "never", "closed before the button")
        self.check("the button closes", "always", "closed after the button")

    @keyword("The Switch Should Close At Once")
    def closes_at_once(self) -> None:
        """State 1 and closure without the button, within ``t_act``.

        Example: | The Switch Should Close At Once |
        """
        connected = int(SwitchState.CONNECTED)
        self.check("the remote reconnect connects", "equals", "control state after the reconnect", expected=connected)
        self.check("the switch closes without the button", "always", "closed before the button")
        self.check(
            "it closes in time", "at_most", "from the reconnect until current was seen", limit=self.bound("t_act")
        )

    # -- back-feed -------------------------------------------------------------------------------------------------

    @keyword("Connect Onto A Live Load Side")
    def connect_onto_live(self) -> None:
        """At half the nominal voltage and at 1.2 times the declared limit: reconnect, look, take the voltage away.

        Example: | Connect Onto A Live Load Side |
        """
        limit = float(self.meter.pixit("customer_voltage_limit_v", 0.0))
        points = [ALWAYS_REFUSED_SHARE * self.scene.nominal_v, *([ABOVE_LIMIT * limit] if limit else ())]
        for volts in points:
            closed, reason = self.run(self._connect_onto(volts), self.scene.dwell_s)
            self._record("closed onto a live load side", closed, f"{volts:g} V behind the switch")
            self.recorder.observe("the refusal has a reason", bool(reason), what=f"{volts:g} V: {reason or 'accepted'}")

    @keyword("Connect Onto A Harmless Voltage")
    def connect_onto_harmless(self) -> None:
        """At 5 V and at half the declared limit: reconnect, look, take the voltage away.

        Example: | Connect Onto A Harmless Voltage |
        """
        limit = float(self.meter.pixit("customer_voltage_limit_v", 0.0))
        for volts in [HARMLESS_V, *([BELOW_LIMIT * limit] if limit else ())]:
            closed, reason = self.run(self._connect_onto(volts), self.scene.dwell_s)
            self._record("closed at a harmless voltage", closed, f"{volts:g} V behind the switch {reason}".rstrip())

    @keyword("Nothing Should Have Closed")
    def nothing_closed(self) -> None:
        """At no live load side did the witness see current, and each refusal had a reason.

        Example: | Nothing Should Have Closed |
        """
        self.check("nothing closes onto a live load side", "never", "closed onto a live load side")
        self.check("the refusal is reasoned", "always", "the refusal has a reason")

    @keyword("Each Connect Should Have Closed")
    def each_closed(self) -> None:
        """Below the limit the interlock does not hinder.

        Example: | Each Connect Should Have Closed |
        """
        self.check("a harmless voltage hinders nothing", "always", "closed at a harmless voltage")

    # -- inside ----------------------------------------------------------------------------------------------------

    def _record(self, series: str, closed: bool | None, what: str) -> None:
        if closed is None:
            self.recorder.could_not_look(series, f"{what}: no instrument shows the switch")
        else:
            self.recorder.observe(series, closed, what=what)

    async def _set_mode(self, mode: int) -> bool:
        """Whether the meter has this mode now."""
        async with self.meter.session(MANAGEMENT, ask=True) as client:
            meter = self.meter.meter(client)
            if (await meter.switch()).mode != mode:
                try:
                    await meter.set_control_mode(mode)
                except DataAccessError:
                    return False
        return True

    async def _connect_in(self, mode: int) -> None:
        await self.scene.prepare(closed=False)
        what = f"mode {mode}"
        started = self.clock.now()
        async with self.meter.session(MANAGEMENT, ask=True) as client:
            meter = self.meter.meter(client)
            await meter.reconnect()
            await self.scene.settle()
            contact = await self.scene.look()
            state = (await meter.switch()).state
        self.recorder.observe("control state after the reconnect", int(state), what=what)
        self._record("closed before the button", contact.closed, what)
        self.recorder.observe_duration(
            "from the reconnect until current was seen", self.clock.now() - started, what=what
        )
        if contact.closed is False:
            await self.scene.rest()
            await self.station.box.do(self.meter.seat, "button")
            await self.wait(_BUTTON_S)
            await self.scene.settle()
            self._record("closed after the button", (await self.scene.look()).closed, what)

    async def _connect_onto(self, volts: float) -> tuple[bool | None, str]:
        """Whether the switch closed onto ``volts`` behind it, and why the meter refused."""
        await self.scene.prepare(closed=False)
        reason = ""
        async with self._live(volts):
            async with self.meter.session(MANAGEMENT, ask=True) as client:
                try:
                    await self.meter.meter(client).reconnect()
                except (ActionError, ProcedureRefusedError) as error:
                    reason = error.result.name.lower()
            await self.scene.settle()
            closed = (await self.scene.look()).closed
        return closed, reason

    @asynccontextmanager
    async def _live(self, volts: float) -> AsyncIterator[None]:
        source = await self.wiring.load_side_source()
        await source.set_voltage(volts)
        await source.set_output(True)
        try:
            yield
        finally:
            await source.set_output(False)
            await source.set_voltage(0.0)
