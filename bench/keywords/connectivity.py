"""Keywords of 3.6.1 meter connectivity: a meter shows how it is wired, the headend on which phases of which feeder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from robot.api.deco import keyword, library

from bench.access.connection import Terminals, apart
from bench.exchanges.dlms.connectivity import WRONG_CONNECTIONS
from bench.keywords.connectivity_acts import PERIOD_S, PERIODS, PHASES, ConnectivityActs
from drivers.cim.connectivity import MeterConnectivity
from drivers.scpi.measurement import Measurement
from drivers.scpi.power import PhaseReading

ANGLE_LIMIT_DEG = 2.0
VOLTAGE_SHARE = 0.01
"""Bench choices: the paper asks for the phase, not for an accuracy of angles and voltages."""

ARRANGEMENTS: Mapping[str, tuple[Mapping[str, Sequence[int]], str]] = {
    "straight": ({}, "rotation forward"),
    "two conductors crossed": ({"order": (1, 3, 2)}, "rotation reverse"),
    "a conductor missing": ({"missing": (2,)}, "rotation forward, no voltage on 2"),
    "an element reversed": ({"reversed": (3,)}, "rotation forward, element 3 reversed"),
}
"""How the meter is wired, and what it must show."""

_FIRST, _SECOND = "bench feeder A", "bench feeder B"
_PERIODS_AFTER = 32
"""Quarter hours on the feeder that it is changed to."""

_ORDER = (2, 3, 1)
"""The phases of the feeder on the meter's elements: not straight, so that a guess is wrong."""


