"""Keywords of AMI-36: the sub-meter beside a generator, against the power analyser."""

from __future__ import annotations

from robot.api.deco import keyword, library

from bench.exchanges.modbus.sub_meter import SubMeterReading
from bench.exchanges.witness import Wiring
from bench.keywords.process import ProcessLibrary

POWER, EXPORTED = "power at the sub-meter", "energy fed in at the sub-meter"
_HOUR_S = 3600.0


@library(scope="TEST", auto_keywords=False)
class SubMeterReadings(ProcessLibrary):
    """Reads the row's sub-meter and the analyser at the same service point."""

    @keyword("Read The Sub-Meter An Hour Apart")
    def read(self) -> None:
        """Power and energy, over the row; the analyser measures the power at the same time.

        Example: | Read The Sub-Meter An Hour Apart |
        """
        self.run(self._read(), _HOUR_S)

    async def _read(self) -> None:
        exchange = self.exchange
        assert isinstance(exchange, SubMeterReading)
        analyser = await Wiring(self.station, exchange.seat).analyser()
        first = await exchange.perform()
        measured = await analyser.active_power()
        await self.wait(_HOUR_S)
        last = await exchange.perform()
        powers = [float(value) for name, value in first.items() if name.startswith("power")]
        self.recorder.observe(
            POWER,
            round(sum(powers), 2),
            unit="W",
            standard_uncertainty=measured.standard_uncertainty,
            source="sub-meter against power analyser",
            reference=measured.value,
        )
        fed = 1000.0 * (float(last["exported"]) - float(first["exported"]))
        self.recorder.observe(
            EXPORTED,
            round(fed, 1),
            unit="Wh",
            standard_uncertainty=measured.standard_uncertainty,
            source="sub-meter against power analyser",
            reference=max(0.0, -measured.value),
        )

    @keyword("The Sub-Meter Should Match The Analyser")
    def match(self) -> None:
        """Power and energy within 1 %, its class.

        Example: | The Sub-Meter Should Match The Analyser |
        """
        for series in (POWER, EXPORTED):
            self.check(f"{series} is what flows", "relative_to_reference", series, limit=0.01, floor=1.0)
