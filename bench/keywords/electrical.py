"""Keywords that hold a meter's voltage, reactive power and frequency against the instruments."""

from __future__ import annotations

import math

from robot.api.deco import keyword, library

from bench.exchanges.dlms_exchange import DlmsExchange
from bench.keywords.answers import FREQUENCY, REACTIVE, VOLTAGE, answer_of
from bench.keywords.process import ProcessLibrary
from drivers.metering import Reading
from drivers.scpi.measurement import Measurement

LOAD_W, POWER_FACTOR = 2000.0, 0.8
FREQUENCY_LIMIT_HZ = 0.05
"""Bench choice: the paper asks for frequency at the meter without an accuracy."""

REACTIVE_CLASS_FACTOR = 2.0
"""A meter of class 1 for active energy is of class 2 for reactive energy (EN 50470, EN 62053-23)."""

_RESOLUTION = {VOLTAGE: 0.1, REACTIVE: 1.0, FREQUENCY: 0.01}
_TRIES = 2


@library(scope="TEST", auto_keywords=False)
class ElectricalReading(ProcessLibrary):
    """Draws a load with reactive power, has voltage, var and frequency read over the row, and measures them."""

    def __init__(self) -> None:
        self._seen: dict[str, list[tuple[float, Measurement]]] = {VOLTAGE: [], REACTIVE: [], FREQUENCY: []}
        self._apparent_va = 0.0

    @keyword("Draw A Load With Reactive Power")
    def draw(self) -> None:
        """2,000 W at a power factor of 0.8 inductive.

        Example: | Draw A Load With Reactive Power |
        """
        self.run(self._draw())

    @keyword("Read And Measure Electrical Values")
    def read_and_measure(self) -> None:
        """Ask over the row for voltage, reactive power and frequency, and measure them at the same time, twice.

        Example: | Read And Measure Electrical Values |
        """
        for _ in range(_TRIES):
            self.run(self._read_and_measure())

    @keyword("Electrical Values Should Match The Instruments")
    def match(self) -> None:
        """Voltage within the class, var within twice the class of the apparent power, frequency within 0.05 Hz.

        Example: | Electrical Values Should Match The Instruments |
        """
        share = float(self.meter.pixit("accuracy_class", 1.0)) / 100.0
        nominal = float(self.meter.pixit("nominal_voltage_v", 230.0))
        limits = {
            VOLTAGE: share * nominal,
            REACTIVE: REACTIVE_CLASS_FACTOR * share * self._apparent_va,
            FREQUENCY: FREQUENCY_LIMIT_HZ,
        }
        for quantity, pairs in self._seen.items():
            for value, measured in pairs:
                self.recorder.observe(
                    f"{quantity} at the meter",
                    value,
                    unit=measured.unit,
                    standard_uncertainty=math.hypot(
                        measured.standard_uncertainty, _RESOLUTION[quantity] / math.sqrt(12.0)
                    ),
                    source="meter against power analyser",
                    reference=measured.value,
                )
            self.check(
                f"{quantity.replace('_', ' ')} matches the instrument",
                "close_to_reference",
                f"{quantity} at the meter",
                limit=limits[quantity],
            )

    async def _draw(self) -> None:
        await self.scene.energise()
        load = await self.wiring.load()
        await load.set_power(LOAD_W, POWER_FACTOR)
        await load.set_input(True)

    async def _read_and_measure(self) -> None:
        values = await self._values()
        analyser = await self.wiring.analyser()
        self._apparent_va = (await analyser.apparent_power()).value
        measured = {
            VOLTAGE: await analyser.voltage(),
            REACTIVE: await analyser.reactive_power(),
            FREQUENCY: await analyser.frequency(),
        }
        for quantity, measurement in measured.items():
            if quantity in values:
                self._seen[quantity].append((values[quantity], measurement))

    async def _values(self) -> dict[str, float]:
        if not isinstance(self.exchange, DlmsExchange):
            answer = answer_of(await self.exchange.perform())
            return {value.quantity: value.number for value in answer.values}
        async with self.meter.session() as client:
            return of_registers(await self.meter.meter(client).instantaneous())


def of_registers(registers: dict[str, Reading]) -> dict[str, float]:
    """The three quantities from a meter's registers; reactive power is import less export."""
    values = {}
    if "voltage_l1" in registers:
        values[VOLTAGE] = registers["voltage_l1"].value
    if "reactive_power_import" in registers:
        exported = registers.get("reactive_power_export")
        values[REACTIVE] = registers["reactive_power_import"].value - (exported.value if exported is not None else 0.0)
    if "frequency" in registers:
        values[FREQUENCY] = registers["frequency"].value
    return values
