"""Keywords of 3.2.2 on AMI-10: the MDMS limits a customer's energy; what the meter then does, and the way back."""

from __future__ import annotations

from functools import cached_property

from robot.api.deco import keyword, library

from bench.access.dlms import MANAGEMENT
from bench.access.limits import ENERGY, limit_objects, read_limit
from bench.exchanges.meters import meter_name
from bench.keywords.limit_scene import LimitScene
from bench.keywords.process import ProcessLibrary
from drivers.cim.consumption import ConsumptionLimit, LimitStatus
from drivers.cim.vocabulary import Limited, ReadingType
from drivers.metering import SwitchState

REACHED, CLEARED = "energy_limit_reached", "energy_limit_cleared"
WARNING_WH, LIMIT_WH, EXTENDED_WH, DURATION_S = 20, 40, 4000, 30
LOAD_W = 10_000.0
CLOSING_BY_ITSELF = (5, 6, 7)
"""Control modes with the transition *local reconnect* (facts read in Gurux `ControlMode`, MetCom MCS301 p. 100)."""

_CUT_S = 60.0
_BUTTON_S = 3.0
_HELD_S = 2.0 * DURATION_S


@library(scope="TEST", auto_keywords=False)
class LimitOrders(ProcessLibrary):
    """The MDMS sets, resets and extends a limit over the headend; meter, customer and witness show what that does."""

    def __init__(self) -> None:
        self._status: LimitStatus | None = None

    @cached_property
    def limit_scene(self) -> LimitScene:
        """Load, notices and switch."""
        return LimitScene(self)

    # -- doing -----------------------------------------------------------------------------------------------------

    @keyword("Order A Limit")
    def order_limit(self) -> None:
        """Nothing drawn; the MDMS limits the energy to 40 Wh from now on, with a warning at 20 Wh.

        Example: | Order A Limit |
        """
        self.run(self._begin(), self.scene.dwell_s)

    @keyword("Cut The Supply For A Minute")
    def cut(self) -> None:
        """The meter loses its supply and gets it back.

        Example: | Cut The Supply For A Minute |
        """
        self.run(self._cut(), _CUT_S)

    @keyword("Draw Beyond The Limit")
    def draw(self) -> None:
        """10 kW until the switch opens, and whether the customer was told.

        Example: | Draw Beyond The Limit |
        """
        self.run(self._draw("at the limit"), DURATION_S)

    @keyword("Reach The Limit In Control Modes")
    def in_modes(self, *modes: int) -> None:
        """In each of ``modes``: limit, 10 kW until the switch opens, reset by the MDMS, look, button, look.

        | =Argument= | =Meaning= |
        | modes | control modes of class 70, 1 to 7 |

        Example: | Reach The Limit In Control Modes | 4 | 5 |
        """
        for mode in modes:
            self.run(self._in_mode(mode), 2.0 * self.scene.dwell_s)
        self.run(self.limit_scene.set_mode(int(self.meter.pixit("control_mode", 4))))

    @keyword("Lift The Limit")
    def lift(self, how: str) -> None:
        """After the trip: the MDMS resets the energy used or extends the limit, and the button is pressed.

        | =Argument= | =Meaning= |
        | how | ``reset`` or ``extension`` |

        Example: | Lift The Limit | reset |
        """
        self.run(self._lift(how), self.scene.dwell_s)

    # -- judging ---------------------------------------------------------------------------------------------------

    @keyword("The Answer Should Be What The Meter Says")
    def answered(self) -> None:
        """Limit and warning of the answer are those that the meter holds; readings, switch and limit status are there.

        Example: | The Answer Should Be What The Meter Says |
        """
        self.run(self._compare())
        for what in ("warning", "limit"):
            self.check(f"the {what} is set", "agree", f"{what} as ordered, answered and held by the meter")
        self.check("the answer has the readings", "always", "the answer holds the energy register")
        self.check("the answer has the switch as it is", "always", "the answer says that the switch is closed")
        self.check("the answer says that the limit is not reached", "never", "the answer calls the limit exceeded")

    @keyword("The Limit Should Have Acted")
    def acted(self) -> None:
        """The customer was told of the limit, and the witness saw the switch open.

        Example: | The Limit Should Have Acted |
        """
        self.check("the customer is told", "always", "the customer was told of the limit")
        self.check("the limiter opens the switch", "always", "the switch opened at the limit")

    @keyword("The Way Back Should Be That Of The Mode")
    def way_back(self) -> None:
        """State 2 after each trip; closed by itself where the mode has local reconnection, else by the button only.

        Example: | The Way Back Should Be That Of The Mode |
        """
        self.acted()
        ready = int(SwitchState.READY_FOR_RECONNECTION)
        self.check("the trip makes ready for reconnection", "equals", "control state after the trip", expected=ready)
        self.check("it closes by itself where the mode says so", "always", "closed by itself as the mode says")
        self.check("the button closes what is ready", "always", "closed after the button")

    @keyword("Notice And Limit Should Be Gone")
    def gone(self) -> None:
        """The customer is told, the headend calls the limit not exceeded, and the load stays on.

        Example: | Notice And Limit Should Be Gone |
        """
        self.check("the customer is told that the limit is clear", "always", "the customer was told that it is clear")
        self.check("the limit is not exceeded any more", "never", "the headend calls the limit exceeded")
        self.check("the load stays on", "always", "the load is on long after the limit was lifted")

    # -- inside ----------------------------------------------------------------------------------------------------

    async def _order(self, limit_wh: int, *, reset: bool) -> LimitStatus:
        order = ConsumptionLimit(
            meter=meter_name(self.station),
            limited=Limited.ENERGY,
            warning=WARNING_WH * limit_wh // LIMIT_WH,
            limit=limit_wh,
            duration=DURATION_S,
            reset=reset,
        )
        async with self.office("AMI Headend").session("mdms") as office:
            (self._status,) = await office.set_limits((order,))
        return self._status

    async def _begin(self) -> None:
        await self.limit_scene.begin()
        await self._order(LIMIT_WH, reset=True)

    async def _cut(self) -> None:
        async with self.supply_cut():
            await self.wait(_CUT_S)
        await self.wait(float(self.meter.pixit("boot_s", 30.0)) + 1.0)

    async def _draw(self, what: str) -> None:
        run = await self.limit_scene.draw(LOAD_W, (REACHED,), self.bound("t_evt"), DURATION_S)
        self.recorder.observe("the customer was told of the limit", run.notices[REACHED] is not None, what=what)
        self.recorder.observe("the switch opened at the limit", run.opened is not None, what=what)

    async def _compare(self) -> None:
        status = self._status
        assert status is not None
        async with self.meter.session(MANAGEMENT, ask=True) as client:
            held = await read_limit(client, limit_objects(self.meter, ENERGY))
        for what, values in (
            ("warning", (WARNING_WH, status.warning, held.warning)),
            ("limit", (LIMIT_WH, status.limit, held.limit)),
        ):
            for value, source in zip(values, ("order", "answer", "meter"), strict=True):
                series = f"{what} as ordered, answered and held by the meter"
                self.recorder.observe(series, value, source=source, unit="Wh")
        energy = [reading for reading in status.readings if reading.reading_type is ReadingType.ENERGY_IMPORT]
        self.recorder.observe("the answer holds the energy register", len(energy) == 1)
        closed = status.output_state and status.control_state == SwitchState.CONNECTED
        self.recorder.observe("the answer says that the switch is closed", closed)
        self.recorder.observe("the answer calls the limit exceeded", status.exceeded)

    async def _in_mode(self, mode: int) -> None:
        what = f"mode {mode}"
        await self.limit_scene.begin()
        await self.limit_scene.set_mode(mode)
        await self._order(LIMIT_WH, reset=True)
        await self._draw(what)
        state = await self.limit_scene.switch_state()
        self.recorder.observe("control state after the trip", int(state), what=what)
        await self.scene.rest()
        await self._order(LIMIT_WH, reset=True)
        await self.wait(DURATION_S + _BUTTON_S)
        await self.scene.settle()
        closed = (await self.scene.look()).closed
        self.recorder.observe("closed by itself as the mode says", closed is (mode in CLOSING_BY_ITSELF), what=what)
        if closed is False:
            await self._press()
            self.recorder.observe("closed after the button", (await self.scene.look()).closed is True, what=what)
        await self.limit_scene.unload()

    async def _press(self) -> None:
        await self.scene.rest()
        await self.station.box.do(self.meter.seat, "button")
        await self.wait(_BUTTON_S)
        await self.scene.settle()

    async def _lift(self, how: str) -> None:
        extends = how == "extension"
        async with self.limit_scene.customer() as ems:
            status = await self._order(EXTENDED_WH if extends else LIMIT_WH, reset=not extends)
            cleared = await self.limit_scene.take(ems, CLEARED, self.bound("t_evt"))
        self.recorder.observe("the customer was told that it is clear", cleared is not None, what=how)
        self.recorder.observe("the headend calls the limit exceeded", status.exceeded, what=how)
        await self.limit_scene.load(100.0)
        await self._press()
        await self.wait(_HELD_S)
        series = "the load is on long after the limit was lifted"
        self.recorder.observe(series, (await self.scene.look()).closed is True, what=how)