@library(scope="TEST", auto_keywords=False)
class Connectivity(ConnectivityActs):
    """At the meter of three phases, and at the headend."""

    @keyword("Wire The Meter In Four Arrangements")
    def arrangements(self) -> None:
        """Straight, two conductors crossed, one missing, an element reversed; the meter and the reference are read.

        Example: | Wire The Meter In Four Arrangements |
        """
        for name, (wiring, expected) in ARRANGEMENTS.items():
            self.run(self.wire(**wiring))
            meter, phases, reference = self.run(self.meter_and_reference())
            self._compare(name, meter, phases, reference)
            self.recorder.observe("the meter shows how it is wired", str(meter) == expected, what=f"{name}: {meter}")
            # The reference is wired by itself: no element of it is reversed.
            made = expected.partition(", element")[0]
            self.recorder.observe("the reference shows it too", str(reference) == made, what=f"{name}: {reference}")
        self.run(self.wire())

    def _compare(self, name: str, meter: Terminals, phases: tuple[PhaseReading, ...], reference: Terminals) -> None:
        for number, phase in enumerate(phases):
            self._deviation("a voltage against the reference", meter.voltages_v[number], phase.voltage, name)
            if number not in reference.live or phase.voltage_angle is None:
                continue
            off = apart(meter.voltage_lags_deg[number], reference.voltage_lags_deg[number])
            uncertainty = phase.voltage_angle.standard_uncertainty
            what = f"{name}, phase {number + 1}"
            self.recorder.observe(
                "an angle against the reference", off, unit="°", standard_uncertainty=uncertainty, what=what
            )

    def _deviation(self, series: str, shown: float, measured: Measurement, what: str) -> None:
        self.recorder.observe(
            series,
            shown,
            unit="V",
            standard_uncertainty=measured.standard_uncertainty,
            reference=measured.value,
            what=what,
        )

    @keyword("The Meter Should Show Every Arrangement")
    def shown(self) -> None:
        """Rotation, missing voltages and reversed elements in four of four; voltages and angles as the reference.

        Example: | The Meter Should Show Every Arrangement |
        """
        nominal = self.nominal.voltages_v[0]
        self.check("the reference confirms each arrangement", "always", "the reference shows it too")
        self.check("the meter shows each arrangement", "always", "the meter shows how it is wired")
        self.check(
            "angles agree with the reference", "at_most", "an angle against the reference", limit=ANGLE_LIMIT_DEG
        )
        self.check(
            "voltages agree with the reference",
            "close_to_reference",
            "a voltage against the reference",
            limit=VOLTAGE_SHARE * nominal,
        )

    def _agree(self, nominal_v: float) -> None:
        angles, voltages = "an angle against the reference", "a voltage against the reference"
        limit_v = VOLTAGE_SHARE * nominal_v
        self.check("angles agree with the reference", "at_most", angles, limit=ANGLE_LIMIT_DEG)
        self.check("voltages agree with the reference", "close_to_reference", voltages, limit=limit_v)

    @keyword("Let The Connection Become Wrong")
    def become_wrong(self) -> None:
        """Two conductors crossed, one missing, an element reversed: what the meter tells unasked.

        Example: | Let The Connection Become Wrong |
        """
        within_s = self.bound("t_evt")
        self.expect_wait(len(WRONG_CONNECTIONS) * within_s)
        for what, wrong in WRONG_CONNECTIONS.items():
            at, code, told = self.run(self.told_of(wrong, within_s), within_s)
            if code is None:
                why = f"the device file names no event {wrong.meaning} in its event_table"
                self.recorder.could_not_look("the meter tells of a wrong connection", why)
                continue
            event = told.event if told is not None else None
            right = told is not None and told.valid and event is not None and event.code == code
            said = "nothing" if told is None else told.words
            self.recorder.observe("the meter tells of a wrong connection", right, what=f"{what}: {said}")
            if event is not None and event.at is not None:
                self.recorder.observe("time of a told event", event.at, unit="s", what=what, reference=at)

    @keyword("The Meter Should Have Told Of Every Wrong Connection")
    def told(self) -> None:
        """With the event's code, protected, and with its time.

        Example: | The Meter Should Have Told Of Every Wrong Connection |
        """
        self.check("each is told in time", "always", "the meter tells of a wrong connection")
        self.check("with its time", "close_to_reference", "time of a told event", limit=self.dt_clk)

    @keyword("Let A Day Pass On One Feeder And Eight Hours On Another")
    def days(self) -> None:
        """The feeder's phases are on the meter's elements in another order than straight.

        After the day and after the change the DMS tells the headend what it measured on both feeders, and asks how the
        meter is connected.

        Example: | Let A Day Pass On One Feeder And Eight Hours On Another |
        """
        self.expect_wait((PERIODS + _PERIODS_AFTER + 2) * PERIOD_S)
        self.run(self.wire(order=_ORDER))
        for feeder, other, periods in ((_FIRST, _SECOND, PERIODS), (_SECOND, _FIRST, _PERIODS_AFTER)):
            began = self.run(self.pass_time_on(feeder, periods), lasting_s=(periods + 1) * PERIOD_S)
            # The feeder that the meter does not hang on went its own way meanwhile.
            days = {name: self.day_of(name)[:periods] for name in (feeder, other)}
            self.run(self.tell_headend(began, days))
            self._record(feeder, self.run(self.headend_says(began)))
        self.run(self.wire())

    def _record(self, feeder: str, answer: MeterConnectivity) -> None:
        if answer.code is not None:
            self.recorder.could_not_look("the phase of an element", f"the headend answers {answer.code}")
            return
        found = {element.element: element for element in answer.elements}
        for number in range(1, PHASES + 1):
            element = found.get(number)
            right = element is not None and (element.feeder, element.phase) == (feeder, _ORDER[number - 1])
            said = "nothing" if element is None else f"{element.feeder or 'no feeder'}, phase {element.phase}"
            what = f"element {number} on {feeder}, phase {_ORDER[number - 1]}: {said}"
            self.recorder.observe("the phase of an element", right, what=what, source="headend")
        told = {element.feeder for element in answer.elements}
        self.recorder.observe("the feeder of the meter", told == {feeder}, what=str(sorted(told)), source="headend")

    @keyword("The Headend Should Know Every Phase And Feeder")
    def known(self) -> None:
        """Three of three elements on each feeder, and the feeder on which the meter hangs now.

        Example: | The Headend Should Know Every Phase And Feeder |
        """
        self.check("three of three phases are right", "always", "the phase of an element")
        self.check("the feeder is right after its change", "always", "the feeder of the meter")

    @keyword("Read The Connection And The Reference")
    def read_with_reference(self) -> None:
        """Over the row's own link, and at the power analyser.

        Example: | Read The Connection And The Reference |
        """
        seen = self.run(self.by_the_row())
        phases = self.run(self._at_the_row())
        for number, phase in enumerate(phases[: len(seen.voltages_v)]):
            self._deviation(
                "a voltage against the reference", seen.voltages_v[number], phase.voltage, f"phase {number}"
            )
            lag = seen.current_lags_deg[number]
            if lag is None or phase.current_angle is None:
                continue
            self.recorder.observe(
                "an angle against the reference",
                apart(lag, phase.current_angle.value),
                unit="°",
                standard_uncertainty=phase.current_angle.standard_uncertainty,
                what=f"current of phase {number + 1}",
            )

    async def _at_the_row(self) -> tuple[PhaseReading, ...]:
        return await (await self.wiring.analyser()).phases()

    @keyword("The Connection Should Be That Of The Reference")
    def as_reference(self) -> None:
        """Voltages within 1 % of nominal, angles within 2 degrees.

        Example: | The Connection Should Be That Of The Reference |
        """
        nominal = float(self.meter.pixit("nominal_voltage_v", 230.0))
        self.check(
            "angles agree with the reference", "at_most", "an angle against the reference", limit=ANGLE_LIMIT_DEG
        )
        self.check(
            "voltages agree with the reference",
            "close_to_reference",
            "a voltage against the reference",
            limit=VOLTAGE_SHARE * nominal,
        )
