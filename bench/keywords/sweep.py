"""Keywords of 3.3.3: a sweep over meters, in which each one answers or is said not to, and what a bypass leaves."""

from __future__ import annotations

import math

from robot.api.deco import keyword, library

from bench.exchanges.dlms.tamper import SENSORS
from bench.exchanges.meters import meter_name
from bench.keywords.interval_acts import Register
from bench.keywords.revenue import RevenueProtection
from drivers.cim.payloads import EndDeviceStatus
from drivers.cim.times import parse_iso
from drivers.cim.vocabulary import Code

UNKNOWN_METER = "no-such-meter"
BYPASS_LOAD_W = 3000.0
_BYPASSED_S = 3 * 3600.0
_NO_ANSWER = {Code.UNREACHABLE, Code.UNKNOWN_METER, Code.REFUSED}
_SWEEP_S = 120.0


@library(scope="TEST", auto_keywords=False)
class StatusSweep(RevenueProtection):
    """The bench sweeps as the MDMS at the headend, as its operator at the MDMS, or as the headend at the meter."""

    def __init__(self) -> None:
        super().__init__()
        self._before: dict[str, int] = {}

    # -- what happens --------------------------------------------------------------------------------------------

    @keyword("Bypass The Meter For Hours")
    def bypass(self) -> None:
        """A conductor around the meter under load, put in and taken out again between two sweeps.

        The power analyser behind it and the meter's register show that it took energy past the meter.
        Example: | Bypass The Meter For Hours |
        """
        self.expect_wait(_BYPASSED_S)
        self.run(self._bypass(), _BYPASSED_S)
        self.check("energy has passed the meter by", "at_least", "energy that passed the meter by", limit=1.0)

    async def _bypass(self) -> None:
        await self.scene.energise()
        load, analyser = await self.wiring.load(), await self.wiring.analyser()
        await load.set_power(BYPASS_LOAD_W)
        first = await self._register()
        await analyser.start_energy()
        await self.station.box.do(self.meter.seat, "shunt", kind="around_meter", share=0.7)
        try:
            await self.wait(_BYPASSED_S)
        finally:
            await self.station.box.do(self.meter.seat, "shunt", kind="none", share=1.0)
        flowed = await analyser.energy_imported()
        metered = (await self._register()).energy - first.energy
        share = float(self.meter.pixit("accuracy_class", 1.0)) / 100.0
        missing = flowed.value * (1.0 - share) - metered
        self.recorder.observe(
            "energy that passed the meter by",
            missing,
            unit="Wh",
            standard_uncertainty=math.hypot(flowed.standard_uncertainty, first.count / math.sqrt(6.0)),
            source="power analyser against register",
        )

    async def _register(self) -> Register:
        async with self.meter.session(ask=True) as client:
            return Register.of(await self.meter.meter(client).register("energy_import"))

    @keyword("Read The Tampering Status")
    def read_status(self, what: str) -> None:
        """Alarms and the sensors' counters, over the row's own link.

        | =Argument= | =Meaning= |
        | what | which sweep, in words |

        Example: | Read The Tampering Status | first sweep |
        """
        now = self.run(self._counters())
        if self._before:
            risen = [name for name, count in now.items() if count > self._before.get(name, count)]
            self.record_list("tampering that the status shows", risen, what=what)
        self._before = now
        at = self.run(self._clock())
        self.recorder.observe("time of the status", at, unit="s", what=what, reference=self.clock.now())

    async def _counters(self) -> dict[str, int]:
        found = {name: await self.counter(name) for name in SENSORS}
        return {name: count for name, count in found.items() if count is not None}

    async def _clock(self) -> float:
        async with self.meter.session(ask=True) as client:
            return (await self.meter.meter(client).clock()).at or 0.0

    @keyword("Sweep The Meters")
    def sweep(self) -> None:
        """As the MDMS, at the headend: the meter under test and one that does not exist.

        Example: | Sweep The Meters |
        """
        self._record(self.run(self._sweep("AMI Headend", "mdms")), "with supply", answers=True)

    @keyword("Sweep While The Meter Has No Supply")
    def sweep_in_vain(self) -> None:
        """As `Sweep The Meters`, the meter under test being without supply.

        Example: | Sweep While The Meter Has No Supply |
        """
        self._record(self.run(self._sweep_in_vain()), "without supply", answers=False)

    @keyword("Have The MDMS Sweep The Meters")
    def have_swept(self) -> None:
        """As the operator of the MDMS, which asks the headend and looks at what comes.

        Example: | Have The MDMS Sweep The Meters |
        """
        if not self.began:
            self.began = self.clock.now()
        self._record(self.run(self._sweep("MDMS", "operator"), _SWEEP_S), "by the MDMS", answers=True)

    async def _sweep(self, actor: str, asker: str) -> tuple[EndDeviceStatus, ...]:
        async with self.office(actor).session(asker) as office:
            found = await office.ping((meter_name(self.station), UNKNOWN_METER), security=True)
        await self.wait(1.0)
        return found

    async def _sweep_in_vain(self) -> tuple[EndDeviceStatus, ...]:
        async with self.supply_cut():
            await self.wait(1.0)
            return await self._sweep("AMI Headend", "mdms")

    def _record(self, statuses: tuple[EndDeviceStatus, ...], how: str, *, answers: bool) -> None:
        listed = (meter_name(self.station), UNKNOWN_METER)
        come = [status.meter for status in statuses]
        self.record_list("meters of which nothing is said", [name for name in listed if name not in come], what=how)
        self.record_list("meters of which something is said", [f"{how}: {name}" for name in come], what=how)
        for status in statuses:
            subject = f"{status.meter} {how}"
            there = answers and status.meter == listed[0]
            said = status.security is not None and status.reachable and status.code is None
            silent = status.security is None and not status.reachable and status.code in _NO_ANSWER
            self.recorder.observe("status or an explicit no answer, as it is", said if there else silent, what=subject)
            age = self.clock.now() - parse_iso(status.time_stamp)
            self.recorder.observe("age of the answer", age, unit="s", what=subject)

    # -- judging -------------------------------------------------------------------------------------------------

    @keyword("Every Listed Meter Should Be Answered For")
    def answered_for(self) -> None:
        """Once, with a fresh time stamp; a meter that does not answer is said not to.

        Example: | Every Listed Meter Should Be Answered For |
        """
        self.check("no meter is left out", "empty", "meters of which nothing is said")
        self.check("no meter comes twice", "unique", "meters of which something is said")
        self.check("a status is the meter's, silence is said to be silence", "always", _AS_IT_IS)
        self.check("the answer is fresh", "at_most", "age of the answer", limit=60.0)

    @keyword("The Status Should Show The Bypass")
    def shows_bypass(self) -> None:
        """As tampering, though it was gone when the status was read; with a fresh time stamp.

        Example: | The Status Should Show The Bypass |
        """
        self.check("the bypass shows", "equals", "tampering that the status shows", expected=["bypass"])
        self.check("the status is of now", "close_to_reference", "time of the status", limit=self.dt_clk)


_AS_IT_IS = "status or an explicit no answer, as it is"
