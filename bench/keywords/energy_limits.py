"""Keywords of 3.2.2 at the meter: a limit on energy, the load that reaches it, notices, switch, the way back."""

from __future__ import annotations

from functools import cached_property

from robot.api.deco import keyword, library

from bench.access.customer import ConsumerNotice
from bench.access.dlms import MANAGEMENT
from bench.access.limits import ENERGY, Limit, limit_objects, set_limit
from bench.keywords.limit_scene import LimitScene
from bench.keywords.limit_watch import LoadRun
from bench.keywords.process import ProcessLibrary
from drivers.dlms.data import I8
from drivers.metering import SwitchState

NEAR, REACHED = "energy_near_limit", "energy_limit_reached"
ON_TIME_S = 1.0
"""By how much a limiter may miss its own duration (pass criterion)."""


@library(scope="TEST", auto_keywords=False)
class EnergyLimits(ProcessLibrary):
    """Sets a limit, draws a constant load until the meter acts, and holds what it did against the witness."""

    def __init__(self) -> None:
        self._limit = Limit(0, 0)
        self._run: LoadRun | None = None
        self._state: SwitchState | None = None

    @cached_property
    def limit_scene(self) -> LimitScene:
        """Load, notices and switch."""
        return LimitScene(self)

    @property
    def _seen(self) -> LoadRun:
        if self._run is None:
            raise RuntimeError("no load was drawn in this test")
        return self._run

    @property
    def _class(self) -> float:
        return float(self.meter.pixit("accuracy_class", 1.0))

    # -- doing -----------------------------------------------------------------------------------------------------

    @keyword("Limit The Energy")
    def limit(self, warning_wh: int, limit_wh: int, over_s: int = 30) -> None:
        """Load off, register reset, warning and limit set, the switch to open so long after the limit.

        | =Argument= | =Meaning= |
        | warning_wh | energy at which the customer is warned |
        | limit_wh | energy at which the limit is reached |
        | over_s | threshold duration of the limiter |

        Example: | Limit The Energy | 20 | 40 | over_s=30 |
        """
        self._limit = Limit(warning_wh, limit_wh, over_s, over_s)
        self.run(self._set(), self.scene.dwell_s)

    @keyword("Draw Until The Limit Acts")
    def draw(self, power_w: float = 10_000.0) -> None:
        """A constant load, with the customer's system listening and acknowledging each notice at once.

        Example: | Draw Until The Limit Acts | power_w=10000 |
        """
        self._run = self.run(self._draw(power_w), self._limit.over_s)

    async def _draw(self, power_w: float) -> LoadRun:
        run = await self.limit_scene.draw(power_w, (NEAR, REACHED), self.bound("t_evt"), self._limit.over_s)
        self._state = await self.limit_scene.switch_state()
        return run

    @keyword("Use Energy And Look At The Status")
    def look_at_status(self, power_w: float, seconds: float) -> None:
        """A constant load for so long; then the customer's system reads what is used, and the limits.

        Example: | Use Energy And Look At The Status | power_w=3000 | seconds=18 |
        """
        self.run(self._look_at_status(power_w, seconds), seconds)

    async def _look_at_status(self, power_w: float, seconds: float) -> None:
        analyser = await self.wiring.analyser()
        await analyser.start_energy()
        await self.limit_scene.load(power_w)
        await self.wait(seconds)
        await self.limit_scene.unload()
        used = await analyser.energy_imported()
        await analyser.stop_energy()
        await self.limit_scene.compare_status(ENERGY, self._limit, used.value, unit="Wh")

    # -- judging ---------------------------------------------------------------------------------------------------

    @keyword("The Warning Should Come In Time And Before The Limit")
    def warned(self) -> None:
        """Within ``t_evt`` of the energy's crossing as the witness has it, and before the limit is reached.

        Example: | The Warning Should Come In Time And Before The Limit |
        """
        notice = self._in_time(NEAR, self._limit.warning)
        if notice is not None:
            ahead_s = self._seen.crossing(self._limit.limit) - notice.at
            u_s = self._seen.crossing_u_s(self._limit.limit, self._class)
            series = "from the warning until the limit was reached"
            self.recorder.observe(series, ahead_s, unit="s", standard_uncertainty=u_s)
            self.check("the warning comes before the limit", "at_least", series, limit=0.0)

    @keyword("The Over-Limit Notice Should Come In Time")
    def told(self) -> None:
        """Within ``t_evt`` of the energy's crossing as the witness has it, and not before it.

        Example: | The Over-Limit Notice Should Come In Time |
        """
        self._in_time(REACHED, self._limit.limit)

    @keyword("Receipts Should End The Notices")
    def acknowledged(self) -> None:
        """Each notice came protected, and none came again after its receipt.

        Example: | Receipts Should End The Notices |
        """
        for meaning, notice in self._seen.notices.items():
            if notice is not None:
                self.recorder.observe("the notice is authenticated and encrypted", notice.protected, what=meaning)
        self.check("notices are protected", "always", "the notice is authenticated and encrypted")
        self.record_list("notices that came again after their receipt", list(self._seen.again))
        self.check("a receipt ends the notice", "empty", "notices that came again after their receipt")

    @keyword("The Limiter Should Act After Its Duration")
    def acted(self) -> None:
        """The witness sees the switch open its threshold duration after the limit, within 1 s; the state is 2.

        Example: | The Limiter Should Act After Its Duration |
        """
        run, limit = self._seen, self._limit
        self.recorder.observe("the switch opened", run.opened is not None)
        self.check("the limiter opens the switch", "always", "the switch opened")
        assert run.opened is not None
        series = "from the limit until the switch opened"
        after_s = run.opened - run.crossing(limit.limit)
        u_s = run.crossing_u_s(limit.limit, self._class)
        self.recorder.observe(series, after_s, unit="s", standard_uncertainty=u_s, reference=float(limit.over_s))
        self.check("the limiter acts after its own duration", "close_to_reference", series, limit=ON_TIME_S)
        state = None if self._state is None else int(self._state)
        ready = int(SwitchState.READY_FOR_RECONNECTION)
        self.recorder.observe("control state after the trip", state, source="meter")
        self.check("the switch is ready for reconnection", "equals", "control state after the trip", expected=ready)

    @keyword("The Status Should Be Right")
    def status_right(self) -> None:
        """Energy as the witness counted it, warning and limit as they were set.

        Example: | The Status Should Be Right |
        """
        self.limit_scene.check_status(self._class)

    # -- inside ----------------------------------------------------------------------------------------------------

    def _in_time(self, meaning: str, energy_wh: int) -> ConsumerNotice | None:
        run, notice = self._seen, self._seen.notices.get(meaning)
        came = f"the customer is told: {meaning.replace('_', ' ')}"
        self.recorder.observe(came, notice is not None)
        self.check(came, "always", came)
        if notice is None:
            return None
        series = f"from the energy until the notice {meaning.replace('_', ' ')}"
        delay_s, u_s = notice.at - run.crossing(energy_wh), run.crossing_u_s(energy_wh, self._class)
        self.recorder.observe(series, delay_s, unit="s", standard_uncertainty=u_s)
        self.check(f"{series} in time", "at_most", series, limit=self.bound("t_evt"))
        self.check(f"{series} not early", "at_least", series, limit=-ON_TIME_S)
        return notice

    async def _set(self) -> None:
        await self.limit_scene.begin()
        objects = limit_objects(self.meter, ENERGY)
        async with self.meter.session(MANAGEMENT, ask=True) as client:
            await client.action(objects.reset, I8(0))
            await set_limit(client, objects, self._limit)
