"""Keywords of AMI-36, AMI-37 and AMI-38: a sub-meter against the power analyser at its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from robot.api import SkipExecution
from robot.api.deco import keyword, library

from bench.exchanges.usage import Counted, NotCountedError, ReadsSubMeter
from bench.exchanges.witness import Wiring
from bench.keywords.process import ProcessLibrary

if TYPE_CHECKING:
    from drivers.scpi.measurement import Measurement

POWER = "power at the sub-meter"
ENERGY, OTHER_WAY = "energy at the sub-meter", "energy at the sub-meter in the other direction"
COUNTS_BOTH = "the device counts both directions"
FLOWS = "something flows through the sub-meter"
_LEAST_W = 100.0
_STARTS_S = 300.0
"""In which a vehicle, or an inverter, has begun."""
_DRAWN, _FED_IN = "imported", "exported"
_STANDSTILL_WH = 5.0
_HOUR_S = 3600.0


@library(scope="TEST", auto_keywords=False)
class SubMeterReadings(ProcessLibrary):
    """Reads the row's sub-meter and the analyser at the same service point."""

    def __init__(self) -> None:
        super().__init__()
        self._both_ways = True

    @keyword("Read The Sub-Meter An Hour Apart")
    def read(self) -> None:
        """Power and energy, over the row; the analyser measures the power at the same time.

        Example: | Read The Sub-Meter An Hour Apart |
        """
        self.run(self._read(), _HOUR_S)

    async def _read(self) -> None:
        exchange = self.exchange
        if not isinstance(exchange, ReadsSubMeter):
            raise SkipExecution("this sub-meter is not read here over Modbus or Bluetooth")
        analyser = await Wiring(self.station, exchange.seat).analyser()
        await self.wait(_STARTS_S)
        first = await self._reading(exchange)
        measured = await analyser.active_power()
        await self.wait(_HOUR_S)
        last = await self._reading(exchange)
        await exchange.close()
        self.recorder.observe(
            POWER,
            round(first.power_w, 2),
            unit="W",
            standard_uncertainty=measured.standard_uncertainty,
            source="sub-meter against power analyser",
            reference=measured.value,
        )
        self.recorder.observe(FLOWS, abs(measured.value) >= _LEAST_W, source="power analyser", detail=str(measured))
        self._record_energies(first, last, measured)

    async def _reading(self, exchange: ReadsSubMeter) -> Counted:
        """A device whose map has no such registers is none to read here, which skips the test."""
        answer = await self.exchange.perform()
        try:
            return exchange.as_shown(answer)
        except NotCountedError as error:
            raise SkipExecution(str(error)) from error

    def _record_energies(self, first: Counted, last: Counted, measured: Measurement) -> None:
        """What a device does not count in the other direction is not there to be wrong."""
        counted = {_DRAWN: last.import_wh - first.import_wh, _FED_IN: _grown(first.export_wh, last.export_wh)}
        flowing, other = (_DRAWN, _FED_IN) if measured.value > 0.0 else (_FED_IN, _DRAWN)
        grown, against = counted[flowing], counted[other]
        if grown is None:
            raise SkipExecution(f"energy is {flowing}, and the register map of {self.exchange.seat} has no such count")
        self.recorder.observe(
            ENERGY,
            round(grown, 1),
            unit="Wh",
            standard_uncertainty=measured.standard_uncertainty,
            what=flowing,
            source="sub-meter against power analyser",
            reference=abs(measured.value),
        )
        self._both_ways = against is not None
        self.recorder.observe(COUNTS_BOTH, self._both_ways, source="register map")
        if against is not None:
            self.recorder.observe(OTHER_WAY, round(against, 1), unit="Wh", what=other, source="sub-meter")

    @keyword("The Sub-Meter Should Match The Analyser")
    def match(self) -> None:
        """Power and energy within 1 %, its class.

        Example: | The Sub-Meter Should Match The Analyser |
        """
        self.check("something flows", "always", FLOWS)
        for series in (POWER, ENERGY):
            self.check(f"{series} is what flows", "relative_to_reference", series, limit=0.01, floor=1.0)
        if self._both_ways:
            self.check("nothing is counted in the other direction", "at_most", OTHER_WAY, limit=_STANDSTILL_WH)


def _grown(first: float | None, last: float | None) -> float | None:
    return None if first is None or last is None else last - first
