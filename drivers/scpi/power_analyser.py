"""Role `drivers.roles.PowerAnalyser` in SCPI: the witness, and with its integrators the reference meter."""

from __future__ import annotations

from itertools import pairwise

from drivers.clock import Clock
from drivers.scpi.commands import POWER_ANALYSER
from drivers.scpi.errors import GarbledAnswerError
from drivers.scpi.instrument import ScpiInstrument
from drivers.scpi.measurement import CurrentLog, LogPoint, Measurement
from drivers.scpi.settings import InstrumentSetup


class ScpiPowerAnalyser(ScpiInstrument):
    """Uncertainties in the lab config: ``voltage``, ``current``, ``active_power``, ``reactive_power``,
    ``apparent_power``, ``power_factor``, ``frequency``, ``energy``.

    The range of a power is the product of the voltage and current ranges in use, the range of an energy that product
    times the time integrated, which is how data sheets of power analysers mean "of range".
    """

    def __init__(self, setup: InstrumentSetup, clock: Clock) -> None:
        super().__init__(setup, clock, POWER_ANALYSER)

    async def voltage(self) -> Measurement:
        """RMS voltage, in V."""
        await self.acquire()
        value = await self.number("voltage")
        return self.measurement("voltage", value, "V", await self._range("voltage_range"))

    async def current(self) -> Measurement:
        """RMS current, in A."""
        await self.acquire()
        value = await self.number("current")
        return self.measurement("current", value, "A", await self._range("current_range"))

    async def active_power(self) -> Measurement:
        """Active power, in W, positive for import."""
        return await self._power("active_power", "W")

    async def reactive_power(self) -> Measurement:
        """Reactive power, in var, positive for inductive import."""
        return await self._power("reactive_power", "var")

    async def apparent_power(self) -> Measurement:
        """Apparent power, in VA."""
        return await self._power("apparent_power", "VA")

    async def power_factor(self) -> Measurement:
        """Active over apparent power, -1 to 1. Raises OverRangeError without current."""
        return await self.reading("power_factor", "1")

    async def frequency(self) -> Measurement:
        """Frequency of the voltage, in Hz. Raises OverRangeError without a voltage to count."""
        return await self.reading("frequency", "Hz")

    async def start_energy(self) -> None:
        """Set the energy integrators to zero and start them."""
        await self.command("energy_stop")
        await self.command("energy_reset")
        await self.command("energy_start")

    async def stop_energy(self) -> None:
        """Stop the energy integrators; they keep what they have."""
        await self.command("energy_stop")

    async def energy_imported(self) -> Measurement:
        """Active energy imported since ``start_energy``, in Wh."""
        return await self._energy("energy_imported")

    async def energy_exported(self) -> Measurement:
        """Active energy exported since ``start_energy``, in Wh, as a positive number."""
        return await self._energy("energy_exported")

    async def start_log(self) -> None:
        """Forget the logged current and log anew."""
        await self.command("log_start")

    async def current_log(self) -> CurrentLog:
        """The current since ``start_log``.

        Raises GarbledAnswerError when times and currents do not pair or ascend.
        """
        answer = await self.ask("log")
        fields = [self.as_number(text, "log") for text in answer.split(",")] if answer.strip() else []
        if len(fields) % 2:
            raise GarbledAnswerError(f"{self.name}: the log has {len(fields)} numbers, times and currents do not pair")
        times = [at + self.setup.clock_offset_s for at in fields[0::2]]
        if any(later < earlier for earlier, later in pairwise(times)):
            raise GarbledAnswerError(f"{self.name}: the times of the log do not ascend")
        points = tuple(
            LogPoint(at, current, self.standard_uncertainty("current", current))
            for at, current in zip(times, fields[1::2], strict=True)
        )
        self.readings += 1
        return CurrentLog(points, self.setup.time_uncertainty_s, self.identity, self.calibration)

    async def _range(self, purpose: str) -> float | None:
        return await self.number(purpose) if self.commands.offers(purpose) else None

    async def _power_range(self) -> float | None:
        voltage, current = await self._range("voltage_range"), await self._range("current_range")
        return None if voltage is None or current is None else voltage * current

    async def _power(self, quantity: str, unit: str) -> Measurement:
        await self.acquire()
        value = await self.number(quantity)
        return self.measurement(quantity, value, unit, await self._power_range())

    async def _energy(self, purpose: str) -> Measurement:
        value = await self.number(purpose)
        power_range = await self._power_range() if self.commands.offers("energy_time") else None
        hours = await self.number("energy_time") / 3600 if power_range is not None else 0.0
        return self.measurement("energy", value, "Wh", None if power_range is None else power_range * hours)
